"""A chart in a workbook (ECMA-376 part 1, DrawingML): bars of figures, one on the other, beside a table.

Owns its XML. Into which sheet it goes is for `workbook_file`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.workbook_text import as_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LETTERS = "BCDEFG"
_EMU = 360_000
"""English Metric Units in a centimetre."""

_WIDTH, _HEIGHT = 17 * _EMU, 9 * _EMU


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars for a table whose names stand in column A, and the figures of each bar in the columns from B on.

    `head`: the row of the table's head, from 1. `rows`: how many follow it. `colours`: of the figures, such as
    "2E7D32". `column`: where the chart begins, from 0 for A.
    """

    title: str
    head: int
    rows: int
    colours: Sequence[str]
    column: int


def drawing_xml(chart: Chart) -> str:
    """Return the place of the chart on its sheet: beside the table's head."""
    return (
        f'<xdr:wsDr xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main"><xdr:oneCellAnchor>'
        f"<xdr:from><xdr:col>{chart.column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{chart.head - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="{_WIDTH}" cy="{_HEIGHT}"/><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="2" name="Chart 1" descr="{as_xml(chart.title)}"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" xmlns:r="{_OFFICE}" r:id="rId1"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
    )


def chart_xml(chart: Chart, tab: str) -> str:
    """Return the chart of a table on the sheet `tab`, named as formulas have it and escaped."""
    first, last = chart.head + 1, chart.head + chart.rows
    bars = "".join(
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>{tab}!${letter}${chart.head}</c:f></c:strRef></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f"<c:cat><c:strRef><c:f>{tab}!$A${first}:$A${last}</c:f></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{tab}!${letter}${first}:${letter}${last}</c:f></c:numRef></c:val></c:ser>"
        for place, (letter, colour) in enumerate(zip(_LETTERS, chart.colours, strict=False))
    )
    title = (
        '<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="1"/></a:pPr>'
        f'<a:r><a:rPr sz="1200" b="1"/><a:t>{as_xml(chart.title)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title>'
    )
    return (
        f'<c:chartSpace xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main"><c:chart>{title}'
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/>'
        f'<c:grouping val="stacked"/><c:varyColors val="0"/>{bars}<c:gapWidth val="60"/><c:overlap val="100"/>'
        '<c:axId val="10"/><c:axId val="20"/></c:barChart>'
        '<c:catAx><c:axId val="10"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="b"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="20"/></c:catAx>'
        '<c:valAx><c:axId val="20"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorGridlines/><c:numFmt formatCode="0" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="10"/></c:valAx></c:plotArea>'
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )
