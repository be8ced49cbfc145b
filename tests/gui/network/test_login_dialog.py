"""The dialog that asks for the log-in of a proxy, and keeps it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import obstacle_title
from bindtool.core.common.errors import PasswordStoreLocked, PasswordStoreUnusable
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.form_field import TypedLine
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.network.login_dialog import ProxyLoginDialog
from bindtool.gui.network.login_service import ProxyLoginService
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import can_see, find, key, press, said, takes_input_method, write
from tests.gui.loop import PATIENCE
from tests.gui.samples import PROFILE
from tests.memory_store import MemoryStore

PROXY = Proxy.parse("http://proxy.example:8080")
WANTED = NeverSent(datetime(2026, 10, 9, tzinfo=UTC), NotSent.PROXY_LOGIN, "407", PROXY.address)
LOGIN = ProxyLogin("lin", Password("s3cret"))


class FaultyPasswordStore(MemoryStore):
    """A password store with whatever trouble a test gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.absent = self.locked = False
        self.refusals = 0
        self.prompts, self.stored = threading.Event(), threading.Event()
        self.prompts.set()

    def store_password(self, name: str, password: Password) -> None:
        """Keep it once the prompt is answered."""
        assert self.prompts.wait(PATIENCE / 1000)
        if self.locked:
            self.refusals += 1
            raise PasswordStoreLocked("password_store.locked")
        super().store_password(name, password)
        self.stored.set()

    def describe(self) -> str:
        """Return its name."""
        if self.absent:
            raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")
        return "FaultyPasswordStore of the tests"


@pytest.fixture
def password_store() -> Iterator[FaultyPasswordStore]:
    """Give a password store that serves; no prompt outlasts the test."""
    made = FaultyPasswordStore()
    yield made
    made.prompts.set()


@pytest.fixture
def service(password_store: FaultyPasswordStore) -> ProxyLoginService:
    """Give what asks for a log-in."""
    return ProxyLoginService(lambda: password_store)


@dataclass
class Desk:
    """A window with a profile open, its dialog, and what the dialog works with."""

    closed: ProxyLoginDialog
    texts: Texts
    window: MainWindow
    service: ProxyLoginService
    password_store: FaultyPasswordStore
    state: SessionState
    tasks: BackgroundTasks
    qtbot: QtBot

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def sees(self, words: str) -> None:
        """Wait until the dialog says something."""
        self.until(lambda: words in said(self.closed))


@pytest.fixture
def desk(
    window: MainWindow,
    texts: Texts,
    state: SessionState,
    tasks: BackgroundTasks,
    service: ProxyLoginService,
    password_store: FaultyPasswordStore,
    qtbot: QtBot,
) -> Desk:
    """Give all of it, before somebody has wanted the dialog."""
    state.open_profile(PROFILE)
    made = ProxyLoginDialog(window, texts, session=state, logins=service, tasks=tasks)
    service.requested.connect(made.ask)
    return Desk(made, texts, window, service, password_store, state, tasks, qtbot)


@pytest.fixture
def dialog(desk: Desk) -> ProxyLoginDialog:
    """Give the dialog after somebody has wanted it."""
    desk.service.request(WANTED)
    desk.sees("FaultyPasswordStore of the tests")
    desk.until(lambda: QApplication.activeWindow() is desk.closed)
    return desk.closed


def fill(dialog: ProxyLoginDialog, user: str = "lin", password: str = "s3cret") -> None:
    """Type both."""
    write(dialog, dialog.user.label.text(), user)
    write(dialog, dialog.password.label.text(), password)


def save_into_a_prompt(desk: Desk) -> None:
    """Save a log-in, and wait until the system's prompt is waited for."""
    desk.password_store.prompts.clear()
    fill(desk.closed)
    press(desk.closed, "Save and continue")
    desk.sees("Waiting for the system's password prompt")


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_it_says_who_asks_and_where_the_log_in_is_kept(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """The reason, the proxy, the person to ask, the password store; the cursor waits for the user name."""
    assert desk.texts.say(obstacle_title(WANTED)) in said(dialog)
    assert desk.texts("proxy_login.lead", proxy=PROXY.name, who="Bench 7") in said(dialog)
    assert desk.texts("proxy_login.kept_in", store="FaultyPasswordStore of the tests") in said(dialog)
    assert find(dialog, QLineEdit, desk.texts("proxy_login.user")).hasFocus()
    assert not can_see(dialog, desk.texts("token_panel.hold"))


def test_nobody_named_is_the_it_person(desk: Desk) -> None:
    """A profile that names nobody sends people to their IT."""
    desk.state.open_profile(replace(PROFILE, who_to_ask=""))
    desk.service.request(WANTED)

    assert "Your IT person can tell you what to enter." in said(desk.closed)


def test_both_are_kept(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """As they were typed; the password shows dots, and is gone once the dialog is closed."""
    fill(dialog, r"COMPANY\lin", " s3 cret:")
    assert find(dialog, QLineEdit, desk.texts("proxy_login.password")).displayText() == "\N{BLACK CIRCLE}" * 9

    press(dialog, desk.texts("proxy_login.save"))

    desk.until(lambda: not dialog.isVisible())
    assert desk.window.news.accessibleDescription() == desk.texts("proxy_login.saved", proxy=PROXY.name)
    assert desk.service.find(PROXY) == ProxyLogin(r"COMPANY\lin", Password(" s3 cret:"))
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
    desk: Desk, dialog: ProxyLoginDialog, user: str, password: str, name: str, problem: str
) -> None:
    """Nothing is kept; the reason stands at the field, the cursor is back in it, and typing takes it away."""
    fill(dialog, user, password)

    press(dialog, "Save and continue")

    field = find(dialog, QLineEdit, name)
    assert desk.service.find(PROXY) is None
    assert problem in said(dialog)
    assert problem in field.accessibleDescription()
    assert field.hasFocus()
    QTest.keyClicks(field, "a")
    assert problem not in said(dialog)


def test_a_user_who_was_refused_stands_there(desk: Desk) -> None:
    """It is most likely the password that was wrong: the cursor waits for another one."""
    desk.service.request(replace(WANTED, why=NotSent.PROXY_USER, detail="lin"))

    assert "did not accept the user lin" in said(desk.closed)
    assert desk.closed.user.text() == "lin"
    assert desk.closed.focusWidget() is desk.closed.password.line


def test_return_presses_nothing(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """It is a scanner's key."""
    fill(dialog)

    for name in ("User name", "Password"):
        key(find(dialog, QLineEdit, name), Qt.Key.Key_Return)

    assert desk.service.find(PROXY) is None
    assert dialog.isVisible()


def test_by_keyboard_alone(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """Tab comes to both fields and to the buttons, in the order in which they are read."""
    QTest.keyClicks(dialog.user.line, "lin")
    key(dialog, Qt.Key.Key_Tab)
    QTest.keyClicks(dialog.password.line, "s3cret")
    key(dialog, Qt.Key.Key_Tab)
    assert dialog.cancel_button.hasFocus()
    key(dialog, Qt.Key.Key_Tab)
    assert dialog.save_button.hasFocus()
    key(dialog.save_button, Qt.Key.Key_Space)

    desk.until(lambda: not dialog.isVisible())
    assert desk.service.find(PROXY) == LOGIN
    desk.service.request(WANTED)
    key(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_neither_an_input_method_nor_a_scanner_gets_at_the_password(dialog: ProxyLoginDialog) -> None:
    """A name may be written in Chinese; a scan is no name either."""
    assert takes_input_method(dialog.user.line)
    assert not takes_input_method(dialog.password.line)
    assert all(isinstance(line, TypedLine) for line in (dialog.user.line, dialog.password.line))


def test_without_a_store_it_is_held(desk: Desk) -> None:
    """It is said before anything is typed, and there is one way on; once there is a store it is as ever."""
    desk.password_store.absent = True
    desk.service.request(WANTED)
    desk.sees("This computer has no password store")
    assert "It is kept until bindtool closes and stored nowhere." in said(desk.closed)
    assert not can_see(desk.closed, "Save and continue")
    fill(desk.closed)

    press(desk.closed, "Use until bindtool closes")

    assert not desk.closed.isVisible()
    assert "is kept until bindtool closes" in desk.window.news.accessibleDescription()
    assert desk.service.find(PROXY) == LOGIN
    desk.password_store.absent = False
    desk.service.request(WANTED)
    desk.sees("(FaultyPasswordStore of the tests), never")
    assert "no password store" not in said(desk.closed)


def test_a_store_that_refuses(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """It says why; what was typed can be tried again, or held."""
    desk.password_store.locked = True
    fill(dialog)
    press(dialog, desk.texts("proxy_login.save"))
    desk.sees(desk.texts("password_store.locked.title"))
    press(dialog, desk.texts("action.try_again"))
    desk.until(lambda: desk.password_store.refusals == 2)
    assert desk.service.find(PROXY) is None

    press(dialog, desk.texts("token_panel.hold"))

    assert not dialog.isVisible()
    assert desk.service.find(PROXY) == LOGIN


def test_a_prompt_that_nobody_answers(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """Meanwhile nothing can be typed, and the reason is told; the wait can be ended, and then the dialog left."""
    heard: list[Proxy] = []
    desk.service.entered.connect(heard.append)
    save_into_a_prompt(desk)
    for one in (dialog.user.line, dialog.password.line, find(dialog, QPushButton, "Save and continue")):
        assert not one.isEnabled()
        assert "Waiting for the system's password prompt" in one.accessibleDescription()

    press(dialog, "Stop waiting")

    assert dialog.isVisible()
    assert dialog.password.text() == "s3cret"
    press(dialog, "Cancel")
    assert not dialog.isVisible()
    assert heard == []


def test_wanted_once_more_while_it_is_open(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """What is typed stays; for another proxy it begins anew, and so it does after it was closed."""

    def want(proxy: str) -> str:
        QTest.keyClicks(dialog.user.line, "li")
        desk.service.request(replace(WANTED, host=proxy))
        desk.sees("(FaultyPasswordStore of the tests)")
        return dialog.user.text()

    assert want(PROXY.address) == "li"
    assert want("http://other.example:3128") == ""
    assert "only for other.example:3128" in said(dialog)
    press(dialog, "Cancel")
    assert want("http://other.example:3128") == ""


def test_one_that_is_kept_late_leaves_the_next_alone(desk: Desk, dialog: ProxyLoginDialog) -> None:
    """Meanwhile the log-in of another proxy is asked for: the dialog stays, with what was typed."""
    save_into_a_prompt(desk)
    desk.service.request(replace(WANTED, host="http://other.example:3128"))
    fill(dialog)

    desk.password_store.prompts.set()
    assert desk.password_store.stored.wait(PATIENCE / 1000)
    desk.until(lambda: not desk.tasks.busy)

    assert dialog.isVisible()
    assert dialog.password.text() == "s3cret"


def test_a_stored_one_that_was_refused_is_the_reason(desk: Desk) -> None:
    """An earlier run has found that out: why it is asked for again is said."""
    desk.password_store.store_password(
        "proxy proxy.example:8080", Password('{"user":"lin","password":"s3cret","refused":true}')
    )
    assert desk.service.find(PROXY) is None

    desk.service.request(WANTED)

    reason = "The proxy proxy.example:8080 has refused the stored log-in of lin"
    desk.sees(reason)
