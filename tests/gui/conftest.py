"""What every test of the window shares: the program's look, its words, a day, an empty clipboard."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget

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
from tests.gui.loop import finish, running_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    Show = Callable[[QWidget], None]

SMALLEST = (1024, 640)


@pytest.fixture(scope="session", autouse=True)
def dressed(qapp: QApplication) -> None:
    """Dress the application as the program does."""
    theme.apply(qapp)
    theme.show_focus(qapp)


@pytest.fixture
def texts(request: pytest.FixtureRequest) -> Texts:
    """Give the words in English, or in the language that the test is parametrized with, indirectly."""
    return Texts(getattr(request, "param", "en"))


@pytest.fixture(scope="session")
def day() -> date:
    """Give the day on which the tests take place."""
    return date(2026, 10, 9)


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    """Give the clipboard, empty; it is emptied again afterwards."""
    found = QGuiApplication.clipboard()
    found.clear()
    yield found
    found.clear()


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Give a way to put a widget on the screen until the test ends; a page gets the smallest size it must fit."""

    def show_widget(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        if not isinstance(widget, QDialog) and not widget.testAttribute(Qt.WidgetAttribute.WA_Resized):
            widget.resize(*SMALLEST)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        # Layouts and the focus come to rest.
        QApplication.processEvents()

    return show_widget


@pytest.fixture
def window(texts: Texts, show: Show) -> MainWindow:
    """Give a window that is in front."""
    window = MainWindow(texts, practice=False)
    window.build_ui()
    show(window)
    window.show_page(window.sheet_page)
    return window


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Give what this laptop remembers: nothing yet."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


# ---------------------------------------------------------------- coroutines


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function) -> Generator[None, object, object]:
    """End what a test's `tasks` have started before pytest-qt closes the widgets that it may still write on."""
    given: dict[str, Any] = item.funcargs
    try:
        if "tasks" in given:
            finish(given["qtbot"], given["tasks"].close())
    finally:
        ended = yield
    return ended


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[None]:
    """Let coroutines run whenever Qt's loop does; nothing that a test starts may outlive it."""
    with running_loop(qapp):
        yield
        assert not asyncio.all_tasks(), "the test has left something running"


@pytest.fixture
def tasks(loop: None, qtbot: QtBot) -> Iterator[BackgroundTasks]:
    """Give what starts the window's coroutines; none may let an exception out."""
    failures: list[Exception] = []
    tasks = BackgroundTasks(failures.append)
    yield tasks
    finish(qtbot, tasks.close())
    assert failures == []


# ---------------------------------------------------------------- a sheet


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that the test moves."""
    return HandClock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Give the path of the database."""
    return tmp_path / "bindtool.db"


@pytest.fixture
def store(database: Path, clock: HandClock) -> Iterator[Store]:
    """Give an open database, empty."""
    with Store(database, clock) as store:
        yield store


@pytest.fixture
def state() -> SessionState:
    """Give the state of a window that has no profile open."""
    return SessionState()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[QAccessible.AnnouncementPoliteness, str]]:
    """Give what a screen reader is told to say by itself, from now on, with how urgent it is.

    Qt's own function is replaced: its events can't be read back. A real reader hears the window in the stories.
    """
    words: list[tuple[QAccessible.AnnouncementPoliteness, str]] = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            words.append((event.politeness(), event.message()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return words


@pytest.fixture
def input_mode() -> InputModeService:
    """Give the input mode of a window in which a scan is a new row."""
    return InputModeService()


@pytest.fixture
def model(qapp: QApplication, texts: Texts) -> SheetTableModel:
    """Give a table of an empty sheet."""
    return SheetTableModel(texts)


@pytest.fixture
def document(
    model: SheetTableModel, store: Store, clock: HandClock, tasks: BackgroundTasks
) -> Iterator[SheetDocument]:
    """Give a document on which no sheet lies yet; what is typed into the table's cells goes to it."""
    document = SheetDocument(model, store, clock, tasks)
    edits = EditCommands(document)
    model.edited.connect(edits.type)
    yield document
    model.edited.disconnect(edits.type)
