"""Workbooks for tests: handmade, by third-party libraries, and in ways no spreadsheet would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def xlsx_parts(
    *sheets: str, strings: str = "", styles: str = "", states: Sequence[str] = (), book: str = "", main: str = MAIN
) -> dict[str, str]:
    """Return the parts of a workbook whose sheets have these rows, as XML; texts and styles are XML as well."""
    numbers = range(1, len(sheets) + 1)
    named = "".join(
        f'<sheet name="S{number}" sheetId="{number}" r:id="r{number}"{state and f" state={state!r}"}/>'
        for number, state in zip(numbers, [*states, *[""] * (len(sheets) - len(states))], strict=True)
    )
    related = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="/xl/worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    return {
        "_rels/.rels": f"{_RELATIONSHIPS}"
        f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_OFFICE}">{book}'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{_RELATIONSHIPS}{related}"
        f'<Relationship Id="s" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
        **{
            f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{main}">{rows}</worksheet>'
            for number, rows in zip(numbers, sheets, strict=True)
        },
    }


def xlsx_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with these rows in its only sheet, as openpyxl writes it."""
    book = openpyxl.Workbook()
    for row in rows:
        sheet_of(book).append(list(row))
    return saved(book)


def sheet_of(book: openpyxl.Workbook) -> Worksheet:
    """Return a new workbook's sheet."""
    sheet = book.worksheets[0]
    assert sheet is not None
    return sheet


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def saved_xls(book: xlwt.Workbook) -> bytes:
    """Return the bytes of an old workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an old workbook with these rows in its only sheet, as xlwt writes it."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("list")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    return saved_xls(book)


def ods_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Return an OpenDocument spreadsheet with these rows of texts in its only sheet."""
    cells = (
        "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row) for row in rows
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return ods_of(f'<table:table table:name="list">{table}</table:table>')


def ods_of(tables: str, styles: str = "", manifest: str = "") -> bytes:
    """Return an OpenDocument spreadsheet whose body is this XML."""
    namespaces = " ".join(f'xmlns:{name}="{_OASIS}{name}:1.0"' for name in ("office", "table", "text", "style"))
    extension = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    drawing = f'xmlns:draw="{_OASIS}drawing:1.0"'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OASIS}manifest:1.0">{manifest}'
            "</manifest:manifest>",
            "content.xml": f"<office:document-content {namespaces} {extension} {drawing}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )
