"""Running numbers for labels: the source of the next number, and the used numbers. Each number is given once.

`template` formats a number in a label. The store finds the numbers used before, and `core/shared_ledger/ledger.py`
reserves blocks of numbers for a single bench.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ENOUGH = 250
"""Numbers; with fewer left, more must be reserved."""


class NumberSource(Protocol):
    """Source of running numbers. Called during scanning, so it answers from memory."""

    def take(self) -> int | None:
        """Return a number that was never given before; None if none is left."""

    def upcoming(self, count: int) -> list[int]:
        """Return the numbers that the next calls of `take` would return, for a preview; fewer if fewer are left."""

    def mark_used(self, number: int) -> None:
        """Mark a number as used: typed, in a list, or by an earlier sheet."""


class Counter:
    """Counts up from the highest used number."""

    def __init__(self, highest: int = 0) -> None:
        self._highest = highest

    def take(self) -> int:
        """Return the number after the highest."""
        self._highest += 1
        return self._highest

    def upcoming(self, count: int) -> list[int]:
        """Return the numbers after the highest."""
        return list(range(self._highest + 1, self._highest + 1 + count))

    def mark_used(self, number: int) -> None:
        """Continue from `number`, if it is higher."""
        self._highest = max(self._highest, number)


class Blocks:
    """Gives the numbers of the blocks reserved for this bench, the lowest first.

    Args:
        blocks: the reserved blocks.
        used: numbers already used in labels of any bench.
    """

    def __init__(self, blocks: Iterable[range], used: Iterable[int] = ()) -> None:
        self._free: list[range] = []
        self.highest = 0
        """The highest number known to be used or reserved for this bench."""
        self.on_low: Callable[[], None] = lambda: None
        """Called when fewer than `ENOUGH` are left."""
        for block in blocks:
            self.add(block)
        for number in used:
            self.mark_used(number)

    @property
    def left(self) -> int:
        return sum(map(len, self._free))

    def add(self, block: range) -> None:
        """Add a reserved block."""
        self.highest = max(self.highest, block.stop - 1)
        self._free = sorted([*self._free, block], key=lambda each: each.start)

    def take(self) -> int | None:
        """Return the lowest number left; None if none is."""
        number = next((block.start for block in self._free if block), None)
        if number is not None:
            self.mark_used(number)
        if self.left < ENOUGH:
            self.on_low()
        return number

    def upcoming(self, count: int) -> list[int]:
        """Return the lowest numbers left."""
        return list(islice(chain.from_iterable(self._free), count))

    def mark_used(self, number: int) -> None:
        """Continue after `number` in its block; a number in another bench's block leaves the blocks unchanged."""
        self.highest = max(self.highest, number)
        self._free = [range(number + 1, block.stop) if number in block else block for block in self._free]
        self._free = [block for block in self._free if block]
