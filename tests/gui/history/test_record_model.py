"""A table of things to look at: each line is described when it is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QBrush, QGuiApplication, QIcon

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.history.record_model import RecordLine, RecordModel

ROLE = Qt.ItemDataRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@pytest.fixture
def model(dressed: None) -> RecordModel[int]:
    """Give a table of numbers, of which the uneven ones have a drawing."""

    def describe(number: int) -> RecordLine:
        return RecordLine((str(number), f"word {number}"), Mark.BOUND if number % 2 else None)

    model = RecordModel(["#", "Word"], describe, marked=1, numbers=frozenset({0}))
    model.show([7, 8])
    return model


def test_lines_and_columns(model: RecordModel[int]) -> None:
    """Every thing has a line, every cell its words, whole in the tool tip; nothing lies below a line."""
    cells = [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]
    assert cells == [["7", "word 7"], ["8", "word 8"]]
    assert model.index(0, 1).data(ROLE.ToolTipRole) == "word 7"
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert model.records == [7, 8]
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.index(0, 0, QModelIndex()).data(ROLE.CheckStateRole)


def test_headers(model: RecordModel[int]) -> None:
    """The names of columns stand over their cells, numbers to the right; lines have none."""
    across = Qt.Orientation.Horizontal
    assert [model.headerData(at, across) for at in range(2)] == ["#", "Word"]
    assert [model.headerData(at, across, ROLE.TextAlignmentRole) for at in range(2)] == [RIGHT, None]
    assert [model.data(model.index(0, at), ROLE.TextAlignmentRole) for at in range(2)] == [RIGHT, None]
    assert model.headerData(0, across, ROLE.ToolTipRole) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_the_state_has_its_drawing_and_ink(model: RecordModel[int]) -> None:
    """In its column alone, and only where a line has a state."""
    icon, brush = (model.index(0, 1).data(role) for role in (ROLE.DecorationRole, ROLE.ForegroundRole))
    assert isinstance(icon, QIcon)
    assert isinstance(brush, QBrush)
    assert brush.color() == theme.text_colour(Mark.BOUND.tone, QGuiApplication.palette())
    for row, column in ((0, 0), (1, 1)):
        for role in (ROLE.DecorationRole, ROLE.ForegroundRole):
            assert model.index(row, column).data(role) is None
