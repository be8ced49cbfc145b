"""The head of the table as what sorts it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest

from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.sorting import ARRIVAL
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui.conftest import Show

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def view(texts: Texts, model: SheetTableModel, show: Show) -> SheetTableView:
    """A table of three rows on the screen."""
    ids = {1: "B", 2: "C", 3: "A"}
    model.show(Sheet(replace(row(number, device_id), saved=True) for number, device_id in ids.items()))
    view = SheetTableView(texts, model)
    show(view)
    return view


def shown(view: SheetTableView) -> str:
    """Return the ids from top to bottom."""
    model = view.model()
    return "".join(model.index(at, Column.DEVICE_ID).data() for at in range(model.rowCount()))


def arrow(view: SheetTableView) -> tuple[int, Qt.SortOrder]:
    """Return in which column the arrow is, -1 for none, and where it points."""
    header = view.horizontalHeader()
    assert header.isSortIndicatorShown()
    return header.sortIndicatorSection(), header.sortIndicatorOrder()


def click(view: SheetTableView, column: Column) -> None:
    """Click on the head of a column."""
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_three_clicks_lead_back_to_the_order_of_arrival(view: SheetTableView) -> None:
    """Smallest first, largest first, and newest on top again; another column begins anew."""
    assert (shown(view), arrow(view)[0]) == ("ACB", -1)
    click(view, Column.DEVICE_ID)
    assert (shown(view), arrow(view)) == ("ABC", (Column.DEVICE_ID, UP))
    click(view, Column.DEVICE_ID)
    assert (shown(view), arrow(view)) == ("CBA", (Column.DEVICE_ID, DOWN))
    click(view, Column.DEVICE_ID)
    assert (shown(view), arrow(view)[0]) == ("ACB", -1)
    click(view, Column.DEVICE_ID)
    click(view, Column.NUMBER)
    assert (shown(view), arrow(view)) == ("BCA", (Column.NUMBER, UP))


def test_a_key_turns_the_column_of_the_cursor(view: SheetTableView) -> None:
    """The ids' column where there is no cursor; three times leads back, as with clicks."""
    view.setCurrentIndex(QModelIndex())
    view.sorting.turn()
    assert (shown(view), arrow(view)) == ("ABC", (Column.DEVICE_ID, UP))
    view.setCurrentIndex(view.model().index(0, Column.LABEL))
    view.sorting.turn()
    assert (shown(view), arrow(view)) == ("BCA", (Column.LABEL, UP))
    view.sorting.turn()
    assert (shown(view), arrow(view)) == ("ACB", (Column.LABEL, DOWN))
    view.sorting.turn()
    assert (shown(view), arrow(view)[0]) == ("ACB", -1)


def test_the_arrow_goes_with_whoever_sorts(view: SheetTableView, model: SheetTableModel) -> None:
    """A sheet that is new is in the order of arrival, and says so."""
    model.sort(Column.LOG_ID, DOWN)
    assert arrow(view) == (Column.LOG_ID, DOWN)
    model.show(Sheet([replace(row(9), saved=True)]))
    assert model.order == ARRIVAL
    assert arrow(view)[0] == -1
