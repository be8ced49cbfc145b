"""How far a command is, on one line of a terminal that may be narrow.

Owns the width of terminals and of characters. When the bar is drawn and taken away is for `console`.
"""

from __future__ import annotations

import os
import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_LONGEST, _SHORTEST = 20, 5
"""Characters between the brackets; a shorter bar says nothing, and gives its place to the words."""

_USUAL = 80
"""Columns, where a terminal does not say how many it has."""

_MORE = "..."
_WIDE = frozenset("WFA")
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def width_of(terminal: TextIO) -> int:
    """Return how many columns a terminal has now."""
    try:
        return os.get_terminal_size(terminal.fileno()).columns or _USUAL
    except (OSError, ValueError):  # it is none, or has no number
        return _USUAL


def fitted(done: int, total: int, words: str, columns: int) -> str:
    """Return a line that stays one: words, and a bar before them where there is room for both.

    The last column stays free: some terminals go to the next line when they have filled it.
    """
    room = columns - 1
    length = min(_LONGEST, room - len("[] ") - _width(words))
    if length < _SHORTEST:
        return _cut(words, room)
    filled = length * done // total
    return f"[{'#' * filled}{'.' * (length - filled)}] {words}"


def _cut(words: str, room: int) -> str:
    if _width(words) <= room:
        return words
    room -= len(_MORE)
    ends = accumulate(map(_columns, words))
    kept = "".join(sign for sign, end in zip(words, ends, strict=True) if end <= room)
    return f"{kept}{_MORE}"[: max(0, room + len(_MORE))]


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    """Return how many columns a character takes at most: some are wide on Chinese terminals and nowhere else."""
    if unicodedata.category(sign) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in _WIDE else 1
