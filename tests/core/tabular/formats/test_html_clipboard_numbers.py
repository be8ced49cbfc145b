"""Numbers in a page or a copied table, as three spreadsheets write them beside the text."""

from __future__ import annotations

import pytest

from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import open_list, read_rows
from tests.core.tabular.reading import read_list

LIBREOFFICE = """<table cellspacing="0" border="0"><colgroup width="125"></colgroup>
<tr><td height="18" align="left">设备编号</td><td align="left">名称</td></tr>
<tr><td align="right" sdval="123" sdnum="1033;0;000000">000123</td><td align="left">客厅</td></tr>
<tr><td align="right" sdval="1.23456789012346E+017" sdnum="1033;0;0">123456789012346000</td><td></td></tr>
</table>"""
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table border=0 cellpadding=0>
<tr height=20><td height=20 class=xl65 align=right x:num="123456789012345000">123456789012345000</td></tr>
<tr><td x:str>123456789012345678</td></tr></table></html>"""


def _lost(html: str) -> set[tuple[int, int]]:
    """Return row, from 1, and column, from 0, of the cells that have lost digits."""
    faults = open_list(f"<html>{html}</html>".encode()).grid.faults
    assert {fault.reason for fault in faults.values()} <= {HoldReason.CELL_DIGITS}
    return set(faults)


def test_libreoffice() -> None:
    """A number of three digits has lost nothing, whatever zeros it is shown with."""
    assert _lost(LIBREOFFICE) == {(3, 0)}


def test_excel_and_wps() -> None:
    """A text of 18 digits is a text."""
    assert _lost(EXCEL) == {(1, 0)}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ('<TR><TD SDVAL="1E16">a</TD></TR>', {(1, 0)}),
        ('<tr><td colspan="2">a</td><td x:num="1e16">b</td></tr>', {(1, 2)}),
        ('<tr><td rowspan="2">a</td><td>b</td></tr><tr><td x:num="1e16">c</td></tr>', {(2, 1)}),
        ('<tr><td rowspan="2" x:num="1e16">a</td><td>b</td></tr><tr><td>c</td></tr>', {(1, 0), (2, 0)}),
        ('<tr><td x:num="much">a</td><td x:num>b</td><td x:num="1e16"></td></tr>', set()),
    ],
)
def test_other_tables(rows: str, found: set[tuple[int, int]]) -> None:
    """A cell over two columns counts twice, one over two rows in both; a blank one has lost nothing."""
    assert _lost(f"<table>{rows}</table>") == found


def test_a_page_under_the_name_of_a_workbook() -> None:
    """A number without its last digits is no id there either."""
    rows = read_list(LIBREOFFICE.encode(), "list.xls").rows
    assert [(row.device_id, row.refused and row.refused.reason) for row in rows] == [
        ("000123", None),
        ("123456789012346000", HoldReason.CELL_DIGITS),
    ]


def test_a_page_beside_another_text() -> None:
    """Its places count, as far as the text has them."""
    text = "SN\tname\n000123\tx\n123456789012346000\ty\n"
    assert set(open_clipboard(text, LIBREOFFICE).grid.faults) == {(3, 0)}
    assert set(open_clipboard("SN\tname\nA1\tx\n", LIBREOFFICE).grid.faults) == set()


def test_a_number_that_lost_digits_is_no_id() -> None:
    """The row comes in without one, says why, and its neighbours are as they were."""
    text = "设备编号\t名称\n000123\t客厅\n123456789012346000\t\n"
    first, second = read_rows(open_clipboard(text, LIBREOFFICE)).arrivals()
    assert first == Arrival("000123", "客厅", is_number=True)
    assert second == Arrival("", held=Hold.of(HoldReason.PASTE_DIGITS, text="123456789012346000"))
