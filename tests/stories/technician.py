"""A person at the window: scans, types, presses, chooses files, and reads the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bindtool.app.application import Application
from bindtool.core.sheet_view.columns import Column
from bindtool.i18n.catalogue import Texts
from tests.gui import acting

LEFT = Qt.MouseButton.LeftButton

PATIENCE = 20_000
"""Milliseconds that a person looks on while nothing changes; on a busy computer a long run takes more of them."""

_TIMES = 3
"""How often so long where something does change."""


class Technician:
    """Acts on the window, or on the dialog in front of it, by its visible texts."""

    def __init__(self, qtbot: QtBot, place: Application) -> None:
        self._qtbot = qtbot
        self._place = place
        self._runs_ended = 0
        self.window = place.window
        self._read()
        place.changed.connect(self._read)
        workspace = place.controller.workspace
        for over in (workspace.session.finished, workspace.session.broken, workspace.run_starter.failed):
            over.connect(self._count_end)

    def _read(self) -> None:
        """Read the window's current language."""
        self.says = Texts(self._place.language)

    @property
    def place(self) -> Application:
        """The window with its controllers."""
        return self._place

    # hands

    def scan(self, *texts: str) -> None:
        """Scan, and wait until it is saved: a scanner types into the focused widget and ends with Return."""
        for text in texts:
            self.type(text)
        self.until(self._everything_saved, "see everything saved")

    def keys(self, keys: str) -> None:
        """Press a key with its modifiers, such as "Ctrl+Return"."""
        QTest.keySequence(self._under_the_keys(), QKeySequence(keys))

    def type(self, text: str) -> None:
        """Type a text into the focused widget, and Return."""
        acting.keys(self._under_the_keys(), text)
        acting.key(self._under_the_keys(), Qt.Key.Key_Return)

    def retype(self, number: int, device_id: str) -> None:
        """Type another id into the row `number`, and wait until it is saved."""
        self.select(number)
        self.keys("F2")
        self.keys("Ctrl+A")
        self.type(device_id)
        self.until(lambda: self.cell(number, Column.DEVICE_ID) == device_id, "see the new id")
        self.until(self._everything_saved, "see it saved")

    def press(self, name: str) -> None:
        """Wait until a button of that name is enabled, and press it."""
        self.until(lambda: self._can_press(name), f"press {name!r}")
        acting.press(self.front(), name)

    def do(self, action: str) -> None:
        """Choose an entry of the window's menu, by its text."""
        menu = self.window.actions_.main_menu
        self._choose(menu, action)

    def choose_language(self, language: str) -> None:
        """Choose a language in the window's menu, by its own name."""
        self._choose(self.window.actions_.menus["language"], language)

    def speak(self, language: str) -> None:
        """Choose a language, and wait until the window uses it."""
        before = self.window.scan_bar
        self.choose_language(language)
        self.until(lambda: self.window.scan_bar is not before, f"see the window in {language}")

    def do_with_row(self, number: int, action: str) -> None:
        """Right-click on the row `number` and choose an entry of its menu."""
        self.select(number)
        table = self.window.table
        place = table.visualRect(table.currentIndex()).center()
        table.customContextMenuRequested.emit(place)
        self._choose(self.window.actions_.row_menu, action)

    def write(self, name: str, text: str) -> None:
        """Type into the line of that name."""
        acting.write(self.front(), name, text)

    def fill_in(self, name: str, text: str) -> None:
        """Type into a line of a dialog that Return would close: Tab leads to the next line."""
        acting.write(self.front(), name, text, Qt.Key.Key_Tab)

    def paste_into(self, name: str, text: str) -> None:
        """Copy a text elsewhere and paste it into the line of that name."""
        acting.paste(self.front(), name, text)

    def paste(self, text: str) -> None:
        """Copy a text elsewhere and paste it into the focused widget."""
        QGuiApplication.clipboard().setText(text)
        self.keys("Ctrl+V")

    def choose(self, path: Path) -> None:
        """Enter a file in the file dialog, and accept."""
        dialog = self._file_dialog()
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        line.setText(str(path))
        acting.key(line, Qt.Key.Key_Return)
        self.until(lambda: not dialog.isVisible(), "see the dialog close")

    def choose_unseen(self, path: Path) -> None:
        """Like `choose`, for a path that Qt's own dialog would access on the window's thread."""
        dialog = self._file_dialog()
        dialog.close()
        dialog.fileSelected.emit(str(path))
        dialog.filesSelected.emit([str(path)])

    def _file_dialog(self) -> QFileDialog:
        self.until(lambda: isinstance(self.front(), QFileDialog), "be asked for a file")
        return cast("QFileDialog", self.front())

    def choose_profile(self, name: str) -> None:
        """Choose another profile at the top of the window."""
        menu = acting.find(self.window, QToolButton, self.says("head.profile")).menu()
        assert menu is not None
        self._choose(menu, name)

    def choose_in(self, name: str, choice: str) -> None:
        """Choose an entry of the list of that name."""
        acting.find(self.front(), QComboBox, name).setCurrentText(choice)

    def answer(self, words: str) -> None:
        """Answer the question shown, or press the dialog in front, by the button with these words."""
        self.until(lambda: bool(self.asked) or isinstance(self.front(), QDialog), "be asked")
        self.press(words)

    def select(self, *numbers: int) -> None:
        """Click on the ids of rows, with Ctrl held for each after the first."""
        table = self.window.table
        for at, number in enumerate(numbers):
            index = self.window.model.index(self.window.model.row_of(number), Column.DEVICE_ID)
            table.scrollTo(index)
            held = Qt.KeyboardModifier.ControlModifier if at else Qt.KeyboardModifier.NoModifier
            QTest.mouseClick(table.viewport(), LEFT, held, table.visualRect(index).center())

    def bind(self) -> None:
        """Press Bind, confirm with a click, and wait until the run is over."""
        self.start_binding()
        self.sees_the_end()

    def start_binding(self) -> None:
        """Press Bind and confirm with a click."""
        self.press(self.says("foot.bind_name"))
        self.press(self.says("confirm.bind_now"))

    # eyes

    @property
    def title(self) -> str:
        """The window's title."""
        return self.window.windowTitle()

    @property
    def said(self) -> str:
        """All visible texts in front."""
        return acting.said(self.front())

    @property
    def asked(self) -> str:
        """The question about the latest action; "" if there is none."""
        return self.notice if self.window.notices.asks else ""

    @property
    def notice(self) -> str:
        """The passing news, else the banner's text; "" if there is neither."""
        shown = (one for one in (self.window.news, self.window.message_bar) if one.isVisible())
        return next((one.accessibleDescription() for one in shown), "")

    @property
    def summary(self) -> str:
        """The counts in the footer."""
        return acting.find(self.window, QLabel, self.says("foot.summary")).text()

    @property
    def step_button(self) -> str:
        """The step button's text."""
        buttons = self.window.footer.findChildren(QPushButton)
        return next((one.text() for one in buttons if one.isVisible()), "")

    def cell(self, number: int, column: Column) -> str:
        """The text of a cell of the row `number`."""
        model = self.window.model
        return str(model.index(model.row_of(number), column).data())

    def states(self) -> list[str]:
        """The texts of all rows' states, in the order of their numbers."""
        return self._texts(Column.STATUS)

    def ids(self) -> list[str]:
        """The ids of all rows, in the order of their numbers."""
        return self._texts(Column.DEVICE_ID)

    def labels(self) -> list[str]:
        """The labels of all rows, in the order of their numbers."""
        return self._texts(Column.LABEL)

    def _texts(self, column: Column) -> list[str]:
        model = self.window.model
        numbers = sorted(model.number_at(at) for at in range(model.rowCount()))
        return [self.cell(number, column) for number in numbers]

    def buttons(self) -> set[str]:
        """The names of all visible buttons in front."""
        return {one.accessibleName() for one in self._buttons(self.front())}

    def front(self) -> QWidget:
        """The dialog in front of the window, else the window."""
        controller = self._place.controller
        dialogs = controller.proxy_login, controller.profiles.token_dialog, controller.publishing
        shown = (one() for one in dialogs if one.is_visible)
        return QApplication.activeModalWidget() or next(shown, self.window)

    def copied(self) -> str:
        """The clipboard's text."""
        return QGuiApplication.clipboard().text()

    # patience

    def until(self, what: Callable[[], bool], expected: str = "") -> None:
        """Wait until a condition holds, as long as something changes; `expected` describes it in a failure."""
        if self._comes(what, PATIENCE // 20):
            return
        for _ in range(_TIMES):
            seen = self._seen()
            if self._comes(what, PATIENCE - PATIENCE // 20):
                return
            if self._seen() == seen:
                break
        raise AssertionError(f"{expected or what}; seen:\n{self._seen()}")

    def _comes(self, what: Callable[[], bool], within: int) -> bool:
        try:
            self._qtbot.waitUntil(lambda: bool(what()), timeout=within)
        except self._qtbot.TimeoutError:
            return False
        return True

    def sees(self, words: str) -> None:
        """Wait until these words are visible in front."""
        self.until(lambda: words in self.said, f"see {words!r}")

    def sees_notice(self, words: str) -> None:
        """Wait until the banner has these words."""
        self.until(lambda: words in self.notice, f"see the notice {words!r}")

    def has_copied(self, words: str) -> None:
        """Wait until the clipboard has these words."""
        self.until(lambda: words in self.copied(), f"have copied {words!r}")

    def sees_step_button(self, words: str) -> None:
        """Wait until the step button has this text."""
        self.until(lambda: self.step_button == words, f"see {words!r} in the corner")

    def sees_the_end(self) -> None:
        """Wait until a run started since the last call is over."""
        self.until(lambda: self._runs_ended > 0, "see the run end")
        self._runs_ended -= 1

    def sees_states(self, *states: str) -> None:
        """Wait until the rows are in these states, in the order of their numbers."""
        self.until(lambda: self.states() == list(states), f"see the states {states}")

    def _seen(self) -> str:
        return f"{self.said}\nnotice: {self.notice}\nstates: {self.states()}\ncorner: {self.step_button}"

    def _count_end(self) -> None:
        self._runs_ended += 1

    def _everything_saved(self) -> bool:
        words = {label.accessibleName(): label.text() for label in self.window.footer.findChildren(QLabel)}
        counted = self.says("foot.all", count=len(self.window.model.sheet)) + " "
        saved = self.says("status.saved")
        return counted in words[self.says("foot.summary")] and saved in words[self.says("foot.status")]

    def _can_press(self, name: str) -> bool:
        return any(one.accessibleName() == name and one.isEnabled() for one in self._buttons(self.front()))

    def _buttons(self, root: QWidget) -> list[QAbstractButton]:
        return [one for one in root.findChildren(QAbstractButton) if one.isVisible()]

    def _under_the_keys(self) -> QWidget:
        """The widget with the focus; without a window manager the focus doesn't return after a dialog."""
        self.until(self._is_brought_to_front, "have the window in front")
        return QApplication.focusWidget() or self.front()

    def _is_brought_to_front(self) -> bool:
        """Request it repeatedly: another program that was in front may take the focus back once."""
        front = self.front()
        if not front.isActiveWindow():
            front.activateWindow()
        return front.isActiveWindow()

    def _choose(self, menu: QMenu, words: str) -> None:
        menu, action = next(_entries(menu, words))
        if not menu.isVisible():
            menu.popup(self.window.mapToGlobal(QPoint(0, 0)))
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def _entries(menu: QMenu, words: str) -> Iterator[tuple[QMenu, QAction]]:
    """Yield the entries of a menu, and of its submenus, that have these words."""
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _entries(below, words)
        elif action.text() == words:
            yield menu, action
