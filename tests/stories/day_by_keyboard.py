"""A whole day at the window without a mouse; `test_day_by_keyboard.py` runs it on a desktop of its own."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from bindtool.core.model.channel import Behaviour
from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.main_window.window import MainWindow
from tests.stories import key_repeat
from tests.stories.keyboard import QUICK, SLOW_PERSON, Keyboard

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

MOUSE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.ContextMenu,
        QEvent.Type.NonClientAreaMouseButtonPress,
        QEvent.Type.DragEnter,
    }
)
CODES = [f"SPK6{number:04}" for number in range(118)]
REFUSED, ROW_OF_REFUSED = CODES[0], 1
ODD, ROW_OF_ODD = "6901234567892", 61
OF_THE_NEXT = "SPK60118"
SCANS = [*CODES[:60], ODD, *CODES[60:100], CODES[17], *CODES[100:]]


class Witness(QObject):
    """Observes every event of the program, and lets it pass."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.by_mouse: list[QEvent.Type] = []
        self.opened: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Record mouse events, and windows that open or are blocked."""
        kind = event.type()
        if kind in MOUSE:
            self.by_mouse.append(kind)
        elif kind == QEvent.Type.WindowBlocked or (
            kind == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        ):
            self.opened.append(type(watched).__name__)
        return False


@dataclass(frozen=True)
class Day:
    """A technician with a keyboard, and the observer of mouse events."""

    me: Technician
    keyboard: Keyboard
    witness: Witness

    def press(self, *keys: str) -> None:
        """Press keys in the window."""
        self.keyboard.press(*keys, pace=QUICK)

    def fill(self, key: str, *texts: str) -> None:
        """Open a panel by its key, type into its fields slower than any scanner, and finish."""
        self.press(key)
        self._in_front(QDialog)
        for text in texts[:-1]:
            self.keyboard.type(text, "Tab", pace=SLOW_PERSON)
        self.keyboard.type(texts[-1], "ctrl+Return", pace=SLOW_PERSON)
        self._in_front(MainWindow)

    def save(self, path: Path) -> None:
        """Save the report."""
        self.press("ctrl+s")
        self._in_front(QFileDialog)
        self.keyboard.type(str(path), "Return", pace=QUICK)
        self.me.until(path.exists, "see the report")
        self._in_front(MainWindow)

    def status(self, number: int) -> str:
        """Return the table's status of a row."""
        return self.me.cell(number, Column.STATUS)

    def _in_front(self, kind: type[QWidget]) -> None:
        self.me.until(lambda: isinstance(QApplication.activeWindow(), kind), f"see a {kind.__name__} in front")


def begin(day: Day) -> None:
    """Enter operator and job."""
    assert day.me.window.scan_bar.field.hasFocus()
    day.me.sees("READY TO SCAN")
    day.fill("alt+o", "A12")
    day.fill("alt+j", "WO-1125", "119")
    day.me.sees("0 / 119")


def scan(day: Day) -> None:
    """Scan a hundred and twenty codes, one odd and one twice: no window opens, and the focus stays."""
    me, field = day.me, day.me.window.scan_bar.field
    assert len(SCANS) == 120
    day.witness.opened.clear()
    day.keyboard.scan(*SCANS, delay=1)
    me.sees("119 / 119")
    me.sees_step_button("Bind 118 devices")
    assert day.witness.opened == []
    assert field.hasFocus()
    assert field.text() == ""


def decide(day: Day) -> None:
    """Look at the held row and include it; correct its label, two Tabs and a cell away from the field."""
    me, window = day.me, day.me.window
    day.press("ctrl+e")
    assert window.table.selected_numbers() == [ROW_OF_ODD]
    assert day.status(ROW_OF_ODD) == "held"
    day.press("ctrl+i")
    me.sees_step_button("Bind 119 devices")
    day.press("Tab", "Tab")
    me.until(window.table.hasFocus, "have the keys in the table")
    day.press("Right", "alt+e")
    me.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "see the editor")
    day.keyboard.type("B7", "Return", pace=QUICK)
    me.until(lambda: me.cell(ROW_OF_ODD, Column.LABEL) == "B7", "see the new label")
    day.press("Escape")
    me.until(window.scan_bar.field.hasFocus, "have the scan field again")


def bind(day: Day) -> None:
    """Press the same key twice; afterwards the next key leads to the row that needs handling."""
    me = day.me
    day.press("ctrl+Return")
    me.until(me.place.controller.confirm_panel().isVisible, "be asked")
    day.press("ctrl+Return")
    me.sees_the_end()
    me.sees_step_button("Show 1 to handle")
    day.press("ctrl+e")
    assert me.window.table.selected_numbers() == [ROW_OF_REFUSED]
    assert day.status(ROW_OF_REFUSED) == "refused"


def look_up(day: Day) -> None:
    """Look up another row: the scan bar shows its state, and nothing is added."""
    day.press("ctrl+l")
    day.keyboard.scan(CODES[5])
    day.me.sees(f"…{CODES[5][-6:]}")
    day.press("Escape")
    day.me.sees("READY TO SCAN")
    assert day.me.window.model.rowCount() == 119


def hand_over(day: Day) -> None:
    """Hand over: enter the next shift's name, scan another code, and close the window."""
    me = day.me
    day.fill("alt+o", "B07")
    day.keyboard.scan(OF_THE_NEXT)
    me.until(lambda: me.window.model.rowCount() == 120, "see the last row")
    me.sees("Saved")
    day.press("ctrl+q")
    me.until(lambda: not me.window.isVisible(), "see the window close")


def rows(database: Path) -> dict[str, tuple[str, str, str]]:
    """Return label, state and operator of each saved row, by its id."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as opened:
        found = opened.execute("SELECT device_id, label, state, operator FROM sheet_row").fetchall()
    assert len({device_id for device_id, *_ in found}) == len(found)
    return {device_id: (label, state, operator) for device_id, label, state, operator in found}


def test_the_witness_sees_a_mouse_and_a_window(qtbot: QtBot, qapp: QApplication) -> None:
    """A mouse and a window are recorded if there are any: so the day below proves something."""
    witness = Witness(qapp)
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.open()
    QTest.mouseClick(dialog, Qt.MouseButton.LeftButton)
    assert witness.opened == ["QDialog"]
    assert QEvent.Type.MouseButtonPress in witness.by_mouse


def test_a_day(
    bench: Bench,
    profile: Profile,
    server: PracticeServer,
    open_window: Open,
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Named, scanned, held, corrected, bound, looked up, saved, handed over, closed: all by keys."""
    key_repeat.turn_off()
    # A busy computer stamps keys late; a scanner's own keys have short gaps.
    patient = ScanRules(scanner=ScannerRules(longest_gap=200))
    bench.has_profile(replace(profile, behaviour=Behaviour.ADDS, proven=True, scan=patient))
    bench.has_token()
    witness = Witness(qapp)
    report = tmp_path / "reports" / "day.csv"
    report.parent.mkdir()
    monkeypatch.chdir(report.parent)
    with open_window() as me:
        day = Day(me, Keyboard(qtbot), witness)
        begin(day)
        scan(day)
        decide(day)
        bind(day)
        look_up(day)
        day.save(report)
        hand_over(day)

    assert witness.by_mouse == []
    found = rows(bench.data.database)
    assert found.pop(OF_THE_NEXT)[1:] == ("ready", "B07")
    assert {operator for _, _, operator in found.values()} == {"A12"}
    assert found.pop(REFUSED)[1] == "refused"
    assert found[ODD][:2] == ("B7", "bound")
    assert {state for _, state, _ in found.values()} == {"bound"}
    assert set(found) == {*CODES[1:], ODD}
    labels = {device_id: label for device_id, (label, _, _) in found.items()}
    assert {device_id: binding.label for device_id, binding in server.bound.items()} == labels
    with report.open(encoding="utf-8-sig", newline="") as file:
        reported = {cell for line in csv.reader(file) for cell in line}
    assert reported >= {*CODES, ODD}
