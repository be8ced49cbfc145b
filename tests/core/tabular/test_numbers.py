"""An id that a spreadsheet keeps as a number is told from one that is a text, whatever program has written it."""

from __future__ import annotations

import pytest

from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import open_list, read_rows
from tests.core.tabular.reading import opened_as, read_list


@pytest.mark.parametrize(
    ("program", "tells"),
    [
        *[(name, True) for name in ("xlsx", "xls", "ods", "excel", "excel 2003", "wps", "calc", "web sheet")],
        *[(name, False) for name in ("csv", "page", "browser")],
    ],
)
def test_every_spreadsheet_tells_numbers_from_texts(program: str, tells: bool) -> None:
    """With the zeros of a format and without; pages and texts have texts alone."""
    read = read_rows(opened_as(program, "SN|name", "00012301|a", "#12302|b", "#12303;00000000|c", "SP9|d"))
    assert [(one.text, one.is_number) for one in read.arrivals()] == [
        ("00012301", False),
        ("12302", tells),
        ("00012303", tells),
        ("SP9", False),
    ]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("<td align=right>1</td>", {0}),
        ("<td align=right x:str>1</td>", set()),
        ("<td align=right class=xl65>1</td><td class='xl66 xl67' align=right>1</td>", {1}),
        ("<td align=right style='mso-number-format:\"\\@\"'>1</td>", set()),
        ("<td align=right style='mso-number-format:\"0\\.00\"'>1</td>", {0}),
        ("<td>1</td><td x:num>2</td>", {1}),
        ('<td x:num="1"> </td><td>2</td>', set()),
        ('<td colspan=2 sdval="1">1</td><td sdval="2">2</td>', {0, 2}),
        ('<td data-sheets-value=\'{ "1": 3, "3": 1}\'>1</td>', {0}),
        ('<td data-sheets-value=\'{"1":2,"2":"1"}\'>1</td>', set()),
    ],
)
def test_the_numbers_of_a_page(cell: str, numbers: set[int]) -> None:
    """As Excel, WPS, LibreOffice and sheets on the web mark them."""
    styles = '<style><!--.xl65\n\t{mso-number-format:"\\@";}\n.xl66\n\t{mso-number-format:"0000";}--></style>'
    html = f'<html xmlns:x="urn:schemas-microsoft-com:office:excel">{styles}<table><tr>{cell}</tr></table></html>'
    assert open_list(html.encode()).grid.rows[0].numbers == numbers


def test_the_alignment_of_other_pages_says_nothing() -> None:
    """Texts stand at the right too."""
    page = b"<html><table><tr><td align=right>1</td></tr></table></html>"
    assert open_list(page).grid.rows[0].numbers == frozenset()


def test_numbers_of_a_page_beside_a_text_that_says_something_else() -> None:
    """They stand where they stood."""
    html = '<table><tr><td>SN<tr><td sdval="1001">1,001<tr><td>1002</table>'
    rows = read_rows(open_clipboard("SN\n1001\n1002\n", html)).rows
    assert [(row.device_id, row.is_number) for row in rows] == [("1001", True), ("1002", False)]


def test_a_device_above_the_header_may_be_a_number() -> None:
    """As those below it."""
    html = '<table><tr><td sdval="7700100199">7700100199<td>x<tr><td>SN<td>name<tr><td>77001002<td>y</table>'
    rows = read_list(f"<html>{html}".encode()).rows
    assert [(row.device_id, row.is_number) for row in rows] == [("7700100199", True), ("77001002", False)]
