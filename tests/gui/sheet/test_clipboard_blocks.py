"""Blocks of cells between the table and the clipboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelection, QMimeData

from bindtool.core.common.errors import BadInput
from bindtool.core.intake.intake import Arrival
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.sheet.clipboard_blocks import Selected, Written, emptied, from_clipboard, to_clipboard, written
from bindtool.gui.sheet.table_model import SheetTableModel
from tests.core.store.samples import row

ID, LABEL = Column.DEVICE_ID, Column.LABEL


@pytest.fixture
def model(model: SheetTableModel) -> SheetTableModel:
    """Give a table of four rows, the newest on top."""
    model.show(Sheet(replace(row(number), saved=True) for number in range(1, 5)))
    return model


def cells(*places: tuple[int, int]) -> Selected:
    """Return a selection of cells by their places in the view."""
    return Selected(frozenset((row, Column(column)) for row, column in places))


def pasted(model: SheetTableModel, text: str, *places: tuple[int, int], ours: bool = False) -> Written | None:
    """Return what a paste over these cells writes."""
    return written(model, cells(*places), text, ours=ours)


def test_which_cells_are_selected(model: SheetTableModel) -> None:
    """Each once, however the selection came about, and none that is hidden; the columns as they are shown."""
    selection = QItemSelection(model.index(1, ID), model.index(2, LABEL))
    selection.append(QItemSelection(model.index(0, ID), model.index(1, ID)).toList())
    selected = Selected.of(selection, (LABEL, Column.STATUS, ID))
    assert selected.cells == {(0, ID), (1, ID), (1, LABEL), (2, ID), (2, LABEL)}
    assert (selected.rows, selected.columns, selected.targets) == ([0, 1, 2], [LABEL, ID], [LABEL, ID])
    assert Selected.of(selection, (LABEL,)).cells == {(1, LABEL), (2, LABEL)}


@pytest.mark.parametrize(
    ("places", "can"),
    [
        ((), False),
        (((0, ID), (3, LABEL)), True),
        (((0, Column.NUMBER), (0, ID)), False),
        (((0, LABEL), (0, Column.STATUS)), False),
    ],
)
def test_when_cells_are_meant(places: tuple[tuple[int, int], ...], can: bool) -> None:
    """Ids and labels alone; with another column the whole row is."""
    assert cells(*places).can_be_written is can


def test_what_can_be_emptied() -> None:
    """Labels alone: without its id a row would be none."""
    assert cells((0, LABEL), (3, LABEL)).can_be_emptied
    assert not cells((0, ID), (0, LABEL)).can_be_emptied
    assert not cells().can_be_emptied


def test_what_was_copied_here_is_known_again(model: SheetTableModel) -> None:
    """A spreadsheet gets every column, this table the ids and labels; a column without them is a plain text."""
    data = to_clipboard(model, cells(*((0, column) for column in Column)))
    assert data.text().startswith("4\tSPK0004\tSpeaker 4\tready")
    assert from_clipboard(data) == ("SPK0004\tSpeaker 4", True)
    data = to_clipboard(model, cells((0, Column.STATUS), (1, Column.STATUS)))
    assert from_clipboard(data) == ("ready\nready", False)
    elsewhere = QMimeData()
    elsewhere.setText("SPK1")
    assert from_clipboard(elsewhere) == ("SPK1", False)


def test_emptied_cells(model: SheetTableModel) -> None:
    """Each of those that are selected, and no other."""
    assert emptied(model, cells((0, ID), (0, LABEL), (2, LABEL))) == Written(
        {4: {ID: "", LABEL: ""}, 2: {LABEL: ""}}
    )


def test_one_text_goes_into_every_cell(model: SheetTableModel) -> None:
    """As a spreadsheet does it, from elsewhere too."""
    assert pasted(model, "hall", (1, LABEL), (3, LABEL)) == Written({3: {LABEL: "hall"}, 1: {LABEL: "hall"}})
    assert pasted(model, "SPK9", (0, ID)) == Written({4: {ID: "SPK9"}})


def test_a_block_goes_downwards_and_to_the_right(model: SheetTableModel) -> None:
    """From the upper left cell, as the rows stand; what finds no row is added, blank lines are not."""
    block = "SPK7\tseven\nSPK8\n\nSPK9\tnine\n"
    assert pasted(model, block, (2, ID), (3, ID)) == Written(
        {2: {ID: "SPK7", LABEL: "seven"}, 1: {ID: "SPK8"}}, (Arrival("SPK9", "nine"),)
    )
    assert pasted(model, "one\ntwo", (3, LABEL)) == Written({1: {LABEL: "one"}}, (Arrival("", "two"),))
    assert pasted(model, "SPK7\nSPK8", (3, ID), ours=True) == Written({1: {ID: "SPK7"}}, (Arrival("SPK8"),))


def test_a_block_lies_as_the_columns_are_shown(model: SheetTableModel) -> None:
    """With labels before ids, text from elsewhere too; what was copied here knows which are the ids."""
    for text, ours in (("seven\tSPK7\nnine\tSPK9", False), ("SPK7\tseven\nSPK9\tnine", True)):
        moved = Selected(frozenset({(3, LABEL), (3, ID)}), (LABEL, Column.STATUS, ID))
        assert written(model, moved, text, ours=ours) == Written(
            {1: {LABEL: "seven", ID: "SPK7"}}, (Arrival("SPK9", "nine"),)
        )
    data = to_clipboard(model, Selected(frozenset({(0, ID), (0, LABEL)}), (LABEL, ID)))
    assert (data.text(), from_clipboard(data)) == ("Speaker 4\tSPK0004", ("SPK0004\tSpeaker 4", True))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("SPK7\nSPK8", ()),
        ("SPK7", ((0, Column.NUMBER), (0, ID))),
        ("SPK7\nSPK8", ((0, ID),)),
        ("SPK7\tseven", ((0, ID),)),
        ("", ((0, LABEL),)),
    ],
)
def test_a_list_makes_new_rows(model: SheetTableModel, text: str, places: tuple[tuple[int, int], ...]) -> None:
    """With nothing or whole rows selected, and where several come from elsewhere over a single id."""
    assert pasted(model, text, *places) is None


@pytest.mark.parametrize(("text", "place", "room"), [("a\tb", (0, LABEL), 1), ("a\tb\tc\nd", (0, ID), 2)])
def test_a_block_that_is_too_wide(model: SheetTableModel, text: str, place: tuple[int, int], room: int) -> None:
    """Nothing of it is lost in silence: it is refused."""
    with pytest.raises(BadInput) as caught:
        pasted(model, text, place, ours=True)
    assert caught.value.id == "paste.too_wide"
    assert caught.value.title.values == {"columns": room + 1, "room": room}
