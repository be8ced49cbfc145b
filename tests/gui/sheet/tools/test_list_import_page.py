"""A list whose columns are in doubt: they are marked, and one press takes one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from bindtool.core.common.messages import Message
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import read_list, read_rows
from bindtool.core.tabular.table.result import NOTHING_CHOSEN, Choices
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.sheet.tools.list_import_page import ListImportPage
from bindtool.gui.sheet.tools.list_imports import Purpose
from tests.core.tabular.books import saved
from tests.gui.acting import find, said

if TYPE_CHECKING:
    from bindtool.core.tabular.table.result import ReadList
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show

TABLE = "Asset\tSerial\tPlace\nZC0001\tSPK26113F2001\tA1\nZC0002\tSPK26113F2002\tA2"
ASSET, SERIAL, PLACE = range(3)


@pytest.fixture
def page(texts: Texts, show: Show) -> ListImportPage:
    """Give a page that is on the screen."""
    made = ListImportPage(texts)
    show(made)
    return made


def doubtful() -> ReadList:
    """Return a list of which two columns may be the ids."""
    read = read_rows(open_clipboard(TABLE), Choices(header=1, id_column=SERIAL))
    doubt = Message.of("list.waits")
    return replace(read, layout=replace(read.layout, candidates=(SERIAL, ASSET), doubt=doubt))


def head(page: ListImportPage, column: int) -> str:
    """Return what stands over a column."""
    item = page.rows.horizontalHeaderItem(column)
    assert item is not None
    return item.text()


def is_marked(page: ListImportPage, column: int) -> bool:
    """Tell whether the cells of a column are tinted."""
    items = [page.rows.item(row, column) for row in range(page.rows.rowCount())]
    tint = theme.tint(Tone.HELD, page.palette())
    return {item is not None and item.background().color() == tint for item in items} == {True}


def test_the_columns_are_marked_and_none_is_chosen(page: ListImportPage) -> None:
    """Nothing can go in before; the likeliest column is the first."""
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    assert "Pasted list: which column has the device IDs?" in said(page)
    assert [head(page, column) for column in range(3)] == ["A: the IDs?", "B: the IDs?", "C"]
    assert [is_marked(page, column) for column in range(3)] == [True, True, False]
    assert page.pickers["id_column"].currentIndex() == -1
    assert not page.add.isEnabled()
    assert page.add.accessibleDescription() == "The list is waiting: choose the column with the IDs"
    assert [one.accessibleName() for one in page.candidates] == ["IDs are in B Serial", "IDs are in A Asset"]
    assert page.candidates[0].text() == "B Serial"


def test_of_several_lists_in_a_workbook_a_person_chooses(page: ListImportPage) -> None:
    """No column is offered for one press, since it may be another sheet's."""
    sheet = [["SN"], ["SPK26113F2001"], ["SPK26113F2002"]]
    book = openpyxl.Workbook()
    for name in ("May", "June"):
        for row in sheet:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    book.remove(book.worksheets[0])
    page.begin("list.xlsx", read_list(saved(book)), NOTHING_CHOSEN)
    assert "list.xlsx: which sheet is the list?" in said(page)
    assert page.candidates == []
    assert page.pickers["sheet"].currentIndex() == -1
    assert page.add.accessibleDescription() == "more than one sheet could be the list: May / June; choose one"
    chosen = Choices(sheet="June")
    page.show_list(read_list(saved(book), choices=chosen), chosen)
    assert page.pickers["sheet"].currentText() == "June"
    assert page.add.isEnabled()


def test_a_button_takes_a_column(page: ListImportPage) -> None:
    """Tab goes from one to the next, and Space presses it."""
    taken = QSignalSpy(page.column_taken)
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    page.candidates[0].setFocus()
    QTest.keyClick(page.candidates[0], Qt.Key.Key_Tab)
    assert page.candidates[1].hasFocus()
    QTest.keyClick(page.candidates[1], Qt.Key.Key_Space)
    assert [taken.at(0)[0], taken.count()] == [Choices(id_column=ASSET), 1]


@pytest.mark.parametrize("column", [ASSET, SERIAL, PLACE])
def test_a_press_on_a_column_takes_it(page: ListImportPage, column: int) -> None:
    """On its head or on a cell of it; one that can't be the ids is none."""
    taken = QSignalSpy(page.column_taken)
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    header = page.rows.horizontalHeader()
    cell = page.rows.item(1, column)
    assert cell is not None
    at = page.rows.visualItemRect(cell).center()
    over = header.rect().center()
    over.setX(header.sectionViewportPosition(column) + 20)
    QTest.mouseClick(page.rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=over)
    chosen = [taken.at(each)[0] for each in range(taken.count())]
    assert chosen == ([] if column == PLACE else [Choices(id_column=column)] * 2)


def test_what_is_clear_has_no_marks(page: ListImportPage) -> None:
    """The marks go with the doubt, and a press on a column takes nothing."""
    taken = QSignalSpy(page.column_taken)
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    page.show_list(read_rows(open_clipboard(TABLE), Choices(id_column=SERIAL)), Choices(id_column=SERIAL))
    assert "Pasted list: is this right?" in said(page)
    assert page.candidates == []
    assert not is_marked(page, SERIAL)
    assert head(page, SERIAL) == "B: device ID"
    assert page.add.isEnabled()
    page.rows.cellClicked.emit(1, ASSET)
    assert taken.count() == 0


def test_a_list_to_compare_with_says_so(page: ListImportPage) -> None:
    """Its step is another."""
    read = read_rows(open_clipboard(TABLE), Choices(id_column=SERIAL))
    page.begin("Pasted list", read, NOTHING_CHOSEN, Purpose.COMPARE)
    assert find(page, ActionButton, f"Compare with {len(read.rows)} rows") is page.add


def test_it_says_when_it_is_left(page: ListImportPage) -> None:
    """Whatever page comes in front of it."""
    closed = QSignalSpy(page.closed)
    page.hide()
    assert closed.count() == 1
