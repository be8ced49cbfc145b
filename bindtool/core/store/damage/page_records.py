"""Reads the records of a database file from its pages one by one, without the tables that lead to them.

It knows the format of pages and records (sqlite.org, "Database File Format"); `logged_pages` knows the log's. Where
the page that leads to all of a table is spoilt, SQLite reaches none of its records, though they are there. Which
table a record is of shows by its columns alone. The files are opened without SQLite: nobody in this process may
have them open.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

from bindtool.core.store.damage.logged_pages import PAGE, logged_pages, number_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bindtool.core.store.tables.codec import Column

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
"""Columns that a table has got since an earlier bindtool, at most."""

_UNREADABLE = (IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A record: its columns in order, and its row's number; None where it is of a table without such."""

    values: tuple[Column, ...]
    rowid: int | None


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages as they were committed last: in the log, or else in the file."""

    file: BinaryIO
    log: BinaryIO | None
    logged: Mapping[int, int]

    def __getitem__(self, number: int) -> bytes:
        """Return a page, from 1 on; nothing behind the last one."""
        if self.log is not None and number in self.logged:
            self.log.seek(self.logged[number])
            return self.log.read(PAGE)
        self.file.seek(max(0, number - 1) * PAGE)
        return self.file.read(PAGE)


def records_in(file: BinaryIO, log: BinaryIO | None = None) -> Iterator[PageRecord]:
    """Yield the records of all tables and indexes, in no order; pages that are in no use are left out.

    `log`: the write-ahead log that a crash has left. What the file has of its pages is of an earlier time.
    """
    pages = _Pages(file, log, {} if log is None else logged_pages(log))
    free = _free_pages(pages)
    number = 0
    while page := pages[number := number + 1]:
        if number not in free:
            yield from _records_on(pages, page, _HEAD_OF_FILE if number == 1 else 0)


def _free_pages(pages: _Pages) -> set[int]:
    """Return the pages that are in no use any more: what was deleted may still lie there."""
    free: set[int] = set()
    trunk = number_at(pages[1], 32)
    while trunk and trunk not in free and (page := pages[trunk]):
        free.add(trunk)
        count = min(number_at(page, 4), PAGE // 4 - 2)
        free.update(number_at(page, 8 + 4 * at) for at in range(count))
        trunk = number_at(page, 0)
    return free


def _records_on(pages: _Pages, page: bytes, head: int) -> Iterator[PageRecord]:
    try:
        kind = page[head]
        cells = head + (12 if kind == _INDEX_INTERIOR else 8)
        count = int.from_bytes(page[head + 3 : head + 5])
    except IndexError:
        return
    if kind not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR} or count > PAGE // 4:
        return
    for at in range(cells, cells + 2 * count, 2):
        try:
            yield _record(pages, page, int.from_bytes(page[at : at + 2]), kind)
        except _UNREADABLE:
            continue


def _record(pages: _Pages, page: bytes, at: int, kind: int) -> PageRecord:
    rowid = None
    size, at = _varint(page, at + (4 if kind == _INDEX_INTERIOR else 0))
    if kind == _TABLE_LEAF:
        rowid, at = _varint(page, at)
    payload = _payload(pages, page, at, size, kind)
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


def _payload(pages: _Pages, page: bytes, at: int, size: int, kind: int) -> bytes:
    """Return a record's bytes, the pages that it flows over onto included."""
    most = PAGE - 35 if kind == _TABLE_LEAF else (PAGE - 12) * 64 // 255 - 23
    if not 0 < size <= _LARGEST:
        raise ValueError(size)
    if size <= most:
        return page[at : at + size]
    least = (PAGE - 12) * 32 // 255 - 23
    here = least + (size - least) % (PAGE - 4)
    here = here if here <= most else least
    payload, following = page[at : at + here], number_at(page, at + here)
    while len(payload) < size and len(over := pages[following]) == PAGE:
        payload += over[4 : 4 + size - len(payload)]
        following = number_at(over, 0)
    return payload


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
