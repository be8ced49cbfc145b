"""Which rows have a text: found at once, however many rows there are.

Owns the order of the numbers. What the text is, an id or a label, is for `sheet`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class RowIndex:
    """Numbers of rows by a text, ascending."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def __getitem__(self, text: str) -> Sequence[int]:
        return self._numbers.get(text, ())

    def add(self, text: str, number: int) -> None:
        """Note that a row has the text."""
        insort(self._numbers.setdefault(text, []), number)

    def discard(self, text: str, number: int) -> None:
        """Note that a row has it no more, if it had it."""
        numbers = self._numbers.get(text, [])
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] == number:
            del numbers[at]
            if not numbers:
                del self._numbers[text]
