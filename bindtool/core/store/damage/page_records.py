"""Reads the records of a database file from its pages one by one, without the tables that lead to them.

It knows the format of pages and records (sqlite.org, "Database File Format"). Where the page that leads to all of a
table is spoilt, SQLite reaches none of its records, though they are there. Which table a record is of shows by its
columns alone. The file is opened without SQLite: nobody in this process may have it open.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bindtool.core.store.tables.codec import Column

_PAGE = 4096
"""Bytes of a page: SQLite's own figure, which no bindtool has changed."""

_HEAD_OF_FILE = 100
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)
"""By serial type; from 12 on it is a blob or a text of half as many bytes."""

_ZERO, _ONE, _BLOB = 8, 9, 12
_NONE_OF_OURS = frozenset({7, 10, 11})
"""A fraction, and what SQLite keeps for itself."""

_LARGEST = 1_000_000
"""Bytes of a record; whoever reads garbage may read that there are a billion."""

_ADDED = 2
"""Columns that a table has got since 0.1.0, at most."""

_UNREADABLE = (IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A record: its columns in order, and its row's number; None where it is of a table without such."""

    values: tuple[Column, ...]
    rowid: int | None


def records_in(file: BinaryIO) -> Iterator[PageRecord]:
    """Yield the records of all tables and indexes, in no order; pages that are in no use are left out."""
    free = _free_pages(file)
    number = 0
    while page := _page(file, number := number + 1):
        if number not in free:
            yield from _records_on(file, page, _HEAD_OF_FILE if number == 1 else 0)


def _page(file: BinaryIO, number: int) -> bytes:
    file.seek(max(0, number - 1) * _PAGE)
    return file.read(_PAGE)


def _free_pages(file: BinaryIO) -> set[int]:
    """Return the pages that are in no use any more: what was deleted may still lie there."""
    free: set[int] = set()
    trunk = _number(_page(file, 1), 32)
    while trunk and trunk not in free and (page := _page(file, trunk)):
        free.add(trunk)
        count = min(_number(page, 4), _PAGE // 4 - 2)
        free.update(_number(page, 8 + 4 * at) for at in range(count))
        trunk = _number(page, 0)
    return free


def _records_on(file: BinaryIO, page: bytes, head: int) -> Iterator[PageRecord]:
    try:
        kind = page[head]
        cells = head + (12 if kind == _INDEX_INTERIOR else 8)
        count = int.from_bytes(page[head + 3 : head + 5])
    except IndexError:
        return
    if kind not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR} or count > _PAGE // 4:
        return
    for at in range(cells, cells + 2 * count, 2):
        try:
            yield _record(file, page, int.from_bytes(page[at : at + 2]), kind)
        except _UNREADABLE:
            continue


def _record(file: BinaryIO, page: bytes, at: int, kind: int) -> PageRecord:
    rowid = None
    size, at = _varint(page, at + (4 if kind == _INDEX_INTERIOR else 0))
    if kind == _TABLE_LEAF:
        rowid, at = _varint(page, at)
    payload = _payload(file, page, at, size, kind)
    length, at = _varint(payload, 0)
    types = []
    while at < length:
        serial, at = _varint(payload, at)
        types.append(serial)
    ends = list(accumulate((_size(serial) for serial in types), initial=length))
    if ends[-1] != len(payload):
        raise ValueError(size)
    return PageRecord(
        tuple(
            _value(serial, payload[begin:end]) for serial, begin, end in zip(types, ends, ends[1:], strict=False)
        ),
        rowid,
    )


def _payload(file: BinaryIO, page: bytes, at: int, size: int, kind: int) -> bytes:
    """Return a record's bytes, the pages that it flows over onto included."""
    most = _PAGE - 35 if kind == _TABLE_LEAF else (_PAGE - 12) * 64 // 255 - 23
    if not 0 < size <= _LARGEST:
        raise ValueError(size)
    if size <= most:
        return page[at : at + size]
    least = (_PAGE - 12) * 32 // 255 - 23
    here = least + (size - least) % (_PAGE - 4)
    here = here if here <= most else least
    payload, following = page[at : at + here], _number(page, at + here)
    while len(payload) < size and len(over := _page(file, following)) == _PAGE:
        payload += over[4 : 4 + size - len(payload)]
        following = _number(over, 0)
    return payload


def _number(page: bytes, at: int) -> int:
    return int.from_bytes(page[at : at + 4])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of up to nine bytes, as what has a sign, and where it ends."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the last one
            return value, at + place + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64) if value >> 63 else value, at + 9


def _size(serial: int) -> int:
    return (serial - _BLOB) // 2 if serial >= _BLOB else _SIZES[serial]


def _value(serial: int, data: bytes) -> Column:
    if serial in _NONE_OF_OURS or (serial >= _BLOB and serial % 2 == 0):
        raise ValueError(serial)
    if serial >= _BLOB:
        return data.decode()
    if serial in {_ZERO, _ONE}:
        return serial - _ZERO
    return int.from_bytes(data, signed=True) if serial else None


def fits(found: PageRecord, columns: Sequence[tuple[str, str, bool]], *, of_rows: bool) -> bool:
    """Tell whether a record can be one of a table.

    Args:
        found: the record. It may lack the last two columns, which were added to the table later.
        columns: name, type ("INTEGER" or "TEXT") and whether it may be empty, of each column in order.
        of_rows: the table's rows have numbers.
    """
    if of_rows != (found.rowid is not None) or not 0 <= len(columns) - len(found.values) <= _ADDED:
        return False
    kinds = {"INTEGER": int, "TEXT": str}
    return all(
        empty if value is None else isinstance(value, kinds[kind])
        for value, (_, kind, empty) in zip(found.values, columns, strict=False)
    )
