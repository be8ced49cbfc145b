"""The container of old workbooks (MS-CFB): the stream in it that is the workbook.

Owns one check: xlrd follows the chain of a short workbook without looking whether it comes back to where it was.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from xlrd.compdoc import CompDoc

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = ("Workbook", "Book")


def workbook_stream(data: bytes) -> bytes:
    """Return what xlrd would read of a container; b"" where no stream is named as a workbook.

    Raises:
        Exception: of whatever kind, where the container is damaged.
    """
    compound = CompDoc(data, logfile=io.StringIO())
    (least,) = struct.unpack_from("<i", data, 56)
    names = {name.lower() for name in _NAMES}
    short = any(entry.name.lower() in names and entry.tot_size < least for entry in compound.dirlist)
    if short and _has_loop(compound.SSAT):
        raise ValueError("the workbook's sectors lead back to themselves")
    for name in _NAMES:
        stream, begin, size = compound.locate_named_stream(name)
        if stream:
            return stream[begin : begin + size]
    return b""


def _has_loop(after: Sequence[int]) -> bool:
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
