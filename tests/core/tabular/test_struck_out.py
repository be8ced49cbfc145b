"""A cell that is struck out holds its row, whatever program has written it and in whatever way."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import read_rows
from bindtool.core.tabular.table.result import Choices
from tests.core.tabular.books import ods_of, saved, saved_xls, sheet_of, xlsx_parts, zipped
from tests.core.tabular.reading import opened_as, read_list

_PROGRAMS = ("xlsx", "xls", "ods", "page", "excel", "excel 2003", "wps", "calc", "browser", "web sheet")
_STRUCK = Hold.of(HoldReason.STRUCK_OUT)


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_program_tells_which_cells_are_struck_out(program: str) -> None:
    """Numbers and texts are; the other rows go on."""
    rows = ("SN|name", "SPK0001|n1", "SPK0002|n2", "#1003|n3", "SPK0004|n4")
    opened = opened_as(program, *rows, struck_rows=frozenset({3, 4}))
    read = read_rows(opened, Choices(id_column=0))
    assert [(row.device_id, row.held) for row in read.rows] == [
        ("SPK0001", None),
        ("SPK0002", _STRUCK),
        ("1003", _STRUCK),
        ("SPK0004", None),
    ]


def _struck(data: bytes) -> list[str]:
    """Return the ids that are held; they stand in the first column, under a header."""
    return [row.device_id for row in read_list(data, choices=Choices(id_column=0)).rows if row.held == _STRUCK]


def test_texts_of_a_new_workbook_of_which_a_part_is_struck_out() -> None:
    """What is left of such an id is for a person to see; a label that is struck out is no id."""
    book = openpyxl.Workbook()
    sheet = sheet_of(book)
    struck, plain = InlineFont(strike=True), InlineFont(strike=False)
    rich = [CellRichText(TextBlock(struck, "SPK1")), CellRichText(TextBlock(struck, "SPK"), TextBlock(plain, "2"))]
    for value in ["SN", *rich, CellRichText(TextBlock(plain, "SPK"), "3"), "SPK4"]:
        sheet.append([value, "name"])
    sheet["B5"].font = Font(strike=True)
    assert _struck(saved(book)) == ["SPK1", "SPK2"]


_STYLES = """
<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>
<cellStyleXfs><xf fontId="1"/></cellStyleXfs>
<cellXfs><xf/><xf fontId="1"/><xf fontId="2"/><xf fontId="9"/></cellXfs>
<dxfs><dxf><font><strike/></font></dxf></dxfs>
"""


@pytest.mark.parametrize(
    ("cell", "struck"),
    [
        ('<c t="inlineStr"><is><t>SPK2</t></is></c>', False),
        ('<c t="inlineStr" s="1"><is><t>SPK2</t></is></c>', True),
        ('<c t="inlineStr" s="2"><is><t>SPK2</t></is></c>', False),
        ('<c t="inlineStr" s="3"><is><t>SPK2</t></is></c>', False),
        ('<c t="inlineStr"><is><r><rPr><strike/></rPr><t>SPK2</t></r></is></c>', True),
        ('<c t="inlineStr"><is><r><rPr><strike val="false"/></rPr><t>SPK2</t></r></is></c>', False),
        ('<c t="s"><v>0</v></c>', True),
        ('<c t="s"><v>1</v></c>', False),
        ('<c t="s" s="1"><v>1</v></c>', True),
    ],
)
def test_the_fonts_of_a_new_workbook(cell: str, struck: bool) -> None:
    """A font counts where a cell or a piece of its text has it; those of conditions count nowhere."""
    strings = (
        "<si><r><rPr><strike/></rPr><t>SPK2</t></r></si><si><r><rPr><strike val='0'/></rPr><t>SPK2</t></r></si>"
    )
    rows = "".join(
        f"<row>{each}</row>"
        for each in ('<c t="inlineStr"><is><t>SN</t></is></c>', '<c t="inlineStr"><is><t>SPK1</t></is></c>', cell)
    )
    parts = xlsx_parts(f"<sheetData>{rows}</sheetData>", strings=strings, styles=_STYLES)
    assert _struck(zipped(parts)) == (["SPK2"] if struck else [])


def test_texts_of_an_old_workbook_of_which_a_part_is_struck_out() -> None:
    """They are as in a new one."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("list")
    struck, plain = xlwt.easyfont("struck_out on"), xlwt.easyfont("struck_out off")
    sheet.write(0, 0, "SN")
    sheet.write_rich_text(1, 0, (("SPK", plain), ("1", struck)))
    sheet.write_rich_text(2, 0, (("SPK", plain), ("2", plain)))
    assert _struck(saved_xls(book)) == ["SPK1"]


_ODS_STYLES = "".join(
    f'<style:style style:name="{name}" style:family="{family}"{more}><style:text-properties {properties}/>'
    "</style:style>"
    for name, family, more, properties in (
        ("S", "table-cell", "", 'style:text-line-through-style="solid"'),
        ("S", "paragraph", "", 'style:text-line-through-type="double"'),
        ("S", "text", "", 'style:text-line-through-type="single"'),
        ("N", "table-cell", "", 'style:text-line-through-style="none" style:text-line-through-type="none"'),
        ("C", "table-cell", ' style:parent-style-name="S"', ""),
        ("D", "table-cell", ' style:parent-style-name="S"', 'style:text-line-through-style="none"'),
    )
)
_NOTE = '<office:annotation><text:p text:style-name="S">old</text:p></office:annotation>'


@pytest.mark.parametrize(
    ("column", "row", "cell", "text", "struck"),
    [
        ("", "", "", "SPK1", False),
        ("", "", "S", "SPK1", True),
        ("", "", "N", "SPK1", False),
        ("", "", "C", "SPK1", True),
        ("", "", "D", "SPK1", False),
        ("S", "", "", "SPK1", True),
        ("S", "", "N", "SPK1", False),
        ("S", "N", "", "SPK1", False),
        ("", "S", "", "SPK1", True),
        ("", "", "", 'SP<text:span text:style-name="S">K</text:span>1', True),
        ("", "", "", 'SP<text:span text:style-name="N">K</text:span>1', False),
        ("", "", "", '</text:p><text:p text:style-name="S">SPK1', True),
        ("", "", "", f"{_NOTE}SPK1", False),
    ],
)
def test_the_styles_of_an_opendocument_sheet(column: str, row: str, cell: str, text: str, struck: bool) -> None:
    """A cell has its own, else its row's, else its column's; a style is made of its parent."""

    def table(text: str) -> str:
        return (
            f'<table:table table:name="a"><table:table-column table:default-cell-style-name="{column}"/>'
            "<table:table-row><table:table-cell table:style-name='N'><text:p>SN</text:p></table:table-cell>"
            f"</table:table-row><table:table-row{row and f' table:default-cell-style-name={row!r}'}>"
            f"<table:table-cell{cell and f' table:style-name={cell!r}'}>{text}</table:table-cell></table:table-row>"
            "</table:table>"
        )

    book = ods_of(table(f"<text:p>{text}</text:p>"), _ODS_STYLES)
    assert bool(_struck(book)) is struck


def test_a_style_of_an_opendocument_workbook_is_made_of_one_in_another_part() -> None:
    """Those that people name are there; a style of the content takes the place of one of the same name."""
    named = '<style:style style:name="Gone" style:family="table-cell"><style:text-properties {}/></style:style>'
    head = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    own = (
        '<style:style style:name="a" style:family="table-cell" style:parent-style-name="Gone"/>'
        '<style:style style:name="Again" style:family="table-cell"/>'
    )
    cells = "".join(
        f'<table:table-row><table:table-cell table:style-name="{style}"><text:p>{text}</text:p></table:table-cell>'
        "</table:table-row>"
        for style, text in (("", "SN"), ("Gone", "SPK1"), ("a", "SPK2"), ("Again", "SPK3"), ("", "SPK4"))
    )
    styles = named.format('style:text-line-through-style="solid"')
    with zipfile.ZipFile(io.BytesIO(ods_of(f'<table:table table:name="a">{cells}</table:table>', own))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    part = f"<styles {head}>{styles}{styles.replace('Gone', 'Again')}</styles>"
    assert _struck(zipped({**parts, "styles.xml": part})) == ["SPK1", "SPK2"]


@pytest.mark.parametrize(
    ("head", "row", "struck"),
    [
        ("", "<tr><td><s>SPK1</s>", True),
        ("", "<tr><td>S<del>PK</del>1", True),
        ("", "<tr><td><strike>SPK1</strike>", True),
        ("", '<tr><td><span style="color: red; TEXT-DECORATION: line-through">SPK1</span>', True),
        ("", '<tr><td style="text-decoration-line:underline line-through">SPK1', True),
        ("", '<tr style="text-decoration:line-through"><td>SPK1', True),
        ("", '<tr><td style="text-decoration:none;font:line-through">SPK1', False),
        ("", "<tr><td>SPK1<td><s>name</s>", False),
        ("", "<s></s><tr><td>SPK1", False),
        (
            ".xl65 {color:red;} .xl66\n\t{color:black;\n\ttext-decoration:line-through;}",
            "<tr><td class=xl65>SPK1",
            False,
        ),
        (
            ".xl65 {color:red;} .xl66\n\t{color:black;\n\ttext-decoration:line-through;}",
            "<tr><td class=xl66>SPK1",
            True,
        ),
        (".font5 {text-decoration:line-through}", "<tr><td>SPK<font class='a font5'>1</font>", True),
        ("@media all {.list .gone td, .x {text-decoration:line-through}}", "<tr class=gone><td>SPK1", True),
        ("@media all {.list .gone td, .x {text-decoration:line-through}}", "<tr class=list><td>SPK1", False),
        ("td {text-decoration:line-through", "<tr><td class>SPK1", False),
    ],
)
def test_the_elements_and_classes_of_a_page(head: str, row: str, struck: bool) -> None:
    """Of Excel, WPS, LibreOffice, of pages and their style sheets; what strikes out stands in the cell or row."""
    style = f"<script>.xl65 {{text-decoration:line-through}}</script><style><!--{head}--></style>"
    page = f"<html>{style}<table><tr><td>SN<td>name</tr>{row}</tr><tr><td>SPK2<td>x</table>"
    assert _struck(page.encode()) == (["SPK1"] if struck else [])


def test_a_page_beside_a_text_that_says_something_else() -> None:
    """What is struck out there is, as what has lost digits."""
    html = "<table><tr><td>SN<tr><td><s>SPK1</s> (old)<tr><td>SPK2</table>"
    rows = read_rows(open_clipboard("SN\nSPK1\nSPK2\n", html)).rows
    assert [(row.device_id, row.held) for row in rows] == [("SPK1", _STRUCK), ("SPK2", None)]
