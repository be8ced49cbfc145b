"""What follows when somebody wants to enter the log-in of a proxy."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.common.errors import PasswordStoreLocked, PasswordStoreUnusable
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.gui.network.login_dialog import ProxyLoginController
from bindtool.gui.network.login_service import ProxyLoginService
from tests.gui.acting import press, said, write
from tests.gui.loop import PATIENCE
from tests.gui.samples import PROFILE
from tests.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from bindtool.gui.common.shell.session_state import SessionState
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.network.login_dialog import ProxyLoginDialog
    from bindtool.i18n.catalogue import Texts

PROXY = Proxy.parse("http://proxy.example:8080")
WANTED = NeverSent(datetime(2026, 10, 9, tzinfo=UTC), NotSent.PROXY_LOGIN, "407", PROXY.address)
LOGIN = ProxyLogin("lin", Password("s3cret"))


class Vault(MemoryStore):
    """A password store with whatever trouble a test gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.absent = self.locked = False
        self.prompts, self.stored = threading.Event(), threading.Event()
        self.prompts.set()

    def store_password(self, name: str, password: Password) -> None:
        """Keep it once the prompt is answered."""
        assert self.prompts.wait(PATIENCE / 1000)
        if self.locked:
            raise PasswordStoreLocked("vault.locked")
        super().store_password(name, password)
        self.stored.set()

    def describe(self) -> str:
        """Return its name."""
        if self.absent:
            raise PasswordStoreUnusable("vault.absent", backend="fail Keyring")
        return "Vault of the tests"


@pytest.fixture
def vault() -> Iterator[Vault]:
    """Give a password store that serves; no prompt outlasts the test."""
    made = Vault()
    yield made
    made.prompts.set()


@pytest.fixture
def service(
    window: MainWindow, texts: Texts, state: SessionState, tasks: BackgroundTasks, vault: Vault
) -> ProxyLoginService:
    """Give what asks for a log-in, in a window that has a profile open."""
    state.open_profile(PROFILE)
    made = ProxyLoginService(lambda: vault)
    made.requested.connect(ProxyLoginController(window, texts, state, made, tasks, window.proxy_login).ask)
    return made


@pytest.fixture
def dialog(service: ProxyLoginService, window: MainWindow, qtbot: QtBot) -> ProxyLoginDialog:
    """Give the dialog after somebody has wanted it."""
    service.request(WANTED)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window.proxy_login())
    return window.proxy_login()


def fill(dialog: ProxyLoginDialog) -> None:
    """Type user and password."""
    write(dialog, "User name", "lin")
    write(dialog, "Password", "s3cret")


def test_it_is_kept_and_said(
    dialog: ProxyLoginDialog, window: MainWindow, service: ProxyLoginService, qtbot: QtBot
) -> None:
    """The dialog names the proxy, whom to ask and the store; once the log-in is kept it closes."""
    assert "proxy.example:8080. Bench 7 can tell you" in said(dialog)
    qtbot.waitUntil(lambda: "(Vault of the tests)" in said(dialog))
    fill(dialog)

    press(dialog, "Save and continue")

    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert window.message_bar.accessibleDescription() == "The log-in for proxy.example:8080 has been saved."
    assert service.find(PROXY) == LOGIN


def test_without_a_store_it_is_held(
    service: ProxyLoginService, vault: Vault, window: MainWindow, qtbot: QtBot
) -> None:
    """That is said before and after."""
    vault.absent = True
    service.request(WANTED)
    dialog = window.proxy_login()
    qtbot.waitUntil(lambda: "This computer has no password store" in said(dialog))
    fill(dialog)

    press(dialog, "Use until bindtool closes")

    assert not dialog.isVisible()
    assert "is kept until bindtool closes" in window.message_bar.accessibleDescription()
    assert service.find(PROXY) == LOGIN


def test_a_store_that_refuses(
    dialog: ProxyLoginDialog, vault: Vault, service: ProxyLoginService, qtbot: QtBot
) -> None:
    """What was typed can be tried again, or held."""
    vault.locked = True
    fill(dialog)
    press(dialog, "Save and continue")
    qtbot.waitUntil(lambda: "The system's password store is locked" in said(dialog))
    assert service.find(PROXY) is None

    press(dialog, "Use until bindtool closes")

    assert not dialog.isVisible()
    assert service.find(PROXY) == LOGIN


def test_a_prompt_that_nobody_answers(
    dialog: ProxyLoginDialog, vault: Vault, service: ProxyLoginService, qtbot: QtBot
) -> None:
    """The wait is shown and can be ended; then nobody goes on with what was typed."""
    heard: list[Proxy] = []
    service.entered.connect(heard.append)
    vault.prompts.clear()
    fill(dialog)
    press(dialog, "Save and continue")
    qtbot.waitUntil(lambda: "Waiting for the system's password prompt" in said(dialog), timeout=PATIENCE)

    press(dialog, "Stop waiting")

    assert dialog.isVisible()
    assert dialog.password.text() == "s3cret"
    press(dialog, "Cancel")
    assert heard == []


def test_wanted_once_more_while_it_is_open(
    dialog: ProxyLoginDialog, service: ProxyLoginService, qtbot: QtBot
) -> None:
    """What is typed stays; for another proxy it begins anew, and so it does after it was closed."""

    def want(proxy: str) -> str:
        QTest.keyClicks(dialog.user.line, "li")
        service.request(replace(WANTED, host=proxy))
        qtbot.waitUntil(lambda: "(Vault of the tests)" in said(dialog))
        return dialog.user.text()

    assert want(PROXY.address) == "li"
    assert want("http://other.example:3128") == ""
    assert "only for other.example:3128" in said(dialog)
    press(dialog, "Cancel")
    assert want("http://other.example:3128") == ""


def test_one_that_is_kept_late_leaves_the_next_alone(
    dialog: ProxyLoginDialog, vault: Vault, service: ProxyLoginService, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    """Meanwhile the log-in of another proxy is asked for: the dialog stays, with what was typed."""
    vault.prompts.clear()
    fill(dialog)
    press(dialog, "Save and continue")
    qtbot.waitUntil(lambda: "Waiting for the system's password prompt" in said(dialog), timeout=PATIENCE)
    service.request(replace(WANTED, host="http://other.example:3128"))
    fill(dialog)

    vault.prompts.set()
    assert vault.stored.wait(PATIENCE / 1000)
    qtbot.waitUntil(lambda: not tasks.busy, timeout=PATIENCE)

    assert dialog.isVisible()
    assert dialog.password.text() == "s3cret"


def test_a_stored_one_that_was_refused_is_the_reason(
    service: ProxyLoginService, vault: Vault, window: MainWindow, qtbot: QtBot
) -> None:
    """An earlier run has found that out: why it is asked for again is said."""
    vault.store_password("proxy proxy.example:8080", Password('{"user":"lin","password":"s3cret","refused":true}'))
    assert service.find(PROXY) is None

    service.request(WANTED)

    reason = "The proxy proxy.example:8080 has refused the stored log-in of lin"
    qtbot.waitUntil(lambda: reason in said(window.proxy_login()))
