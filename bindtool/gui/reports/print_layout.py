"""Lays out a report on pages: subject and totals, then a line for each device, with a header on each page.

The colours on paper are here too. `reports.controller` chooses the printer or file.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPagedPaintDevice, QPageLayout, QPainter, QPen

from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import escaped
from bindtool.core.sheet_view.columns import Column
from bindtool.i18n.row_text import state_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.reports.csv_writer import ReportLine
    from bindtool.core.reports.layout import Report, SumTable
    from bindtool.i18n.catalogue import Texts

_MARGINS = QMarginsF(12, 12, 12, 10)  # millimetres
_WIDTHS = (0.05, 0.15, 0.17, 0.08, 0.20, 0.24, 0.11)
"""Shares of the page's width; a log id fits on one line."""

_NAME_WIDTH, _FIGURE_WIDTH = 0.30, 0.09
_FACT_WIDTHS = (0.10, 0.90)
_WRAPPED, _ON_ONE_LINE = int(Qt.TextFlag.TextWrapAnywhere), int(Qt.TextFlag.TextSingleLine)
_INK, _RULE, _SHADE, _MARK = QColor("#1b1f24"), QColor("#c9d0d8"), QColor("#e8ecf1"), QColor("#9a3b00")
_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Style:
    """The look of a row. `above`: empty lines above it. `below`: lines that must fit on the same page below it."""

    points: float = 8
    bold: bool = False
    text_colour: QColor = field(default_factory=lambda: _INK)
    shaded: bool = False
    ruled: bool = False
    above: float = 0
    below: float = 0


_TITLE = _Style(points=14, bold=True)
_PRACTICE = _Style(bold=True, text_colour=_MARK)
_PLAIN = _Style()
_SECTION = _Style(points=10, bold=True, above=1, below=3)
_HEAD = _Style(bold=True, shaded=True, below=1.5)
_LINE = _Style(ruled=True)


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells in a line. `figures`: all but the first are right-aligned. `head`: repeated on each new page."""

    cells: tuple[str, ...]
    widths: tuple[float, ...]
    style: _Style
    figures: bool = False
    head: _Row | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    row: _Row
    top: float
    height: float


def set_landscape(device: QPagedPaintDevice) -> None:
    """Set landscape: seven columns are wide."""
    layout = device.pageLayout()
    layout.setOrientation(QPageLayout.Orientation.Landscape)
    layout.setUnits(QPageLayout.Unit.Millimeter)
    layout.setMargins(_MARGINS, QPageLayout.OutOfBoundsPolicy.Clamp)
    device.setPageLayout(layout)


async def print_pages(report: Report, texts: Texts, device: QPagedPaintDevice) -> int:
    """Print a report on a device and return the number of pages; yields to the event loop meanwhile.

    Raises:
        BadInput: "print.failed", the device rejects the output.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise BadInput("print.failed")
    try:
        paper = _Paper(painter, device)
        pages = await paper.place(_rows(report, texts))
        about = escaped(" · ".join(filter(None, (report.practice, report.title))))
        for number, page in enumerate(pages, 1):
            if number > 1:
                device.newPage()
            for placed in page:
                paper.draw(placed)
            paper.draw_footer(about, texts("print.page", page=number, pages=len(pages)))
            await asyncio.sleep(0)
    finally:
        painter.end()
    return len(pages)


class _Paper:
    """The pages of a device being filled; lengths are in its dots."""

    def __init__(self, painter: QPainter, device: QPagedPaintDevice) -> None:
        self._painter = painter
        self._device = device
        self._width, self._height = float(device.width()), float(device.height())
        self._fonts: dict[tuple[float, bool], tuple[QFont, QFontMetricsF]] = {}
        self._line = self._font(_PLAIN)[1].lineSpacing()
        self._pad = self._line * 0.2
        self._bottom = self._height - 1.5 * self._line

    async def place(self, rows: Iterator[_Row]) -> list[list[_Placed]]:
        """Find the position of each row, page by page."""
        pages: list[list[_Placed]] = [[]]
        top = 0.0
        for count, row in enumerate(rows, 1):
            height = self._height_of(row)
            above = row.style.above * self._line if pages[-1] else 0
            following = row.style.below * self._line
            if pages[-1] and top + above + height + following > self._bottom:
                pages.append([])
                top, above = 0.0, 0
                if row.head is not None:
                    top = self._height_of(row.head)
                    pages[-1].append(_Placed(row.head, 0, top))
            pages[-1].append(_Placed(row, top + above, height))
            top += above + height
            if count % _ROWS_AT_ONCE == 0:
                await asyncio.sleep(0)
        return pages

    def draw(self, placed: _Placed) -> None:
        """Draw a row at its position."""
        painter, row, style = self._painter, placed.row, placed.row.style
        whole = QRectF(0, placed.top, self._width * sum(row.widths), placed.height)
        if style.shaded:
            painter.fillRect(whole, _SHADE)
        if style.ruled:
            painter.setPen(QPen(_RULE, self._line * 0.04))
            painter.drawLine(whole.bottomLeft(), whole.bottomRight())
        painter.setPen(style.text_colour)
        font, metrics = self._font(style)
        painter.setFont(font)
        wrapped = placed.height > metrics.lineSpacing() * 1.9
        left = 0.0
        for place, (cell, width) in enumerate(zip(row.cells, self._widths(row), strict=True)):
            inside = QRectF(left + self._pad, placed.top + self._pad, width, placed.height)
            side = Qt.AlignmentFlag.AlignRight if row.figures and place else Qt.AlignmentFlag.AlignLeft
            # Wrapped only if there is room for it: some devices measure letters differently from drawing them.
            painter.drawText(inside, int(side) | (_WRAPPED if wrapped else _ON_ONE_LINE), cell)
            left += width + 2 * self._pad

    def draw_footer(self, left: str, right: str) -> None:
        """Draw the footer of a page."""
        place = QRectF(0, self._height - self._line, self._width, self._line)
        self._painter.setPen(_INK)
        self._painter.setFont(self._font(_PLAIN)[0])
        self._painter.drawText(place, Qt.AlignmentFlag.AlignLeft, left)
        self._painter.drawText(place, Qt.AlignmentFlag.AlignRight, right)

    def _height_of(self, row: _Row) -> float:
        metrics = self._font(row.style)[1]
        lines = metrics.lineSpacing()
        for cell, width in zip(row.cells, self._widths(row), strict=True):
            if "\n" in cell or metrics.horizontalAdvance(cell) > width:
                found = metrics.boundingRect(QRectF(0, 0, width, self._height), _WRAPPED, cell)
                lines = max(lines, found.height())
        # A row can't be higher than a page.
        return min(lines + 2 * self._pad, self._bottom - self._line * 3)

    def _widths(self, row: _Row) -> list[float]:
        return [self._width * width - 2 * self._pad for width in row.widths]

    def _font(self, style: _Style) -> tuple[QFont, QFontMetricsF]:
        wanted = (style.points, style.bold)
        if wanted not in self._fonts:
            font = QFont()
            font.setPointSizeF(style.points)
            font.setBold(style.bold)
            self._fonts[wanted] = font, QFontMetricsF(font, self._device)
        return self._fonts[wanted]


def _rows(report: Report, texts: Texts) -> Iterator[_Row]:
    """Yield the rows to draw; no cell changes the text direction of its neighbours."""
    for row in _written(report, texts):
        yield replace(row, cells=tuple(escaped(cell, keep="\n") for cell in row.cells))


def _written(report: Report, texts: Texts) -> Iterator[_Row]:
    yield _Row((report.title,), (1,), _TITLE)
    if report.practice:
        yield _Row((report.practice,), (1,), _PRACTICE)
    for fact in report.facts:
        yield _Row(fact, _FACT_WIDTHS, _PLAIN)
    for note in report.notes:
        yield _Row((note,), (1,), _PLAIN)
    for table in (report.sums, report.hours):
        yield from _sum_rows(table)
    head = _Row(tuple(texts(column.title) for column in Column), _WIDTHS, _HEAD)
    for section in report.sections:
        yield _Row((section.name,), (1,), _SECTION)
        yield head
        for line in section.lines:
            yield _Row(_cells(line, texts), _WIDTHS, _LINE, head=head)


def _sum_rows(table: SumTable) -> Iterator[_Row]:
    if table.rows:
        widths = (_NAME_WIDTH, *[_FIGURE_WIDTH] * (len(table.head) - 1))
        yield _Row((table.title,), (1,), _SECTION)
        yield _Row(table.head, widths, _HEAD, figures=True)
        for row in table.rows:
            yield _Row(tuple(map(str, row)), widths, _LINE, figures=True)


def _cells(line: ReportLine, texts: Texts) -> tuple[str, ...]:
    row, answer = line.row, line.answer
    return (
        str(row.number),
        row.device_id,
        row.label,
        state_words(texts, line.state),
        line.reason or answer.message,
        answer.log_id,
        f"{answer.time:%m-%d %H:%M:%S}",
    )
