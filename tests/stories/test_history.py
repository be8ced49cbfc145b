"""The history: what was bound on an earlier day is found, with its sheet, its request and its log id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.sheet_view.columns import Column
from bindtool.gui.history.past_sheet_page import PastSheetPage
from bindtool.gui.history.record_table import RecordTable
from tests.gui.acting import find

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.stories.technician import Technician


def devices(me: Technician) -> RecordTable:
    """Return the table of devices on the page."""
    return find(me.window, RecordTable, "Devices found")


def table(me: Technician) -> list[tuple[str, str]]:
    """Return the ids and states that were found."""
    model = devices(me).model()
    return [(model.index(at, 1).data(), model.index(at, 3).data()) for at in range(model.rowCount())]


def test_was_this_device_ever_bound(ready: Technician, server: PracticeServer) -> None:
    """Bound, corrected, and put away with its sheet: a scan into the search finds it, and leads to its request."""
    # GIVEN two devices that were bound, one of whose ids was corrected afterwards, on a sheet that is closed
    ready.scan("SPK26001", "SPK26002")
    ready.bind()
    log_id = ready.cell(2, Column.LOG_ID)
    ready.retype(2, "SPK26003")
    ready.keys("Ctrl+N")
    ready.answer("New sheet")
    ready.until(lambda: ready.states() == [], "see an empty sheet")
    ready.keys("Esc")
    # AND the one of them on today's sheet again
    ready.scan("SPK26002")
    ready.sees_states("held")

    # WHEN it is scanned into the search of the history
    ready.keys("Alt+H")
    ready.sees("History of this computer")
    ready.type("SPK26002")

    # THEN both are told, and nothing was added to the sheet
    ready.until(lambda: table(ready) == [("SPK26002", "not sent"), ("SPK26002", "bound")], "see both")
    ready.keys("Tab")
    devices(ready).select([1])
    ready.sees(f"log ID {log_id}")
    ready.sees("row 2 of Sheet 1")
    assert len(ready.states()) == 1

    # WHEN its sheet is opened THEN it stands as it was left, with the request that carried the device
    ready.press("Open the sheet")
    ready.sees("2 rows: 1 bound, 0 refused, 0 unknown.")
    ready.sees("row 2 · SPK26003")
    past = ready.window.pages.currentWidget()
    assert isinstance(past, PastSheetPage)
    past.tabs.setCurrentIndex(1)
    ready.press("Copy log ID")
    assert ready.copied() == log_id
    ready.keys("Esc")
    ready.keys("Esc")
    ready.sees("READY TO SCAN")

    # AND the next scan goes to the sheet
    ready.scan("SPK26004")
    ready.sees_states("held", "ready")
    assert set(server.bound) == {"SPK26001", "SPK26002"}
