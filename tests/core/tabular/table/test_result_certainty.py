"""Whether a list may go in at once."""

from __future__ import annotations

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import (
    NO_COLUMN,
    NO_HEADER,
    Layout,
    ListKind,
    ListRow,
    Opened,
    ReadList,
    SheetName,
    is_certain,
)


def read(
    kind: ListKind = ListKind.TEXT,
    *,
    header: int = 1,
    width: int = 3,
    sheets: int = 0,
    hidden: int = 0,
    refused: bool = False,
) -> ReadList:
    """Return a list of one row."""
    names = [SheetName(f"S{n}") for n in range(sheets)] + [SheetName(f"H{n}", hidden=True) for n in range(hidden)]
    grid = Grid((GridRow(2, ("A1",) * width),))
    why = Hold.of(HoldReason.CELL_DIGITS, cell="A2", text="1") if refused else None
    layout = Layout(header, 0, NO_COLUMN, Message.of("layout.header"))
    return ReadList(Opened(kind, grid, sheets=tuple(names)), layout, (ListRow(2, "A1", "", refused=why),))


@pytest.mark.parametrize(
    ("certain", "found"),
    [
        (True, read()),
        (True, read(ListKind.XLSX, sheets=1, hidden=2)),
        (False, read(ListKind.XLSX, sheets=2)),
        (False, read(ListKind.XLSX, sheets=1, refused=True)),
        (False, read(ListKind.XLSX, sheets=1, header=NO_HEADER, width=1)),
        (True, read(header=NO_HEADER, width=1)),
        (True, read(header=NO_HEADER, width=2)),
        (False, read(header=NO_HEADER, width=3)),
    ],
)
def test_certain(certain: bool, found: ReadList) -> None:
    """Known names, one sheet, and no row that can't be taken; or a text of ids and labels."""
    assert is_certain(found) is certain
