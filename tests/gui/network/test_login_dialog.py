"""The dialog that asks for the log-in of a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from bindtool.core.common.errors import PasswordStoreLocked, PasswordStoreUnusable
from bindtool.gui.common.widgets.form_field import TypedLine
from bindtool.gui.network.login_dialog import ProxyLoginDialog
from bindtool.i18n.catalogue import LANGUAGES
from tests.gui.acting import can_see, find, key, press, said, write

if TYPE_CHECKING:
    from bindtool.core.network.proxy import ProxyLogin
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show

    Heard = list[tuple[str, ...]]

PROXY = "proxy.example:8080"
REASON = "The proxy http://proxy.example:8080 asks who you are"
ABSENT = PasswordStoreUnusable("vault.absent", backend="fail Keyring")
LOCKED = PasswordStoreLocked("vault.locked")


@pytest.fixture
def dialog(texts: Texts, show: Show) -> ProxyLoginDialog:
    """Give the dialog on the screen, for a proxy."""
    made = ProxyLoginDialog(texts)
    made.ask(PROXY, REASON, "Lin, 8021")
    show(made)
    return made


@pytest.fixture
def heard(dialog: ProxyLoginDialog) -> Heard:
    """Give what the dialog has asked for: the wish's name and what goes with it, a password as its text."""
    wishes: Heard = []

    def note(wish: str, login: ProxyLogin) -> None:
        wishes.append((wish, login.user, login.password.reveal()))

    dialog.save_requested.connect(lambda login: note("save", login))
    dialog.memory_requested.connect(lambda login: note("memory", login))
    dialog.cancel_requested.connect(lambda: wishes.append(("cancel",)))
    return wishes


def fill(dialog: ProxyLoginDialog, texts: Texts, user: str, password: str) -> None:
    """Type both."""
    write(dialog, texts("proxy_login.user"), user)
    write(dialog, texts("proxy_login.password"), password)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_it_says_who_asks_and_where_the_log_in_is_kept(dialog: ProxyLoginDialog, texts: Texts) -> None:
    """The reason, the proxy, the person to ask, the password store; the cursor waits for the user name."""
    dialog.show_store("SecretService Keyring")

    assert REASON in said(dialog)
    assert texts("proxy_login.lead", proxy=PROXY, who="Lin, 8021") in said(dialog)
    assert texts("proxy_login.kept_in", store="SecretService Keyring") in said(dialog)
    assert find(dialog, QLineEdit, texts("proxy_login.user")).hasFocus()
    assert not can_see(dialog, texts("token_panel.hold"))


def test_nobody_named_is_the_it_person(dialog: ProxyLoginDialog) -> None:
    """A profile that names nobody sends people to their IT."""
    dialog.ask(PROXY, REASON, "")

    assert "Your IT person can tell you what to enter." in said(dialog)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_both_go_to_be_kept(dialog: ProxyLoginDialog, texts: Texts, heard: Heard) -> None:
    """As they were typed; the password shows dots, and is gone once the dialog is closed."""
    fill(dialog, texts, r"COMPANY\lin", " s3 cret:")
    assert find(dialog, QLineEdit, texts("proxy_login.password")).displayText() == "\N{BLACK CIRCLE}" * 9

    press(dialog, texts("proxy_login.save"))

    assert heard == [("save", r"COMPANY\lin", " s3 cret:")]
    dialog.accept()
    assert dialog.password.text() == ""


@pytest.mark.parametrize(
    ("user", "password", "name", "problem"),
    [
        (" ", "s3cret", "User name", "Enter the user name."),
        ("lin:li", "s3cret", "User name", "This is no user name"),
        ("lin", "", "Password", "Enter the password."),
        ("lin", "x" * 257, "Password", "This password is too long"),
    ],
)
def test_what_is_no_log_in_is_refused_with_the_reason(
    dialog: ProxyLoginDialog, texts: Texts, heard: Heard, user: str, password: str, name: str, problem: str
) -> None:
    """Nothing is wanted; the reason stands at the field, the cursor is back in it, and typing takes it away."""
    fill(dialog, texts, user, password)

    press(dialog, "Save and continue")

    field = find(dialog, QLineEdit, name)
    assert heard == []
    assert problem in said(dialog)
    assert problem in field.accessibleDescription()
    assert field.hasFocus()
    QTest.keyClicks(field, "a")
    assert problem not in said(dialog)


def test_a_user_who_was_refused_stands_there(dialog: ProxyLoginDialog) -> None:
    """It is most likely the password that was wrong: the cursor waits for another one."""
    dialog.ask(PROXY, "The proxy did not accept the user lin", "", "lin")

    assert "did not accept the user lin" in said(dialog)
    assert dialog.user.text() == "lin"
    assert find(dialog, QLineEdit, "Password").hasFocus()


def test_return_presses_nothing(dialog: ProxyLoginDialog, texts: Texts, heard: Heard) -> None:
    """It is a scanner's key."""
    fill(dialog, texts, "lin", "s3cret")

    for name in ("User name", "Password"):
        key(find(dialog, QLineEdit, name), Qt.Key.Key_Return)

    assert heard == []
    assert dialog.isVisible()


def test_by_keyboard_alone(dialog: ProxyLoginDialog, heard: Heard) -> None:
    """Tab comes to both fields and to the buttons, in the order in which they are read."""
    QTest.keyClicks(dialog.user.line, "lin")
    key(dialog, Qt.Key.Key_Tab)
    QTest.keyClicks(dialog.password.line, "s3cret")
    key(dialog, Qt.Key.Key_Tab)
    assert dialog.cancel_button.hasFocus()
    key(dialog, Qt.Key.Key_Tab)
    assert dialog.save_button.hasFocus()
    key(dialog.save_button, Qt.Key.Key_Space)

    assert heard == [("save", "lin", "s3cret")]
    key(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_neither_an_input_method_nor_a_scanner_gets_at_the_password(dialog: ProxyLoginDialog) -> None:
    """A name may be written in Chinese; a scan is no name either."""

    def has_input_method(line: QLineEdit) -> bool:
        query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
        QCoreApplication.sendEvent(line, query)
        return bool(query.value(Qt.InputMethodQuery.ImEnabled))

    assert has_input_method(dialog.user.line)
    assert not has_input_method(dialog.password.line)
    assert all(isinstance(line, TypedLine) for line in (dialog.user.line, dialog.password.line))


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_a_store_that_could_not_keep_it(dialog: ProxyLoginDialog, texts: Texts, heard: Heard) -> None:
    """It says why, and both ways on work with what was typed."""
    fill(dialog, texts, "lin", "s3cret")

    dialog.show_problem(LOCKED)

    assert texts.say(LOCKED.title) in said(dialog)
    press(dialog, texts("action.try_again"))
    press(dialog, texts("token_panel.hold"))
    assert heard == [("save", "lin", "s3cret"), ("memory", "lin", "s3cret")]


def test_no_store_at_all(dialog: ProxyLoginDialog, texts: Texts, heard: Heard) -> None:
    """It is said before anything is typed, and there is one way on."""
    dialog.show_no_store(ABSENT)

    assert "This computer has no password store" in said(dialog)
    assert "It is kept until bindtool closes and stored nowhere." in said(dialog)
    assert not can_see(dialog, "Save and continue")
    fill(dialog, texts, "lin", "s3cret")
    press(dialog, "Use until bindtool closes")
    assert heard == [("memory", "lin", "s3cret")]
    dialog.ask(PROXY, REASON, "")
    assert "password store, never" in said(dialog)
    assert "no password store" not in said(dialog)


def test_a_prompt_of_the_system(dialog: ProxyLoginDialog, texts: Texts, heard: Heard) -> None:
    """Meanwhile nothing can be typed, and the reason is told; the wait can be ended, and then the dialog left."""
    fill(dialog, texts, "lin", "s3cret")
    dialog.show_waiting()
    assert "Waiting for the system's password prompt" in said(dialog)
    for one in (dialog.user.line, dialog.password.line, find(dialog, QPushButton, "Save and continue")):
        assert not one.isEnabled()
        assert "Waiting for the system's password prompt" in one.accessibleDescription()

    press(dialog, "Stop waiting")
    assert heard == [("cancel",)]
    assert dialog.isVisible()
    assert dialog.password.text() == "s3cret"
    press(dialog, "Cancel")
    assert heard == [("cancel",), ("cancel",)]
    assert not dialog.isVisible()
