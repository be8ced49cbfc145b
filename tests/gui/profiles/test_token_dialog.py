"""The panel in which people sign in or paste a token, and that looks after the stored one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QCheckBox, QDateEdit, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.api.responses import NotSent
from bindtool.core.common.errors import (
    AddressNotConfirmed,
    BadInput,
    BindtoolError,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    SignInFailed,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.network.proxy import Proxy
from bindtool.core.profiles.profile import SignInApps
from bindtool.core.sign_in.browser import NothingYet, PageToOpen, StrangeAnswer
from bindtool.core.sign_in.device_code import ClockRunsFast, CodeShown
from bindtool.core.sign_in.wire import SiteNotReached
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.profiles.token_dialog import TokenDialog
from bindtool.gui.services import Services
from bindtool.gui.tokens.service import SignedIn
from bindtool.gui.tokens.sign_in_view import SignInMethod
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import can_see, find, key, keys, paste, press, said
from tests.gui.loop import PATIENCE, finish
from tests.gui.profiles.stand_ins import OBSTACLE, FaultyPasswordStore, Tokens
from tests.gui.samples import PERSONAL, PROFILE

APPS = replace(PROFILE, user_id="", user_name="", sign_in=SignInApps("73.app.coze", "74.app.coze"))
ADDRESS = "https://www.coze.cn/api/permission/oauth2/authorize?state=" + "s" * 43
CODE = CodeShown("WDJB-MJHT", "https://www.coze.cn/device", "https://www.coze.cn/device?user_code=WDJB-MJHT", 5)
SIGN_IN = SignIn("73.app.coze", Secret("r" * 40), "3400000000007126", 1_800_000_000, 900)
CAME = SignedIn(
    TokenRecord(AccessToken("czu_" + "x" * 64), PROFILE.site, SIGN_IN),
    Identity(TokenCheck.ACCEPTED, "Developer A", SIGN_IN.user_id),
    datetime(2026, 10, 9, tzinfo=UTC),
)
LOCKED = PasswordStoreLocked("password_store.locked")
STRANGE = "https://coze.example.com"
NOT_CONFIRMED = AddressNotConfirmed("token.address", address=STRANGE, site=PROFILE.site, name="Line 2")


@pytest.fixture
def came() -> list[str]:
    """Give what has waited for the token of the open profile."""
    return []


@pytest.fixture
def panel(
    window: MainWindow, texts: Texts, services: Services, qtbot: QtBot, clipboard: QClipboard, came: list[str]
) -> TokenDialog:
    """Give the panel on the screen, for a profile without a token."""
    made = TokenDialog(window, texts, services, lambda: came.append("the run"))
    made.ask(PROFILE)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    return made


@dataclass
class Desk:
    """What the panel works with, and who waits for what it says."""

    panel: TokenDialog
    texts: Texts
    services: Services
    tokens: Tokens
    password_store: FaultyPasswordStore
    tasks: BackgroundTasks
    qtbot: QtBot

    def until(self, words: str) -> None:
        """Wait until the panel says something."""
        self.qtbot.waitUntil(lambda: words in said(self.panel), timeout=PATIENCE)


@pytest.fixture
def desk(
    panel: TokenDialog,
    texts: Texts,
    services: Services,
    tokens: Tokens,
    password_store: FaultyPasswordStore,
    tasks: BackgroundTasks,
    qtbot: QtBot,
) -> Desk:
    """Give what the panel works with."""
    return Desk(panel, texts, services, tokens, password_store, tasks, qtbot)


@pytest.fixture
def kept(panel: TokenDialog, tokens: Tokens, qtbot: QtBot) -> None:
    """Have a token stored, and the panel opened for it."""
    finish(qtbot, tokens.store(PROFILE, AccessToken(PERSONAL), None))
    panel.ask(PROFILE)


@pytest.fixture
def signed_in(panel: TokenDialog, tokens: Tokens, qtbot: QtBot) -> None:
    """Have somebody signed in, and the panel opened for it."""
    finish(qtbot, tokens.keep(APPS, CAME))
    panel.ask(APPS)


def save(panel: TokenDialog) -> None:
    """Paste a token and save it."""
    paste(panel, "Access token", PERSONAL)
    press(panel, "Save token")


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_it_asks_for_the_token_alone_and_names_who_has_it(desk: Desk, panel: TokenDialog) -> None:
    """The token's name, the site, and the person to ask; the cursor waits for the paste."""
    assert desk.texts("token_panel.lead", name="shared", site="coze.cn", who="Bench 7") in said(panel)
    assert desk.texts("token_panel.none") in said(panel)
    assert find(panel, QLineEdit, desk.texts("token.label")).hasFocus()
    assert not can_see(panel, desk.texts("token_panel.check"))
    assert not can_see(panel, desk.texts("token_panel.forget"))
    assert not panel.methods.isVisible()


def test_a_paste_is_cleaned_stored_and_put_away(
    desk: Desk, panel: TokenDialog, clipboard: QClipboard, came: list[str]
) -> None:
    """What was trimmed is said; after saving, kind, length and days are seen, and the clipboard is empty."""
    # GIVEN a token as a chat sends it
    kind = desk.texts("token.kind.personal")
    paste(panel, desk.texts("token.label"), f'Bearer "{PERSONAL}" \n')
    assert desk.texts("token.read", kind=kind, length=68) in said(panel)
    assert desk.texts("token.trimmed.bearer") in said(panel)
    assert desk.texts("token.trimmed.quotes") in said(panel)

    # WHEN it is saved
    press(panel, desk.texts("token_panel.save"))
    desk.until(desk.texts("token_panel.saved"))

    # THEN it is kept, what has waited for it goes on, and what may be shown of it is shown
    assert desk.password_store.read(PROFILE.token, PROFILE.site).reveal() == PERSONAL
    assert came == ["the run"]
    assert desk.texts("token.clipboard_cleared") in said(panel)
    assert desk.texts("token.stored", kind=kind, length=68, day="2026-11-25") in said(panel)
    assert panel.token.is_empty
    assert clipboard.text() == ""
    assert PERSONAL not in said(panel)

    # WHEN there is nothing left to do THEN no empty field asks for anything, and "Done" closes
    assert not panel.token.isVisible()
    assert not can_see(panel, desk.texts("action.replace_token"))
    assert panel.done_button.hasFocus()
    press(panel, desk.texts("token_panel.done"))
    assert not panel.isVisible()


def test_the_token_of_another_profile(desk: Desk, panel: TokenDialog, came: list[str]) -> None:
    """It is kept, and nothing of the open one goes on by it."""
    desk.services.state.open_profile(replace(PROFILE, token_name="other"))
    save(panel)
    desk.until("The token has been saved")
    assert came == []


def test_another_text_in_the_clipboard_stays(desk: Desk, panel: TokenDialog, clipboard: QClipboard) -> None:
    """Only the token itself is cleared away."""
    paste(panel, "Access token", PERSONAL)
    clipboard.setText("SPK26113F21A0")

    press(panel, "Save token")
    desk.until("The token has been saved")

    assert clipboard.text() == "SPK26113F21A0"
    assert "clipboard" not in said(panel)


def test_the_last_day_goes_with_the_token(desk: Desk, panel: TokenDialog) -> None:
    """It counts once it is ticked, begins at thirty days, and cannot lie in the past."""
    # GIVEN a token and a last day
    choice = find(panel, QDateEdit, "The token's expiry date")
    assert not choice.isEnabled()
    find(panel, QCheckBox, "Expires on").setChecked(True)
    assert choice.isEnabled()
    assert choice.date() == QDate(2026, 12, 25)
    choice.setDate(QDate(2026, 10, 1))
    assert choice.date() == QDate(2026, 11, 25)
    choice.setDate(QDate(2026, 12, 20))

    # WHEN it is saved
    save(panel)
    desk.until("Expires on 2026-12-20.")

    # THEN the day goes along, and is open again for the next token
    note = desk.tokens.note(PROFILE.token)
    assert note is not None
    assert note.expires_on == date(2026, 12, 20)
    panel.ask(PROFILE)
    assert not find(panel, QCheckBox, "Expires on").isChecked()


def test_what_is_no_token_is_refused_with_the_reason(desk: Desk, panel: TokenDialog) -> None:
    """Nothing is kept; the reason stands at the field and the cursor is back in it."""
    paste(panel, "Access token", "pat_abcdef ghijkl")

    press(panel, "Save token")

    assert not desk.tasks.busy
    assert "There is a space inside the token" in said(panel)
    assert find(panel, QLineEdit, "Access token").hasFocus()


def test_waiting_for_the_systems_prompt_can_be_cancelled(desk: Desk, panel: TokenDialog) -> None:
    """A blocked password store is said; Cancel and Escape end the wait and leave the panel open."""
    paste(panel, desk.texts("token.label"), PERSONAL)
    desk.password_store.prompts.clear()
    for end_wait in (partial(press, panel, desk.texts("waiting.stop")), partial(key, panel, Qt.Key.Key_Escape)):
        # GIVEN a wait
        press(panel, desk.texts("token_panel.save"))
        desk.until(desk.texts("token_panel.waiting"))
        assert not panel.token.entry.isEnabled()
        assert not panel.save_button.isEnabled()

        # WHEN it is ended
        end_wait()

        # THEN the panel is idle again
        assert desk.texts("token_panel.waiting") not in said(panel)
        assert panel.isVisible()
        assert panel.save_button.isEnabled()
        desk.qtbot.waitUntil(lambda: not desk.tasks.busy)


def test_somebody_else_waits_for_the_store(desk: Desk, panel: TokenDialog) -> None:
    """A run asks it too: the panel that asks for nothing says nothing of it."""
    desk.tokens.waiting.emit()

    assert "Waiting" not in said(panel)


def test_a_locked_store_is_tried_again(desk: Desk, panel: TokenDialog) -> None:
    """Message 2 with its two ways on; trying again asks for the same once more."""
    # GIVEN a store that is locked
    desk.password_store.failure = LOCKED
    paste(panel, desk.texts("token.label"), PERSONAL)
    press(panel, desk.texts("token_panel.save"))
    desk.until(desk.texts("password_store.locked.title"))
    assert desk.texts("password_store.locked.hint") in panel.reply.accessibleDescription()
    assert can_see(panel, desk.texts("token_panel.memory"))
    assert not can_see(panel, desk.texts("token_panel.save"))

    # WHEN it is tried again
    desk.password_store.failure = None
    press(panel, desk.texts("action.try_again"))
    assert panel.reply.accessibleDescription() == ""

    # THEN the token is stored
    desk.until(desk.texts("token_panel.saved"))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("buttons", "done"),
    [(["Check"], "Developer A"), (["Forget", "Forget it"], "The token has been forgotten")],
    ids=["check", "forget"],
)
def test_trying_again_repeats_what_was_wanted(
    desk: Desk, panel: TokenDialog, buttons: list[str], done: str
) -> None:
    """A check or a forgetting that met a locked store is repeated, not a saving."""
    desk.password_store.failure = LOCKED
    for button in buttons:
        press(panel, button)
    desk.until("The system's password store is locked")

    desk.password_store.failure = None
    press(panel, "Try again")

    desk.until(done)


def test_a_token_in_the_field_is_held_at_once(desk: Desk, panel: TokenDialog) -> None:
    """Where no store can serve, one press holds the token that was just pasted."""
    # GIVEN a computer without a password store
    desk.password_store.failure = PasswordStoreUnusable("password_store.absent", backend="fail")
    save(panel)
    desk.until("This computer has no password store")

    # WHEN it is to be held
    press(panel, "Enter a token until bindtool closes")

    # THEN it is, and the panel says for how long
    assert desk.tokens.in_memory(PROFILE.token)
    assert "The token is kept until bindtool closes" in said(panel)
    assert "Kept until bindtool closes: personal token, 68 characters." in panel.kept.text()
    desk.until("Developer A")


@pytest.mark.usefixtures("kept")
def test_without_a_token_the_field_asks_for_one_to_hold(desk: Desk, panel: TokenDialog) -> None:
    """The next token is then for memory only, which field and button say; it needs no last day."""
    # GIVEN a check that met a locked store
    desk.password_store.failure = LOCKED
    press(panel, "Check")
    desk.until("The system's password store is locked")

    # WHEN a token is to be entered for now
    press(panel, "Enter a token until bindtool closes")

    # THEN the field waits for it
    assert find(panel, QLineEdit, "Access token").hasFocus()
    assert "It is kept until bindtool closes and stored nowhere." in said(panel)
    assert not panel.expiry.isVisible()

    # WHEN it comes
    paste(panel, "Access token", PERSONAL)
    press(panel, "Use until bindtool closes")

    # THEN it is held
    assert desk.tokens.in_memory(PROFILE.token)
    desk.until("Developer A")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "error",
    [TokenMissing("token.missing", name="shared"), BadInput("token.fixed", source="practice")],
    ids=["missing", "fixed"],
)
def test_an_error_that_is_not_the_stores_offers_no_other_place(
    desk: Desk, panel: TokenDialog, error: BindtoolError
) -> None:
    """A missing token, or one that can't be replaced here, is said; trying again would not help."""
    desk.password_store.failure = error
    press(panel, "Check")
    desk.until(desk.texts.say(error.title))

    assert not can_see(panel, "Try again")
    assert can_see(panel, "Replace token")


@pytest.mark.usefixtures("kept")
def test_where_a_token_may_go_is_asked_by_name(desk: Desk, panel: TokenDialog) -> None:
    """The yes is for the address that stands there; a token without a site gets none."""
    desk.password_store.failure = NOT_CONFIRMED
    panel.check()
    desk.until(STRANGE)

    desk.password_store.failure = LOCKED
    press(panel, desk.texts("token_panel.confirm_address"))
    desk.until(desk.texts("password_store.locked.title"))
    desk.password_store.failure = TokenNotForSite("token.no_site", name="Line 2", site=PROFILE.site)
    press(panel, desk.texts("action.try_again"))
    desk.until(desk.texts.say(desk.password_store.failure.title))

    assert desk.tokens.asked == [STRANGE, STRANGE]
    assert not can_see(panel, desk.texts("token_panel.confirm_address"))


def test_an_address_without_a_token(desk: Desk, panel: TokenDialog) -> None:
    """Once it is confirmed the cursor waits for the token."""
    desk.password_store.failure = NOT_CONFIRMED
    panel.check()
    desk.until(STRANGE)
    panel.close_button.setFocus()

    press(panel, desk.texts("token_panel.confirm_address"))

    desk.until(desk.texts("token_panel.none"))
    assert find(panel, QLineEdit, "Access token").isVisible()


@pytest.mark.usefixtures("kept")
def test_forgetting_asks_first(desk: Desk, panel: TokenDialog) -> None:
    """The question stands in the panel; No leaves all as it is, Yes forgets."""
    # WHEN it is to be forgotten, and then not
    press(panel, "Forget")
    assert "Forget the stored token?" in said(panel)
    press(panel, "Keep it")

    # THEN nothing is done
    assert not desk.tasks.busy
    assert "Forget the stored token?" not in said(panel)

    # WHEN it is to be forgotten after all
    press(panel, "Forget")
    press(panel, "Forget it")

    # THEN it is, and that is said
    desk.until("The token has been forgotten")
    assert not desk.tokens.has(PROFILE.token)
    assert "No token is stored yet." in said(panel)
    assert not can_see(panel, "Check")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("identity", "told"),
    [
        (Identity(TokenCheck.ACCEPTED, "Developer A"), ["token_check.accepted.title", "token_check.limits"]),
        (Identity(TokenCheck.ACCEPTED), ["token_check.accepted.nameless", "token_check.limits"]),
        (Identity(TokenCheck.REFUSED), ["advice.site_refuses_token.title", "advice.site_refuses_token.hint"]),
        (Identity(TokenCheck.UNCLEAR), ["token_check.unclear.title", "token_check.unclear.hint"]),
    ],
    ids=["accepted", "nameless", "refused", "unclear"],
)
def test_a_check_has_three_answers(desk: Desk, panel: TokenDialog, identity: Identity, told: list[str]) -> None:
    """Accepted with the account's name, refused, or could not tell; and what it can't tell in any case."""
    desk.tokens.answer = identity
    press(panel, desk.texts("token_panel.check"))
    desk.until(desk.texts(told[0], site="coze.cn"))

    # THEN it is said in full
    assert all(desk.texts(id_, site="coze.cn") in panel.reply.accessibleDescription() for id_ in told)
    assert identity.name in panel.reply.accessibleDescription()
    assert desk.texts("token_panel.checking", site="coze.cn") not in said(panel)


@pytest.mark.usefixtures("kept")
def test_offline_the_token_is_not_said_to_be_in_doubt(desk: Desk, panel: TokenDialog) -> None:
    """Where the site can't be reached, that is said, why, and that the token was not checked."""
    desk.tokens.answer = replace(OBSTACLE, why=NotSent.DNS, detail="", host="api.coze.cn")
    press(panel, desk.texts("token_panel.check"))
    desk.until(desk.texts("token_check.not_reached.title", site="coze.cn"))

    assert desk.texts("obstacle.dns.hint", host="api.coze.cn") in panel.reply.accessibleDescription()
    assert desk.texts("token_check.unclear.title") not in said(panel)


def test_that_it_was_saved_stays_beside_the_check(desk: Desk, panel: TokenDialog) -> None:
    """Saving is followed by a check; both are said, until the next wish."""
    save(panel)
    desk.until("Developer A")

    assert "The token has been saved" in said(panel)
    assert "The clipboard still held the token; it has been cleared." in said(panel)
    press(panel, "Check")
    assert "The token has been saved" not in said(panel)
    assert panel.reply.accessibleDescription() == ""


@pytest.mark.usefixtures("kept")
def test_a_proxy_that_wants_a_log_in(desk: Desk, panel: TokenDialog) -> None:
    """It can be entered from here; as soon as that is done, the site is asked once more."""
    wanted = QSignalSpy(desk.services.proxy_logins.requested)
    desk.tokens.answer = OBSTACLE
    press(panel, "Check")
    desk.until("proxy.example:8080")
    press(panel, "Enter log-in")
    assert [wanted.at(at) for at in range(wanted.count())] == [[OBSTACLE]]

    desk.tokens.answer = Identity(TokenCheck.ACCEPTED, "Developer A")
    desk.services.proxy_logins.entered.emit(Proxy.parse(OBSTACLE.host))
    desk.until("Developer A")
    desk.services.proxy_logins.entered.emit(Proxy.parse(OBSTACLE.host))
    assert desk.tokens.asked == ["check", "check"]


def test_closing_leaves_no_token_behind(panel: TokenDialog) -> None:
    """What was pasted and not saved is gone when the panel is opened again."""
    paste(panel, "Access token", PERSONAL)

    press(panel, "Close")

    assert not panel.isVisible()
    assert panel.token.is_empty


def test_return_saves_a_token(desk: Desk, panel: TokenDialog) -> None:
    """Pasted, Return, saved: no hand has to go to the mouse."""
    paste(panel, "Access token", PERSONAL)
    key(find(panel, QLineEdit, "Access token"), Qt.Key.Key_Return)
    desk.until("The token has been saved")

    assert desk.password_store.read(PROFILE.token, PROFILE.site).reveal() == PERSONAL


def test_a_token_that_the_site_refuses_is_to_be_replaced(desk: Desk, panel: TokenDialog) -> None:
    """The field is there again, with the cursor; what is saved is not done with."""
    desk.tokens.answer = Identity(TokenCheck.REFUSED)
    save(panel)
    desk.until("coze.cn does not accept this token")

    assert find(panel, QLineEdit, "Access token").hasFocus()
    assert can_see(panel, "Replace token")
    assert not can_see(panel, "Done")


def test_escape_does_not_drop_what_is_in_the_field_without_a_word(panel: TokenDialog) -> None:
    """It asks; a second Esc takes the question back, and nothing that is said has the token in it."""
    paste(panel, "Access token", PERSONAL)
    key(panel, Qt.Key.Key_Escape)

    assert panel.isVisible()
    assert "The token in the field has not been saved. Discard it?" in said(panel)
    assert PERSONAL not in said(panel) + panel.windowTitle() + panel.accessibleDescription()
    assert find(panel, QPushButton, "Keep it").hasFocus()
    key(panel, Qt.Key.Key_Escape)
    assert not can_see(panel, "Discard")
    assert not panel.token.is_empty

    key(panel, Qt.Key.Key_Escape)
    press(panel, "Discard")
    assert not panel.isVisible()
    assert panel.token.is_empty


def test_return_saves_no_scan(desk: Desk, panel: TokenDialog) -> None:
    """A scan that goes into the field ends with Return, which must not put it in place of a good token."""
    field = find(panel, QLineEdit, "Access token")

    keys(field, "SPK26113F21A0")
    key(field, Qt.Key.Key_Return)

    assert not desk.tasks.busy
    assert "If it is one, press “Save token”." in said(panel)
    assert panel.isVisible()
    assert not any(button.isDefault() or button.autoDefault() for button in panel.findChildren(QPushButton))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_the_panel_grows_with_what_it_says(panel: TokenDialog) -> None:
    """The longest message is seen whole, and the panel still fits a small screen."""
    before = panel.height()

    panel.show_problem(PasswordStoreUnusable("password_store.plain", backend="PlaintextKeyring"))
    QApplication.processEvents()

    assert panel.height() > before
    assert panel.height() <= 640
    assert panel.width() <= 1024
    seen = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    assert all(label.height() >= label.heightForWidth(label.width()) for label in seen if label.wordWrap())
    buttons = [button for button in panel.findChildren(QPushButton) if button.isVisible()]
    assert all(button.height() >= theme.TARGET for button in buttons)
    assert all(button.width() >= button.minimumSizeHint().width() for button in buttons)


# ---------------------------------------------------------------- signing in


@pytest.fixture
def apps(panel: TokenDialog) -> TokenDialog:
    """Give the panel for a profile with both apps and no token."""
    panel.ask(APPS)
    return panel


@pytest.fixture
def asked_whose(apps: TokenDialog, desk: Desk) -> TokenDialog:
    """Give the panel after somebody has signed in."""
    desk.tokens.came = CAME
    press(apps, "Open the browser")
    desk.until("Devices go to the list of Developer A (UID …7126)")
    return apps


def test_three_ways_side_by_side(desk: Desk, apps: TokenDialog) -> None:
    """Each says what it does; the first that the profile has an app for is chosen, and nothing begins by itself."""
    assert apps.methods.chosen is SignInMethod.BROWSER
    assert desk.texts("sign_in_panel.browser.lead", page="www.coze.cn", site="coze.cn") in said(apps)
    assert not can_see(apps, desk.texts("token_panel.save"))

    press(apps, desk.texts("sign_in_panel.code"))
    assert desk.texts("sign_in_panel.code.lead") in said(apps)
    press(apps, desk.texts("sign_in_panel.by_hand"))
    assert find(apps, QLineEdit, desk.texts("token.label")).isVisible()
    assert can_see(apps, desk.texts("token_panel.save"))
    assert not desk.tasks.busy


@pytest.mark.parametrize(
    ("sign_in", "site", "chosen", "closed"),
    [
        (SignInApps(device_client="74.app.coze"), "https://api.coze.cn", SignInMethod.CODE, {SignInMethod.BROWSER}),
        (SignInApps("73.app.coze"), "https://api.coze.cn", SignInMethod.BROWSER, {SignInMethod.CODE}),
        (
            SignInApps("73.app.coze"),
            "https://api.speakers.example",
            SignInMethod.BY_HAND,
            {SignInMethod.BROWSER, SignInMethod.CODE},
        ),
    ],
)
def test_a_way_without_an_app_is_not_offered(
    desk: Desk, panel: TokenDialog, sign_in: SignInApps, site: str, chosen: SignInMethod, closed: set[SignInMethod]
) -> None:
    """It is out of sight, and named as not set up."""
    panel.ask(replace(APPS, site=site, sign_in=sign_in))

    assert panel.methods.chosen is chosen
    seen = {way for way, button in panel.methods.buttons.items() if button.isVisible()}
    assert seen == (set(SignInMethod) - closed if len(closed) == 1 else set())
    assert all(desk.texts(f"{method}.closed") in said(panel) for method in closed)


def test_to_paste_is_to_have_the_cursor_in_the_field(desk: Desk, apps: TokenDialog) -> None:
    """The first press and a second one on the same way; what is typed then does not vanish."""
    for _ in range(2):
        press(apps, desk.texts("sign_in_panel.by_hand"))
        assert find(apps, QLineEdit, desk.texts("token.label")).hasFocus()


def test_the_browser_is_waited_for(desk: Desk, apps: TokenDialog) -> None:
    """The address stands there to be copied; Escape ends the wait, and nothing of it is left to be seen."""
    desk.tokens.steps = [PageToOpen(ADDRESS), NothingYet()]
    press(apps, "Open the browser")
    desk.until(desk.texts("sign_in_panel.nothing_yet"))
    assert can_see(apps, "Copy for the administrator")
    assert desk.tokens.asked == [SignInMethod.BROWSER]
    assert find(apps, QLineEdit, "Address").text() == ADDRESS
    press(apps, "Copy address")
    assert QApplication.clipboard().text() == ADDRESS

    key(apps, Qt.Key.Key_Escape)

    assert apps.isVisible()
    assert apps.sign_in.address.text() == ""
    assert not can_see(apps, "Copy for the administrator")


def test_an_answer_to_another_sign_in(desk: Desk, apps: TokenDialog) -> None:
    """It is said, and the wait goes on with the same address."""
    desk.tokens.steps = [PageToOpen(ADDRESS), StrangeAnswer()]
    press(apps, "Open the browser")
    desk.until("does not belong to this sign-in")

    assert apps.sign_in.address.text() == ADDRESS


def test_a_browser_that_does_not_start(desk: Desk, window: MainWindow) -> None:
    """The address is opened by hand."""
    desk.tokens.steps = [PageToOpen(ADDRESS)]
    panel = TokenDialog(window, desk.texts, replace(desk.services, open_page=lambda _: False), print)
    panel.ask(APPS)
    press(panel, "Open the browser")

    desk.qtbot.waitUntil(lambda: "No browser could be started" in said(panel))
    assert find(panel, QLineEdit, "Address").isVisible()


def test_a_code_is_shown(desk: Desk, apps: TokenDialog) -> None:
    """With its address, the time that is left, and whose code it is; with a picture, if one can hold it."""
    desk.tokens.steps = [CODE]
    press(apps, "Code on a phone")
    press(apps, "Show a code")
    desk.until("WDJB-MJHT")

    assert desk.tokens.asked == [SignInMethod.CODE]
    assert "5:00 left" in said(apps)
    assert "You started this yourself, here" in said(apps)
    apps.sign_in.show_step(ClockRunsFast())
    assert "may run fast" in said(apps)
    assert "WDJB-MJHT" in said(apps)
    assert apps.sign_in.picture.isVisible()
    apps.sign_in.show_step(replace(CODE, complete="https://www.coze.cn/设备"))
    assert not apps.sign_in.picture.isVisible()


def test_whose_it_is_is_asked(desk: Desk, asked_whose: TokenDialog) -> None:
    """Nothing else can be pressed meanwhile; what was shown before is gone; a scanner's Return confirms nothing."""
    assert not any(button.isEnabled() for button in asked_whose.methods.buttons.values())
    key(asked_whose, Qt.Key.Key_Return)
    assert not desk.tokens.has(APPS.token)

    press(asked_whose, "Use this account")

    desk.until("Signed in as Developer A (UID …7126) since 2026-10-09")
    assert desk.password_store.record(APPS.token, APPS.site) == CAME.record
    assert asked_whose.done_button.hasFocus()


@pytest.mark.usefixtures("signed_in")
def test_another_account_than_last_time(desk: Desk, panel: TokenDialog) -> None:
    """Both are named before it is kept."""
    desk.tokens.came = replace(CAME, identity=Identity(TokenCheck.ACCEPTED, "Developer B", "3400000000009999"))
    press(panel, "Open the browser")

    desk.until("Devices go to the list of Developer B (UID …9999)")
    assert "Developer A (UID …7126)" in panel.reply.accessibleDescription()


@pytest.mark.parametrize("way_out", ["Close", "Another account"])
def test_who_does_not_say_yes_keeps_nothing(desk: Desk, asked_whose: TokenDialog, way_out: str) -> None:
    """Nor does who closes the panel in place of an answer."""
    press(asked_whose, way_out)

    assert asked_whose.isVisible() == (way_out != "Close")
    assert not desk.tokens.has(APPS.token)
    asked_whose.ask(APPS)
    assert not can_see(asked_whose, "Use this account")


def test_a_store_that_does_not_take_it(desk: Desk, asked_whose: TokenDialog) -> None:
    """It is tried again, or held until bindtool closes; nobody has to sign in a second time."""
    desk.password_store.failure = LOCKED
    press(asked_whose, "Use this account")
    desk.until("The system's password store is locked")
    press(asked_whose, "Try again")
    desk.until("The system's password store is locked")
    desk.qtbot.waitUntil(lambda: not desk.tasks.busy)

    press(asked_whose, "Use until bindtool closes")

    assert desk.tokens.asked == [SignInMethod.BROWSER]
    assert "Signed in as Developer A (UID …7126) since 2026-10-09, until bindtool closes" in said(asked_whose)
    assert asked_whose.done_button.hasFocus()


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (SignInFailed("sign_in.denied", said=""), "The sign-in was refused on Coze's page"),
        (SiteNotReached(OBSTACLE), "proxy.example:8080"),
        (SiteNotReached(replace(OBSTACLE, why=NotSent.DNS)), "Coze can't be reached for signing in"),
    ],
    ids=["denied", "log-in", "refused"],
)
def test_a_failed_sign_in_begins_again(desk: Desk, apps: TokenDialog, failure: SignInFailed, words: str) -> None:
    """Why is said, and the same button is there."""
    desk.tokens.came = failure
    press(apps, "Open the browser")
    desk.until(words)

    desk.tokens.came = CAME
    press(apps, "Open the browser")
    desk.until("Devices go to the list of Developer A")


def test_a_page_of_strangers_is_shown_first(desk: Desk, panel: TokenDialog) -> None:
    """It is not opened by "Sign in again", but by the button below its address."""
    desk.tokens.steps = [PageToOpen(ADDRESS)]
    strangers = replace(APPS.sign_in, page="https://login.speakers.example")
    panel.ask(replace(APPS, sign_in=strangers, read_only=True))

    panel.sign_in_again()
    assert "The page is https://login.speakers.example" in said(panel)
    press(panel, "Open the browser")
    desk.until(desk.texts("sign_in_panel.opened"))
    assert desk.tokens.asked == [SignInMethod.BROWSER]


def test_signing_in_again(desk: Desk, apps: TokenDialog) -> None:
    """It begins at once; without an app the cursor waits for a token."""
    desk.tokens.steps = [PageToOpen(ADDRESS)]
    apps.sign_in_again()
    desk.until(desk.texts("sign_in_panel.opened"))

    apps.ask(PROFILE)
    apps.sign_in_again()
    assert desk.tokens.asked == [SignInMethod.BROWSER]
    assert find(apps, QLineEdit, "Access token").hasFocus()


@pytest.mark.usefixtures("signed_in")
def test_signing_out_asks_first(desk: Desk, panel: TokenDialog) -> None:
    """It says that Coze can't be told."""
    assert "Signed in as Developer A (UID …7126) since 2026-10-09" in said(panel)
    press(panel, "Sign out")
    assert desk.tokens.has(APPS.token)
    press(panel, "Yes, sign out")

    desk.until("Signed out here.")
    assert not desk.tokens.has(APPS.token)
