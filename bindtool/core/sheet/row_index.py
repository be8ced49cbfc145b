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
        # Most texts are one row's alone: a list for each would be most of the memory of a long sheet.
        self._alone: dict[str, int] = {}
        self._shared: dict[str, list[int]] = {}

    def __getitem__(self, text: str) -> Sequence[int]:
        if text in self._alone:
            return (self._alone[text],)
        return self._shared.get(text, ())

    def add(self, text: str, number: int) -> None:
        """Note that a row has the text."""
        if text in self._shared:
            insort(self._shared[text], number)
        elif text in self._alone:
            self._shared[text] = sorted((self._alone.pop(text), number))
        else:
            self._alone[text] = number

    def discard(self, text: str, number: int) -> None:
        """Note that a row has it no more, if it had it."""
        if self._alone.get(text) == number:
            del self._alone[text]
        numbers = self._shared.get(text, [])
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] == number:
            del numbers[at]
            if not numbers:
                del self._shared[text]
