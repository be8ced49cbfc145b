"""The panel that asks for a token and looks after the stored one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDateEdit, QLabel, QLineEdit, QPushButton

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.common.errors import (
    AddressNotConfirmed,
    BadInput,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.gui.common.theme import theme
from bindtool.gui.tokens.dialog import TokenDialog
from bindtool.i18n.catalogue import LANGUAGES
from tests.gui.acting import can_see, find, key, keys, paste, press, said
from tests.gui.samples import NOTE, PERSONAL, PROFILE

if TYPE_CHECKING:
    from PySide6.QtGui import QClipboard

    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show


@pytest.fixture
def panel(texts: Texts, day: date, show: Show, clipboard: QClipboard) -> TokenDialog:
    """Give the panel on the screen, for a profile without a token."""
    made = TokenDialog(texts, day)
    made.ask(PROFILE, None)
    show(made)
    return made


@pytest.fixture
def heard(panel: TokenDialog) -> list[tuple[object, ...]]:
    """Give what the panel has asked for: the wish's name and what goes with it; a token as its text."""
    wishes: list[tuple[object, ...]] = []

    def hold(token: AccessToken) -> None:
        wishes.append(("memory", token.reveal()))

    def store(token: AccessToken, last_day: date | None) -> None:
        wishes.append(("store", token.reveal(), last_day))

    panel.store_requested.connect(store)
    panel.memory_requested.connect(hold)
    panel.forget_requested.connect(lambda: wishes.append(("forget",)))
    panel.check_requested.connect(lambda: wishes.append(("check",)))
    panel.cancel_requested.connect(lambda: wishes.append(("cancel",)))
    return wishes


Heard = list[tuple[object, ...]]


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_it_asks_for_the_token_alone_and_names_who_has_it(panel: TokenDialog, texts: Texts) -> None:
    """The token's name, the site, and the person to ask; the cursor waits for the paste."""
    assert texts("token_panel.lead", name="shared", site="coze.cn", who="Bench 7") in said(panel)
    assert texts("token_panel.none") in said(panel)
    assert find(panel, QLineEdit, texts("token.label")).hasFocus()
    assert not can_see(panel, texts("token_panel.check"))
    assert not can_see(panel, texts("token_panel.forget"))


def test_nobody_named_is_the_it_person(panel: TokenDialog) -> None:
    """A profile that names nobody sends people to their IT."""
    panel.ask(replace(PROFILE, who_to_ask=""), None)

    assert "Your IT person can give it to you." in said(panel)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_a_paste_is_cleaned_stored_and_put_away(
    panel: TokenDialog, texts: Texts, heard: Heard, clipboard: QClipboard
) -> None:
    """What was trimmed is said; after saving, kind, length and days are seen, and the clipboard is empty."""
    # GIVEN a token as a chat sends it
    paste(panel, texts("token.label"), f'Bearer "{PERSONAL}" \n')
    assert texts("token.read", kind=texts("token.kind.personal"), length=68) in said(panel)
    assert texts("token.trimmed.bearer") in said(panel)
    assert texts("token.trimmed.quotes") in said(panel)

    # WHEN it is saved
    press(panel, texts("token_panel.save"))
    assert heard == [("store", PERSONAL, None)]
    panel.show_waiting()
    panel.show_saved(NOTE)

    # THEN what may be shown of it is shown
    assert texts("token_panel.saved") in said(panel)
    assert texts("token.clipboard_cleared") in said(panel)
    assert texts("token.ends", day="2026-11-08") in panel.kept.text()
    assert find(panel, QLineEdit, texts("token.label")).text() == ""
    assert clipboard.text() == ""
    assert can_see(panel, texts("action.replace_token"))
    assert PERSONAL not in said(panel)


def test_another_text_in_the_clipboard_stays(panel: TokenDialog, clipboard: QClipboard) -> None:
    """Only the token itself is cleared away."""
    paste(panel, "Access token", PERSONAL)
    clipboard.setText("SPK26113F21A0")

    panel.show_saved(NOTE)

    assert clipboard.text() == "SPK26113F21A0"
    assert "clipboard" not in said(panel)


def test_the_last_day_goes_with_the_token(panel: TokenDialog, heard: Heard) -> None:
    """It counts once it is ticked, begins at thirty days, and cannot lie in the past."""
    # GIVEN a token and a last day
    choice = find(panel, QDateEdit, "Day on which the token ends")
    assert not choice.isEnabled()
    find(panel, QCheckBox, "It ends on").setChecked(True)
    assert choice.isEnabled()
    assert choice.date() == QDate(2026, 11, 8)
    choice.setDate(QDate(2026, 10, 1))
    assert choice.date() == QDate(2026, 10, 9)
    choice.setDate(QDate(2026, 12, 20))

    # WHEN it is saved
    paste(panel, "Access token", PERSONAL)
    press(panel, "Save token")

    # THEN the day goes along, and is open again for the next token
    assert heard == [("store", PERSONAL, date(2026, 12, 20))]
    panel.show_saved(NOTE)
    assert not find(panel, QCheckBox, "It ends on").isChecked()


@pytest.mark.parametrize(
    ("pasted", "problem"),
    [
        ("", "There is no token here"),
        ("pat_1", "5 characters are too few for a token"),
        ("pat_abcdef ghijkl", "There is a space inside the token"),
        ("pat_abcdef\nghijkl", "There is a line break inside the token"),
        ("pat_令牌令牌令牌", "There are characters here that no token has"),
    ],
)
def test_what_is_no_token_is_refused_with_the_reason(
    panel: TokenDialog, heard: Heard, pasted: str, problem: str
) -> None:
    """Nothing is wanted; the reason stands at the field and the cursor is back in it."""
    paste(panel, "Access token", pasted)

    press(panel, "Save token")

    assert heard == []
    assert problem in said(panel)
    assert find(panel, QLineEdit, "Access token").hasFocus()


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_waiting_for_the_systems_prompt_can_be_cancelled(panel: TokenDialog, texts: Texts, heard: Heard) -> None:
    """A blocked password store is said; Cancel and Escape end the wait and leave the panel open."""

    def press_stop() -> None:
        press(panel, texts("waiting.stop"))

    def press_escape() -> None:
        key(panel, Qt.Key.Key_Escape)

    for end_wait in (press_stop, press_escape):
        # GIVEN a wait
        heard.clear()
        panel.show_waiting()
        assert texts("token_panel.waiting") in said(panel)
        assert not panel.token.entry.isEnabled()
        assert not panel.save_button.isEnabled()

        # WHEN it is ended
        end_wait()

        # THEN the panel is idle again
        assert heard == [("cancel",)]
        assert texts("token_panel.waiting") not in said(panel)
        assert panel.isVisible()
        assert panel.save_button.isEnabled()


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_a_locked_store_is_tried_again(panel: TokenDialog, texts: Texts, heard: Heard) -> None:
    """Message 2 with its two ways on; trying again asks for the same once more."""
    # GIVEN a store that is locked
    paste(panel, texts("token.label"), PERSONAL)
    press(panel, texts("token_panel.save"))
    panel.show_problem(PasswordStoreLocked("vault.locked"))
    assert texts("vault.locked.title") in panel.reply.accessibleDescription()
    assert texts("vault.locked.hint") in panel.reply.accessibleDescription()
    assert can_see(panel, texts("token_panel.memory"))
    assert not can_see(panel, texts("token_panel.save"))

    # WHEN it is tried again
    press(panel, texts("action.try_again"))

    # THEN the token is to be stored once more, and the message is gone
    assert heard == [("store", PERSONAL, None)] * 2
    assert panel.reply.accessibleDescription() == ""
    assert can_see(panel, texts("token_panel.save"))


@pytest.mark.parametrize(("button", "wish"), [("Check", "check"), ("Forget it", "forget")])
def test_trying_again_repeats_what_was_wanted(panel: TokenDialog, heard: Heard, button: str, wish: str) -> None:
    """A check or a forgetting that met a locked store is repeated, not a saving."""
    panel.ask(PROFILE, NOTE)
    if wish == "forget":
        press(panel, "Forget")
    press(panel, button)

    panel.show_problem(PasswordStoreLocked("vault.locked"))
    press(panel, "Try again")

    assert heard == [(wish,), (wish,)]


def test_a_token_in_the_field_is_held_at_once(panel: TokenDialog, heard: Heard) -> None:
    """Where no store can serve, one press holds the token that was just pasted."""
    # GIVEN a computer without a password store
    paste(panel, "Access token", PERSONAL)
    press(panel, "Save token")
    panel.show_problem(PasswordStoreUnusable("vault.absent", backend="fail"))

    # WHEN it is to be held
    press(panel, "Enter a token until bindtool closes")

    # THEN it is, and the panel says for how long
    assert heard[1:] == [("memory", PERSONAL)]
    panel.show_saved(NOTE, in_memory=True)
    assert "The token is kept until bindtool closes" in said(panel)
    assert "Kept until bindtool closes: personal token, 68 characters." in panel.kept.text()


def test_without_a_token_the_field_asks_for_one_to_hold(panel: TokenDialog, heard: Heard) -> None:
    """The next token is then for memory only, which field and button say; it needs no last day."""
    # GIVEN a check that met a locked store
    panel.show_problem(PasswordStoreLocked("vault.locked"))

    # WHEN a token is to be entered for now
    press(panel, "Enter a token until bindtool closes")

    # THEN the field waits for it
    assert find(panel, QLineEdit, "Access token").hasFocus()
    assert "It is kept until bindtool closes and stored nowhere." in said(panel)
    assert not panel.expiry.isVisible()

    # WHEN it comes
    paste(panel, "Access token", PERSONAL)
    press(panel, "Use until bindtool closes")

    # THEN it is to be held
    assert heard == [("memory", PERSONAL)]


@pytest.mark.parametrize(
    "error",
    [TokenMissing("token.missing", name="shared"), BadInput("token.fixed", source="practice")],
    ids=["missing", "fixed"],
)
def test_an_error_that_is_not_the_stores_offers_no_other_place(
    panel: TokenDialog, texts: Texts, error: TokenMissing
) -> None:
    """A missing token, or one that can't be replaced here, is said; trying again would not help."""
    panel.show_problem(error)

    assert texts.say(error.title) in panel.reply.accessibleDescription()
    assert not can_see(panel, "Try again")
    assert can_see(panel, "Save token")


def test_where_a_token_may_go_is_asked_by_name(panel: TokenDialog, texts: Texts) -> None:
    """The yes is for the address that stands there; a token without a site gets none."""
    said_yes: list[str] = []
    panel.confirm_requested.connect(said_yes.append)
    address = "https://coze.example.com"
    panel.show_problem(AddressNotConfirmed("token.address", address=address, site=PROFILE.site, name="Line 2"))
    assert address in said(panel)
    press(panel, texts("token_panel.confirm_address"))
    panel.show_problem(PasswordStoreLocked("vault.locked"))
    press(panel, texts("action.try_again"))
    assert said_yes == [address, address]
    panel.show_problem(TokenNotForSite("token.no_site", name="Line 2", site=PROFILE.site))
    assert not can_see(panel, texts("token_panel.confirm_address"))


def test_forgetting_asks_first(panel: TokenDialog, heard: Heard) -> None:
    """The question stands in the panel; No leaves all as it is, Yes forgets."""
    # GIVEN a stored token
    panel.ask(PROFILE, NOTE)

    # WHEN it is to be forgotten, and then not
    press(panel, "Forget")
    assert "Forget the stored token?" in said(panel)
    press(panel, "Keep it")

    # THEN nothing is wanted
    assert heard == []
    assert "Forget the stored token?" not in said(panel)

    # WHEN it is to be forgotten after all
    press(panel, "Forget")
    press(panel, "Forget it")

    # THEN that is wanted, and said when it is done
    assert heard == [("forget",)]
    panel.show_forgotten()
    assert "The token has been forgotten" in said(panel)
    assert "No token is stored yet." in said(panel)
    assert not can_see(panel, "Check")


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
@pytest.mark.parametrize(
    ("identity", "told"),
    [
        (Identity(TokenCheck.ACCEPTED, "Developer A"), ["token_check.accepted.title", "token_check.limits"]),
        (Identity(TokenCheck.ACCEPTED), ["token_check.accepted.nameless", "token_check.limits"]),
        (Identity(TokenCheck.REFUSED), ["advice.site_refuses_token.title", "advice.site_refuses_token.body"]),
        (Identity(TokenCheck.UNCLEAR), ["token_check.unclear.title", "token_check.unclear.body"]),
    ],
    ids=["accepted", "nameless", "refused", "unclear"],
)
def test_a_check_has_three_answers(
    panel: TokenDialog, texts: Texts, heard: Heard, identity: Identity, told: list[str]
) -> None:
    """Accepted with the account's name, refused, or could not tell; and what it can't tell in any case."""
    # GIVEN a stored token that is checked
    panel.ask(PROFILE, NOTE)
    press(panel, texts("token_panel.check"))
    assert heard == [("check",)]
    panel.show_checking()
    assert texts("token_panel.checking", site="coze.cn") in said(panel)

    # WHEN the answer is there
    panel.show_check(identity)

    # THEN it is said in full
    assert all(texts(id_, site="coze.cn") in panel.reply.accessibleDescription() for id_ in told)
    assert identity.name in panel.reply.accessibleDescription()
    assert texts("token_panel.checking", site="coze.cn") not in said(panel)


def test_that_it_was_saved_stays_beside_the_check(panel: TokenDialog) -> None:
    """Saving is followed by a check; both are said, until the next wish."""
    paste(panel, "Access token", PERSONAL)
    panel.show_saved(NOTE)

    panel.show_checking()
    panel.show_check(Identity(TokenCheck.ACCEPTED, "Developer A"))

    assert "The token has been saved" in said(panel)
    assert "The clipboard still held the token; it has been cleared." in said(panel)
    press(panel, "Check")
    assert "The token has been saved" not in said(panel)
    assert panel.reply.accessibleDescription() == ""


def test_closing_leaves_no_token_behind(panel: TokenDialog) -> None:
    """What was pasted and not saved is gone when the panel is opened again."""
    paste(panel, "Access token", PERSONAL)

    press(panel, "Close")

    assert not panel.isVisible()
    assert panel.token.is_empty


def test_return_saves_nothing(panel: TokenDialog, heard: Heard) -> None:
    """A scan that goes into the field ends with Return, which must not put it in place of a good token."""
    field = find(panel, QLineEdit, "Access token")

    keys(field, "SPK26113F21A0")
    key(field, Qt.Key.Key_Return)

    assert heard == []
    assert panel.isVisible()
    assert not any(button.isDefault() or button.autoDefault() for button in panel.findChildren(QPushButton))


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_the_panel_grows_with_what_it_says(panel: TokenDialog, texts: Texts) -> None:
    """The longest message is seen whole, and the panel still fits a small screen."""
    panel.ask(PROFILE, NOTE)
    before = panel.height()

    panel.show_problem(PasswordStoreUnusable("vault.plain", backend="PlaintextKeyring"))
    QApplication.processEvents()

    assert panel.height() > before
    assert panel.height() <= 640
    assert panel.width() <= 1024
    seen = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    assert all(label.height() >= label.heightForWidth(label.width()) for label in seen if label.wordWrap())
    buttons = [button for button in panel.findChildren(QPushButton) if button.isVisible()]
    assert all(button.height() >= theme.TARGET for button in buttons)
    assert all(button.width() >= button.minimumSizeHint().width() for button in buttons)
