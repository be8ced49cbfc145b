"""Text tables in: files and the clipboard.

Owns encodings, delimiters, quotes and headers. Cells come out exactly as they stand: what is an id is for
`payload` and `device`; the report is for `report`.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.device import normalise
from bindtool.core.errors import BadInput
from bindtool.core.formula import restore
from bindtool.core.payload import HasParts, PartsKind, read_scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID_NAMES = frozenset({"device_id", "设备id", "设备编号", "sn", "序列号"})
LABEL_NAMES = frozenset({"label", "标签", "名称", "设备名称"})

_MAGIC = (
    b"PK\x03\x04",  # zip, xlsx, ods
    b"\xd0\xcf\x11\xe0",  # xls
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"\x1f\x8b",  # gzip
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
)

_NO_DELIMITER = "\0"
"""Stands for "one cell a line" towards csv: `decode` lets no text with a NUL through."""

_QUOTED = re.compile(r'(?:^|(?<=[\t,;\r\n]))"(?:[^"]++|"")*+"')
_DELIMITER = re.compile("[\t,;]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, without a byte order mark, and the Python name of the encoding that it was in."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A record: the line where it begins, from 1, and its two cells, "" where it has none."""

    line: int
    device_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file that has been read. `delimiter`: a tab, a comma, a semicolon, or "" for one id a line."""

    rows: tuple[TableRow, ...]
    header: bool
    delimiter: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Turn a file's bytes into text: by its byte order mark, else UTF-8, else GB18030 (field notes, "GBK CSV").

    Raises:
        BadInput: "file.not_a_table" for a workbook, a picture and the like, "file.encoding" where none fits.
    """
    if data.startswith(_MAGIC):
        raise BadInput("file.not_a_table")
    if data.startswith(b"\xef\xbb\xbf"):
        return _decoded(data, "utf-8-sig")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    return _decoded(data, "utf-8", "gb18030")


def _decoded(data: bytes, *encodings: str) -> Decoded:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return Decoded(text, encoding)
    raise BadInput("file.not_a_table" if b"\0" in data else "file.encoding")


def read_file(path: Path) -> Table:
    """Read a file as `read_table` does.

    Raises:
        BadInput: as `read_table`; "file.unreadable" with `path` and `why`, the system's own words.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("file.unreadable", path=str(path), why=error.strerror or str(error)) from error
    return read_table(data)


def read_table(data: bytes) -> Table:
    """Read a CSV or TSV file with or without a header, or one id a line. Blank lines are left out.

    A header is a first line that names the id column. Without one the first two columns are id and label.

    Raises:
        BadInput: as `decode`; "file.empty" where there is no row; "file.broken_quotes" with `line` where a
            quoted cell does not end, or ends before its cell does.
    """
    decoded = decode(data)
    # The csv module refuses such a cell; no spreadsheet holds one either.
    longest = csv.field_size_limit()
    if any(len(line) > longest for line in _lines(decoded.text)):
        raise BadInput("file.not_a_table")
    delimiter = _guess_delimiter(decoded.text)
    records = list(_records(decoded.text, delimiter or _NO_DELIMITER))
    rows, header = _rows(records)
    if not rows:
        raise BadInput("file.empty")
    return Table(rows, header, delimiter, decoded.encoding)


def read_clipboard(text: str) -> tuple[TableRow, ...]:
    """Read what a spreadsheet or an editor copied: an id a line, or id TAB label. Never raises.

    Spreadsheets quote a cell that has a line break; quotes that do not fit together are taken as they are.
    """
    text = text.replace("\0", "\u2400")
    try:
        records = list(_records(text, "\t"))
    except BadInput:
        records = [(line, cells.rstrip("\r\n").split("\t")) for line, cells in enumerate(_lines(text), 1)]
    return _rows(records)[0]


def _lines(text: str) -> io.StringIO:
    """Split at CR, LF and CR LF only; `str.splitlines` would split at a GS1 separator too."""
    return io.StringIO(text, newline="")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            yield begins, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput("file.broken_quotes", line=begins) from error


def _guess_delimiter(text: str) -> str:
    """Return the delimiter of the first line that has one outside quotes; a tab goes before the others.

    A line that is a whole code, such as `SN:1;MAC:2` or JSON, is not taken apart at its commas.
    """
    unquoted = _QUOTED.sub("", text)
    if not _DELIMITER.search(unquoted):
        return ""
    line = next(line for line in _lines(unquoted) if _DELIMITER.search(line))
    found = _DELIMITER.findall(line)
    if "\t" in found:
        return "\t"
    scan = read_scan(line)
    whole = isinstance(scan, HasParts) and scan.kind is not PartsKind.LIST
    return "" if whole else str(found[0])


def _rows(records: list[tuple[int, list[str]]]) -> tuple[tuple[TableRow, ...], bool]:
    """Return the rows, and whether the first record that is not blank was a header."""
    filled = [(line, cells) for line, cells in records if any(map(_has_text, cells))]
    names = [normalise(cell).text.casefold() for cell in filled[0][1]] if filled else []
    named = _column(names, ID_NAMES)
    header = named is not None
    id_column, label_column = (named, _column(names, LABEL_NAMES)) if header else (0, 1)
    rows = tuple(
        TableRow(line, _cell(cells, id_column), _cell(cells, label_column))
        for line, cells in (filled[1:] if header else filled)
    )
    return rows, header


def _has_text(cell: str) -> bool:
    return bool(cell.strip() if cell.isascii() else normalise(cell).text)


def _column(names: list[str], wanted: frozenset[str]) -> int | None:
    return next((place for place, name in enumerate(names) if name in wanted), None)


def _cell(cells: list[str], column: int | None) -> str:
    return restore(cells[column]) if column is not None and column < len(cells) else ""
