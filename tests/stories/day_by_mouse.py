"""A piece of work at the window without a keyboard; `test_day_by_keyboard.py` runs it on a desktop of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from PySide6.QtCore import QEvent, QModelIndex, QObject
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QTreeView

from bindtool.core.model.channel import Behaviour
from bindtool.core.sheet_view.columns import Column
from tests.stories.mouse import RIGHT, Mouse

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

KEYS = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.Shortcut, QEvent.Type.InputMethod}
)
IDS = [f"SPK26113F{number:04}" for number in range(30)]


class Witness(QObject):
    """Sees every event of the program, and lets it pass."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.by_keys: list[QEvent.Type] = []
        app.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note what keys do."""
        if event.type() in KEYS:
            self.by_keys.append(event.type())
        return False


@dataclass(frozen=True)
class Hand:
    """A technician's hand on the mouse."""

    me: Technician
    mouse: Mouse

    def press(self, name: str) -> None:
        """Click on the button of that name, once it can be pressed."""
        self.mouse.click(self.find(name))

    def find(self, name: str) -> QAbstractButton:
        """Return the button of that name, once it can be pressed."""
        found: list[QAbstractButton] = []

        def can_press() -> bool:
            buttons = self.me.front().findChildren(QAbstractButton)
            found[:] = [one for one in buttons if one.isVisible() and one.isEnabled() and _is_called(one, name)]
            return bool(found)

        self.me.until(can_press, f"see {name!r}")
        return found[0]

    def choose(self, words: str) -> None:
        """Choose an entry of the window's menu."""
        with self.mouse.choosing(self.me.window.actions_.main_menu, words):
            self.press(self.me.says("head.more"))

    def choose_for_row(self, number: int, words: str) -> None:
        """Choose an entry of a row's menu."""
        with self.mouse.choosing(self.me.window.actions_.row_menu, words):
            self.click_row(number, Column.DEVICE_ID, button=RIGHT)

    def click_row(self, number: int, column: Column, *, button: str = "1") -> None:
        """Click on a cell of a row."""
        table, model = self.me.window.table, self.me.window.model
        index = model.index(model.row_of(number), column)
        table.scrollTo(index)
        self.mouse.click_cell(table, index, button=button)

    def file_dialog(self) -> QFileDialog:
        """Wait for the dialog that asks for a file."""
        self.me.until(lambda: isinstance(QApplication.activeWindow(), QFileDialog), "be asked for a file")
        dialog = self.me.front()
        assert isinstance(dialog, QFileDialog)
        return dialog

    def click_file(self, name: str) -> None:
        """Click on a file of the folder that is shown in the dialog that asks for one."""
        files = self.file_dialog().findChild(QTreeView, "treeView")
        assert files is not None
        found: list[QModelIndex] = []

        def find() -> bool:
            model, root = files.model(), files.rootIndex()
            rows = (model.index(row, 0, root) for row in range(model.rowCount(root)))
            found[:] = [row for row in rows if row.data() == name]
            return bool(found)

        self.me.until(find, f"see {name!r} in the dialog")
        self.mouse.click_cell(files, found[0])


def _is_called(button: QAbstractButton, name: str) -> bool:
    return name in (button.accessibleName(), button.text().replace("&", ""))


def open_list(hand: Hand, path: Path) -> None:
    """Open a list: a click on it in the dialog, and one on Open."""
    me = hand.me
    hand.press(me.says("menu.open_list"))
    hand.click_file(path.name)
    hand.press("Open")
    me.until(lambda: me.window.model.rowCount() == len(IDS), "see the list")
    me.sees(path.name)


def change_one_s_mind(hand: Hand) -> None:
    """Delete the last one, by its row's menu, and take that back, by what is offered."""
    me, rows = hand.me, len(IDS)
    hand.choose_for_row(rows, me.says("menu.delete_rows"))
    me.until(lambda: me.window.model.rowCount() == rows - 1, "see the row go")
    hand.press(me.says("menu.undo"))
    me.until(lambda: me.window.model.rowCount() == rows, "see the row again")


def bind(hand: Hand) -> None:
    """Two clicks; then one on the step that is offered."""
    me = hand.me
    hand.press(me.says("foot.bind_name"))
    hand.press(me.says("confirm.bind_now"))
    me.sees_the_end()


def save(hand: Hand) -> Path:
    """Save the report under the name that is proposed; return where it is."""
    me = hand.me
    hand.choose(me.says("menu.save_report"))
    proposed = Path(hand.file_dialog().selectedFiles()[0])
    hand.press("Save")
    me.until(proposed.exists, "see the report")
    return proposed


def look_back(hand: Hand) -> None:
    """Look at the history, and come back."""
    me = hand.me
    hand.choose(me.says("menu.history"))
    me.sees(IDS[-1])
    hand.press(me.says("menu.back_to_scanning"))
    me.until(me.window.table.isVisible, "see the sheet again")


def test_work(
    bench: Bench,
    profile: Profile,
    server: PracticeServer,
    open_window: Open,
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A list opened, a row deleted and brought back, all bound, saved, looked up, the window closed: by mouse."""
    folder = tmp_path / "lists"
    folder.mkdir()
    listed = folder / "devices.txt"
    listed.write_text("\n".join(IDS), encoding="utf-8")
    monkeypatch.chdir(folder)
    bench.has_profile(replace(profile, behaviour=Behaviour.ADDS, proven=True))
    bench.has_token()
    witness = Witness(qapp)
    with open_window() as me:
        hand = Hand(me, Mouse(qtbot))
        open_list(hand, listed)
        change_one_s_mind(hand)
        bind(hand)
        report = save(hand)
        look_back(hand)
        hand.choose(me.says("menu.quit"))
        me.until(lambda: not me.window.isVisible(), "see the window close")

    assert witness.by_keys == []
    with ZipFile(report) as book:
        reported = b"".join(map(book.read, book.namelist())).decode(errors="ignore")
    assert all(device_id in reported for device_id in IDS)
    assert set(server.bound) == set(IDS[1:])
