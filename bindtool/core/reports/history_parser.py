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
from itertools import chain, dropwhile
from typing import TYPE_CHECKING, NamedTuple

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import restore
from bindtool.core.common.untrusted_input import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_LINE = 1024 * 1024
"""Characters: a thousand times a usual line. A record of a table may go over several lines, and is no longer."""

_CHUNK = 1024 * 1024
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
    lines = dropwhile(_is_blank, _split(data))
    first = next(lines, None)
    if first is None:
        return iter(())
    if not first.text.startswith("{"):
        return _table(chain([first], lines), columns)
    wanted = frozenset(columns)
    head = _object(first, wanted)
    if head.problem is not None:
        raise NoLines
    return chain([head], (_object(line, wanted) for line in lines if not _is_blank(line)))


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


class _Line(NamedTuple):
    """A line's number, what stands in it with its end, and whether it is longer than may be: then its beginning."""

    number: int
    text: str
    too_long: bool


def _split(data: bytes) -> Iterator[_Line]:
    """Yield the lines of a file; one ends at CR, LF or both."""
    file = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", errors="ignore", newline="")
    number = 0
    while text := file.readline(LONGEST_LINE):
        number += 1
        too_long, piece = False, text
        while len(piece) == LONGEST_LINE and not piece.endswith(("\r", "\n")):
            piece = file.readline(LONGEST_LINE)
            too_long = too_long or bool(piece)
        yield _Line(number, text, too_long)


def _is_blank(line: _Line) -> bool:
    return not line.text.strip(_SPACES)


def _object(line: _Line, wanted: frozenset[str]) -> HistoryLine:
    """Return a line of JSON."""
    if line.too_long:
        return HistoryLine(line.number, {}, _TOO_LONG)
    found = read_object(line.text)
    return (
        HistoryLine(line.number, found)
        if found and wanted <= found.keys()
        else HistoryLine(line.number, {}, _BROKEN)
    )


class _Records:
    """The lines of a table for the reader of tables, which takes several for a record."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._length = 0
        self._number = 0

    def begin(self) -> int:
        """Tell that a new record begins; return the number of its line."""
        self._length = 0
        return self._number + 1

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._number = line.number
            self._length += len(line.text)
            if self._length >= LONGEST_LINE:
                raise csv.Error("too long")
            yield line.text


def _table(lines: Iterator[_Line], columns: Sequence[str]) -> Iterator[HistoryLine]:
    records = _Records(lines)
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
