"""Rows that can't be taken, as a file."""

from __future__ import annotations

from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.rows import rejected_csv
from bindtool.core.tabular.table.result import ListRow
from tests.core.tabular.reading import read_list

REFUSED = ListRow(
    7, "1.23E+11", "=客厅", refused=Hold.of(HoldReason.CELL_SCIENTIFIC, cell="B7", text="1"), place="B7"
)


def test_what_is_put_right_can_be_opened_again() -> None:
    """Its columns are found by their names; rows that can be taken are not in it."""
    left = rejected_csv([REFUSED, ListRow(8, "SPK1", "")], lambda message: f"why: {message.id}")
    assert left.decode("utf-8-sig") == (
        "device_id,label,row,cell,reason\r\n1.23E+11,'=客厅,7,B7,why: reason.cell_scientific\r\n"
    )
    again = read_list(left.replace(b"1.23E+11", b"123000000001"))
    assert [(row.device_id, row.label) for row in again.rows] == [("123000000001", "=客厅")]
