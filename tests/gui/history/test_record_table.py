"""The table of the history: lines can be chosen, opened and copied, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QTest

from bindtool.gui.history.record_model import RecordLine, RecordModel
from bindtool.gui.history.record_table import RecordTable
from tests.gui.acting import key
from tests.gui.conftest import Show


@pytest.fixture
def model(dressed: None) -> RecordModel[str]:
    """Give a table of two columns."""
    return RecordModel(["A", "B"], lambda text: RecordLine((text, text.upper())))


@pytest.fixture
def table(model: RecordModel[str], show: Show) -> RecordTable:
    """Give the table with three lines."""
    model.show(["a", "b", "c"])
    table = RecordTable("Things", model, ((100, 1), (60, 3)))
    show(table)
    table.setFocus()
    return table


def test_columns_share_what_is_left(table: RecordTable) -> None:
    """Each has its least and its share; in a narrow table each has its least."""
    first, second = table.columnWidth(0), table.columnWidth(1)
    assert (second - 60) // 3 == first - 100 > 0
    table.resize(100, 300)
    assert (table.columnWidth(0), table.columnWidth(1)) == (100, 60)


def test_a_column_is_hidden_and_shown(table: RecordTable, clipboard: QClipboard) -> None:
    """The others have its room meanwhile; what can't be seen isn't copied."""
    table.set_widths([None, (60, 1)])
    assert table.isColumnHidden(0)
    assert table.columnWidth(1) == table.viewport().width()
    table.select([1])
    key(table, Qt.Key.Key_C, ctrl=True)
    assert clipboard.text() == "B"
    table.set_widths([(100, 0), (60, 1)])
    assert (table.columnWidth(0), table.columnWidth(1)) == (100, table.viewport().width() - 100)


def test_lines_are_opened(table: RecordTable) -> None:
    """By a double click, or by Return; where none is chosen, Return does nothing."""
    opened: list[int] = []
    table.opened.connect(opened.append)
    key(table, Qt.Key.Key_Return)
    assert opened == []
    place = table.visualRect(table.model().index(2, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    key(table, Qt.Key.Key_Up)
    key(table, Qt.Key.Key_Enter)
    assert opened == [2, 1]


def test_lines_are_copied(table: RecordTable, clipboard: QClipboard) -> None:
    """As a spreadsheet would, from the top."""
    table.select([0, 2])
    key(table, Qt.Key.Key_C, ctrl=True)
    assert clipboard.text() == "a\tA\nc\tC"


def test_lines_are_chosen(table: RecordTable) -> None:
    """These and no others, and who wants to know is told."""
    told: list[list[int]] = []
    table.chosen.connect(lambda: told.append(table.rows()))
    for rows in ([1], [0, 2], [0, 1, 2], []):
        table.select(rows)
    assert told == [[1], [0, 2], [0, 1, 2], []]


def test_an_empty_table_says_why(table: RecordTable, model: RecordModel[str]) -> None:
    """In its middle, and to a screen reader."""
    model.show([])
    plain = table.grab().toImage()
    table.say_when_empty("There is nothing here")
    assert table.accessibleDescription() == "There is nothing here"
    assert table.grab().toImage() != plain
