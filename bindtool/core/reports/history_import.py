"""Imports a history file: the entries that other benches have exported, and the lines that are invalid.

There are two formats, CSV and JSON lines, as `history_export` writes them. A broken or hostile file costs little:
one line is read at a time, and none is longer than `LONGEST_LINE`. Escaped formulas are restored. A line of a
device that is not bound is skipped; entries are validated in `core.model.ledger_entry`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import chain, dropwhile, islice
from typing import TYPE_CHECKING, NamedTuple

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import restore
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.model.ledger_entry import SharedEntry, entry_of
from bindtool.core.model.outcome import State
from bindtool.core.reports.history_export import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_BYTES = 256 * 1024 * 1024
"""Of a file: some 600,000 entries."""

LONGEST_LINE = 1024 * 1024
"""Characters: a thousand times a usual line. A CSV record may span several lines, within the same limit."""

MOST_LINES = 4_000_000
"""Line breaks, CR LF counted as two: three times as many as in a file of `MOST_BYTES`."""

_PAGE = 2000
_WANTED = frozenset(COLUMNS)
_BENCH = re.compile(r"[0-9A-Za-z-]{1,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_CHUNK = 1024 * 1024
_SPACES = " \t\r\n"
_BROKEN = Message.of("history.untaken.broken")
_TOO_LONG = Message.of("history.untaken.line_too_long")
_BROKEN_TABLE = Message.of("history.untaken.broken_table")


@dataclass(frozen=True, slots=True)
class Untaken:
    """A line that was rejected, by its number in the file, and why."""

    line: int
    why: Message


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The result of some lines of a file."""

    entries: tuple[SharedEntry, ...]
    untaken: tuple[Untaken, ...]


def read_history(data: bytes, name: str) -> Iterator[HistoryPage]:
    """Read the output of `history_file`, some lines at a time. `name`: the file's, for errors.

    Raises:
        BadInput: "history.too_large", or "history.not_an_export" if the file is of another kind; nothing of it
            was read then.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("history.too_large", path=name, limit=MOST_BYTES // 2**20)
    try:
        lines = _lines(data)
    except _OtherKind as error:
        raise BadInput("history.not_an_export", path=name) from error
    return _pages(lines)


def _pages(lines: Iterator[_Line]) -> Iterator[HistoryPage]:
    for first in lines:
        entries: list[SharedEntry] = []
        untaken: list[Untaken] = []
        # One by one: a line may be as long as a page of others.
        for line in chain([first], islice(lines, _PAGE - 1)):
            found = line.problem or _entry(line.cells)
            if isinstance(found, SharedEntry):
                entries.append(found)
            elif found is not None:
                untaken.append(Untaken(line.number, found))
        yield HistoryPage(tuple(entries), tuple(untaken))


def _entry(cells: Mapping[str, object]) -> SharedEntry | Message | None:
    """Return the entry of a line, why it is invalid, or None if it has none."""
    bench, number = cells["bench"], cells["entry"]
    if bench in (None, "") and number in (None, ""):
        return None
    if not isinstance(bench, str) or not _BENCH.fullmatch(bench):
        return _unfit("bench")
    if cells["status"] != State.BOUND:
        return _unfit("status")
    # In CSV a number is a text.
    if isinstance(number, str) and _NUMBER.fullmatch(number):
        number = int(number)
    return entry_of(bench, number, cells)


def _unfit(column: str) -> Message:
    return Message.of("history.untaken.unfit", column=column)


class _OtherKind(Exception):
    """The file is of another kind."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's number, counted from 1, with its cells by column name, or why it is unreadable."""

    number: int
    cells: Mapping[str, object]
    problem: Message | None = None


def _lines(data: bytes) -> Iterator[_Line]:
    """Yield the lines that have all of `COLUMNS`, and the unreadable ones; empty lines are left out.

    Unknown columns are left out too: a later bindtool may write more. An empty file has no line.

    Raises:
        _OtherKind: the file is not UTF-8, has more lines than any history, or its first line lacks these columns.
            Nothing was yielded then.
    """
    _check_text(data)
    lines = dropwhile(_is_blank, _split(data))
    first = next(lines, None)
    if first is None:
        return iter(())
    if not first.text.startswith("{"):
        return _table(chain([first], lines))
    head = _object(first)
    if head.problem is not None:
        raise _OtherKind
    return chain([head], (_object(line) for line in lines if not _is_blank(line)))


def _check_text(data: bytes) -> None:
    """Check the whole file first: otherwise an error further down would leave it half read."""
    if data.count(b"\n") + data.count(b"\r") > MOST_LINES:
        raise _OtherKind
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _CHUNK):
            decoder.decode(data[at : at + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # An incomplete character at the end means a truncated file; its line is broken anyhow.
        if error.reason != "unexpected end of data":
            raise _OtherKind from error


class _Text(NamedTuple):
    """A line's number, its text with the line end, and whether it is too long: then the beginning of its text."""

    number: int
    text: str
    too_long: bool


def _split(data: bytes) -> Iterator[_Text]:
    """Yield the lines of a file; they end with CR, LF or both."""
    file = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", errors="ignore", newline="")
    number = 0
    while text := file.readline(LONGEST_LINE):
        number += 1
        too_long, piece = False, text
        while len(piece) == LONGEST_LINE and not piece.endswith(("\r", "\n")):
            piece = file.readline(LONGEST_LINE)
            too_long = too_long or bool(piece)
        yield _Text(number, text, too_long)


def _is_blank(line: _Text) -> bool:
    return not line.text.strip(_SPACES)


def _object(line: _Text) -> _Line:
    found = None if line.too_long else read_object(line.text)
    if found is None or not found.keys() >= _WANTED:
        return _Line(line.number, {}, _TOO_LONG if line.too_long else _BROKEN)
    # An empty cell is null in JSON lines, which are written for scripts, and "" in CSV.
    return _Line(line.number, {name: "" if value is None else value for name, value in found.items()})


class _Records:
    """The lines of a CSV file for the CSV reader, which reads several for a record."""

    def __init__(self, lines: Iterator[_Text]) -> None:
        self._lines = lines
        self._length = 0
        self._number = 0

    def begin(self) -> int:
        """Begin a new record; return the number of its line."""
        self._length = 0
        return self._number + 1

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._number = line.number
            self._length += len(line.text)
            if self._length >= LONGEST_LINE:
                raise csv.Error("too long")
            yield line.text


def _table(lines: Iterator[_Text]) -> Iterator[_Line]:
    records = _Records(lines)
    reader = csv.reader(records, strict=True)
    try:
        head = next(reader)
    except csv.Error as error:
        raise _OtherKind from error
    if any(head.count(column) != 1 for column in COLUMNS):
        raise _OtherKind
    return _rows(reader, records, head)


def _rows(reader: Iterator[list[str]], records: _Records, head: Sequence[str]) -> Iterator[_Line]:
    while True:
        number = records.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # After a missing quotation mark, the rest may be the inside of a cell.
            yield _Line(number, {}, _BROKEN_TABLE)
            return
        if row and len(row) != len(head):
            yield _Line(number, {}, _BROKEN)
        elif row:
            yield _Line(number, dict(zip(head, map(restore, row), strict=True)))
