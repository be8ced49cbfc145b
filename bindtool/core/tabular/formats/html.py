"""Tables of web pages, as ERP systems export them and as spreadsheets put them on the clipboard."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.table.grid import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, GridMaker, Merged, Room
from bindtool.core.tabular.table.result import SheetName, Workbook
from bindtool.core.tabular.text_encoding import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.tabular.table.grid import Grid
    from bindtool.core.tabular.text_encoding import Decoded

MOST_BYTES = 64 * 1024 * 1024
_CHUNK = 16 * 1024
_MOST_OPEN = 1024 * 1024
"""Characters of one tag or comment: Python's parser looks at an open one anew with each chunk."""

_MOST_LEFT = 4096
"""Characters of markup that is open at the end of a page. Python's parser goes on behind each of its signs and
looks for an end anew, in one call; browsers leave a tag or comment out that does not end."""

_MALFORMED = (AssertionError, ValueError)
"""What Python's parser raises for `<![<`, and for a character whose number has thousands of digits."""

_LONGEST_SPAN = 4
"""Digits."""

_HEAD = 4096
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
# What pages call so is its larger successor.
_ENCODINGS = MappingProxyType(
    {
        "utf-8": "utf-8",
        **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
        "big5": "cp950",
        **dict.fromkeys(("shift_jis", "x-sjis"), "cp932"),
        **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
        **dict.fromkeys(("windows-1252", "iso-8859-1"), "cp1252"),
    }
)
_CELLS = frozenset({"td", "th"})
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_EMBEDDED = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=%]{4096,}+")
"""A picture in a tag, which may have megabytes."""

_NOT_SHOWN = frozenset({"script", "style"})
_SPACE = re.compile(r"[ \t\r\n\f]+")


def decode_page(data: bytes, chosen: str | None) -> Decoded:
    """Return the text of a page: in the encoding that a person chose, else in the one that it names and is in.

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


def read_html(text: str, progress: ReadingProgress) -> Workbook:
    """Open a page: all its tables are read at once.

    Raises:
        BadInput: "file.too_large", "file.damaged"; "file.not_a_table" for a page without a table.
        ReadingStopped: `progress` says so.
    """
    reader = _Reader(progress)
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
    reader.end()
    if not reader.grids:
        raise BadInput("file.not_a_table")
    return Workbook([SheetName(str(number)) for number in range(1, len(reader.grids) + 1)], reader.grids)


def _encoding(data: bytes) -> str | None:
    """Return the encoding that the page names; None for none, or one that is hardly meant."""
    found = _CHARSET.search(data[:_HEAD])
    return _ENCODINGS.get(found[1].decode().lower()) if found is not None else None


class _Reader(HTMLParser):
    """Takes the tags of a page; an end that is left out, as HTML allows, is the next beginning."""

    def __init__(self, progress: ReadingProgress) -> None:
        super().__init__(convert_charrefs=True)
        self._progress = progress
        self.grids: list[Grid] = []
        self._made: GridMaker | None = None
        self._row = 0
        self._hidden = False
        self._cells: dict[int, str] | None = None
        self._column = 0
        self._pieces: list[str] | None = None
        self._span = (1, 1)
        self._covered: dict[int, int] = {}
        self._merged: list[Merged] = []
        self._skipped = 0
        self._room = Room()
        self._spanned = Room()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a beginning."""
        attributes = dict(attrs)
        if tag == "table":
            self.end()
            if len(self.grids) == MOST_SHEETS:
                raise BadInput("file.too_large")
            self._made, self._row = GridMaker(self._room), 0
        elif tag in _GROUPS:
            self._end_group()
        elif tag == "tr" and self._made is not None:
            self._end_row()
            self._row += 1
            self._cells, self._column = {}, 0
            self._hidden = "display:none" in _SPACE.sub("", attributes.get("style") or "").lower()
        elif tag in _CELLS and self._cells is not None:
            self._end_cell()
            while self._covered.get(self._column, 0) >= self._row:
                self._column += 1
            self._pieces = []
            rows = attributes.get("rowspan")
            # Down to the end of its group, says HTML.
            self._span = MOST_ROWS if rows == "0" else _span(rows), _span(attributes.get("colspan"))
        elif tag == "br":
            self.handle_data(" ")
        elif tag in _NOT_SHOWN:
            self._skipped += 1

    def handle_endtag(self, tag: str) -> None:
        """Take an end."""
        if tag == "table":
            self.end()
        elif tag in _GROUPS:
            self._end_group()
        elif tag == "tr":
            self._end_row()
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _NOT_SHOWN:
            self._skipped = max(0, self._skipped - 1)

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._pieces is not None and not self._skipped:
            self._pieces.append(data)

    def end(self) -> None:
        """End the table that is open."""
        self._end_group()
        if self._made is not None:
            self.grids.append(self._made.grid(self._progress))
        self._made = None

    def _end_group(self) -> None:
        """End a group of rows, beyond which no cell reaches."""
        self._end_row()
        if self._made is not None:
            for merged in self._merged:
                self._made.merge(replace(merged, bottom=min(merged.bottom, self._row)))
        self._merged, self._covered = [], {}

    def _end_row(self) -> None:
        self._end_cell()
        if self._made is not None and self._cells is not None:
            self._made.add(self._row, self._cells, hidden=self._hidden)
        self._cells = None

    def _end_cell(self) -> None:
        if self._pieces is None or self._cells is None or self._made is None:
            return
        rows, columns = self._span
        self._spanned.take(cells=columns)
        text = _SPACE.sub(" ", "".join(self._pieces)).strip(" ")
        if text:
            self._cells[self._column] = text
        if rows > 1 or columns > 1:
            last = self._row + rows - 1
            self._merged.append(Merged(self._row, self._column, last, self._column + columns - 1))
            self._covered |= dict.fromkeys(range(self._column, self._column + columns), last)
        self._column += columns
        self._pieces = None
        if self._column > MOST_COLUMNS:
            raise BadInput("file.too_large")


def _span(text: str | None) -> int:
    """Return how many rows or columns a cell spans."""
    return max(1, int(text)) if text is not None and text.isdecimal() and len(text) <= _LONGEST_SPAN else 1


_LONGEST = 50_000_000
"""Characters; a clipboard with more is not looked into."""
_TOO_LARGE = 1e15
"""A spreadsheet keeps 15 digits of a number."""


_VALUES = ("sdval", "x:num")
"""The attributes that have a number's value: of LibreOffice; of WPS and Excel up to 2003."""

_HAS_VALUES = re.compile("|".join(_VALUES), re.IGNORECASE)


def digits_lost(html: str) -> frozenset[tuple[int, int]]:
    """Return row and column, from 0, of the cells that are numbers of more than 15 digits."""
    if len(html) > _LONGEST or not _HAS_VALUES.search(html):
        return frozenset()
    reader = _NumberReader()
    try:
        reader.feed(html)
    except (*_MALFORMED, BadInput):
        return frozenset()
    return frozenset(reader.found)


class _NumberReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, int]] = []
        self._row = -1
        self._column = 0
        self._covered: dict[int, int] = {}
        self._spanned = Room()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count rows and cells; note large numbers."""
        if tag == "tr":
            self._row += 1
            self._column = 0
        elif tag in {"td", "th"}:
            given = {name: value or "" for name, value in attrs}
            while self._covered.get(self._column, -1) >= self._row:
                self._column += 1
            if _number(given) >= _TOO_LARGE:
                self.found.append((self._row, self._column))
            rows, columns = _span(given.get("rowspan")), _span(given.get("colspan"))
            if rows > 1:
                self._spanned.take(cells=columns)
                last = self._row + rows - 1
                self._covered |= dict.fromkeys(range(self._column, self._column + columns), last)
            self._column += columns
            if self._column > MOST_COLUMNS:
                raise BadInput("file.too_large")


def _number(given: Mapping[str, str]) -> float:
    try:
        return abs(float(next(filter(None, map(given.get, _VALUES)), "0")))
    except ValueError:
        return 0.0
