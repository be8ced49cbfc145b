"""The container of old workbooks (MS-CFB), as far as a reader has to be kept from going round in circles in it.

Owns one check: xlrd follows the chain of a short workbook without looking whether it comes back to where it was.
"""

from __future__ import annotations

import re
import struct

_BOOK = re.compile(b"|".join(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book")), re.IGNORECASE)
_ENTRY = 128
_SIZE_AT = 120
_LARGEST_SHIFT = 20


def goes_in_circles(data: bytes) -> bool:
    """Tell whether a short workbook's sectors lead back to themselves, or lead nowhere."""
    try:
        return _is_short(data) and _has_loop(_short_table(data))
    except (struct.error, IndexError):
        return True


def _is_short(data: bytes) -> bool:
    (least,) = struct.unpack_from("<i", data, 56)
    entries = (found.start() for found in _BOOK.finditer(data) if found.start() % _ENTRY == 0)
    return any(struct.unpack_from("<i", data, entry + _SIZE_AT)[0] < least for entry in entries)


def _short_table(data: bytes) -> list[int]:
    """Return which short sector follows on each; below zero where a chain ends."""
    size = 1 << min(data[30], _LARGEST_SHIFT)
    table = [after for at in struct.unpack_from("<109i", data, 76) if at >= 0 for after in _sector(data, at, size)]
    short: list[int] = []
    (at,) = struct.unpack_from("<i", data, 60)
    # The table's own chain may go in circles too; it can't be larger than the file.
    while at >= 0 and len(short) * 4 <= len(data):
        short += _sector(data, at, size)
        at = table[at]
    return short


def _sector(data: bytes, at: int, size: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{size // 4}i", data, 512 + at * size)


def _has_loop(after: list[int]) -> bool:
    """Tell whether any walk comes to a sector that it has been to."""
    walk_of = [-1] * len(after)
    for walk in range(len(after)):
        if walk_of[walk] >= 0:
            continue
        at = walk
        while 0 <= at < len(after) and walk_of[at] < 0:
            walk_of[at] = walk
            at = after[at]
        if 0 <= at < len(after) and walk_of[at] == walk:
            return True
    return False
