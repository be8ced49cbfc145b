"""What is selected and what is in sight stays so when rows are arranged anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication

from bindtool.core.model.row import Row
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, RowFilter
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui.conftest import Show

COUNT = 1200


def saved(number: int) -> Row:
    """Return a row whose labels are in another order than the numbers."""
    return replace(row(number, label=f"{number * 7 % COUNT:04}"), saved=True)


@pytest.fixture
def sheet() -> Sheet:
    """Rows by the thousand."""
    return Sheet(map(saved, range(1, COUNT + 1)))


@pytest.fixture
def view(texts: Texts, model: SheetTableModel, sheet: Sheet, show: Show) -> SheetTableView:
    """A table in which not all rows have room."""
    model.show(sheet)
    view = SheetTableView(texts, model)
    show(view)
    return view


def top(view: SheetTableView) -> int:
    """Return the number of the first row in sight."""
    QApplication.processEvents()
    model: SheetTableModel = view.model()  # type: ignore[assignment] # Qt's type knows no rows of a sheet
    return model.number_at(view.rowAt(0))


def test_selected_rows_stay_selected_and_in_their_place(view: SheetTableView, model: SheetTableModel) -> None:
    """Through a search, a sorting and back: the row that somebody looks at does not jump."""
    view.select([700, 701, 703])
    below = model.row_of(700) - view.rowAt(0)
    place = view.visualRect(view.currentIndex()).top()
    assert below > 0

    model.sort(Column.LABEL)
    assert view.selected_numbers() == [700, 701, 703]
    assert model.number_at(view.currentIndex().row()) == 700
    QApplication.processEvents()
    assert view.visualRect(view.currentIndex()).top() == place

    model.narrow(RowFilter(text="070"))
    assert view.selected_numbers() == [700, 701, 703]
    model.narrow(RowFilter(text="0703"))
    assert view.selected_numbers() == [703]
    model.sort(-1)
    model.narrow(EVERY_ROW)
    assert view.selected_numbers() == [703]


def test_another_sheet_has_nothing_selected(view: SheetTableView, model: SheetTableModel) -> None:
    """Its rows have the same numbers and are others."""
    view.select([700])
    model.show(Sheet(map(saved, range(1, 800))))
    assert view.selected_numbers() == []
    assert not view.currentIndex().isValid()


def test_without_a_cursor_in_sight_the_first_rows_are_seen(view: SheetTableView, model: SheetTableModel) -> None:
    """Who has scrolled away from it sees what was asked for from the top."""
    view.select([1])
    view.verticalScrollBar().setValue(50)
    model.narrow(RowFilter(text="spk0"))
    assert top(view) == 999
    assert model.number_at(view.currentIndex().row()) == 1


def test_a_selection_in_too_many_pieces_is_let_go(view: SheetTableView, model: SheetTableModel) -> None:
    """Six hundred rows with gaps between them would make each cell slow to draw."""
    view.select([number for number in range(1, COUNT + 1) if number % 14 in {1, 2}])
    assert len(view.selected_numbers()) > 100
    flags = QItemSelectionModel.SelectionFlag
    for number in range(1, COUNT + 1, 2):
        view.selectionModel().select(model.index(model.row_of(number), Column.LABEL), flags.Select)
    model.narrow(RowFilter(text="spk"))
    assert view.selected_numbers() == []


def test_rows_above_leave_what_was_scrolled_to(view: SheetTableView, model: SheetTableModel, sheet: Sheet) -> None:
    """A scan comes in on top: whoever is at the top sees it, whoever has scrolled down sees what was there."""
    _, changed = sheet.change([], [saved(COUNT + 1)])
    model.refresh(changed)
    assert top(view) == COUNT + 1
    view.verticalScrollBar().setValue(100)
    before = top(view)
    _, changed = sheet.change([], [saved(COUNT + 2), saved(COUNT + 3)])
    model.refresh(changed)
    assert top(view) == before


def test_a_row_is_looked_at_until_the_next_comes(
    view: SheetTableView, model: SheetTableModel, sheet: Sheet
) -> None:
    """Nothing is selected by it; who has scrolled themselves stays there."""
    view.look_at(COUNT - 99)
    assert view.highlighted == COUNT - 99
    assert view.viewport().rect().contains(view.visualRect(model.index(99, 0)).center())
    assert view.selected_numbers() == []
    _, changed = sheet.change([], [saved(COUNT + 1)])
    model.refresh(changed)
    assert top(view) == COUNT + 1

    view.verticalScrollBar().setValue(50)
    view.look_at(COUNT - 399)
    before = top(view)
    _, changed = sheet.change([], [saved(COUNT + 2)])
    model.refresh(changed)
    assert top(view) == before


def test_a_row_that_is_not_shown_is_not_looked_at(view: SheetTableView, model: SheetTableModel) -> None:
    """What somebody has narrowed stays so."""
    model.narrow(RowFilter(text="0703"))
    view.look_at(700)
    assert view.highlighted is None
    assert model.filter == RowFilter(text="0703")
