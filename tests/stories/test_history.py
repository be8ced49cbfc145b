"""The history: what was bound on an earlier day is found, with its sheet, its request and its log id."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from bindtool.core.sheet_view.columns import Column
from bindtool.gui.history.past_sheet_page import PastSheetPage
from bindtool.gui.history.record_table import RecordTable
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find
from tests.stories.other_benches import have_bound

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
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


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_which_bench_has_bound_this_box(
    bench: Bench, profile: Profile, open_window: Open, tmp_path: Path, language: str
) -> None:
    """A box comes back: looked up or searched, it says at which bench and through whom it was bound."""
    # GIVEN a bench that others have told of two devices, with one of its own
    bench.has_profile(profile)
    bench.has_token()
    have_bound(bench, profile, ("bench-3", "SPK26901"), ("bench-7", "SPK26902"))
    words = Texts(language)
    with open_window(language=language) as me:
        me.scan("SPK26001")
        me.bind()

        # WHEN the box is scanned while looking up THEN it is told, and nothing is added
        me.keys("Ctrl+L")
        me.type("SPK26901")
        me.sees(words("look_up.at_by", bench="bench-3", operator="李"))
        me.keys("Esc")
        assert len(me.states()) == 1

        # WHEN it is searched in the history THEN its bench stands in the table, and its sheet can't be opened here
        me.keys("Alt+H")
        me.sees(words("history.title_of_all"))
        me.type("SPK26901")
        model = find(me.window, RecordTable, words("history.devices_name")).model()
        me.until(lambda: model.rowCount() == 1, "see one device")
        assert model.headerData(5, Qt.Orientation.Horizontal) == words("column.bench")
        assert [model.index(0, at).data() for at in (1, 5, 6, 8)] == ["SPK26901", "bench-3", "李", "WO-9"]
        button = find(me.window, QPushButton, words("history.open_sheet"))
        assert (button.isEnabled(), button.toolTip()) == (False, words("history.sheet_elsewhere", bench="bench-3"))

        # WHEN all of a bench is wanted THEN its name finds it, and the file names it
        me.type("bench-7")
        me.until(lambda: model.rowCount() == 1 and model.index(0, 1).data() == "SPK26902", "see the other")
        me.press(words("history.export"))
        me.choose(tmp_path / "found.csv")
        me.sees(str(tmp_path / "found.csv"))
        with (tmp_path / "found.csv").open(encoding="utf-8-sig", newline="") as file:
            (line,) = csv.DictReader(file)
        assert (line["machine"], line["bench"][:7], line["device_id"]) == ("bench-7", "bench-7", "SPK26902")

        # WHEN only this bench is wanted THEN only its own is there
        find(me.window, QLineEdit, words("history.search")).clear()
        me.choose_in(words("history.benches"), words("history.this_bench"))
        me.until(lambda: model.rowCount() == 1 and model.index(0, 1).data() == "SPK26001", "see one's own")
        me.keys("Esc")


def test_history_before_anything_is_set_up(open_window: Open) -> None:
    """On the first day it says what will be there; the way leads back to the first screen."""
    with open_window() as me:
        me.sees("Welcome to bindtool")
        me.keys("Alt+H")
        me.until(lambda: "Nothing has been done" in devices(me).accessibleDescription(), "see why it is empty")
        me.press("Back to scanning")
        me.sees("Welcome to bindtool")
