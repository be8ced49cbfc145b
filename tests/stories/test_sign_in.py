"""Signing in at the window, with a browser and with a code, over real HTTP: an HTTP client plays the browser."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.sign_in.browser import PORTS, can_listen
from bindtool.practice.rules import Call
from tests.core.sign_in.bench import press, visit
from tests.gui.acting import find
from tests.gui.reading import read_codes
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT, SignInServer
from tests.stories.conftest import PROFILE, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stories.conftest import Open


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
