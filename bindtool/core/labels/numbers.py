"""Running numbers for labels: where the next one comes from, and which are used. A number is given once.

What a number looks like in a label is in `template`. The store finds the numbers that were used before, and
`core/shared_ledger/ledger.py` reserves the blocks that no other bench gives numbers from.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ENOUGH = 250
"""Numbers; with fewer left than that, it is time to have more reserved."""


class NumberSource(Protocol):
    """Where the next running number comes from. Asked while a person scans, so it answers from memory."""

    def take(self) -> int | None:
        """Return a number that was never given, and never give it again; None where there is none left."""

    def upcoming(self, count: int) -> list[int]:
        """Return the numbers that the next takes would give, for a preview; fewer where fewer are left."""

    def mark_used(self, number: int) -> None:
        """Note that a number is used: by hand, in a list, or by an earlier sheet."""


class Counter:
    """Counts on from the highest number that is used."""

    def __init__(self, highest: int = 0) -> None:
        self._highest = highest

    def take(self) -> int:
        """Return the number after the highest one."""
        self._highest += 1
        return self._highest

    def upcoming(self, count: int) -> list[int]:
        """Return the numbers after the highest one."""
        return list(range(self._highest + 1, self._highest + 1 + count))

    def mark_used(self, number: int) -> None:
        """Count on from `number`, if it is higher."""
        self._highest = max(self._highest, number)


class Blocks:
    """Gives the numbers of the blocks that are reserved for this bench, the lowest first.

    Args:
        blocks: those that it has.
        used: numbers that labels have already, of whichever bench.
    """

    def __init__(self, blocks: Iterable[range], used: Iterable[int] = ()) -> None:
        self._free: list[range] = []
        self.highest = 0
        """The highest number that is known to be used, or to be this bench's."""
        self.on_low: Callable[[], None] = lambda: None
        """Called when fewer than `ENOUGH` are left."""
        for block in blocks:
            self.add(block)
        for number in used:
            self.mark_used(number)

    @property
    def left(self) -> int:
        """How many numbers are left."""
        return sum(map(len, self._free))

    def add(self, block: range) -> None:
        """Add a block that was reserved."""
        self.highest = max(self.highest, block.stop - 1)
        self._free = sorted([*self._free, block], key=lambda each: each.start)

    def take(self) -> int | None:
        """Return the lowest number that is left."""
        number = next((block.start for block in self._free if block), None)
        if number is not None:
            self.mark_used(number)
        if self.left < ENOUGH:
            self.on_low()
        return number

    def upcoming(self, count: int) -> list[int]:
        """Return the lowest numbers that are left."""
        return list(islice(chain.from_iterable(self._free), count))

    def mark_used(self, number: int) -> None:
        """Go on behind `number` in the block that has it; one in a block of another bench changes nothing here."""
        self.highest = max(self.highest, number)
        self._free = [range(number + 1, block.stop) if number in block else block for block in self._free]
        self._free = [block for block in self._free if block]
