"""Finds the pages that a write-ahead log has anew, as SQLite would find them when it opens the database.

It knows the format of the log (sqlite.org, "WAL-mode File Format"). What counts is what was committed whole: sums
go on from page to page, and are wrong where a crash has cut the log off, or where it has what an earlier one held.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping

    Sums = tuple[int, int]

PAGE = 4096
"""Bytes of a page: SQLite's own figure, which no bindtool has changed."""

_HEAD_OF_LOG, _HEAD_OF_PAGE = 32, 24
_LITTLE_ENDIAN = 0x82
"""The last byte of the number that such a log begins with: of which kind the words are that are summed up."""


def logged_pages(log: BinaryIO) -> Mapping[int, int]:
    """Return, by the numbers of the pages that a log has, where in it each begins as it was committed last."""
    head = log.read(_HEAD_OF_LOG)
    words = "<II" if head[3:4] == bytes([_LITTLE_ENDIAN]) else ">II"
    found: dict[int, int] = {}
    if len(head) < _HEAD_OF_LOG or struct.pack(">II", *(sums := _added((0, 0), head[:24], words))) != head[24:]:
        return found
    written: dict[int, int] = {}
    while len(page := log.read(_HEAD_OF_PAGE + PAGE)) == _HEAD_OF_PAGE + PAGE:
        sums = _added(_added(sums, page[:8], words), page[_HEAD_OF_PAGE:], words)
        if page[8:16] != head[16:24] or struct.pack(">II", *sums) != page[16:_HEAD_OF_PAGE]:
            break
        written[number_at(page, 0)] = log.tell() - PAGE
        if number_at(page, 4):
            found |= written
    return found


def number_at(page: bytes, at: int) -> int:
    """Return the number of four bytes at a place."""
    return int.from_bytes(page[at : at + 4])


def _added(sums: Sums, data: bytes, words: str) -> Sums:
    first, second = sums
    for one, other in struct.iter_unpack(words, data):
        first = first + one + second & 0xFFFFFFFF
        second = second + other + first & 0xFFFFFFFF
    return first, second
