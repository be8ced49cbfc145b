"""Workbooks as files (ECMA-376 part 1): sheets of texts and whole numbers, and a chart beside a table.

Owns the zip and its parts. Every text is a typed string, so none runs as a formula and no id loses a zero. What is
in a report is for `report_xlsx`. No library does it: openpyxl takes five times as long, and half a megabyte of each
package.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from bindtool.core.workbook_chart import chart_xml, drawing_xml
from bindtool.core.workbook_text import as_xml, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bindtool.core.workbook_chart import Chart

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_NUMBER = 10**11
"""From here on a spreadsheet shows a number as 1E+11; it is written as a text."""

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument"


class Style(IntEnum):
    """How a cell looks; the value is its place in `_STYLES`. TEXT keeps what is typed over it a text."""

    PLAIN = 0
    TEXT = 1
    HEAD = 2
    HEAD_OF_FIGURES = 3
    BOLD = 4
    TITLE = 5
    MARK = 6


_STYLES = f"""<styleSheet xmlns="{_MAIN}"><fonts count="4">\
<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="14"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><color rgb="FF9A3B00"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFE8ECF1"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>\
<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">\
<alignment horizontal="right"/></xf>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""

Cell = tuple[str | int | None, Style]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    `widths`: of its columns, at most 26, in letters. `rows`: cells from the left; read once. `filtered`: the first
    row stays in sight and on every printed page, and rows can be filtered; this many rows are below it.
    `pages_high`: how many pages it may take when it is printed, 0 for as many as it needs.
    """

    name: str
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]
    filtered: int | None = None
    pages_high: int = 0
    chart: Chart | None = None


def workbook_file(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of these sheets, of which one at most has a chart."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:

        def put(name: str, xml: str) -> None:
            archive.writestr(name, _DECLARATION + xml)

        put("[Content_Types].xml", _content_types(sheets))
        put("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        put("xl/workbook.xml", _workbook(sheets))
        of_sheets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
        put("xl/_rels/workbook.xml.rels", _relations([*of_sheets, ("styles", "styles.xml")]))
        put("xl/styles.xml", _STYLES)
        for number, sheet in enumerate(sheets, 1):
            # Row by row: the whole of a large sheet would take many times its size in memory.
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for xml in _sheet(sheet):
                    part.write(xml.encode())
            if sheet.chart is not None:
                relation = _relations([("drawing", "../drawings/drawing1.xml")])
                put(f"xl/worksheets/_rels/sheet{number}.xml.rels", relation)
                put("xl/drawings/drawing1.xml", drawing_xml(sheet.chart))
                put("xl/drawings/_rels/drawing1.xml.rels", _relations([("chart", "../charts/chart1.xml")]))
                put("xl/charts/chart1.xml", chart_xml(sheet.chart, _quoted(sheet.name)))
    return file.getvalue()


def _content_types(sheets: Sequence[Sheet]) -> str:
    main = f"{_KIND}.spreadsheetml"
    kinds = {"/xl/workbook.xml": f"{main}.sheet.main+xml", "/xl/styles.xml": f"{main}.styles+xml"}
    for number, sheet in enumerate(sheets, 1):
        kinds[f"/xl/worksheets/sheet{number}.xml"] = f"{main}.worksheet+xml"
        if sheet.chart is not None:
            kinds["/xl/drawings/drawing1.xml"] = f"{_KIND}.drawing+xml"
            kinds["/xl/charts/chart1.xml"] = f"{_KIND}.drawingml.chart+xml"
    named = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _workbook(sheets: Sequence[Sheet]) -> str:
    named, names = [], []
    for number, sheet in enumerate(sheets, 1):
        named.append(f'<sheet name="{as_xml(sheet.name)}" sheetId="{number}" r:id="rId{number}"/>')
        if sheet.filtered is not None:
            tab, place = _quoted(sheet.name), f'localSheetId="{number - 1}"'
            last = _LETTERS[len(sheet.widths) - 1]
            area = f"{tab}!$A$1:${last}${sheet.filtered + 1}"
            names.append(f'<definedName name="_xlnm._FilterDatabase" {place} hidden="1">{area}</definedName>')
            names.append(f'<definedName name="_xlnm.Print_Titles" {place}>{tab}!$1:$1</definedName>')
    defined = f"<definedNames>{''.join(names)}</definedNames>" if names else ""
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{''.join(named)}</sheets>{defined}</workbook>"
    )


def _sheet(sheet: Sheet) -> Iterator[str]:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, 1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        f"{frozen if sheet.filtered is not None else ''}</sheetView></sheetViews>"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
    )
    for number, row in enumerate(sheet.rows, 1):
        cells = (_cell(f"{letter}{number}", *cell) for letter, cell in zip(_LETTERS, row, strict=False))
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData>"
    if sheet.filtered is not None:
        yield f'<autoFilter ref="A1:{_LETTERS[len(sheet.widths) - 1]}{sheet.filtered + 1}"/>'
    yield (
        '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="landscape" fitToHeight="{sheet.pages_high}"/>'
    )
    yield "" if sheet.chart is None else '<drawing r:id="rId1"/>'
    yield "</worksheet>"


def _cell(place: str, value: str | int | None, style: Style) -> str:
    if value is None or value == "":
        return f'<c r="{place}" s="{style:d}"/>'
    if isinstance(value, int) and abs(value) < _LONGEST_NUMBER:
        return f'<c r="{place}"><v>{value}</v></c>'
    text = cell_text(str(value))
    return f'<c r="{place}" s="{style:d}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _quoted(name: str) -> str:
    """Return the name of a sheet as formulas have it."""
    doubled = name.replace("'", "''")
    return as_xml(f"'{doubled}'")
