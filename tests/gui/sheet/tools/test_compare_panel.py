"""A list from elsewhere beside the table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QListView, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from bindtool.core.intake.reconcile import WantedList
from bindtool.gui.sheet.tools.compare_panel import Side
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui.acting import can_see, find, key, press, said
from tests.gui.conftest import SMALLEST
from tests.gui.whole_window import HEAD, EquippedWindow, whole_window

WANTED = WantedList(("SPK1", "SPK2", "SPK4", "SPK5"))


@pytest.fixture
def window(texts: Texts, qtbot: QtBot) -> Iterator[EquippedWindow]:
    """Give a window in front, with a sheet of two devices."""
    with whole_window(texts, SMALLEST) as window:
        window.show_page(window.sheet_page)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.lay([row(1, "SPK1"), row(2, "SPK9")])
        yield window


def compare_with(window: EquippedWindow, wanted: WantedList, name: str = "") -> None:
    """Have the panel opened once the sheet was compared with a list."""
    window.compared_lists[HEAD.sheet_id] = name, wanted
    window.compare().begin()


def lines(window: EquippedWindow) -> list[str]:
    """Return what stands in the list."""
    model = find(window.compare(), QListView, "Devices").model()
    return [model.index(at, 0).data() for at in range(model.rowCount())]


def test_without_a_list_it_asks_for_one(window: EquippedWindow) -> None:
    """GIVEN no list THEN it says what to do, the keys are there, and nothing is compared."""
    panel = window.compare()
    assert panel.isHidden()
    panel.begin()
    assert find(panel, QPushButton, "Paste the list").hasFocus()
    assert "paste it, or open its file" in said(panel)
    assert panel.accessibleDescription() in said(panel)
    assert not can_see(panel, "Copy")
    key(find(panel, QPushButton, "Paste the list"), Qt.Key.Key_F1)


def test_gaps_are_told_where_there_is_no_list(window: EquippedWindow) -> None:
    """GIVEN ids that run in sequence WHEN some are missing THEN that is said before a list is there."""
    window.lay(row(at, f"SPK{at:X}") for at in range(0x3F2010, 0x3F2020) if at != 0x3F2016)
    window.compare().begin()
    assert "run in sequence:\n1 missing between …3F2015 and …3F2017" in said(window.compare())


def test_each_side_has_its_lines(window: EquippedWindow, clipboard: QClipboard) -> None:
    """GIVEN a comparison WHEN a side is looked at THEN its lines are there, to be copied and selected."""
    compare_with(window, WANTED, "WO-1125.csv")
    panel = window.compare()
    tabs = find(panel, QTabBar, "Differences")
    assert [tabs.tabText(at) for at in range(3)] == ["Not scanned 3", "Not in list 1", "Repeats 0"]
    assert "WO-1125.csv: 4 devices. Kept until this window is closed.\n3 not scanned" in said(panel)
    assert panel.accessibleDescription() == "3 not scanned"
    assert lines(window) == ["SPK2", "SPK4", "SPK5"]
    assert not can_see(panel, "Select these rows")

    panel.look_at(Side.EXTRA)

    assert lines(window) == ["SPK9"]
    press(panel, "Copy")
    press(panel, "Select these rows")
    assert (clipboard.text(), window.table.selected_numbers()) == ("SPK9", [2])


def test_nothing_can_be_copied_where_there_is_none(window: EquippedWindow) -> None:
    """GIVEN a side without lines THEN its buttons say why they can't be pressed."""
    compare_with(window, WANTED)
    window.compare().look_at(Side.REPEATS)
    copy = find(window.compare(), QPushButton, "Copy")
    assert (copy.isEnabled(), copy.accessibleDescription()) == (False, "None")


def test_everything_is_there(window: EquippedWindow) -> None:
    """GIVEN a pasted list WHEN each of its devices is scanned THEN that is said."""
    compare_with(window, WantedList(("SPK1",)))
    found = "Pasted list: 1 device. Kept until this window is closed.\nAll devices in the list have been scanned"
    assert found in said(window.compare())


def test_lines_that_are_not_compared(window: EquippedWindow) -> None:
    """GIVEN lines without a usable ID WHEN all others are scanned THEN nobody is told that all are."""
    compare_with(window, WantedList(("SPK1",), left_out=2))
    assert "\n2 lines are not compared: hidden, in doubt" in said(window.compare())
    assert window.compare().accessibleDescription() == "All that could be compared has been scanned"


def test_it_can_be_closed(window: EquippedWindow) -> None:
    """GIVEN the panel WHEN it is closed THEN it goes, and the next scan goes into the scan field."""
    window.compare().begin()
    press(window.compare(), "Close the comparison")
    assert not window.compare().isVisible()
    assert window.scan_bar.field.hasFocus()
