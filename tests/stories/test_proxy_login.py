"""A company's proxy that asks who one is: it is said, asked for once, kept, and what has waited goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.errors import PasswordStoreUnusable
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy, ProxyLogin, RouteSource, Routing
from bindtool.core.network.proxy_login import ProxyLogins
from bindtool.core.network.stored_logins import ProxyPlace, new_login, store_login
from bindtool.core.profiles.profile import Profile, SignInApps
from tests.core.api.way_out import PASSWORD, USER, needs_tinyproxy, tinyproxy
from tests.memory_store import MemoryStore
from tests.practice.sign_in import DEVICE_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bindtool.core.credentials.secret import Password
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = needs_tinyproxy


@dataclass(frozen=True)
class WayOut:
    """A proxy that asks for USER and PASSWORD; it is the only way out, also to this computer itself."""

    proxy: Proxy
    log: Path

    async def routing(self, _: str) -> Routing:
        """Return the way through the proxy."""
        return Routing((self.proxy,), RouteSource.SYSTEM)

    def open(
        self, stored: Callable[[Proxy], ProxyLogin | None], refused: Callable[[Proxy, ProxyLogin], None]
    ) -> Proxies:
        """Return what the program knows of it, where nobody has signed in to the network."""
        return Proxies(lambda: self.routing, lambda: ProxyLogins(stored, lambda: None, refused=refused))

    @property
    def refused(self) -> int:
        """How many log-ins it has refused."""
        return self.log.read_text(encoding="utf-8").count("Failed auth attempt")


class NoStore(MemoryStore):
    """There is no password store on this computer."""

    def read_password(self, name: str) -> Password:
        """Refuse."""
        raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")

    def describe(self) -> str:
        """Refuse."""
        raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")


@pytest.fixture
def way_out(tmp_path: Path, bench: Bench) -> Iterator[WayOut]:
    """Give a proxy, of which nothing is stored before or afterwards."""
    with tinyproxy(tmp_path, login=True) as address:
        proxy = Proxy.parse(f"http://{address}")
        yield WayOut(proxy, tmp_path / "proxy.log")
        bench.ask_store(lambda: bench.password_store.forget_password(ProxyPlace(proxy.host, proxy.port).entry))


@pytest.fixture
def me(profile: Profile, open_window: Open, way_out: WayOut) -> Iterator[Technician]:
    """Give a technician behind that proxy, with a profile and its token."""
    with open_window(profile, open_proxies=way_out.open) as technician:
        yield technician


def enter(me: Technician, password: str = PASSWORD) -> None:
    """Press the button, and fill in the dialog."""
    me.press(me.says("action.enter_proxy_login"))
    me.write(me.says("proxy_login.user"), USER)
    me.write(me.says("proxy_login.password"), password)
    me.press(me.says("proxy_login.save"))


def test_a_run_waits_is_told_and_goes_on(
    me: Technician, way_out: WayOut, profile: Profile, open_window: Open
) -> None:
    """A wrong password is sent once; with the right one all is bound, and it is never asked for again."""
    # GIVEN a run that the proxy does not let out
    me.scan("SPK1", "SPK2")
    me.start_binding()
    me.sees_notice(f"The proxy {way_out.proxy.address} asks for")
    me.scan("SPK3")
    me.sees_states("waiting", "ready", "ready")

    # WHEN the password is a wrong one
    enter(me, "wr0ng.password")
    me.sees_notice("did not accept the user lin")
    assert not me.place.controller.proxy_login.is_visible
    for _ in range(3):
        me.press("Try now")
    me.sees_notice("did not accept the user lin")
    me.press("Enter log-in")
    me.sees("did not accept the user lin")

    # THEN it was sent once
    assert way_out.refused == 1

    # WHEN it is the right one
    me.write("Password", PASSWORD)
    me.press("Save and continue")
    me.sees_the_end()

    # THEN the run has gone on by itself
    me.sees_states("bound", "bound", "ready")
    assert way_out.refused == 1
    me.bind()
    me.sees_states("bound", "bound", "bound")


def test_the_next_morning(bench: Bench, profile: Profile, open_window: Open, way_out: WayOut) -> None:
    """What is stored is used without a question."""
    place = ProxyPlace(way_out.proxy.host, way_out.proxy.port)
    bench.ask_store(lambda: store_login(place, new_login(USER, PASSWORD), bench.password_store))
    with open_window(profile, open_proxies=way_out.open) as me:
        me.scan("SPK1")
        me.bind()
        me.sees_states("bound")
    assert way_out.refused == 0


def test_without_a_password_store(bench: Bench, profile: Profile, open_window: Open, way_out: WayOut) -> None:
    """It is held until bindtool closes, and that is said; the next time it is asked for again."""
    bench.has_profile(profile)
    bench.has_token()
    for device_id in ("SPK1", "SPK2"):
        with open_window(open_proxies=way_out.open, open_passwords=NoStore) as me:
            me.scan(device_id)
            me.start_binding()
            me.press("Enter log-in")
            me.sees("This computer has no password store")
            me.write("User name", USER)
            me.write("Password", PASSWORD)
            me.press("Use until bindtool closes")
            me.sees_the_end()
            me.until(lambda: me.states()[-1] == "bound")


def test_somebody_does_not_know_it(me: Technician, way_out: WayOut) -> None:
    """The dialog is closed and does not come back by itself; the banner stays, scans go on, and so does Stop."""
    me.scan("SPK1")
    me.start_binding()
    me.press("Enter log-in")
    me.press("Cancel")
    me.press("Try now")
    me.sees_notice("asks for")
    assert not me.place.controller.proxy_login.is_visible
    me.scan("SPK2")
    me.press("Stop")
    me.sees_the_end()
    me.sees_states("ready", "ready")
    assert me.notice == ""
    assert way_out.refused == 0


def test_from_the_check_of_the_laptop(me: Technician) -> None:
    """One press leads to the dialog; once it is filled in, the laptop is checked again."""
    me.do("Check this laptop…")
    enter(me)
    me.sees("of the account")
    assert "Enter log-in" not in me.buttons()


def test_from_the_check_of_a_token(me: Technician) -> None:
    """As from the check of the laptop."""
    me.do("Access token…")
    me.press("Check")
    me.sees("asks for")
    enter(me)
    me.sees("accepts the token")


def test_from_a_new_profile(profile: Profile, open_window: Open, way_out: WayOut) -> None:
    """The form checks once more what it has saved."""
    with open_window(profile, open_proxies=way_out.open) as me:
        me.do("Profile…")
        me.press("Check and save")
        enter(me)
        me.sees("accepts the token")


def test_from_signing_in(bench: Bench, profile: Profile, open_window: Open, way_out: WayOut) -> None:
    """Nothing is shown before the proxy lets the question out; then the code is there."""
    bench.has_profile(replace(profile, sign_in=SignInApps(device_client=DEVICE_CLIENT)))
    with open_window(open_proxies=way_out.open) as me:
        me.press("Enter token")
        me.press("Show a code")
        me.sees("asks for")
        enter(me)
        me.until(lambda: bool(me.place.controller.profiles.token_dialog().sign_in.code.text()), "see a code")
        me.press("Close")
        me.until(lambda: not me.place.services.tasks.busy, "see it end")


def test_from_the_check_of_the_channel(me: Technician) -> None:
    """The device that is sent alone waits, and goes on."""
    me.scan("SPK1")
    me.do("Check the channel…")
    me.press("No")
    me.press("Send this one device")
    me.sees("asks for")
    enter(me)
    me.sees("✓  A was accepted")
