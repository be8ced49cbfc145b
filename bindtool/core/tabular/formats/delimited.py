"""Text files as tables: encodings, delimiters and quotes.

It splits lines into cells. The columns of ids and labels are found in `columns`.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import PartsKind, parse
from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.columns.names import names_an_id
from bindtool.core.tabular.table.grid import (
    HEAD,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    CellFault,
    Grid,
    GridRow,
    Room,
    has_text,
    leave_out_long,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.common.progress import ReadingProgress


_NO_DELIMITER = "\0"
"""Stands for "one cell a line" towards csv: `decode` rejects texts with a NUL."""

_QUOTED = re.compile(r'(?:^|(?<=[\t,;|\r\n]))"(?:[^"]++|"")*+"')
_DELIMITER = re.compile("[\t,;]")
_BY_HEADER = "\t,;|"
_STEP = 1000
_SAMPLE = 200_000
"""Characters searched for a delimiter: a regular expression blocks the window while it searches."""

LONGEST_FIELD = 2 * 1024 * 1024
"""Characters. In a longer cell, mostly an unclosed quote, the search for its end stops: one call of the csv module
reads all of it, and blocks the window meanwhile."""

csv.field_size_limit(LONGEST_FIELD)

LONGEST_LINE = 8 * LONGEST_FIELD
"""Characters: a thousand for each column that a sheet may have."""

MOST_LINES = 4 * MOST_ROWS
"""Line breaks, CR LF counted as two: twice those of a full sheet."""

_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")


def read_text_table(text: str, delimiter: str | None, progress: ReadingProgress) -> tuple[Grid, str]:
    """Return the cells without blank lines, and the delimiter: the given one, else the likeliest; "" for none.

    Raises:
        BadInput: "file.broken_quotes" with `line` for a quoted cell that does not end, or ends before its cell
            does; "file.not_a_table" for a cell longer than `LONGEST_FIELD` or a line longer than `LONGEST_LINE`;
            "file.too_large".
        ReadingStopped: `progress` says so.
    """
    total = text.count("\n") + text.count("\r") + 1
    if total > MOST_LINES:
        raise BadInput("file.too_large")
    if _has_long_line(text):
        raise BadInput("file.not_a_table")
    found = guess_delimiter(text) if delimiter is None else delimiter
    rows = []
    faults: dict[tuple[int, int], CellFault] = {}
    room = Room()
    for count, (number, cells) in enumerate(records(text, found or _NO_DELIMITER)):
        if count % _STEP == 0:
            progress.at(number / total)
        if len(cells) > MOST_COLUMNS:
            raise BadInput("file.too_large")
        together = "".join(cells)
        if has_text(together):
            room.take(rows=1, cells=len(cells), characters=len(together))
            if len(together) > LONGEST_CELL:
                leave_out_long(number, cells, faults)
            rows.append(GridRow(number, tuple(cells)))
    return Grid(tuple(rows), faults), found


def _has_long_line(text: str) -> bool:
    """Return whether a line is longer than `LONGEST_LINE`, without iterating over lines."""
    at = 0
    while at + LONGEST_LINE < len(text):
        end = max(text.rfind(sign, at, at + LONGEST_LINE) for sign in "\r\n")
        if end < 0:
            return True
        at = end + 1
    return False


def lines_of(text: str) -> Iterator[str]:
    """Split at CR, LF and CR LF only; `str.splitlines` would split at a GS1 separator too.

    Yields lines: `io.StringIO` would copy the text, with four bytes for each character.
    """
    return (found[0] for found in _LINE.finditer(text))


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with its first line's number.

    Raises:
        BadInput: "file.broken_quotes"; "file.not_a_table" for a line without an end.
    """
    reader = csv.reader(lines_of(text), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error) and reader.line_num == begins:
            raise BadInput("file.not_a_table") from error
        raise BadInput("file.broken_quotes", line=begins) from error


def guess_delimiter(text: str) -> str:
    """Return the delimiter of the header, else of the first line that has one outside quotes.

    A tab takes precedence. A line that is a whole code, such as `SN:1;MAC:2` or JSON, is not split at its commas,
    and only a header can establish a pipe as the delimiter: codes contain it too.
    """
    for _, line in zip(range(HEAD), lines_of(text), strict=False):
        for delimiter in _BY_HEADER:
            cells = line.split(delimiter, MOST_COLUMNS)
            if len(cells) > 1 and any(names_an_id(cell.strip().strip('"')) for cell in cells):
                return delimiter
    unquoted = _QUOTED.sub("", _sample(text))
    if not _DELIMITER.search(unquoted):
        return ""
    line = next(line for line in lines_of(unquoted) if _DELIMITER.search(line))
    found = _DELIMITER.findall(line)
    if "\t" in found:
        return "\t"
    return str(found[0]) if parse(line).kind in {None, PartsKind.LIST} else ""


def _sample(text: str) -> str:
    """Return the beginning of a text, with lines truncated that would fill it alone."""
    lines: list[str] = []
    left = _SAMPLE
    for line in lines_of(text[: LONGEST_FIELD * 2]):
        lines.append(line if len(line) <= LONGEST_CELL else f"{line[:LONGEST_CELL]}\n")
        left -= len(lines[-1])
        if left <= 0:
            break
    return "".join(lines)
