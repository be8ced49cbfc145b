"""Numbers in a copied table, as three spreadsheets write them beside the text."""

from __future__ import annotations

import pytest

from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.formats.html import digits_lost
from bindtool.core.tabular.reader import read_rows

LIBREOFFICE = """<table cellspacing="0" border="0"><colgroup width="125"></colgroup>
<tr><td height="18" align="left">设备编号</td><td align="left">名称</td></tr>
<tr><td align="right" sdval="123" sdnum="1033;0;000000">000123</td><td align="left">客厅</td></tr>
<tr><td align="right" sdval="1.23456789012346E+017" sdnum="1033;0;0">123456789012346000</td><td></td></tr>
</table>"""
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table border=0 cellpadding=0>
<tr height=20><td height=20 class=xl65 align=right x:num="123456789012345000">123456789012345000</td></tr>
<tr><td x:str>123456789012345678</td></tr></table></html>"""


def test_libreoffice() -> None:
    """A number of three digits has lost nothing, whatever zeros it is shown with."""
    assert digits_lost(LIBREOFFICE) == {(2, 0)}


def test_excel_and_wps() -> None:
    """A text of 18 digits is a text."""
    assert digits_lost(EXCEL) == {(0, 0)}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("", set()),
        ("no table", set()),
        ('<TR><TD SDVAL="1E16">a</TD></TR>', {(0, 0)}),
        ('<tr><td colspan="2">a</td><td x:num="1e16">b</td></tr>', {(0, 2)}),
        ('<tr><td colspan="x">a</td><td x:num="1e16">b</td></tr>', {(0, 1)}),
        (f'<tr><td colspan="{"9" * 5000}">a</td><td x:num="1e16">b</td></tr>', {(0, 1)}),
        ('<tr><td rowspan="2">a</td><td>b</td></tr><tr><td x:num="1e16">c</td></tr>', {(1, 1)}),
        ('<tr><td rowspan="2" colspan="2">a</td></tr><tr><td x:num="1e16">b</td></tr><tr><td>', {(1, 2)}),
        ('<tr><td x:num="1e16">a</td>' + '<td rowspan="2" colspan="9999">b</td>' * 2, set()),
        ('<tr><td x:num="1e16">a</td>' + '<tr><td rowspan="2" colspan="7000">b</td>' * 1500, set()),
        (f'<tr><td x:num="1e16" title="&#{"1" * 5000};">a</td>', set()),
        ('<tr><td x:num="much">a</td><td x:num>b</td></tr>', set()),
        ('<tr><td x:num="1e16">' + " " * 50_000_000, set()),
    ],
)
def test_other_tables(html: str, found: set[tuple[int, int]]) -> None:
    """A cell over two columns counts twice, one over two rows in both; none is found in what fills the memory."""
    assert digits_lost(html) == found


def test_markup_that_some_pythons_give_up_on() -> None:
    """Python's parser fails on this up to some release; then none is found."""
    assert digits_lost('<tr><td x:num="1e16">a</td><![<') in (set(), {(0, 0)})


def test_a_number_that_lost_digits_is_no_id() -> None:
    """The row comes in without one, says why, and its neighbours are as they were."""
    text = "设备编号\t名称\n000123\t客厅\n123456789012346000\t\n"
    first, second = read_rows(open_clipboard(text, LIBREOFFICE)).arrivals()
    assert first == Arrival("000123", "客厅")
    assert second == Arrival("", held=Hold.of(HoldReason.PASTE_DIGITS, text="123456789012346000"))
