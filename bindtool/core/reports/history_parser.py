"""Parses the lines of a file that `history_export` has written, before anybody asks whether they can be right.

There are two forms, CSV and JSON lines. A broken or hostile file costs little: one line is read at a time, and none
is longer than `LONGEST_LINE`. What was defused for spreadsheets comes out as it went in. What a line means is
decided in `history_import`.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import restore
from bindtool.core.common.untrusted_input import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_LINE = 1024 * 1024
"""Characters: a thousand times a usual line. A record of a table may go over several lines, and is no longer."""

_CHUNK = 1024 * 1024
_SIGN = "\ufeff"
_SPACES = " \t\r\n"
_BROKEN = Message.of("history.untaken.broken")
_TOO_LONG = Message.of("history.untaken.line_too_long")
_BROKEN_TABLE = Message.of("history.untaken.broken_table")


class NoLines(Exception):
    """The file is of another kind."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line's number, counted from 1, with its cells by the names of their columns, or why it can't be read."""

    number: int
    cells: Mapping[str, object]
    problem: Message | None = None


def lines_of(data: bytes, columns: Sequence[str]) -> Iterator[HistoryLine]:
    """Yield the lines that have all of `columns`, and those that can't be read; empty lines are left out.

    Columns that nobody knows are left out too: a later bindtool may write more. A file without a byte has no line.

    Raises:
        NoLines: the file is no UTF-8, or its first line has not these columns. Nothing was yielded then.
    """
    _check_text(data)
    text = _Text(data)
    first = text.peek()
    if first.startswith("{"):
        return _checked(_objects(text, columns))
    if not first:
        return iter(())
    return _table(text, columns)


def _check_text(data: bytes) -> None:
    """Check the encoding of the whole file first: one that is broken further down would be read by half."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _CHUNK):
            decoder.decode(data[at : at + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # Half a character at the end is where a file was truncated; its line is broken anyhow.
        if error.reason != "unexpected end of data":
            raise NoLines from error


class _Text:
    """The text of a file, line by line; a line ends at CR, LF or both."""

    def __init__(self, data: bytes) -> None:
        self._file = io.TextIOWrapper(io.BytesIO(data), "utf-8", errors="ignore", newline="")
        self._first = ""
        self.number = 0

    def peek(self) -> str:
        """Return the beginning of the first line that is not empty; it is read once more."""
        while not self._first.strip(_SPACES):
            self._first = self._file.readline(LONGEST_LINE)
            if not self._first:
                return ""
            if not self.number:
                self._first = self._first.removeprefix(_SIGN)
            self.number += 1
        self.number -= 1
        return self._first

    def read(self) -> str:
        """Return the next line with its end, "" behind the last one, and no more than the longest."""
        line, self._first = self._first or self._file.readline(LONGEST_LINE), ""
        self.number += 1
        return line

    def skip(self, line: str) -> bool:
        """Go to the end of a line that was read; tell whether it was longer than may be."""
        too_long = False
        while len(line) == LONGEST_LINE and not line.endswith(("\r", "\n")):
            line = self._file.readline(LONGEST_LINE)
            too_long = too_long or bool(line)
        return too_long


# ---------------------------------------------------------------- JSON lines


def _objects(text: _Text, columns: Sequence[str]) -> Iterator[HistoryLine]:
    wanted = frozenset(columns)
    is_first = True
    while line := text.read():
        number = text.number
        if not line.strip(_SPACES):
            continue
        too_long = text.skip(line)
        found = None if too_long else read_object(line)
        if found is not None and wanted <= found.keys():
            yield HistoryLine(number, found)
        elif is_first:
            raise NoLines
        else:
            yield HistoryLine(number, {}, _TOO_LONG if too_long else _BROKEN)
        is_first = False


def _checked(lines: Iterator[HistoryLine]) -> Iterator[HistoryLine]:
    """Have the first line read now, so that a file of another kind is known before anything is taken from it."""
    first = next(lines)

    def all_of_them() -> Iterator[HistoryLine]:
        yield first
        yield from lines

    return all_of_them()


# ---------------------------------------------------------------- CSV


class _Records:
    """The lines of a text for the reader of tables, which takes several for a record."""

    def __init__(self, text: _Text) -> None:
        self._text = text
        self._length = 0

    def begin(self) -> int:
        """Tell that a new record begins; return the number of its line."""
        self._length = 0
        return self._text.number + 1

    def __iter__(self) -> Iterator[str]:
        while line := self._text.read():
            self._length += len(line)
            if self._length >= LONGEST_LINE:
                raise csv.Error("too long")
            yield line


def _table(text: _Text, columns: Sequence[str]) -> Iterator[HistoryLine]:
    records = _Records(text)
    reader = csv.reader(records, strict=True)
    try:
        head = next(reader)
    except csv.Error as error:
        raise NoLines from error
    if any(head.count(column) != 1 for column in columns):
        raise NoLines
    return _rows(reader, records, head)


def _rows(reader: Iterator[list[str]], records: _Records, head: Sequence[str]) -> Iterator[HistoryLine]:
    while True:
        number = records.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # Where a quotation mark is missing, what comes next may be the inside of a cell.
            yield HistoryLine(number, {}, _BROKEN_TABLE)
            return
        if row and len(row) != len(head):
            yield HistoryLine(number, {}, _BROKEN)
        elif row:
            yield HistoryLine(number, dict(zip(head, map(restore, row), strict=True)))
