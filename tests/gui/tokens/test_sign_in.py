"""Signing in at the panel: what it asks for, shows and keeps; and a sign-in that is held in memory."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import PasswordStoreLocked, SignInFailed
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import SignInApps
from bindtool.core.sign_in.browser import NothingYet, PageToOpen, StrangeAnswer
from bindtool.core.sign_in.device_code import ClockRunsFast, CodeShown
from bindtool.gui.tokens import token_text
from bindtool.gui.tokens.dialog import TokenDialog
from bindtool.gui.tokens.service import TokenService
from bindtool.gui.tokens.sign_in_view import Way
from bindtool.i18n.catalogue import LANGUAGES
from bindtool.practice.channel import NICK_NAME, USER_ID, practice_profile
from tests.gui.acting import can_see, find, key, press, said
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import PERSONAL, PROFILE, SIGNED_IN
from tests.memory_store import MemoryStore
from tests.practice.sign_in import DEVICE_CLIENT, SignInRules, SignInServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.gui.tokens.sign_in_view import SignInStep
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show

APPS = replace(PROFILE, user_id="", user_name="", sign_in=SignInApps("73.app.coze", "74.app.coze"))
ADDRESS = "https://www.coze.cn/api/permission/oauth2/authorize?state=" + "s" * 43
CODE = CodeShown("WDJB-MJHT", "https://www.coze.cn/device", "https://www.coze.cn/device?user_code=WDJB-MJHT", 5)
NOBODY = ("", "")
WHO = Identity(TokenCheck.ACCEPTED, "Developer B", "3400000000009999")


@pytest.fixture
def panel(texts: Texts, day: date, show: Show) -> TokenDialog:
    """Give the panel on the screen, for a profile with both apps and no token."""
    made = TokenDialog(texts, day)
    made.ask(APPS, None)
    show(made)
    return made


@pytest.fixture
def heard(panel: TokenDialog) -> list[str]:
    """Give what the panel has asked for."""
    wishes: list[str] = []
    panel.sign_in_requested.connect(lambda way: wishes.append(f"sign in: {way}"))
    panel.keep_requested.connect(lambda: wishes.append("keep"))
    panel.keep_in_memory_requested.connect(lambda: wishes.append("hold"))
    panel.cancel_requested.connect(lambda: wishes.append("cancel"))
    panel.forget_requested.connect(lambda: wishes.append("forget"))
    return wishes


def ask_whose(panel: TokenDialog, texts: Texts) -> None:
    """Let somebody have signed in."""
    panel.begin_sign_in()
    panel.show_whose(*token_text.whose(texts, WHO, APPS, NOBODY), other=False)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_three_ways_side_by_side(panel: TokenDialog, texts: Texts, heard: list[str]) -> None:
    """Each says what it does; the first that the profile has an app for is chosen, and nothing begins by itself."""
    assert panel.ways.chosen is Way.BROWSER
    assert texts("sign_in_panel.browser.lead", page="www.coze.cn", site="coze.cn") in said(panel)
    assert not can_see(panel, texts("token_panel.save"))

    press(panel, texts("sign_in_panel.code"))
    assert texts("sign_in_panel.code.lead") in said(panel)
    press(panel, texts("sign_in_panel.by_hand"))
    assert find(panel, QLineEdit, texts("token.label")).isVisible()
    assert can_see(panel, texts("token_panel.save"))
    assert heard == []


@pytest.mark.parametrize(
    ("apps", "site", "chosen", "closed"),
    [
        (SignInApps(device_client="74.app.coze"), "https://api.coze.cn", Way.CODE, {Way.BROWSER: "browser_client"}),
        (SignInApps("73.app.coze"), "https://api.coze.cn", Way.BROWSER, {Way.CODE: "device_client"}),
        (
            SignInApps("73.app.coze"),
            "https://api.speakers.example",
            Way.BY_HAND,
            {Way.BROWSER: "page", Way.CODE: "device_client"},
        ),
    ],
)
def test_a_way_without_an_app_says_so(
    panel: TokenDialog, apps: SignInApps, site: str, chosen: Way, closed: dict[Way, str]
) -> None:
    """It can't be chosen, and its description names what the profile lacks."""
    panel.ask(replace(APPS, site=site, sign_in=apps), None)

    assert panel.ways.chosen is chosen
    assert {way for way, button in panel.ways.buttons.items() if not button.isEnabled()} == set(closed)
    for way, field in closed.items():
        assert f"`{field}`" in panel.ways.buttons[way].accessibleDescription()


def test_the_browser_is_waited_for(panel: TokenDialog, heard: list[str]) -> None:
    """The address stands there to be copied; Escape ends the wait, and nothing of it is left to be seen."""
    press(panel, "Open the browser")
    panel.sign_in.show_step(PageToOpen(ADDRESS))
    assert heard == ["sign in: browser"]
    assert find(panel, QLineEdit, "Address").text() == ADDRESS
    press(panel, "Copy address")
    assert QApplication.clipboard().text() == ADDRESS

    panel.sign_in.show_step(NothingYet())
    assert can_see(panel, "Copy for the administrator")
    key(panel, Qt.Key.Key_Escape)

    assert heard == ["sign in: browser", "cancel"]
    assert panel.isVisible()
    assert panel.sign_in.address.text() == ""
    assert not can_see(panel, "Copy for the administrator")


def test_an_answer_to_another_sign_in(panel: TokenDialog) -> None:
    """It is said, and the wait goes on with the same address."""
    press(panel, "Open the browser")
    panel.sign_in.show_step(PageToOpen(ADDRESS))
    panel.sign_in.show_step(StrangeAnswer())

    assert "does not belong to this sign-in" in said(panel)
    assert panel.sign_in.address.text() == ADDRESS


def test_a_browser_that_does_not_start(panel: TokenDialog) -> None:
    """The address is opened by hand."""
    press(panel, "Open the browser")
    panel.sign_in.show_step(PageToOpen(ADDRESS), opened=False)

    assert "No browser could be started" in said(panel)
    assert find(panel, QLineEdit, "Address").isVisible()


def test_a_code_is_shown(panel: TokenDialog, heard: list[str]) -> None:
    """With its address, the time that is left, and whose code it is; of the device code there is nothing."""
    press(panel, "Code")
    press(panel, "Show a code")
    panel.sign_in.show_step(CODE)

    assert heard == ["sign in: code"]
    assert "WDJB-MJHT" in said(panel)
    assert "5:00 left" in said(panel)
    assert "You started this yourself, here" in said(panel)
    panel.sign_in.show_step(ClockRunsFast())
    assert "may run fast" in said(panel)
    assert "WDJB-MJHT" in said(panel)


def test_a_code_that_no_picture_can_hold(panel: TokenDialog) -> None:
    """Its address is shown without one."""
    press(panel, "Code")
    press(panel, "Show a code")
    panel.sign_in.show_step(replace(CODE, complete="https://www.coze.cn/设备"))

    assert not panel.sign_in.picture.isVisible()
    assert "WDJB-MJHT" in said(panel)


def test_whose_it_is_is_asked(panel: TokenDialog, texts: Texts, heard: list[str]) -> None:
    """Nothing else can be pressed meanwhile; what was shown before is gone; a scanner's Return confirms nothing."""
    ask_whose(panel, texts)
    heard.clear()

    assert "Devices go to the list of Developer B (UID …9999)" in said(panel)
    assert not any(button.isEnabled() for button in panel.ways.buttons.values())
    key(panel, Qt.Key.Key_Return)
    assert heard == []
    press(panel, "Use this account")
    assert heard == ["keep"]


def test_closing_keeps_nothing(panel: TokenDialog, texts: Texts, heard: list[str]) -> None:
    """Who closes the panel in place of an answer has not said yes."""
    ask_whose(panel, texts)

    press(panel, "Close")

    assert heard[-1] == "cancel"
    assert not panel.isVisible()


def test_the_list_of_a_profile(texts: Texts) -> None:
    """Where the profile says whose the devices are, that is said, and who has signed in beside it."""
    title, body = token_text.whose(texts, WHO, PROFILE, NOBODY)

    assert title == "Devices go to the list of Developer A (UID 7126), as the profile says"
    assert "You have signed in as Developer B (UID …9999)." in body


@pytest.mark.parametrize(
    ("name", "user_id", "words"),
    [("", "77", "77"), ("Developer B", "", "Developer B"), ("", "", "an account without a name")],
)
def test_an_account_without_name_or_uid(texts: Texts, name: str, user_id: str, words: str) -> None:
    """What is known of it is said."""
    assert token_text.account_words(texts, name, user_id) == words


def test_a_store_that_does_not_take_it(panel: TokenDialog, texts: Texts, heard: list[str]) -> None:
    """It is tried again, or held until bindtool closes; nobody has to sign in a second time."""
    ask_whose(panel, texts)
    heard.clear()
    panel.show_keeping()
    panel.show_problem(PasswordStoreLocked("vault.locked"))

    press(panel, "Try again")
    panel.show_problem(PasswordStoreLocked("vault.locked"))
    press(panel, "Use until bindtool closes")
    assert heard == ["keep", "hold"]

    panel.show_saved(SIGNED_IN, in_memory=True)
    assert "Signed in as Developer A (UID …7126) since 2026-10-09, until bindtool closes" in said(panel)
    assert panel.close_button.hasFocus()


def test_a_failed_sign_in_begins_again(panel: TokenDialog, heard: list[str]) -> None:
    """Why is said, and the same button is there."""
    press(panel, "Open the browser")
    panel.show_problem(SignInFailed("sign_in.denied", said=""))

    assert "The sign-in was refused on Coze's page" in said(panel)
    press(panel, "Open the browser")
    assert heard == ["sign in: browser"] * 2


def test_a_page_of_strangers_is_shown_first(panel: TokenDialog, heard: list[str]) -> None:
    """It is not opened by "Sign in again", but by the button below its address."""
    apps = replace(APPS.sign_in, page="https://login.speakers.example")
    panel.ask(replace(APPS, sign_in=apps, read_only=True), None)

    panel.sign_in_again()
    assert heard == []
    assert "The page is https://login.speakers.example" in said(panel)
    press(panel, "Open the browser")
    assert heard == ["sign in: browser"]


def test_signing_in_again(panel: TokenDialog, heard: list[str]) -> None:
    """It begins at once; without an app the cursor waits for a token."""
    panel.sign_in_again()
    assert heard == ["sign in: browser"]

    panel.ask(PROFILE, None)
    panel.sign_in_again()
    assert heard == ["sign in: browser"]
    assert find(panel, QLineEdit, "Access token").hasFocus()


def test_signing_out_asks_first(panel: TokenDialog, heard: list[str]) -> None:
    """It says that Coze can't be told."""
    panel.ask(APPS, SIGNED_IN)
    assert "Signed in as Developer A (UID …7126) since 2026-10-09" in said(panel)
    press(panel, "Sign out")
    assert heard == []
    press(panel, "Yes, sign out")
    panel.show_forgotten()

    assert heard == ["forget"]
    assert "Signed out here." in said(panel)


# ---------------------------------------------------------------- what is kept, over HTTP on loopback


@pytest.fixture
def server() -> Iterator[SignInServer]:
    """Give a site where everything is allowed that is asked for."""
    with SignInServer(latency=0, rate=0, sign_in=SignInRules(interval=1, allowed=True)) as made:
        yield made


class Locked(MemoryStore):
    """A store that keeps nothing."""

    def keep(self, name: str, record: TokenRecord) -> None:
        """Refuse."""
        raise PasswordStoreLocked("vault.locked")


class Hurried(SystemClock):
    """A clock on which nothing is waited for."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Go on at once."""
        await asyncio.sleep(0)
        return event.is_set()


@pytest.mark.usefixtures("loop")
def test_whose_token_is_replaced(tmp_path: Path, qtbot: QtBot) -> None:
    """What the password store has counts, also where another data folder has put it there; else what is noted."""
    store, notes = MemoryStore(), TokenMetadataFile(tmp_path / "tokens.toml")
    tokens = TokenService(lambda: store, notes, SystemClock(), Proxies.of_this_system())

    def before() -> tuple[str, str]:
        return finish(qtbot, tokens.account_before(APPS))

    assert before() == NOBODY
    notes.put(APPS.token, SIGNED_IN)
    assert before() == (SIGNED_IN.account, SIGNED_IN.user_id)
    sign_in = SignIn("73.app.coze", Secret("r" * 40), SIGNED_IN.user_id, 1_800_000_000, 900)
    store.keep(APPS.token, TokenRecord(AccessToken("czu_" + "x" * 64), APPS.site, sign_in))
    assert before() == (SIGNED_IN.account, SIGNED_IN.user_id)
    other = replace(sign_in, user_id="9999")
    store.keep(APPS.token, TokenRecord(AccessToken("czu_" + "x" * 64), APPS.site, other))
    assert before() == ("", "9999")
    tokens.hold(APPS, AccessToken(PERSONAL))
    assert before() == NOBODY


@pytest.mark.usefixtures("loop")
def test_a_sign_in_that_is_held_is_renewed(
    server: SignInServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """It can't be stored, so it is used until the program ends, and outlives its first token."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile = replace(practice_profile(server.site), sign_in=SignInApps(device_client=DEVICE_CLIENT))
    notes = TokenMetadataFile(tmp_path / "tokens.toml")
    tokens = TokenService(Locked, notes, Hurried(), Proxies.of_this_system())
    shown: list[SignInStep] = []

    came = finish(qtbot, tokens.sign_in(profile, Way.CODE, shown.append, lambda message: message.id))
    with pytest.raises(PasswordStoreLocked):
        finish(qtbot, tokens.keep(profile, came))
    assert not tokens.has(profile.token)
    tokens.hold_sign_in(profile, came)

    assert [type(step) for step in shown] == [CodeShown]
    note = tokens.note(profile.token)
    assert note is not None
    assert (note.account, note.user_id, notes.all()) == (NICK_NAME, USER_ID, {})
    found = finish(qtbot, tokens.find(profile))
    assert found.renewal is not None
    renewed = finish(qtbot, found.renewal.token(found.token))
    assert renewed != found.token
    assert finish(qtbot, tokens.check(profile)) == Identity(TokenCheck.ACCEPTED, NICK_NAME, USER_ID)


@pytest.mark.usefixtures("loop")
def test_a_sign_in_that_is_held_gives_way_to_one_that_is_stored(
    server: SignInServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Whoever's the stored one is: the one that is held had its place."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile = replace(practice_profile(server.site), sign_in=SignInApps(device_client=DEVICE_CLIENT))
    store, notes = MemoryStore(), TokenMetadataFile(tmp_path / "tokens.toml")
    tokens = TokenService(lambda: store, notes, Hurried(), Proxies.of_this_system())
    came = finish(qtbot, tokens.sign_in(profile, Way.CODE, lambda _: None, lambda message: message.id))
    assert came.record.sign_in is not None
    others = replace(came.record, sign_in=replace(came.record.sign_in, user_id="9999"))
    store.keep(profile.token, others)
    with pytest.raises(SignInFailed):
        finish(qtbot, tokens.keep(profile, came))
    tokens.hold_sign_in(profile, came)

    before = finish(qtbot, tokens.account_before(profile))
    finish(qtbot, tokens.keep(profile, came, before[1]))

    assert store.record(profile.token, profile.site) == came.record
    assert not tokens.in_memory(profile.token)


class Gated(MemoryStore):
    """A store that takes its time to keep a sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.keeping, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def keep(self, name: str, record: TokenRecord) -> None:
        """Keep it once the gate is open."""
        if record.sign_in is not None:
            self.keeping.set()
            assert self.gate.wait(PATIENCE / 1000)
        super().keep(name, record)


@pytest.mark.usefixtures("loop")
def test_a_token_that_is_pasted_while_the_sign_in_is_renewed(
    server: SignInServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """It takes the place of what the renewal brings, and not the other way round."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile = replace(practice_profile(server.site), sign_in=SignInApps(device_client=DEVICE_CLIENT))
    store, notes = Gated(), TokenMetadataFile(tmp_path / "tokens.toml")
    tokens = TokenService(lambda: store, notes, Hurried(), Proxies.of_this_system())
    came = finish(qtbot, tokens.sign_in(profile, Way.CODE, lambda _: None, lambda message: message.id))
    finish(qtbot, tokens.keep(profile, came))
    found = finish(qtbot, tokens.find(profile))
    assert found.renewal is not None
    store.keeping.clear()
    store.gate.clear()

    loop = asyncio.get_running_loop()
    renewing = loop.create_task(found.renewal.token(found.token))
    qtbot.waitUntil(store.keeping.is_set, timeout=PATIENCE)
    storing = loop.create_task(tokens.store(profile, AccessToken(PERSONAL), None))
    for _ in range(3):
        finish(qtbot, tokens.describe())
    store.gate.set()
    qtbot.waitUntil(lambda: renewing.done() and storing.done(), timeout=PATIENCE)

    assert store.record(profile.token, profile.site) == TokenRecord(AccessToken(PERSONAL), profile.site)


@pytest.mark.usefixtures("loop")
def test_a_renewal_that_could_not_be_stored(
    server: SignInServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """The next run goes on with it, as the message says: what is stored is dead."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile = replace(practice_profile(server.site), sign_in=SignInApps(device_client=DEVICE_CLIENT))
    store, notes = Relocked(), TokenMetadataFile(tmp_path / "tokens.toml")
    tokens = TokenService(lambda: store, notes, Hurried(), Proxies.of_this_system())
    came = finish(qtbot, tokens.sign_in(profile, Way.CODE, lambda _: None, lambda message: message.id))
    finish(qtbot, tokens.keep(profile, came))
    found = finish(qtbot, tokens.find(profile))
    assert found.renewal is not None
    store.locked = True
    renewed = finish(qtbot, found.renewal.token(found.token))
    assert isinstance(renewed, AccessToken)

    assert finish(qtbot, tokens.check(profile)) == Identity(TokenCheck.ACCEPTED, NICK_NAME, USER_ID)
    store.locked = False
    again = finish(qtbot, tokens.find(profile))
    assert again.renewal is not None
    assert isinstance(finish(qtbot, again.renewal.token(again.token)), AccessToken)


class Relocked(MemoryStore):
    """A store that is locked again after a while."""

    locked = False

    def keep(self, name: str, record: TokenRecord) -> None:
        """Keep it, unless locked."""
        if self.locked:
            raise PasswordStoreLocked("vault.locked")
        super().keep(name, record)
