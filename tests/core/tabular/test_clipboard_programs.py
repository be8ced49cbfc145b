"""What Excel, WPS and LibreOffice put on the clipboard beside a text is read alike."""

from __future__ import annotations

import pytest

from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.reader import read_rows
from tests.core.tabular.reading import opened_as

_ROWS = (
    "序列号|名称|日期",
    "00000123|客厅|@2026-11-02",
    "#124;00000000|主卧|@2026-11-03",
    "'00000125|书房|@2026-11-04",
    "00000126|门厅|@2026-11-05",
    "00000127||@2026-11-06",
    "00000128|走廊|@2026-11-07",
)


@pytest.mark.parametrize("program", ["excel", "excel 2003", "wps", "calc"])
def test_a_list_with_everything_in_it(program: str) -> None:
    """Zeros, numbers and texts, a hidden row, a struck-out one, and a label for two devices."""
    unseen = {"hidden_rows": frozenset({3}), "struck_rows": frozenset({4})}
    rows = read_rows(opened_as(program, *_ROWS, merged=("B5:B6",), **unseen)).rows
    assert [(row.device_id, row.label, row.is_number, row.held and row.held.reason) for row in rows] == [
        ("00000123", "客厅", False, None),
        ("00000124", "主卧", True, HoldReason.HIDDEN_ROW),
        ("00000125", "书房", False, HoldReason.STRUCK_OUT),
        ("00000126", "门厅", False, None),
        ("00000127", "门厅", False, None),
        ("00000128", "走廊", False, None),
    ]
    assert not any(row.refused for row in rows)
