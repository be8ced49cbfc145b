"""A technician edits the table as a spreadsheet, and gives labels with running numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication, QLineEdit

from bindtool.core.sheet_view.columns import Column
from tests.gui import acting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SERIALS = [f"SPK26113F2{n:03X}" for n in range(12)]


@pytest.fixture
def numbered(bench: Bench, profile: Profile, open_window: Open) -> Iterator[Technician]:
    """Give a technician whose profile numbers its devices."""
    bench.has_profile(replace(profile, label_template="音箱-{n:3}"))
    bench.has_token()
    with open_window() as technician:
        yield technician


def labels(me: Technician) -> list[str]:
    """Return the labels in the order of arrival."""
    return [me.cell(number, Column.LABEL) for number in numbers(me)]


def ids(me: Technician) -> list[str]:
    """Return the ids in the order of arrival."""
    return [me.cell(number, Column.DEVICE_ID) for number in numbers(me)]


def numbers(me: Technician) -> list[int]:
    """Return the numbers of the rows in the order of arrival."""
    model = me.window.model
    return sorted(model.number_at(at) for at in range(model.rowCount()))


def select_cells(me: Technician, column: Column, *rows: int) -> None:
    """Go to the table and select cells of one column."""
    table, model = me.window.table, me.window.model
    table.setFocus()
    table.clearSelection()
    for number in rows:
        index = model.index(model.row_of(number), column)
        table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)


# ---------------------------------------------------------------- labels


def test_running_numbers_go_on_where_the_channel_left_off(numbered: Technician, server: PracticeServer) -> None:
    """GIVEN devices bound with numbers WHEN more are scanned into another sheet THEN none comes twice."""
    me = numbered
    me.scan(*SERIALS[:2])
    me.bind()
    me.do("New sheet")
    me.sees_states()
    me.scan(SERIALS[2])
    assert labels(me) == ["音箱-003"]
    assert [device.label for device in server.bound.values()] == ["音箱-001", "音箱-002"]


def test_numbers_after_a_restart(bench: Bench, profile: Profile, open_window: Open) -> None:
    """GIVEN numbers in the ledger, in a sheet, and one from a list WHEN bindtool starts again THEN they go on."""
    bench.has_profile(replace(profile, label_template="音箱-{n:3}"))
    bench.has_token()
    with open_window() as me:
        me.scan(SERIALS[0])
        me.bind()
        me.paste(f"device_id\tlabel\n{SERIALS[1]}\t音箱-040")
        me.sees_states("bound", "ready")
    with open_window() as me:
        me.scan(SERIALS[2])
        assert labels(me) == ["音箱-001", "音箱-040", "音箱-041"]


def test_labels_are_filled(ready: Technician) -> None:
    """GIVEN rows WHEN labels are filled THEN they are seen while the template is typed, and one undo undoes all."""
    me = ready
    me.scan(*SERIALS[:6])
    before = labels(me)
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
    assert labels(me) == [before[0], "shelf-01", "shelf-02", "shelf-03", "shelf-04", "shelf-05"]
    me.sees_notice("5 labels filled")
    me.sees_states(*["ready"] * 6)
    me.keys("Ctrl+Z")
    assert labels(me) == before
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
    assert labels(me) == ["音箱-001", "音箱-002", "音箱-003"]


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
    before = labels(me)
    select_cells(me, Column.LABEL, 3, 4)
    me.keys("Ctrl+C")
    assert me.copied() == f"{before[3]}\n{before[2]}"
    select_cells(me, Column.LABEL, 2)
    me.keys("Ctrl+V")
    assert labels(me) == [before[2], before[3], before[2], before[3]]
    me.keys("Ctrl+Z")
    assert labels(me) == before
    select_cells(me, Column.LABEL, 1, 2)
    me.keys("Ctrl+X")
    assert labels(me) == ["", "", before[2], before[3]]
    me.sees_states("incomplete", "incomplete", "ready", "ready")
    me.keys("Ctrl+V")
    assert labels(me) == before
    me.sees_states(*["ready"] * 4)
    me.keys("Ctrl+Z")
    me.keys("Ctrl+Z")
    assert labels(me) == before


def test_a_block_that_is_longer_than_the_table(ready: Technician) -> None:
    """GIVEN two rows WHEN three are pasted over them THEN the third is a new row; one undo takes all back."""
    me = ready
    me.scan(*SERIALS[:2])
    select_cells(me, Column.DEVICE_ID, 2, 1)
    me.paste(f"{SERIALS[5]}\tshelf\n{SERIALS[6]}\thall\n{SERIALS[7]}\tstairs\n")
    assert (ids(me), labels(me)) == ([SERIALS[6], SERIALS[5], SERIALS[7]], ["hall", "shelf", "stairs"])
    me.keys("Ctrl+Z")
    assert ids(me) == SERIALS[:2]


def test_a_list_is_added_and_never_pasted_over_ids(ready: Technician) -> None:
    """GIVEN one selected id, or none WHEN a list comes from elsewhere THEN it makes new rows."""
    me = ready
    me.scan(SERIALS[0])
    select_cells(me, Column.DEVICE_ID, 1)
    me.paste(f"{SERIALS[1]}\n{SERIALS[2]}")
    assert ids(me) == SERIALS[:3]
    me.window.table.clearSelection()
    me.paste(SERIALS[3])
    assert ids(me) == SERIALS[:4]
    select_cells(me, Column.LABEL, 1)
    me.paste("a\tb")
    me.sees_notice("Nothing was pasted")
    assert len(ids(me)) == 4


def test_cells_are_walked_as_in_a_spreadsheet(ready: Technician) -> None:
    """GIVEN an edited cell WHEN Return or Tab ends it THEN the next one below, or to the right, is current."""
    me = ready
    me.scan(*SERIALS[:3])
    table, model = me.window.table, me.window.model
    select_cells(me, Column.LABEL, 3)
    for text, key, at in (
        ("one", "Return", (1, Column.LABEL)),
        ("two", "Tab", (2, Column.DEVICE_ID)),
        (SERIALS[8], "Tab", (2, Column.LABEL)),
        ("three", "Backtab", (2, Column.DEVICE_ID)),
        (SERIALS[9], "Return", (2, Column.DEVICE_ID)),
    ):
        acting.keys(table, text[0])
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        acting.keys(editor, text[1:])
        me.keys(key)
        me.until(lambda: QApplication.focusWidget() is table)
        assert (table.currentIndex().row(), table.currentIndex().column()) == at
    assert labels(me) == ["three", "two", "one"]
    assert model.row(2).device_id == SERIALS[9]


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
    assert ids(me) == SERIALS[:2]
    me.bind()
    me.window.table.select([1, 2])
    me.window.table.setFocus()
    me.keys("Delete")
    me.until(lambda: "Delete 2 bound rows" in me.asked)
    assert ids(me) == SERIALS[:2]
    me.answer("Delete")
    me.sees_states()
    me.keys("Ctrl+Z")
    assert ids(me) == SERIALS[:2]


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
    me.until(lambda: ids(me) == SERIALS[:1])
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
    assert ids(me) == SERIALS[2:3]

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


def test_one_undo_is_seen_at_a_time(ready: Technician) -> None:
    """A table was pasted and a row of it deleted: Undo is of the row; of a list that is undone one place tells."""
    me = ready
    me.paste("Pos\tdevice_id\tlabel\n1\tSPK26113F2001\thall\n2\tSPK26113F2002\tyard")
    me.sees("IDs from column B")
    assert "Undo" in me.buttons()
    me.select(1)
    me.keys("Alt+D")
    me.sees_notice("1 row deleted")
    me.press("Undo")
    me.sees_notice("1 row is back")
    me.keys("Ctrl+Z")
    me.sees("Undone: 2 rows removed")
    assert me.notice == ""


def test_the_strip_follows_what_is_taken_back(ready: Technician) -> None:
    """A scan that is taken back is told so, and is there when it is done again; a new sheet begins with none."""
    me = ready
    me.scan(*SERIALS[:2])
    me.sees("added")
    me.keys("Ctrl+Z")
    me.sees("taken out again")
    me.sees_notice("1 row removed again")
    me.keys("Ctrl+Shift+Z")
    me.sees("added")
    me.keys("Ctrl+N")
    me.answer("New sheet")
    me.sees("Nothing scanned yet")
