"""Fixtures of all window tests: the program's look, its texts, a date, an empty clipboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.store import Store
from bindtool.gui.common.shell.session_state import InputModeService, SessionState
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.i18n.catalogue import Texts
from tests.gui.clocks import HandClock
from tests.gui.disks import SlowDisk
from tests.gui.loop import finish, running_loop

Show = Callable[[QWidget], None]

SMALLEST = (1024, 640)


@pytest.fixture(scope="session", autouse=True)
def dressed(qapp: QApplication) -> None:
    """Style the application as the program does."""
    theme.apply(qapp)
    theme.show_focus(qapp)


@pytest.fixture
def dress_again(qapp: QApplication) -> Iterator[None]:
    """Restore the light colours after a test."""
    yield
    theme.apply_scheme(qapp, dark=False)


@pytest.fixture
def usual_text() -> Iterator[None]:
    """Restore the usual size of text after a test."""
    yield
    theme.appearance().use_text_size(theme.USUAL_SIZE)


@pytest.fixture
def texts(request: pytest.FixtureRequest) -> Texts:
    """Return the English texts, or those of the language with which the test is indirectly parametrized."""
    return Texts(getattr(request, "param", "en"))


@pytest.fixture(scope="session")
def day() -> date:
    """Return the date of the tests."""
    return date(2026, 10, 9)


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    """Return the clipboard, empty; it is cleared again afterwards."""
    found = QGuiApplication.clipboard()
    found.clear()
    yield found
    found.clear()


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Return a function that shows a widget until the test ends; a page gets the smallest size it must fit."""

    def show_widget(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        if not isinstance(widget, QDialog) and not widget.testAttribute(Qt.WidgetAttribute.WA_Resized):
            widget.resize(*SMALLEST)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        # Layouts and focus settle.
        QApplication.processEvents()

    return show_widget


@pytest.fixture
def window(texts: Texts, show: Show) -> MainWindow:
    """Return the active window."""
    window = MainWindow(texts, practice=False)
    window.build_ui()
    show(window)
    window.show_page(window.sheet_page)
    return window


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Return this laptop's settings: none yet."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


# ---------------------------------------------------------------- coroutines


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function) -> Generator[None, object, object]:
    """End a test's `tasks` before pytest-qt closes the widgets they may still write to."""
    given: dict[str, Any] = item.funcargs
    try:
        if "tasks" in given:
            finish(given["qtbot"], given["tasks"].close())
    finally:
        ended = yield
    return ended


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[None]:
    """Run coroutines while Qt's event loop runs; a test's must not outlive it."""
    with running_loop(qapp):
        yield
        assert not asyncio.all_tasks(), "the test has left something running"


@pytest.fixture
def tasks(loop: None, qtbot: QtBot) -> Iterator[BackgroundTasks]:
    """Return the starter of the window's coroutines; none may raise an exception."""
    failures: list[Exception] = []
    tasks = BackgroundTasks(failures.append)
    yield tasks
    finish(qtbot, tasks.close())
    assert failures == []


# ---------------------------------------------------------------- a sheet


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that the test moves."""
    return HandClock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the path of the database."""
    return tmp_path / "bindtool.db"


@pytest.fixture
def store(database: Path, clock: HandClock) -> Iterator[SlowDisk]:
    """Return an open, empty database, whose disk can be held back."""
    with SlowDisk(database, clock) as store:
        yield store


@pytest.fixture
def state() -> SessionState:
    """Return the state of a window without an open profile."""
    return SessionState()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[QAccessible.AnnouncementPoliteness, str]]:
    """Return a list that records screen reader announcements from now on, with their politeness.

    Qt's own function is replaced: its events can't be read back. A real screen reader is used in the stories.
    """
    words: list[tuple[QAccessible.AnnouncementPoliteness, str]] = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            words.append((event.politeness(), event.message()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return words


@pytest.fixture
def input_mode() -> InputModeService:
    """Return the input mode of a window in which a scan is a new row."""
    return InputModeService()


@pytest.fixture
def model(qapp: QApplication, texts: Texts) -> SheetTableModel:
    """Return a table model of an empty sheet."""
    return SheetTableModel(texts)


@pytest.fixture
def document(
    model: SheetTableModel, store: Store, clock: HandClock, tasks: BackgroundTasks
) -> Iterator[SheetDocument]:
    """Return a document without a sheet; edits in the table's cells go to it."""
    document = SheetDocument(model, store, clock, tasks)
    edits = EditCommands(document)
    model.edited.connect(edits.type)
    yield document
    model.edited.disconnect(edits.type)
