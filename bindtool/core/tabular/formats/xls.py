"""Reads Excel's workbooks of before 2007 (BIFF), in their container (MS-CFB)."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, cast

import xlrd
from xlrd.compdoc import CompDoc

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.formats.number_format import NumberFormat, number_text
from bindtool.core.tabular.table.grid import Grid, GridMaker, Merged, Room, RowCells
from bindtool.core.tabular.table.result import SheetName, Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlrd.sheet import Sheet


_NAMES = ("Workbook", "Book")


def workbook_stream(data: bytes) -> bytes:
    """Return the stream of a container that xlrd would read; b"" if none is named as a workbook.

    Raises:
        Exception: of any kind, if the container is damaged.
    """
    compound = CompDoc(data, logfile=io.StringIO())
    (least,) = struct.unpack_from("<i", data, 56)
    names = {name.lower() for name in _NAMES}
    short = any(entry.name.lower() in names and entry.tot_size < least for entry in compound.dirlist)
    if short and _has_loop(compound.SSAT):
        raise ValueError("the workbook's sectors lead back to themselves")
    for name in _NAMES:
        stream, begin, size = compound.locate_named_stream(name)
        if stream:
            return stream[begin : begin + size]
    return b""


def _has_loop(after: Sequence[int]) -> bool:
    """Return whether any chain of sectors has a loop."""
    walk_of = [-1] * len(after)
    for walk in range(len(after)):
        if walk_of[walk] >= 0:
            continue
        at = walk
        while 0 <= at < len(after) and walk_of[at] < 0:
            walk_of[at] = walk
            at = after[at]
        if 0 <= at < len(after) and walk_of[at] == walk:
            return True
    return False


MOST_BYTES = 32 * 1024 * 1024
"""Five times a full sheet of 65,536 rows with id and label. The library parses the texts of a book in one call."""

_STEP = 500
_PIECES = 5_000
"""So many pieces of a file, two for a record, take some milliseconds."""

_LONG_PIECE = 16
"""Bytes that take as long as a piece."""

_PARSED = 0.6
"""The share of the time that the library takes."""


class XlsWorkbook(Workbook):
    """An open workbook.

    Raises:
        BadInput: "file.encrypted", "file.damaged", "file.too_large".
        ReadingStopped: `progress` says so.
    """

    def __init__(self, data: bytes, progress: ReadingProgress) -> None:
        if len(data) > MOST_BYTES:
            raise BadInput("file.too_large")
        progress.at(0)
        try:
            pieces = _Pieces(workbook_stream(data), progress.between(0, _PARSED))
            self._book = xlrd.open_workbook(
                # Discarded: the library would print its messages about a file.
                logfile=io.StringIO(),
                # "Some other behave-alike object", says its documentation.
                file_contents=cast("bytes", pieces),
                formatting_info=True,
                ragged_rows=True,
            )
            sheets = [SheetName(sheet.name, hidden=bool(sheet.visibility)) for sheet in self._book.sheets()]
        except ReadingStopped:
            raise
        except Exception as error:
            raise BadInput("file.encrypted" if "encrypted" in str(error) else "file.damaged") from error
        super().__init__(sheets)
        self._formats: dict[int, NumberFormat] = {}
        self._struck_fonts = {at for at, font in enumerate(self._book.font_list) if font.struck_out}
        styles = enumerate(self._book.xf_list)
        self._struck_styles = {at for at, style in styles if style.font_index in self._struck_fonts}

    def grid(self, place: int, progress: ReadingProgress) -> Grid:
        """Return all rows of a sheet."""
        sheet = self._book.sheet_by_index(place)
        made = GridMaker(Room())
        for row in range(sheet.nrows):
            if row % _STEP == 0:
                progress.at(_PARSED + (1 - _PARSED) * row / sheet.nrows)
            self._add(sheet, row, made)
        for top, behind_last, left, behind_right in sheet.merged_cells:
            made.merge(Merged(top + 1, left, behind_last, behind_right - 1))
        for column, info in sheet.colinfo_map.items():
            if info.hidden:
                made.hide(column, column)
        return made.grid()

    def _add(self, sheet: Sheet, row: int, made: GridMaker) -> None:
        cells = RowCells()
        for column in range(sheet.row_len(row)):
            text, lost = self._value(sheet, row, column)
            is_number = sheet.cell_type(row, column) == xlrd.XL_CELL_NUMBER
            struck = self._is_struck_out(sheet, row, column)
            cells.put(column, text, lost, struck=struck, is_number=is_number)
        info = sheet.rowinfo_map.get(row)
        made.add(row + 1, cells, hidden=info is not None and bool(info.hidden))

    def _value(self, sheet: Sheet, row: int, column: int) -> tuple[str, HoldReason | None]:
        kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
        if kind == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(int(value), "#?"), HoldReason.CELL_ERROR
        if kind == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if value else "FALSE", HoldReason.CELL_BOOLEAN
        if kind in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
            shown_as = self._format(sheet.cell_xf_index(row, column))
            return number_text(float(value), shown_as, from_1904=bool(self._book.datemode))
        return str(value), None

    def _is_struck_out(self, sheet: Sheet, row: int, column: int) -> bool:
        """Return whether any part of a cell is struck out."""
        runs = sheet.rich_text_runlist_map.get((row, column), ())
        by_style = sheet.cell_xf_index(row, column) in self._struck_styles
        return by_style or any(font in self._struck_fonts for _, font in runs)

    def _format(self, style: int) -> NumberFormat:
        found = self._formats.get(style)
        if found is None:
            shown_as = self._book.format_map[self._book.xf_list[style].format_key]
            # The library lacks the additional built-in formats of Chinese and Japanese Excel.
            code: str | None = shown_as.format_str
            found = NumberFormat.of_id(shown_as.format_key) if code is None else NumberFormat.parse(code)
            self._formats[style] = found
        return found


class _Pieces:
    """A workbook that is read piece by piece, so that reading it can be watched and stopped.

    The library can't be stopped otherwise: it returns when it has read every sheet.
    """

    def __init__(self, data: bytes, progress: ReadingProgress) -> None:
        self._data = data
        self._progress = progress
        self._left = _PIECES

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, piece: slice) -> bytes:
        data = self._data[piece]
        # Some records have thousands of texts, which the library parses one by one.
        self._left -= 1 + len(data) // _LONG_PIECE
        if self._left <= 0:
            self._left = _PIECES
            self._progress.at(piece.start / len(self._data))
        return data
