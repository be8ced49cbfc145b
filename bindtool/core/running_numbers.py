"""Running numbers for labels: where the next one comes from, and which were used already.

Owns that a number is given once. What a number looks like in a label is for `labels`; the ledger is read by the
store, before anybody scans.
"""

from __future__ import annotations

from typing import Protocol


class NumberSource(Protocol):
    """Where the next running number comes from. Asked while a person scans, so it answers from memory."""

    def take(self) -> int:
        """Return a number that was never given, and never give it again."""

    def upcoming(self, count: int) -> list[int]:
        """Return the numbers that the next takes would give, for a preview."""

    def heed(self, number: int) -> None:
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

    def heed(self, number: int) -> None:
        """Count on from `number`, if it is higher."""
        self._highest = max(self._highest, number)
