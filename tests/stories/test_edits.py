"""A technician edits the table as a spreadsheet, and gives labels with running numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel

from bindtool.core.sheet_view.columns import Column
from tests.stories.keyboard import SLOW_PERSON, Keyboard, needs_keyboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SERIALS = [f"SPK26113F2{n:03X}" for n in range(12)]


@pytest.fixture
def numbered(profile: Profile, open_window: Open) -> Iterator[Technician]:
    """Give a technician whose profile numbers its devices."""
    with open_window(replace(profile, label_template="音箱-{n:3}")) as technician:
        yield technician


def select_cells(me: Technician, column: Column, *rows: int) -> None:
    """Go to the table and select cells of one column."""
    table, model = me.window.table, me.window.model
    table.setFocus()
    table.clearSelection()
    for number in rows:
        index = model.index(model.row_of(number), column)
        table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)


# ---------------------------------------------------------------- labels


def test_numbers_after_a_restart(profile: Profile, open_window: Open) -> None:
    """GIVEN numbers in the ledger, in a sheet, and one from a list WHEN bindtool starts again THEN they go on."""
    with open_window(replace(profile, label_template="音箱-{n:3}")) as me:
        me.scan(SERIALS[0])
        me.bind()
        me.paste(f"device_id\tlabel\n{SERIALS[1]}\t音箱-040")
        me.sees_states("bound", "ready")
    with open_window() as me:
        me.scan(SERIALS[2])
        assert me.labels() == ["音箱-001", "音箱-040", "音箱-041"]


def test_labels_are_filled(ready: Technician) -> None:
    """GIVEN rows WHEN labels are filled THEN they are seen while the template is typed, and one undo undoes all."""
    me = ready
    me.scan(*SERIALS[:6])
    before = me.labels()
    me.select(5, 2, 3, 4, 6)
    me.do("Fill labels…")
    me.sees("Labels for 5 rows")
    me.sees("Preview: 智能音箱-3F2001 · 智能音箱-3F2002 · 智能音箱-3F2003 · … · 智能音箱-3F2005")
    me.write("Template", "shelf-{n:2}/{")
    me.sees("The braces in the label template do not match")
    assert not me.place.controller.fill_labels().fill_button.isEnabled()
    me.write("Template", "shelf-{n:2}")
    me.sees("Preview: shelf-01 · shelf-02 · shelf-03 · … · shelf-05")
    me.press("Fill")
    assert me.labels() == [before[0], "shelf-01", "shelf-02", "shelf-03", "shelf-04", "shelf-05"]
    me.sees_notice("5 labels filled")
    me.sees_states(*["ready"] * 6)
    me.keys("Ctrl+Z")
    assert me.labels() == before
    me.keys("Ctrl+Shift+Z")
    me.select(1)
    me.keys("Alt+G")
    me.write("Template", "shelf-{n:2}")
    me.sees("Preview: shelf-06")


def test_scans_come_in_while_labels_are_filled(numbered: Technician) -> None:
    """GIVEN the panel WHEN a device is scanned THEN it is a row, the panel stays, and the preview goes on."""
    me = numbered
    me.scan(*SERIALS[:2])
    me.select(1, 2)
    me.keys("Alt+G")
    me.sees("Preview: 音箱-003 · 音箱-004")
    me.window.scan_bar.field.setFocus()
    me.scan(SERIALS[2])
    me.sees("Preview: 音箱-004 · 音箱-005")
    me.keys("Esc")
    assert me.place.controller.fill_labels().isHidden()
    assert me.window.scan_bar.field.hasFocus()
    assert me.labels() == ["音箱-001", "音箱-002", "音箱-003"]


def test_the_panel_is_for_one_sheet(ready: Technician) -> None:
    """GIVEN the panel WHEN a row of it goes, or all with a new sheet THEN nothing is filled that is not there."""
    me = ready
    me.keys("Alt+G")
    me.sees_notice("First select the rows that need labels.")
    me.scan(SERIALS[0], SERIALS[1], "SN:1;MAC:2")
    me.select(1, 2, 3)
    me.keys("Alt+G")
    me.sees("1 row has no device ID and is left out.")
    me.write("Template", "{n}")
    me.sees("Preview: 1 · 2")
    me.select(1)
    me.window.table.setFocus()
    me.keys("Alt+D")
    me.sees("Preview: 1")
    me.do("New sheet")
    me.answer("New sheet")
    me.until(me.place.controller.fill_labels().isHidden)


@needs_keyboard
def test_labels_are_typed_down_a_narrowed_table(ready: Technician, keyboard: Keyboard) -> None:
    """Each row leaves the ready ones until the disk has its label; the next row gets the next label even so."""
    ready.scan(*(f"SPK26113F200{number}" for number in range(1, 5)))
    ready.press("Ready 4")
    table = ready.window.table
    table.setCurrentIndex(ready.window.model.index(0, Column.LABEL))
    table.setFocus()

    def labelled(number: int, label: str) -> bool:
        return ready.cell(number, Column.LABEL) == label

    for number, label in ((4, "shelf 1"), (3, "shelf 2"), (2, "shelf 3")):
        keyboard.type(label, "Return", pace=SLOW_PERSON)
        ready.until(partial(labelled, number, label), "see the label")
        assert table.hasFocus()
    assert ready.window.model.filter.text == ""
    keyboard.type("shelf 4", pace=SLOW_PERSON)
    ready.window.scan_bar.field.setFocus()
    ready.until(partial(labelled, 1, "shelf 4"), "see the label")
    assert ready.window.scan_bar.field.hasFocus()


# ---------------------------------------------------------------- a label that is in use


def test_a_label_in_use_is_held(ready: Technician, server: PracticeServer) -> None:
    """GIVEN a label of a bound device WHEN another gets it THEN it is held, and one tick lets it go."""
    me = ready
    me.scan(SERIALS[0])
    me.bind()
    me.paste(f"device_id\tlabel\n{SERIALS[1]}\t智能音箱-3F2000\n{SERIALS[2]}\thall\n{SERIALS[3]}\thall")
    me.sees_states("bound", "held", "ready", "held")
    assert me.cell(2, Column.MESSAGE) == f"{SERIALS[0]} was bound with this label; tick it to send it anyway"
    assert me.cell(4, Column.MESSAGE) == "row 3 has the same label; tick it to send it anyway"
    select_cells(me, Column.LABEL, 3)
    me.keys("Delete")
    me.sees_states("bound", "held", "incomplete", "ready")
    me.select(2)
    me.keys("Ctrl+I")
    me.sees_states("bound", "ready", "incomplete", "ready")
    me.bind()
    assert server.bound[SERIALS[1]].label == "智能音箱-3F2000"


def test_what_is_held_is_decided_before_the_report(ready: Technician, server: PracticeServer) -> None:
    """GIVEN all else bound WHEN the step is taken THEN the held row is chosen, and then it can go."""
    me = ready
    me.scan(SERIALS[0])
    me.bind()
    me.paste(f"device_id\tlabel\n{SERIALS[1]}\t智能音箱-3F2000")
    me.sees_states("bound", "held")
    me.sees_step_button("Decide 1 held")
    me.keys("Ctrl+Return")
    assert me.window.table.selected_numbers() == [2]
    me.sees("Row 2 is held: tick “Include” (Ctrl+I), or delete it.")
    me.keys("Ctrl+I")
    me.sees_step_button("Bind 1 device")
    me.bind()
    me.sees_step_button("Save today's report")
    assert set(server.bound) == {SERIALS[0], SERIALS[1]}


# ---------------------------------------------------------------- blocks


def test_blocks_are_cut_copied_and_pasted(ready: Technician) -> None:
    """GIVEN rows WHEN a block is copied over others, cut, and brought back THEN each is one step for undo."""
    me = ready
    me.scan(*SERIALS[:4])
    before = me.labels()
    select_cells(me, Column.LABEL, 3, 4)
    me.keys("Ctrl+C")
    assert me.copied() == f"{before[3]}\n{before[2]}"
    select_cells(me, Column.LABEL, 2)
    me.keys("Ctrl+V")
    assert me.labels() == [before[2], before[3], before[2], before[3]]
    me.keys("Ctrl+Z")
    assert me.labels() == before
    select_cells(me, Column.LABEL, 1, 2)
    me.keys("Ctrl+X")
    assert me.labels() == ["", "", before[2], before[3]]
    me.sees_states("incomplete", "incomplete", "ready", "ready")
    me.keys("Ctrl+V")
    assert me.labels() == before
    me.sees_states(*["ready"] * 4)
    me.keys("Ctrl+Z")
    me.keys("Ctrl+Z")
    assert me.labels() == before


# ---------------------------------------------------------------- bound rows


def test_an_edited_bound_row_says_what_stays(ready: Technician) -> None:
    """GIVEN bound rows WHEN id or label is edited THEN a line says what stays at Coze; nothing is forgotten."""
    me = ready
    me.scan(*SERIALS[:2])
    me.bind()
    me.retype(1, SERIALS[5])
    me.sees_notice("The old ID stays bound at Coze")
    assert me.cell(1, Column.MESSAGE) == f"the old ID {SERIALS[0]} stays bound at Coze"
    select_cells(me, Column.LABEL, 2)
    me.paste("kitchen")
    me.sees_notice("Whether Coze changes its name is not known.")
    me.sees_states("ready", "ready")
    assert me.cell(2, Column.MESSAGE) == "whether Coze changes the name is not known"
    me.window.scan_bar.field.setFocus()
    me.scan(SERIALS[0])
    me.sees_states("ready", "ready", "held")
    assert "bound" in me.cell(3, Column.MESSAGE)


def test_only_bound_rows_are_asked_for(ready: Technician) -> None:
    """GIVEN rows WHEN they are deleted THEN they go at once; bound ones after a question."""
    me = ready
    me.scan(*SERIALS[:3])
    me.select(3)
    me.keys("Alt+D")
    assert me.ids() == SERIALS[:2]
    me.bind()
    me.window.table.select([1, 2])
    me.window.table.setFocus()
    me.keys("Delete")
    me.until(lambda: "Delete 2 bound rows" in me.asked)
    assert me.ids() == SERIALS[:2]
    me.answer("Delete")
    me.sees_states()
    me.keys("Ctrl+Z")
    assert me.ids() == SERIALS[:2]


def test_what_is_gone_when_the_question_is_answered(ready: Technician) -> None:
    """GIVEN rows that are asked about WHEN one is taken back meanwhile THEN the others are deleted."""
    me = ready
    me.scan(SERIALS[0])
    me.bind()
    me.scan(SERIALS[1])
    me.select(1, 2)
    me.keys("Delete")
    me.until(lambda: "Delete" in me.asked)
    me.window.scan_bar.field.setFocus()
    me.keys("Ctrl+Z")
    me.until(lambda: me.ids() == SERIALS[:1])
    me.answer("Delete")
    me.sees_states()


def test_a_question_goes_with_the_sheet_that_it_is_about(bench: Bench, profile: Profile, open_window: Open) -> None:
    """GIVEN rows that are asked about WHEN another sheet is opened THEN none of that can be deleted."""
    bench.has_profile(profile)
    bench.has_token()
    bench.has_profile(replace(profile, name="Line 3"))
    with open_window() as me:
        me.scan(SERIALS[0])
        me.bind()
        me.choose_profile("Line 3")
        me.sees_states()
        me.scan(*SERIALS[1:3])
        me.choose_profile(profile.name)
        me.sees_states("bound")
        me.select(1)
        me.keys("Delete")
        me.until(lambda: "Delete" in me.asked)

        me.choose_profile("Line 3")

        me.sees_states("ready", "ready")
        me.until(lambda: me.asked == "", "see the question go")


def test_each_edit_says_what_it_did_and_leads_back(ready: Technician) -> None:
    """Deleting, pasting, copying and taking back are told, with the way back until there is another edit."""
    me = ready
    me.scan(*SERIALS[:3])
    me.select(1, 2)
    me.keys("Alt+D")
    me.sees_notice("2 rows deleted")
    me.press("Undo")
    me.sees_notice("2 rows are back")
    me.press("Redo")
    me.sees_notice("2 rows deleted")
    assert me.ids() == SERIALS[2:3]

    # WHEN a scan comes THEN nothing offers to take that back in place of the other
    me.window.scan_bar.field.setFocus()
    me.scan(SERIALS[3])
    me.until(lambda: me.notice == "", "see the notice go")

    select_cells(me, Column.LABEL, 3, 4)
    me.keys("Ctrl+C")
    me.sees_notice("2 cells copied")
    me.keys("Delete")
    me.sees_notice("2 rows changed")
    me.keys("Ctrl+Z")
    me.sees_notice("Undone in 2 rows")
