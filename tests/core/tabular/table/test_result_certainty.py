"""Whether a list may go in at once."""

from __future__ import annotations

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import NO_COLUMN, Layout, ListKind, ListRow, Opened, ReadList, is_certain

_DOUBT = Message.of("doubt.no_ids")
_REFUSED = Hold.of(HoldReason.CELL_DIGITS, cell="A2", text="1")


@pytest.mark.parametrize(
    ("certain", "doubt", "refused"), [(True, None, None), (False, _DOUBT, None), (False, None, _REFUSED)]
)
def test_certain(certain: bool, doubt: Message | None, refused: Hold | None) -> None:
    """Nothing is in doubt, and there is no row that can't be taken."""
    grid = Grid((GridRow(2, ("A1",)),))
    layout = Layout(1, 0, NO_COLUMN, Message.of("layout.header"), doubt=doubt)
    read = ReadList(Opened(ListKind.TEXT, grid), layout, (ListRow(2, "A1", "", refused=refused),))
    assert is_certain(read) is certain
