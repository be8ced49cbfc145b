"""Pages that go by the name of a workbook come in as they would be shown."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.formats import html
from bindtool.core.tabular.reader import open_list
from bindtool.core.tabular.table.grid import Merged
from bindtool.core.tabular.table.result import ListKind, SheetName
from tests.core.tabular.reading import read_list


def _cells(table: str) -> list[tuple[str, ...]]:
    return [row.cells for row in open_list(f"<html>{table}</html>".encode()).grid.rows]


def test_what_an_erp_system_exports() -> None:
    """A page in GBK under the name of a workbook, with a title over the header and zeros that stay."""
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><style>td {}</style>'
        "</head><body><table border=1><tr><th colspan=3>设备清单</th></tr>\r\n<tr><td>序号</td><td>设备ID</td>"
        "<td>设备名称</td></tr><tr><td>1</td><td style='mso-number-format:\"\\@\"'> 00000123 </td>"
        "<td>智能&nbsp;音箱</td></tr></table></body></html>"
    ).encode("gbk")
    found = read_list(page, "export.xls")
    assert (found.opened.kind, found.layout.header) == (ListKind.HTML, 2)
    assert [(row.number, row.device_id, row.label) for row in found.rows] == [(3, "00000123", "智能\xa0音箱")]


def test_ends_may_be_left_out() -> None:
    """HTML allows it, and what stands outside of cells is no id; a cell without a row begins one."""
    assert _cells("<table>x<tr>y<td>A1<td>b<br>c<tr><td>A2</tr><table><tr><td>B1") == [("A1", "b c"), ("A2",)]
    table = "<table><tr><td>A1</tr><td>A2<td>x</tr><td>A3</table>"
    assert _cells(f"<tr><td>no</td></tr></td></tr></table>{table}") == [("A1",), ("A2", "x"), ("A3",)]


def test_a_table_in_a_cell() -> None:
    """The rows behind it belong to the list; one of a single row is text of its cell, as addresses are."""
    inner = "<table><tr><td>Hall</td><td>2</td></tr></table>"
    rows = f"<tr><td>A1</td><td>x{inner}y<table></table></td></tr><tr><td>A2</td><td>z</td></tr>"
    assert _cells(f"<table>{rows}</table>") == [("A1", "x Hall 2 y"), ("A2", "z")]
    page = f"<html><table><tr><td>Menu<td><table><tr><td>SN<td>name</tr>{rows}</table><tr><td>Help</table></html>"
    opened = open_list(page.encode())
    assert [row.cell(0) for row in opened.grid.rows] == ["SN", "A1", "A2"]
    assert (opened.sheet, len(opened.sheets)) == ("2", 2)
    assert _cells("<table><tr><td>A1<td>x<table><tr><td>B1") == [("A1", "x B1")]


def test_what_stands_on_lines_of_its_own_is_no_part_of_a_word() -> None:
    """Two ids in a cell are two, however they are put below each other; what stands within a line is one word."""
    table = "<tr><td><p>A1</p><p>A2</p><td>a<div>b</div>c<ul><li>d<li>e</ul>f<td>SP<b>K</b>1<wbr>2"
    assert _cells(f"<table>{table}</table>") == [("A1 A2", "a b c d e f", "SPK12")]


def test_spans_keep_columns_in_place() -> None:
    """Over columns and over rows, and ones that make no sense are none."""
    table = (
        "<table><tr><td rowspan=2>A1<td colspan=2>wide<td>z</tr><tr><td>x<td>y<td>z</tr>"
        "<tr><td colspan=0>B1<td colspan=x>b<td rowspan=99999>c</tr></table>"
    )
    assert _cells(table) == [("A1", "wide", "", "z"), ("A1", "x", "y", "z"), ("B1", "b", "c")]


def test_a_cell_reaches_no_further_than_its_group_of_rows() -> None:
    """HTML says so, and that 0 rows are all of the group; an end of a group may be left out."""
    table = (
        "<table><thead><tr><td rowspan=3>SN<td>name</thead><tbody><tr><td>A1<td rowspan=0>x<tr><td>A2"
        "<tbody><tr><td>A3<td>y</tbody></table><tbody>"
    )
    grid = open_list(f"<html>{table}</html>".encode()).grid
    assert [row.cells for row in grid.rows] == [("SN", "name"), ("A1", "x"), ("A2", "x"), ("A3", "y")]
    assert grid.merged == (Merged(1, 0, 1, 0), Merged(2, 1, 3, 1))


def test_a_picture_in_a_cell_is_no_harm() -> None:
    """Some exports write them into the page, however large they are."""
    picture = f"<img src='data:image/png;base64,{'QUJD' * 500_000}'>"
    assert _cells(f"<table><tr><td>A1<td>{picture}</td><td>x</tr></table>") == [("A1", "", "x")]


def test_hidden_rows_and_scripts() -> None:
    """A row that is not shown is marked, a script in a cell is no text."""
    table = '<table><tr style="DISPLAY: none"><td>A1<script>x</script></td></script></tr><tr style><td>A2</table>'
    rows = open_list(f"<html>{table}</html>".encode()).grid.rows
    assert [(row.cells, row.hidden) for row in rows] == [(("A1",), True), (("A2",), False)]


def test_a_group_that_is_not_shown() -> None:
    """Its rows are not, whichever way that is written; the next ones are."""
    groups = "<tbody style='display:none'><tr><td>A1</tbody><tr><td>A2<tbody hidden><tr><td>A3<tbody><tr><td>A4"
    rows = open_list(f"<html><table>{groups}</table>".encode()).grid.rows
    assert [(row.cell(0), row.hidden) for row in rows] == [("A1", True), ("A2", False), ("A3", True), ("A4", False)]


def test_a_cell_that_is_not_shown_takes_no_place() -> None:
    """A key of the database in front of each row would stand below "SN" otherwise, and the ids below "name"."""
    row = '<tr><td style="display:none" colspan=2>{}<table><tr><td>x</table></td><td>{}</td><td hidden>y</td><td>{}'
    table = "<tr><th>SN<th>name" + row.format(1017, "A1", "Hall") + row.format(1018, "A2", "Room")
    assert _cells(f"<table>{table}</table>") == [("SN", "name"), ("A1", "Hall"), ("A2", "Room")]


def test_the_table_with_the_ids_is_chosen() -> None:
    """Each table is a sheet, by its number."""
    found = read_list(b"<html><table><tr><td>menu</table><table><tr><td>SN<tr><td>A1</table></html>")
    assert (found.opened.sheet, found.opened.sheets) == ("2", (SheetName("1"), SheetName("2")))
    assert found.rows[0].device_id == "A1"


@pytest.mark.parametrize("charset", ["utf-8", "GBK", "gb18030", "nonsense", "x" * 60, "hex", "utf-7", "utf-16"])
def test_the_encoding_that_a_page_names(charset: str) -> None:
    """A name that says nothing is guessed around."""
    encoding = charset if charset in {"utf-8", "GBK", "gb18030"} else "utf-8"
    page = f'<html><meta charset="{charset}"><table><tr><td>编号'.encode(encoding)
    assert open_list(page).grid.rows[0].cells == ("编号",)


def test_a_page_without_a_table_is_told() -> None:
    """It is no list."""
    with pytest.raises(BadInput, match=r"file\.not_a_table"):
        open_list(b"<html><body>A1</body></html>")


def test_a_page_that_is_made_to_harm_is_refused() -> None:
    """A tag that never ends, cells that span everything, and a page beyond all measure."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        open_list(b"<html><table><tr><td " + b"a" * 3_000_000)
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(b"<html><table><tr>" + b"<td colspan=9999>" * 3)
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(b"<html><table>" + b"<tr><td colspan=9999>" * 1100)
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(b"<html>" + bytes(1) * html.MOST_BYTES)
