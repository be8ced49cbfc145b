"""OpenDocument spreadsheets (OASIS OpenDocument 1.3, part 3), as LibreOffice and WPS write them.

A cell is read as its displayed text, unless that shows less than the cell contains. The files are read here and not
by a library: of the maintained ones, odfdo 3.27 needs lxml (12 MB), takes 408 MiB and 5.7 s of CPU for 100,000 rows
of five columns, 64 MiB and 1.9 s here, and can't be stopped in the first 2.8 s; python-calamine 0.9.1 returns no
displayed text, so that 000123 becomes 123.0. odfpy was abandoned in 2020.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.formats.number_format import EXPONENT, GENERAL, number_text
from bindtool.core.tabular.formats.zip_xml import Archive, Handlers
from bindtool.core.tabular.table.grid import MOST_COLUMNS, MOST_SHEETS, Grid, GridMaker, Merged, Room, RowCells
from bindtool.core.tabular.table.result import SheetName, Workbook
from bindtool.core.tabular.table.text_faults import fault_in_id

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from bindtool.core.common.progress import ReadingProgress

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE, _DRAW = (
    f"{_OASIS}{name}:1.0 " for name in ("office", "table", "text", "style", "drawing")
)
_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_MANIFEST = f"{_OASIS}manifest:1.0 "
_GROUPED = re.compile(r"-?\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+(?:\.\d+)?")
_WITH_EXPONENT = re.compile(r"-?\d(?:[.,]\d+)?E[+-]?\d+")
_NO_DIGIT = re.compile(r"[^0-9.]")
_NO_IDS = MappingProxyType(
    {
        **dict.fromkeys(("date", "time"), HoldReason.CELL_DATE),
        **dict.fromkeys(("currency", "percentage"), HoldReason.CELL_AMOUNT),
        "boolean": HoldReason.CELL_BOOLEAN,
    }
)
"""The meaning of cells of these types."""


def read_ods(data: bytes, progress: ReadingProgress) -> Workbook:
    """Open a workbook: all its sheets are in one part and are read at once.

    Raises:
        BadInput: those of `Archive`.
        ReadingStopped: `progress` says so.
    """
    archive = Archive(data)
    locked: list[bool] = []
    encryption = Handlers({f"{_MANIFEST}encryption-data": lambda _: locked.append(True)})
    archive.read_xml("META-INF/manifest.xml", encryption, progress.quietly())
    if locked:
        raise BadInput("file.encrypted")
    styles = _Styles()
    archive.read_xml("styles.xml", Handlers(styles.starts), progress.quietly())
    reader = _Reader(styles, progress)
    archive.read_xml("content.xml", reader.handlers, progress)
    return Workbook(reader.sheets, reader.grids)


class _Styles:
    """Reads styles, those of `styles.xml` before those of the content, which inherit from them.

    Attributes:
        hidden: the names of hidden sheets' styles.
        struck: family and name of the styles that strike out.
    """

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.struck: set[tuple[str, str]] = set()
        self._style = "", ""
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            f"{_STYLE}style": self._begin,
            f"{_STYLE}default-style": self._begin,
            f"{_STYLE}table-properties": self._note_hidden,
            f"{_STYLE}text-properties": self._note_struck,
        }

    def _begin(self, attributes: dict[str, str]) -> None:
        family = attributes.get(f"{_STYLE}family", "")
        self._style = family, attributes.get(f"{_STYLE}name", "")
        parent = family, attributes.get(f"{_STYLE}parent-style-name", "")
        (self.struck.add if parent in self.struck else self.struck.discard)(self._style)

    def _note_hidden(self, attributes: dict[str, str]) -> None:
        if attributes.get(f"{_TABLE}display") == "false":
            self.hidden.add(self._style[1])

    def _note_struck(self, attributes: dict[str, str]) -> None:
        lines = {attributes.get(f"{_STYLE}text-line-through-{of}") for of in ("style", "type")} - {None}
        if lines:
            (self.struck.discard if "none" in lines else self.struck.add)(self._style)


class _Reader:
    """Handles the elements of the content."""

    def __init__(self, styles: _Styles, progress: ReadingProgress) -> None:
        self._styles = styles
        self._progress = progress
        self.sheets: list[SheetName] = []
        self.grids: list[Grid] = []
        self._room = Room()
        # Checked before a repeated row is created once, not after the last one that fits.
        self._claims = Room()
        self._spaced = Room()
        self._made = GridMaker(self._room)
        self._depth = 0
        self._row = 0
        self._rows = 1
        self._hidden = False
        self._column = 0
        self._columns = 1
        self._cell: dict[str, str] = {}
        self._cells = RowCells()
        self._struck_columns: set[int] = set()
        self._struck_by_column: Set[int] = frozenset()
        self._row_style = ""
        self._cell_struck = False
        self._spans: list[tuple[int, int, int]] = []
        drawn = (f"{_DRAW}{name}" for name in ("frame", "custom-shape", "g"))
        skipped = (f"{_OFFICE}annotation", f"{_TABLE}shapes", f"{_TABLE}tracked-changes", *drawn)
        starts: dict[str, Callable[[dict[str, str]], None]] = {
            **styles.starts,
            f"{_TABLE}table": self._begin_table,
            f"{_TABLE}table-column": self._note_column,
            f"{_TABLE}table-row": self._begin_row,
            f"{_TABLE}table-cell": self._begin_cell,
            f"{_TABLE}covered-table-cell": self._begin_cell,
            f"{_TEXT}p": self._begin_paragraph,
            f"{_TEXT}span": self._begin_span,
            f"{_TEXT}s": self._spaces,
            f"{_TEXT}tab": lambda _: self.handlers.text("\t"),
            f"{_TEXT}line-break": lambda _: self.handlers.text("\n"),
        }
        ends = {
            f"{_TABLE}table": self._end_table,
            f"{_TABLE}table-row": self._end_row,
            f"{_TABLE}table-cell": self._end_cell,
            f"{_TABLE}covered-table-cell": self._end_cell,
        }
        self.handlers = Handlers(starts, ends, [f"{_TEXT}p"], skipped, between="\n")

    def _begin_table(self, attributes: dict[str, str]) -> None:
        if self.handlers.skipping:
            return
        self._depth += 1
        if self._depth == 1:
            hidden = attributes.get(f"{_TABLE}style-name") in self._styles.hidden
            self.sheets.append(SheetName(attributes.get(f"{_TABLE}name", ""), hidden))
            if len(self.sheets) > MOST_SHEETS:
                raise BadInput("file.too_large")
            self._made, self._row, self._column = GridMaker(self._room), 0, 0
            self._struck_columns.clear()

    def _end_table(self) -> None:
        if self.handlers.skipping:
            return
        self._depth -= 1
        if self._depth == 0:
            self.grids.append(self._made.grid(self._progress))

    def _note_column(self, attributes: dict[str, str]) -> None:
        first, self._column = self._column, self._column + _repeated(attributes, "columns")
        if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
            self._made.hide(first, self._column - 1)
        if ("table-cell", attributes.get(f"{_TABLE}default-cell-style-name")) in self._styles.struck:
            self._struck_columns.update(range(first, min(self._column, MOST_COLUMNS)))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row += 1
        self._rows = _repeated(attributes, "rows")
        self._hidden = attributes.get(f"{_TABLE}visibility", "visible") != "visible"
        self._column = 0
        self._cells, self._spans = RowCells(), []
        self._row_style = attributes.get(f"{_TABLE}default-cell-style-name", "")

    def _end_row(self) -> None:
        texts = self._cells.texts
        if texts:  # blank rows are repeated up to the sheet's end
            characters = self._rows * sum(map(len, texts.values()))
            self._claims.take(rows=self._rows, cells=self._rows * (max(texts) + 1), characters=characters)
        for number in range(self._row, self._row + (self._rows if texts else 1)):
            self._made.add(number, self._cells, hidden=self._hidden)
            for left, more, right in self._spans:
                self._made.merge(Merged(number, left, number + more, right))
        self._row += self._rows - 1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._columns = _repeated(attributes, "columns")
        self.handlers.take()
        style = attributes.get(f"{_TABLE}style-name", self._row_style)
        self._cell_struck = ("table-cell", style) in self._styles.struck
        self._struck_by_column = frozenset() if style else self._struck_columns
        rows = _count(attributes.get(f"{_TABLE}number-rows-spanned"))
        columns = _count(attributes.get(f"{_TABLE}number-columns-spanned"))
        if rows > 1 or columns > 1:
            self._spans.append((self._column, rows - 1, self._column + columns - 1))

    def _end_cell(self) -> None:
        text, lost = _value(self._cell, self.handlers.take())
        if text or lost is not None:
            if self._column + self._columns > MOST_COLUMNS:
                raise BadInput("file.too_large")
            is_number = self._cell.get(f"{_OFFICE}value-type") == "float"
            for column in range(self._column, self._column + self._columns):
                struck = self._cell_struck or column in self._struck_by_column
                self._cells.put(column, text, lost, struck=struck, is_number=is_number)
        self._column += self._columns

    def _begin_paragraph(self, attributes: dict[str, str]) -> None:
        self.handlers.listen(attributes)
        self._note_struck("paragraph", attributes)

    def _begin_span(self, attributes: dict[str, str]) -> None:
        self._note_struck("text", attributes)

    def _note_struck(self, family: str, attributes: dict[str, str]) -> None:
        if not self.handlers.skipping:
            self._cell_struck |= (family, attributes.get(f"{_TEXT}style-name")) in self._styles.struck

    def _spaces(self, attributes: dict[str, str]) -> None:
        spaces = min(_count(attributes.get(f"{_TEXT}c")), 1000)
        self._spaced.take(characters=spaces)
        self.handlers.text(" " * spaces)


def _value(cell: dict[str, str], shown: str) -> tuple[str, HoldReason | None]:
    """Return a cell's text, and why it differs from the input."""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if cell.get(f"{_EXTENSION}value-type") == "error":
        return shown, HoldReason.CELL_ERROR
    if kind in _NO_IDS:
        return shown, _NO_IDS[kind]
    if kind == "float":
        value = cell.get(f"{_OFFICE}value")
        return _number(value, shown) if value is not None else (shown, HoldReason.CELL_FORMULA)
    if not kind and not shown and f"{_TABLE}formula" in cell:
        return "", HoldReason.CELL_FORMULA
    return shown or cell.get(f"{_OFFICE}string-value", ""), None


def _number(raw: str, shown: str) -> tuple[str, HoldReason | None]:
    """Return the displayed text if it has all digits of the number; else the number, as of 1.23E+11 or ###."""
    try:
        value = float(raw)
    except ValueError as error:
        raise BadInput("file.damaged") from error
    word = fault_in_id(shown)
    if word is not None and word.reason is HoldReason.CELL_BOOLEAN:
        # LibreOffice 7 stores booleans with the type of a number; the displayed text is the word.
        return shown, word.reason
    whole, lost = number_text(value, EXPONENT if _WITH_EXPONENT.fullmatch(shown) else GENERAL)
    whole_is_shown = not _GROUPED.fullmatch(shown) and _is_number(_NO_DIGIT.sub("", shown), abs(value))
    return (shown, None) if lost is None and whole_is_shown else (whole, lost)


def _is_number(digits: str, value: float) -> bool:
    try:
        return float(digits) == value
    except ValueError:
        return False


def _repeated(attributes: dict[str, str], what: str) -> int:
    return max(1, _count(attributes.get(f"{_TABLE}number-{what}-repeated")))


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - 32 bits
