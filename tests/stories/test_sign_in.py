"""Signing in at the window, with a browser and with a code, over real HTTP: an HTTP client plays the browser."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from bindtool.core.common.errors import PasswordStoreUnusable
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.sign_in.browser import PORTS, can_listen
from bindtool.practice.rules import Call
from tests.core.sign_in.bench import press, visit
from tests.gui.acting import find, said
from tests.gui.reading import read_codes
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT, SignInServer
from tests.stories.conftest import PROFILE, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stories.conftest import Open
    from tests.stories.technician import Technician


class Browser:
    """The browser of the laptop: who sits there presses a link at once, or leaves the page open."""

    def __init__(self) -> None:
        self.link = "allow"
        self.opened: list[str] = []
        self.pages: list[str] = []
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> bool:
        """Open a page beside the program."""
        self.opened.append(address)
        if self.link:
            self._threads.append(threading.Thread(target=self._press, args=(address,)))
            self._threads[-1].start()
        return True

    def close(self) -> None:
        """Wait for what it does."""
        for thread in self._threads:
            thread.join()

    def _press(self, address: str) -> None:
        self.pages.append(visit(press(address, self.link))[2])


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Give the browser."""
    made = Browser()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the locks of sign-ins lie in a folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def own_list(profile: Profile, server: SignInServer) -> Profile:
    """Give a profile with both apps, for the list of whoever has signed in."""
    apps = SignInApps(BROWSER_CLIENT, DEVICE_CLIENT, server.site)
    return replace(profile, user_id="", user_name="", sign_in=apps)


def secrets_of(server: SignInServer) -> set[str]:
    """Return what nobody may see: every code, verifier and token that was sent."""
    bodies = [request.body.decode() for request in server.requests if request.call in {Call.TOKEN, Call.CODE}]
    return {part for body in bodies for part in body.split('"') if len(part) > 30 and "grant-type" not in part}


def test_with_the_browser(
    bench: Bench, own_list: Profile, server: SignInServer, browser: Browser, open_window: Open
) -> None:
    """Two presses, no token: the page opens, the account is shown before it is kept, and Bind goes to its list."""
    bench.has_profile(own_list)
    with open_window(open_page=browser.open) as me:
        me.scan("SPK1")
        me.do("Access token…")
        me.sees("Your browser opens a page on")
        me.press("Open the browser")
        me.sees("Devices go to the list of")
        assert not TokenMetadataFile(bench.data.token_metadata).all()
        me.press("Use this account")
        me.sees("You are signed in")
        me.sees("Signed in as")
        me.press("Done")
        me.bind()
        me.sees_states("bound")
        status = find(me.window, QLabel, me.says("foot.status"))
        me.until(lambda: status.text() == "Saved · signed in: Practice account")
    assert "go back to bindtool" in browser.pages[0]
    seen = "\n".join(path.read_text(errors="replace") for path in bench.data.path.rglob("*") if path.is_file())
    assert [secret for secret in secrets_of(server) if secret in seen] == []


def test_while_the_browser_waits(bench: Bench, own_list: Profile, browser: Browser, open_window: Open) -> None:
    """Scans go on; after a while it is said what may be in the way; Esc ends it at once, and nothing was kept."""
    bench.has_profile(own_list)
    browser.link = ""
    with open_window(open_page=browser.open) as me:
        me.do("Access token…")
        me.press("Open the browser")
        me.sees("The page is open in your browser")
        assert find(me.front(), QLineEdit, "Address").text() == browser.opened[0]
        me.press("Copy address")
        assert me.copied() == browser.opened[0]
        assert me.says("not_ready.beside") in me.window.scan_bar.accessibleDescription() + said(me.window.scan_bar)
        me.window.activateWindow()
        me.until(me.window.isActiveWindow, "have the window in front")
        me.window.scan_bar.field.setFocus()
        scan_beside(me, "SPK1")
        me.sees("Nothing has come back yet")
        me.press("Copy for the administrator")
        assert "http://127.0.0.1:18291/callback" in me.copied()
        me.press("Stop waiting")
        me.sees("No token is stored yet.")
        assert browser.opened[0] not in me.said
        me.press("Close")
        me.sees_states("ready")


def scan_beside(me: Technician, device_id: str) -> None:
    """Scan into the window while the panel is open beside it."""
    from PySide6.QtCore import Qt

    from tests.gui import acting

    field = me.window.scan_bar.field
    acting.keys(field, device_id)
    acting.key(field, Qt.Key.Key_Return)
    me.until(lambda: len(me.window.model.sheet) == 1, "see the scan taken")


def test_who_refuses_keeps_nothing(bench: Bench, own_list: Profile, browser: Browser, open_window: Open) -> None:
    """Refused on the page it is said so; signed in as somebody else, one says so here."""
    bench.has_profile(own_list)
    browser.link = "refuse"
    with open_window(open_page=browser.open) as me:
        me.do("Access token…")
        me.press("Open the browser")
        me.sees("The sign-in was refused on Coze's page")
        browser.link = "allow"
        me.press("Open the browser")
        me.press("Another account")
        me.sees("Nothing was kept")
        assert not TokenMetadataFile(bench.data.token_metadata).all()
        me.press("Close")


def test_another_account_than_last_time(
    bench: Bench, own_list: Profile, browser: Browser, open_window: Open
) -> None:
    """The same account is kept at once; another one is asked about, and named beside the last."""
    bench.has_profile(own_list)
    notes = TokenMetadataFile(bench.data.token_metadata)
    with open_window(open_page=browser.open) as me:
        me.do("Access token…")
        me.press("Open the browser")
        me.press("Use this account")
        me.sees("You are signed in")
        me.press("Browser")
        me.press("Open the browser")
        me.sees("You are signed in")
        other = "3400000000009999"
        notes.put(PROFILE, replace(notes.all()[PROFILE], account="Developer Z", user_id=other))
        kept = bench.password_store.record(PROFILE, own_list.site)
        assert kept.sign_in is not None
        bench.password_store.keep(PROFILE, replace(kept, sign_in=replace(kept.sign_in, user_id=other)))
        me.press("Browser")
        me.press("Open the browser")
        me.sees("Last time it was Developer Z (UID …9999)")
        me.press("Use this account")
        me.sees("You are signed in")
        me.press("Done")


def test_another_account_that_comes_meanwhile(
    bench: Bench, own_list: Profile, browser: Browser, open_window: Open
) -> None:
    """Another program signs in while the question stands: its account is not replaced, but asked about then."""
    bench.has_profile(own_list)
    with open_window(open_page=browser.open) as me:
        me.do("Access token…")
        me.press("Open the browser")
        me.sees("Devices go to the list of")
        sign_in = SignIn(BROWSER_CLIENT, Secret("r" * 40), "3400000000009999", 1_800_000_000, 900)
        others = TokenRecord(AccessToken("czu_" + "x" * 64), own_list.site, sign_in)
        bench.password_store.keep(PROFILE, others)
        me.press("Use this account")
        me.sees(f"“{PROFILE}” now has somebody else's token")
        assert bench.password_store.record(PROFILE, own_list.site) == others
        me.press("Open the browser")
        me.sees("Last time it was 3400000000009999")
        me.press("Use this account")
        me.sees("You are signed in")
        me.press("Done")


def test_with_a_code(bench: Bench, own_list: Profile, server: SignInServer, open_window: Open) -> None:
    """The code is large, the picture has its address; once it is typed in elsewhere, the rest is the same."""
    bench.has_profile(own_list)
    with open_window() as me:
        me.do("Access token…")
        me.press("Code on a phone")
        me.press("Show a code")
        me.sees("You started this yourself, here")
        me.sees(" left")
        view = me.place.controller.profiles.token_dialog().sign_in
        code = view.code.text()
        complete = f"{server.site}/oauth2/device?user_code={code}"
        assert set(read_codes(find(view, QLabel, "QR code of the address").pixmap()).values()) == {complete}
        press(complete, "allow")
        me.sees("Devices go to the list of")
        assert code not in me.said
        me.press("Use this account")
        me.sees("You are signed in")
        me.press("Sign out")
        me.press("Yes, sign out")
        me.sees("Signed out here.")
        me.press("Close")


def test_a_sign_in_that_is_over(
    bench: Bench, own_list: Profile, server: SignInServer, browser: Browser, open_window: Open
) -> None:
    """The run pauses, the rows stay ready; "Sign in again" signs in, and Continue sends them."""
    bench.has_profile(own_list)
    with open_window(open_page=browser.open) as me:
        me.do("Access token…")
        me.press("Open the browser")
        me.press("Use this account")
        me.sees("You are signed in")
        me.press("Done")
        me.scan("SPK1", "SPK2")
        server.sign_in.revoke()
        me.bind()
        me.sees_notice(f"The sign-in “{PROFILE}” is over")
        me.sees_states("ready", "ready")
        me.press("Sign in again")
        me.sees("You are signed in")
        me.press("Done")
        me.press("Continue")
        me.sees_the_end()
        me.sees_states("bound", "bound")


def test_a_check_whose_renewal_can_not_be_kept(
    bench: Bench, own_list: Profile, server: SignInServer, browser: Browser, open_window: Open
) -> None:
    """The disk is full: what was renewed ends with the window, which is said while there is time to mend it."""

    class Filling(KeyringStore):
        """The password store of a laptop whose disk fills up."""

        full = False

        def keep(self, name: str, record: TokenRecord) -> None:
            """Keep it while there is room."""
            if self.full:
                raise PasswordStoreUnusable("password_store.failed", detail="OSError")
            super().keep(name, record)

    store = Filling()
    bench.has_profile(own_list)
    with open_window(open_page=browser.open, open_store=lambda: store) as me:
        me.do("Access token…")
        me.press("Open the browser")
        me.press("Use this account")
        me.sees("You are signed in")
        store.full = True
        server.sign_in.expire()
        me.press("Check")
        me.sees_notice("The password store can't keep the renewed sign-in")
        me.press("Done")
        me.until(lambda: not me.place.services.tasks.busy, "see it end")


def test_another_profile_while_the_browser_waits(
    bench: Bench, own_list: Profile, browser: Browser, open_window: Open
) -> None:
    """The dialog is the other profile's from then on: what was begun for the first one is kept under no name."""
    bench.has_profile(own_list)
    bench.has_profile(replace(own_list, name="Line 3", token_name="line-3"))
    browser.link = ""
    with open_window(open_page=browser.open) as me:
        me.scan("SPK1")
        me.do("Access token…")
        me.press("Open the browser")
        me.sees("The page is open in your browser")
        me.window.activateWindow()
        me.choose_profile("Line 3")
        me.sees_states()
        me.do("Access token…")
        me.sees("line-3")
        me.until(lambda: can_listen(PORTS[:1]), "see the first sign-in ended")
        browser.link = "allow"
        me.press("Open the browser")
        me.press("Use this account")
        me.sees("You are signed in")
        me.press("Done")
    assert set(TokenMetadataFile(bench.data.token_metadata).all()) == {"line-3"}
