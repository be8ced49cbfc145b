"""A list from elsewhere beside the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QListView, QTabBar

from bindtool.gui.sheet.tools.compare_panel import ComparePanel, CompareView, Side
from tests.gui.acting import can_see, find, key, press, said

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show

VIEW = CompareView(
    "WO-1125.csv",
    400,
    {Side.MISSING: ["SPK2", "SPK4", "SPK5"], Side.EXTRA: ["SPK9"], Side.REPEATS: []},
)


@pytest.fixture
def panel(texts: Texts, show: Show) -> ComparePanel:
    """Give the panel as somebody has just asked for it."""
    made = ComparePanel(texts)
    show(made)
    made.begin()
    return made


def lines(panel: ComparePanel) -> list[str]:
    """Return what stands in the list."""
    model = find(panel, QListView, "Devices").model()
    return [model.index(at, 0).data() for at in range(model.rowCount())]


def test_without_a_list_it_asks_for_one(panel: ComparePanel) -> None:
    """GIVEN no list THEN it says what to do, the keys are there, and nothing is compared."""
    pasted, opened = QSignalSpy(panel.paste_requested), QSignalSpy(panel.open_requested)
    assert panel.paste_button.hasFocus()
    assert "paste it, or open its file" in said(panel)
    assert panel.accessibleDescription() in said(panel)
    assert not can_see(panel, "Copy")
    press(panel, "Paste the list")
    press(panel, "Open its file")
    key(panel.paste_button, Qt.Key.Key_V, ctrl=True)
    key(panel.paste_button, Qt.Key.Key_F1)
    assert (pasted.count(), opened.count()) == (2, 1)


def test_gaps_are_told_where_there_is_no_list(panel: ComparePanel) -> None:
    """GIVEN ids that run in sequence WHEN some are missing THEN that is said before a list is there."""
    panel.show_view(CompareView(gaps=["1 missing between …3F20AB and …3F20AD"]))
    assert "run in sequence:\n1 missing between …3F20AB and …3F20AD" in said(panel)


def test_each_side_has_its_lines(panel: ComparePanel) -> None:
    """GIVEN a comparison WHEN a side is looked at THEN its lines are there, to be copied and saved."""
    copied, saved, selected = map(QSignalSpy, (panel.copy_requested, panel.save_requested, panel.select_requested))
    panel.show_view(VIEW)
    tabs = find(panel, QTabBar, "Differences")
    assert [tabs.tabText(at) for at in range(3)] == ["Not scanned 3", "Not in list 1", "Repeats 0"]
    assert "WO-1125.csv: 400 devices. Kept until this window is closed.\n3 not scanned" in said(panel)
    told = QSignalSpy(panel.announced)
    panel.tell()
    assert told.at(0) == [panel.accessibleDescription()] == ["3 not scanned"]
    assert lines(panel) == ["SPK2", "SPK4", "SPK5"]
    assert not can_see(panel, "Select these rows")

    panel.look_at(Side.EXTRA)

    assert (panel.side, lines(panel)) == (Side.EXTRA, ["SPK9"])
    for name in ("Copy", "Save as a file", "Select these rows"):
        press(panel, name)
    assert (copied.count(), saved.count(), selected.count()) == (1, 1, 1)


def test_nothing_can_be_copied_where_there_is_none(panel: ComparePanel) -> None:
    """GIVEN a side without lines THEN its buttons say why they can't be pressed."""
    panel.show_view(VIEW)
    panel.look_at(Side.REPEATS)
    copied = QSignalSpy(panel.copy_requested)
    press(panel, "Copy")
    assert copied.count() == 0
    assert find(panel, type(panel.paste_button), "Copy").accessibleDescription() == "None"


def test_everything_is_there(panel: ComparePanel) -> None:
    """GIVEN a pasted list WHEN each of its devices is scanned THEN that is said."""
    panel.show_view(CompareView("", 1, {side: [] for side in Side}))
    found = "Pasted list: 1 device. Kept until this window is closed.\nAll devices in the list have been scanned"
    assert found in said(panel)


def test_lines_that_are_not_compared(panel: ComparePanel) -> None:
    """GIVEN lines without a usable ID WHEN all others are scanned THEN nobody is told that all are."""
    panel.show_view(CompareView("", 1, {side: [] for side in Side}, left_out=2))
    assert "\n2 lines are not compared: hidden, in doubt" in said(panel)
    assert panel.accessibleDescription() == "All that could be compared has been scanned"


def test_it_can_be_closed(panel: ComparePanel) -> None:
    """GIVEN the panel WHEN it is closed THEN it goes and says so."""
    closed = QSignalSpy(panel.closed)
    press(panel, "Close the comparison")
    assert (closed.count(), panel.isVisible()) == (1, False)
