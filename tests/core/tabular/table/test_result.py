"""A list that was read hands its rows on, those that can't be taken among them."""

from __future__ import annotations

from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.table.grid import Grid
from bindtool.core.tabular.table.result import Layout, ListKind, ListRow, Opened, ReadList

_SUM = Hold.of(HoldReason.SUM)
_DATE = Hold.of(HoldReason.CELL_DATE, cell="A4", text="2026-11-02")


def test_every_row_arrives() -> None:
    """A held one with its reason, a refused one with its reason and no id; under its own number where wanted."""
    rows = (
        ListRow(2, "A1", "x"),
        ListRow(3, "400", "", held=_SUM),
        ListRow(4, "2026-11-02", "y", refused=_DATE, place="A4"),
    )
    found = ReadList(Opened(ListKind.XLSX, Grid(())), Layout(1, 0, 1, Message.of("layout.header")), rows)
    assert found.refused == rows[2:]
    assert found.held == rows[1:2]
    assert list(found.arrivals()) == [Arrival("A1", "x"), Arrival("400", held=_SUM), Arrival("", "y", held=_DATE)]
    assert [arrival.number for arrival in found.arrivals(numbered=True)] == [2, 3, 4]
