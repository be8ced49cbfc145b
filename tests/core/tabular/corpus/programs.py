"""Output of programs for a list's cells: files, and text and HTML on the clipboard, reduced to the relevant parts.

Each kind of HTML has the marks by which its program is recognised: the generator, Excel's classes with number
formats, `x:num` and `x:str` of Excel 2003 and of WPS, `sdval` and `sdnum` of Calc, the fragment of a browser.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import escape
from typing import Any

import openpyxl
import xlwt
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.core.tabular.books import ods_of, saved, saved_xls
from tests.core.tabular.corpus.lists import Cell, ListCase, SheetCells, cells_between, column_at

_MOST_SHOWN = 11
"""Digits of an unformatted number that Excel and WPS show; with more, they use an exponent."""

_MOST_KEPT = 15


def file_of(case: ListCase) -> tuple[bytes, str]:
    """Return the bytes of a file and its name."""
    if case.text is not None:
        return _encoded(case.text, case.encoding), f"list.{_ENDINGS.get(case.source, 'txt')}"
    if case.source in _FILES:
        return _FILES[case.source](case.sheets), f"list.{'xls' if case.source == 'page' else case.source}"
    delimiter = _DELIMITERS[case.source]
    lines = (delimiter.join(map(_shown, row)) for row in case.sheets[0].rows)
    return _encoded("\r\n".join(lines) + "\r\n", case.encoding), f"list.{_ENDINGS[case.source]}"


def clipboard_of(case: ListCase) -> tuple[str, str]:
    """Return the text on the clipboard, and the HTML beside it, "" for none."""
    if case.text is not None:
        return case.text, ""
    (sheet,) = case.sheets
    text = "".join("\t".join(map(_shown, row)) + "\r\n" for row in sheet.rows)
    return text, _PAGES[case.source](sheet) if case.source in _PAGES else ""


def is_clipboard(case: ListCase) -> bool:
    """Return whether a list was copied; the others are files."""
    return case.source == "clipboard" or case.source in _PAGES


_DELIMITERS = {"csv": ",", "semicolons": ";", "tabs": "\t", "bars": "|"}
_ENDINGS = {"csv": "csv", "semicolons": "csv", "tabs": "txt", "bars": "txt"}


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding)


def _shown(cell: Cell) -> str:
    """Return a cell's text as shown by a spreadsheet."""
    if cell.kind == "date":
        return _day(cell).strftime(cell.format.replace("yyyy", "%Y").replace("mm", "%m").replace("dd", "%d"))
    if cell.kind != "number":
        return cell.text
    value = Decimal(f"{float(cell.text):.{_MOST_KEPT - 1}e}")
    if not cell.format:
        if abs(value) < 10**_MOST_SHOWN:
            return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
        digits, exponent = f"{value:.5E}".split("E")
        return f"{digits.rstrip('0')}E{exponent}"
    grouped = f"{value:{',' if ',' in cell.format else ''}.{len(cell.format.partition('.')[2])}f}"
    return grouped.zfill(len(cell.format)) if set(cell.format) == {"0"} else grouped


def _day(cell: Cell) -> datetime.date:
    return datetime.date.fromisoformat(cell.text)


def _kept(cell: Cell) -> float | int:
    """Return a number as stored by a spreadsheet: with 15 digits."""
    value = float(f"{float(cell.text):.{_MOST_KEPT - 1}e}")
    return int(value) if value.is_integer() else value


# Workbooks


def _value(cell: Cell) -> object:
    if cell.kind == "number":
        return _kept(cell)
    if cell.kind == "date":
        return _day(cell)
    return cell.text == "TRUE" if cell.kind == "truth" else cell.text


def _xlsx(sheets: tuple[SheetCells, ...]) -> bytes:
    book = openpyxl.Workbook()
    for number, cells in enumerate(sheets):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = cells.name
        sheet.sheet_state = "hidden" if cells.hidden else "visible"
        _fill(sheet, cells)
    return saved(book)


def _fill(sheet: Worksheet, cells: SheetCells) -> None:
    for at, column, cell in _cells(cells):
        if cell.text:
            _write(sheet, at, column + 1, cell, struck=at in cells.struck_rows)
    for hidden_row in cells.hidden_rows:
        sheet.row_dimensions[hidden_row].hidden = True
    for hidden_column in cells.hidden_columns:
        sheet.column_dimensions[hidden_column].hidden = True
    for span in cells.merged:
        sheet.merge_cells(span)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, *, struck: bool) -> None:
    place: Any = sheet.cell(row, column)
    place.value = _value(cell)
    if cell.kind in {"text", "quoted"}:
        place.data_type = "s"
    place.quotePrefix = cell.kind == "quoted"
    place.number_format = cell.format or place.number_format
    place.font = Font(strike=struck)


def _xls(sheets: tuple[SheetCells, ...]) -> bytes:
    book = xlwt.Workbook()
    for cells in sheets:
        sheet = book.add_sheet(cells.name)
        sheet.visibility = int(cells.hidden)
        spans = _spans(cells)
        for at, column, cell in _cells(cells):
            font = "font: struck_out on" if at in cells.struck_rows else ""
            style = xlwt.easyxf(font, num_format_str=cell.format or "General")
            value = cell.text if cell.kind == "error" else _value(cell)
            rows, columns = spans.get((at, column), (1, 1))
            if (at, column) in _covered(cells) or not cell.text:
                continue
            if (rows, columns) == (1, 1):
                sheet.write(at - 1, column, value, style)
            else:
                sheet.write_merge(at - 1, at + rows - 2, column, column + columns - 1, value, style)
        for at in cells.hidden_rows:
            sheet.row(at - 1).hidden = True
        for letters in cells.hidden_columns:
            sheet.col(column_at(letters)).hidden = True
    return saved_xls(book)


def _ods(sheets: tuple[SheetCells, ...]) -> bytes:
    formats = sorted(
        {cell.format for sheet in sheets for row in sheet.rows for cell in row if set(cell.format) == {"0"}}
    )
    number = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
    styles = "".join(
        f'<n:number-style xmlns:n="{number}" style:name="N{len(one)}"><n:number n:min-integer-digits="{len(one)}"/>'
        f'</n:number-style><style:style style:name="c{len(one)}" style:family="table-cell" '
        f'style:data-style-name="N{len(one)}"/>'
        for one in formats
    )
    styles += (
        '<style:style style:name="struck" style:family="table-cell"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style>'
    )
    kinds = {"/": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "text/xml"}
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in kinds.items()
    )
    return ods_of("".join(map(_ods_table, sheets)), styles, manifest)


def _ods_table(cells: SheetCells) -> str:
    spans, covered = _spans(cells), _covered(cells)
    unseen = ' table:visibility="collapse"'
    columns = "".join(
        f"<table:table-column{unseen if _letters(column) in cells.hidden_columns else ''}/>"
        for column in range(cells.width)
    )
    rows = ""
    for at, row in enumerate(cells.rows, 1):
        content = "".join(
            "<table:covered-table-cell/>"
            if (at, column) in covered
            else _ods_cell(cell, spans.get((at, column)), struck=at in cells.struck_rows)
            for column, cell in enumerate(row)
        )
        rows += f"<table:table-row{unseen if at in cells.hidden_rows else ''}>{content}</table:table-row>"
    return f'<table:table table:name="{escape(cells.name)}">{columns}{rows}</table:table>'


def _ods_cell(cell: Cell, span: tuple[int, int] | None, *, struck: bool) -> str:
    kind = ' office:value-type="string"'
    if cell.kind == "number":
        kind = f' office:value-type="float" office:value="{_kept(cell)}"'
        if set(cell.format) == {"0"} and not struck:
            kind += f' table:style-name="c{len(cell.format)}"'
    elif cell.kind == "date":
        kind = f' office:value-type="date" office:date-value="{cell.text}"'
    elif cell.kind == "truth":
        kind = f' office:value-type="boolean" office:boolean-value="{cell.text.lower()}"'
    if struck:
        kind += ' table:style-name="struck"'
    if span is not None:
        kind += f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    return (
        f"<table:table-cell{kind}><text:p>{escape(_shown(cell))}</text:p></table:table-cell>"
        if cell.text
        else ("<table:table-cell/>")
    )


def _page(sheets: tuple[SheetCells, ...]) -> bytes:
    """Return an ERP's "Excel file": an HTML page with a table."""
    table = _table(sheets[0], lambda _: "", "<tr>")
    return (
        f'<html><head><meta charset="utf-8"></head><body><table border="1">{table}</table></body></html>'.encode()
    )


_FILES: dict[str, Callable[[tuple[SheetCells, ...]], bytes]] = {
    "xlsx": _xlsx,
    "xls": _xls,
    "ods": _ods,
    "page": _page,
}


# HTML of the clipboard


def _excel(sheet: SheetCells) -> str:
    formats = {form: f"xl{65 + number}" for number, form in enumerate(sorted(_formats(sheet)))}
    styles = "".join(f".{name}\n\t{{mso-number-format:{_mso(form)};}}\n" for form, name in formats.items())

    def attributes(cell: Cell) -> str:
        form = "@" if cell.kind == "quoted" else cell.format
        known = f" class={formats[form]}" if form in formats else ""
        return known + (" align=right" if cell.kind in {"number", "date"} else "")

    head = (
        '<html xmlns:v="urn:schemas-microsoft-com:vml"\nxmlns:o="urn:schemas-microsoft-com:office:office"\n'
        'xmlns:x="urn:schemas-microsoft-com:office:excel"\nxmlns="http://www.w3.org/TR/REC-html40">\n\n<head>\n'
        '<meta http-equiv=Content-Type content="text/html; charset=utf-8">\n'
        "<meta name=ProgId content=Excel.Sheet>\n"
        '<meta name=Generator content="Microsoft Excel 15">\n<style>\n<!--table\n\t'
        '{mso-displayed-decimal-separator:"\\.";\n\tmso-displayed-thousand-separator:"\\,";}\n'
        f"td\n\t{{mso-number-format:General;}}\n{styles}{_STRUCK_FONT}-->\n</style>\n</head>\n\n"
    )
    table = _table(sheet, attributes, "<tr height=19 style='height:14.4pt'>", struck="<font class=font5>{}</font>")
    return (
        f'{head}<body link="#0563C1" vlink="#954F72">\n\n<table border=0 cellpadding=0 cellspacing=0 width=216\n '
        f"style='border-collapse:collapse;width:162pt'>\n<!--StartFragment-->{_columns(sheet)}{table}"
        "<!--EndFragment-->\n</table>\n\n</body>\n\n</html>\n"
    )


def _excel_2003(sheet: SheetCells) -> str:
    table = _table(sheet, _named_values, "<tr height=17>")
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta name=ProgId content=Excel.Sheet>'
        '<meta name=Generator content="Microsoft Excel 11"></head><body><table x:str border=0 cellpadding=0>'
        f"<!--StartFragment-->{_columns(sheet)}{table}<!--EndFragment--></table></body></html>"
    )


def _wps(sheet: SheetCells) -> str:
    table = _table(
        sheet,
        lambda cell: f' class="et2"{_named_values(cell)}',
        "<tr height=\"18\" style='height:13.50pt;'>",
        struck='<font class="font5">{}</font>',
    )
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><meta name="ProgId" '
        'content="Excel.Sheet"/><meta name="Generator" content="WPS Office ET"/>'
        f"<style><!-- @page\n\t{{margin:1in 0.75in;}}\n{_STRUCK_FONT} --></style></head><body><table border='0' "
        f"style='border-collapse:collapse;table-layout:fixed;'><!--StartFragment-->{_columns(sheet)}{table}"
        "<!--EndFragment--></table></body></html>"
    )


_STRUCK_FONT = ".font5\n\t{color:#000000;\n\tfont-style:normal;\n\ttext-decoration:line-through;}\n"


def _named_values(cell: Cell) -> str:
    """Return the attribute with a cell's value, if it is shown differently, as in Excel 2003 and WPS."""
    if cell.kind == "number":
        value = f"{_kept(cell):.16g}"
        return " align=right x:num" + ("" if value == _shown(cell) else f'="{value}"')
    if cell.kind == "date":
        return f' align=right x:num="{(_day(cell) - datetime.date(1899, 12, 30)).days}"'
    return " x:str" if cell.text else ""


def _calc(sheet: SheetCells) -> str:
    def attributes(cell: Cell) -> str:
        if cell.kind == "number":
            return f' align="right" sdval="{_kept(cell):.15G}" sdnum="1033;0;{cell.format}"'
        if cell.kind == "date":
            days = (_day(cell) - datetime.date(1899, 12, 30)).days
            return f' align="right" sdval="{days}" sdnum="1033;0;{cell.format.upper()}"'
        return ' align="left"' if cell.text else ""

    table = _table(sheet, attributes, "<tr>")
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n\t<meta http-equiv="content-type" content="text/html; charset=utf-8"/>\n'
        '\t<title></title>\n\t<meta name="generator" content="LibreOffice 7.4.7.2 (Linux)"/>\n</head>\n<body>\n'
        '<table cellspacing="0" border="0">\n\t<colgroup width="85"></colgroup>\n'
        f"{table}</table>\n</body>\n</html>\n"
    )


def _browser(sheet: SheetCells) -> str:
    table = _table(sheet, lambda _: ' style="padding: 4px; border: 1px solid rgb(220, 223, 230);"', "<tr>")
    return (
        '<html>\n<body>\n<!--StartFragment--><table class="el-table" style="color: rgb(51, 51, 51);"><tbody>'
        f"{table}</tbody></table><!--EndFragment-->\n</body>\n</html>"
    )


def _web_sheet(sheet: SheetCells) -> str:
    def attributes(cell: Cell) -> str:
        kind = f'{{"1":3,"3":{cell.text}}}' if cell.kind == "number" else f'{{"1":2,"2":"{cell.text}"}}'
        return f' data-sheets-value="{escape(kind)}"' if cell.text else ""

    table = _table(sheet, attributes, '<tr style="height:21px;">')
    return (
        "<meta charset='utf-8'><google-sheets-html-origin>"
        '<style type="text/css"><!--td {border: 1px solid #cccccc;}--></style>'
        '<table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" dir="ltr" border="1" '
        f'data-sheets-root="1"><tbody>{table}</tbody></table>'
    )


_PAGES: dict[str, Callable[[SheetCells], str]] = {
    "excel": _excel,
    "excel 2003": _excel_2003,
    "wps": _wps,
    "calc": _calc,
    "browser": _browser,
    "web sheet": _web_sheet,
}


def _table(sheet: SheetCells, attributes: Callable[[Cell], str], row_tag: str, struck: str = "<s>{}</s>") -> str:
    """Return the rows of a table, including hidden ones, as spreadsheets copy them."""
    spans, covered, file = _spans(sheet), _covered(sheet), io.StringIO()
    for at, row in enumerate(sheet.rows, 1):
        file.write("<tr height=0 style='display:none'>\n" if at in sheet.hidden_rows else f"{row_tag}\n")
        for column, cell in enumerate(row):
            if (at, column) in covered:
                continue
            rows, columns = spans.get((at, column), (1, 1))
            span = (f' rowspan="{rows}"' if rows > 1 else "") + (f' colspan="{columns}"' if columns > 1 else "")
            unseen = " style='display:none'" if _letters(column) in sheet.hidden_columns else ""
            shown = escape(_shown(cell), quote=False)
            text = struck.format(shown) if at in sheet.struck_rows else shown
            file.write(f"<td{span}{attributes(cell)}{unseen}>{text}</td>\n")
        file.write("</tr>\n")
    return file.getvalue()


def _columns(sheet: SheetCells) -> str:
    return "".join(
        f"<col width={'0' if _letters(column) in sheet.hidden_columns else '72'}"
        f"{' style=display:none' if _letters(column) in sheet.hidden_columns else ''}>\n"
        for column in range(sheet.width)
    )


def _mso(form: str) -> str:
    """Return a number format in Excel's style syntax: some have names."""
    named = {"0": "0", "0.00": "Fixed", "#,##0.00": "Standard", "@": '"\\@"'}
    return named.get(form) or f'"{form.replace("-", chr(92) + "-")}"'


def _formats(sheet: SheetCells) -> set[str]:
    return {"@" if cell.kind == "quoted" else cell.format for _, _, cell in _cells(sheet)} - {""}


def _cells(sheet: SheetCells) -> Iterator[tuple[int, int, Cell]]:
    for at, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            yield at, column, cell


def _spans(sheet: SheetCells) -> dict[tuple[int, int], tuple[int, int]]:
    found = {}
    for span in sheet.merged:
        places = cells_between(span)
        (top, left), (bottom, right) = places[0], places[-1]
        found[top, left] = (bottom - top + 1, right - left + 1)
    return found


def _covered(sheet: SheetCells) -> set[tuple[int, int]]:
    return {place for span in sheet.merged for place in cells_between(span)[1:]}


def _letters(column: int) -> str:
    return chr(ord("A") + column)
