"""Reads HTML tables, as ERP systems export them and as spreadsheets put them on the clipboard."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.table.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    Grid,
    GridMaker,
    Merged,
    Room,
    RowCells,
)
from bindtool.core.tabular.table.result import SheetName, Workbook
from bindtool.core.tabular.text_encoding import Decoded, decode, encoding_called

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.common.progress import ReadingProgress

MOST_BYTES = 64 * 1024 * 1024
_CHUNK = 16 * 1024
_MOST_OPEN = 1024 * 1024
"""Characters of one tag or comment: Python's parser scans an open one anew with each chunk."""

_MOST_LEFT = 4096
"""Characters of markup that is open at the end of a page. Python's parser continues behind each of its characters
and searches for an end anew, in one call; browsers ignore an unclosed tag or comment."""

_MALFORMED = (AssertionError, ValueError)
"""The exceptions of Python's parser for `<![<`, and for a character reference with thousands of digits."""

_LONGEST_SPAN = 4
"""Digits."""

_HEAD = 4096
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_CELLS = frozenset({"td", "th"})
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_EMBEDDED = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=%]{4096,}+")
"""An embedded picture, which may have megabytes."""

_NOT_SHOWN = frozenset({"script", "style"})
_STRIKES_OUT = frozenset({"del", "s", "strike"})
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s{0,9}:[^;]{0,99}?line-through", re.IGNORECASE)
_IS_TEXT = re.compile(r"mso-number-format\s{0,9}:\s{0,9}[\"']?\\{0,2}@", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w-]+)")
_LINES = frozenset(
    {"br", "dd", "div", "dt", "hr", "li", "ol", "option", "p", "pre", "ul", *(f"h{level}" for level in range(1, 7))}
)
"""Block elements: texts before, in and behind them are separate words."""

_SPACE = re.compile(r"[ \t\r\n\f]+")


def decode_page(data: bytes, chosen: str | None) -> Decoded:
    """Return the text of a page: in the encoding that a person chose, else in the declared one if it is correct.

    Raises:
        BadInput: "file.too_large", or those of `decode`.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("file.too_large")
    named = _encoding(data)
    if chosen is None and named is not None:
        with suppress(BadInput):
            return decode(data, named)
    return decode(data, chosen)


def read_html(text: str, progress: ReadingProgress, *, copied: bool = False) -> Workbook:
    """Open a page: all its tables are read at once.

    `copied`: the text beside it contains the hidden cells as well, as Excel copies them.

    Raises:
        BadInput: "file.too_large", "file.damaged"; "file.not_a_table" for a page without a table.
        ReadingStopped: `progress` says so.
    """
    reader = _Reader(progress, copied=copied)
    text = _EMBEDDED.sub("", text)
    try:
        for begin in range(0, len(text), _CHUNK):
            progress.at(begin / len(text))
            reader.feed(text[begin : begin + _CHUNK])
            if len(reader.rawdata) > _MOST_OPEN:
                raise BadInput("file.damaged")
        if len(reader.rawdata) <= _MOST_LEFT:
            reader.close()
    except _MALFORMED as error:
        raise BadInput("file.damaged") from error
    grids = reader.grids()
    if not grids:
        raise BadInput("file.not_a_table")
    return Workbook([SheetName(str(number)) for number in range(1, len(grids) + 1)], grids)


def _encoding(data: bytes) -> str | None:
    """Return the encoding that the page declares; None for none, or for an implausible one."""
    found = _CHARSET.search(data[:_HEAD])
    name = encoding_called(found[1].decode()) if found is not None else None
    # A declaration that was readable as bytes is not in UTF-16.
    return None if name == "utf-16" else name


class _Reader(HTMLParser):
    """Handles the tags of a page; a missing end tag, as HTML allows, is implied by the next start tag.

    Attributes:
        tables: all of them, in the order in which they begin.
    """

    def __init__(self, progress: ReadingProgress, *, copied: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._copied = copied
        self._progress = progress
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._skipped = 0
        self._rules: list[str] = []
        self._classes: dict[re.Pattern[str], set[str]] = {_LINE_THROUGH: set(), _IS_TEXT: set()}
        self._of_excel = False
        self._rooms = Room(), Room()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle a start tag."""
        attributes = dict(attrs)
        if tag == "html":
            self._of_excel = "xmlns:x" in attributes
        elif tag == "table":
            self._begin_table()
        elif tag in _NOT_SHOWN:
            self._skipped += 1
        elif not self._open:
            return
        elif tag in _GROUPS:
            self._open[-1].begin_group(attributes)
        elif tag == "tr":
            self._open[-1].begin_row(attributes)
        elif tag in _CELLS:
            is_text = self._is_styled(_IS_TEXT, attributes)
            is_number = not is_text and _is_number(attributes, of_excel=self._of_excel)
            self._open[-1].begin_cell(attributes, is_number=is_number)
        elif tag in _LINES:
            self.handle_data(" ")
        if self._open and (tag in _STRIKES_OUT or self._is_styled(_LINE_THROUGH, attributes)):
            self._open[-1].strike_out()

    def handle_endtag(self, tag: str) -> None:
        """Handle an end tag."""
        if tag in _NOT_SHOWN:
            self._skipped = max(0, self._skipped - 1)
            self._note_rules()
        elif not self._open:
            return
        elif tag == "table":
            self._end_table()
        elif tag in _GROUPS:
            self._open[-1].end_group()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in _CELLS:
            self._open[-1].end_cell()
        elif tag in _LINES:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        """Handle text."""
        if self._skipped:
            self._rules += [data] if self.cdata_elem == "style" else []
        elif self._open:
            self._open[-1].text(data)

    def _note_rules(self) -> None:
        """Record the rules of a style sheet for classes: "td.xl66, .gone td {…}" is about two."""
        for rule in "".join(self._rules).split("}"):
            selectors, _, properties = rule.rpartition("{")
            names = [found[-1] for found in map(_CLASS.findall, selectors.split(",")) if found]
            for mark, classes in self._classes.items():
                classes.update(names if mark.search(properties) else ())
        self._rules.clear()

    def _is_styled(self, mark: re.Pattern[str], attributes: Mapping[str, str | None]) -> bool:
        """Return whether an element has a style, by itself or by a class."""
        classes = (attributes.get("class") or "").split()
        return not self._classes[mark].isdisjoint(classes) or bool(mark.search(attributes.get("style") or ""))

    def grids(self) -> list[Grid]:
        """Return the cells of all tables; open tables end with the page."""
        while self._open:
            self._end_table()
        return [table.made.grid(self._progress) for table in self.tables]

    def _begin_table(self) -> None:
        if self._open and not self._open[-1].in_cell:
            self._end_table()
        if len(self.tables) == MOST_SHEETS:
            raise BadInput("file.too_large")
        table = _Table(*self._rooms, copied=self._copied)
        self.tables.append(table)
        self._open.append(table)

    def _end_table(self) -> None:
        """End the open table; a nested table of a single row is text of its cell."""
        table = self._open.pop()
        table.end_group()
        if self._open and table.made.count <= 1:
            self.tables.remove(table)
            cells = (" ".join(row.cells) for row in table.made.grid().rows)
            self._open[-1].text(" ".join(["", *cells, ""]))


class _Table:
    """A table of a page: takes rows and cells as they come; a cell may contain a nested table.

    Args:
        room: for the cells of the whole page.
        spanned: for the cells covered by spans.
        copied: hidden cells count.

    Attributes:
        made: the rows that have ended.
    """

    def __init__(self, room: Room, spanned: Room, *, copied: bool) -> None:
        self.made = GridMaker(room)
        self._spanned = spanned
        self._copied = copied
        self._row = 0
        self._hidden = self._group_hidden = self._cell_hidden = False
        self._cells: RowCells | None = None
        self._row_struck = self._cell_struck = self._is_number = False
        self._lost = False
        self._column = 0
        self._pieces: list[str] | None = None
        self._span = (1, 1)
        self._covered: dict[int, int] = {}
        self._merged: list[Merged] = []

    @property
    def in_cell(self) -> bool:
        return self._pieces is not None

    def begin_group(self, attributes: Mapping[str, str | None]) -> None:
        """Begin a group of rows."""
        self.end_group()
        self._group_hidden = _is_hidden(attributes)

    def begin_row(self, attributes: Mapping[str, str | None]) -> None:
        """Begin the next row."""
        self.end_row()
        self._row += 1
        self._cells, self._column = RowCells(), 0
        self._row_struck = False
        self._hidden = self._group_hidden or _is_hidden(attributes)

    def begin_cell(self, attributes: Mapping[str, str | None], *, is_number: bool) -> None:
        """Begin the next cell; outside a row it begins one, and a hidden cell takes no place, as in browsers."""
        self.end_cell()
        if self._cells is None:
            self.begin_row({})
        while self._covered.get(self._column, 0) >= self._row:
            self._column += 1
        self._cell_struck, self._is_number = self._row_struck, is_number
        self._pieces, self._cell_hidden = [], not self._copied and _is_hidden(attributes)
        self._lost = bool(attributes) and _number(attributes) >= _TOO_LARGE
        rows = attributes.get("rowspan")
        # Down to the end of its group, says HTML.
        self._span = MOST_ROWS if rows == "0" else _span(rows), _span(attributes.get("colspan"))

    def strike_out(self) -> None:
        """Strike out the contents of the open cell, else of the row."""
        if self.in_cell:
            self._cell_struck = True
        elif self._cells is not None:
            self._row_struck = True

    def text(self, data: str) -> None:
        """Handle text, which counts inside a cell."""
        if self._pieces is not None:
            self._pieces.append(data)

    def end_group(self) -> None:
        """End a group of rows, which limits rowspans."""
        self.end_row()
        for merged in self._merged:
            self.made.merge(replace(merged, bottom=min(merged.bottom, self._row)))
        self._merged, self._covered = [], {}
        self._group_hidden = False

    def end_row(self) -> None:
        """End the open row."""
        self.end_cell()
        if self._cells is not None:
            self.made.add(self._row, self._cells, hidden=self._hidden)
        self._cells = None

    def end_cell(self) -> None:
        """End the open cell."""
        if self._pieces is None or self._cells is None:
            return
        if self._cell_hidden:
            self._pieces = None
            return
        rows, columns = self._span
        self._spanned.take(cells=columns)
        text = _SPACE.sub(" ", "".join(self._pieces)).strip(" ")
        if text:
            lost = HoldReason.CELL_DIGITS if self._lost else None
            self._cells.put(self._column, text, lost, struck=self._cell_struck, is_number=self._is_number)
        if rows > 1 or columns > 1:
            last = self._row + rows - 1
            self._merged.append(Merged(self._row, self._column, last, self._column + columns - 1))
            self._covered |= dict.fromkeys(range(self._column, self._column + columns), last)
        self._column += columns
        self._pieces = None
        if self._column > MOST_COLUMNS:
            raise BadInput("file.too_large")


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and "display:none" in _SPACE.sub("", style).lower())


def _span(text: str | None) -> int:
    """Return the number of rows or columns that a cell spans."""
    return max(1, int(text)) if text is not None and text.isdecimal() and len(text) <= _LONGEST_SPAN else 1


_TOO_LARGE = 1e15
"""A spreadsheet keeps 15 digits of a number."""

_VALUES = ("sdval", "x:num")
"""The attributes of a number's value: LibreOffice's; that of WPS and of Excel up to 2003."""


def _is_number(given: Mapping[str, str | None], *, of_excel: bool) -> bool:
    """Return whether a spreadsheet marks a cell as a number; current Excel does so by its alignment alone."""
    if any(name in given for name in _VALUES) or re.search(r'"1":\s?3\b', given.get("data-sheets-value") or ""):
        return True
    return of_excel and given.get("align") == "right" and "x:str" not in given


def _number(given: Mapping[str, str | None]) -> float:
    try:
        return abs(float(next(filter(None, map(given.get, _VALUES)), "0")))
    except ValueError:
        return 0.0
