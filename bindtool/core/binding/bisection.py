"""Which devices to send next after a refusal, so that every good one is bound and every bad one is identified.

`Bisection` halves a refused batch and sends the rest in groups that have an even chance of being clean.
`RequestSize` decides how many devices a request carries: as many as wanted, until the server turns out to take
fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_EVEN_CHANCE = 0.7
"""About ln 2: a group of 0.7 / (share of bad ones) is clean half of the time."""


class Bisection(Generic[T]):
    """The search through the devices of one refused request.

    Ask `next_group`, send it, then call `accepted`, `refused` or `unanswered`; until there is no group.

    Args:
        devices: those that have no answer of their own yet.
        suspect: whether a bad one must be among them; False where one that was refused alone is already out.
    """

    def __init__(self, devices: Sequence[T], *, suspect: bool = True) -> None:
        self._suspect = tuple(devices) if suspect else ()
        self._rest = () if suspect else tuple(devices)
        self._group: tuple[T, ...] = ()
        self._total = len(devices)
        self._bad_found = 0
        self._bad_in_a_row = 0
        self._last_was_bad = False
        self._refused_together = len(self._suspect)
        self._largest_accepted = 0
        self._limit = max(1, len(devices))

    @property
    def left(self) -> int:
        """How many devices have no answer yet."""
        return len(self._suspect) + len(self._rest)

    def next_group(self) -> tuple[T, ...]:
        """Return the devices to send now; empty once the search has ended."""
        if self._suspect:
            self._group = self._suspect[: max(1, len(self._suspect) // 2)]
        else:
            self._group = self._rest[: self._size()]
        return self._group

    def accepted(self) -> int:
        """Note that the group was bound: what is left of the suspects holds the bad one.

        Returns:
            0, or the size of a group that was refused although each of its devices has been accepted by now.
        """
        self._largest_accepted = max(self._largest_accepted, len(self._group))
        cleared = self._refused_together if len(self._group) == len(self._suspect) else 0
        self._drop(keep_suspicion=True)
        if cleared:
            self._limit = self._largest_accepted
        return cleared

    def unanswered(self) -> None:
        """Note that the group has no answer and leaves the search: where the bad one is, is open again."""
        self._drop(keep_suspicion=False)

    def refused(self) -> None:
        """Note that the group was refused; a group of one has its own answer now and leaves the search."""
        if not self._suspect and self._last_was_bad:
            self._bad_in_a_row += 1
        if self._suspect:
            self._rest = self._suspect[len(self._group) :] + self._rest
        else:
            self._rest = self._rest[len(self._group) :]
        if len(self._group) > 1:
            self._suspect = self._group
            self._refused_together = len(self._group)
            return
        self._suspect = ()
        self._bad_found += 1
        self._last_was_bad = True

    def _drop(self, *, keep_suspicion: bool) -> None:
        if not self._suspect:
            self._last_was_bad = False
            self._rest = self._rest[len(self._group) :]
            return
        remaining = self._suspect[len(self._group) :]
        if keep_suspicion:
            self._suspect = remaining
        else:
            self._suspect, self._rest = (), remaining + self._rest

    def _size(self) -> int:
        if self._last_was_bad and self._bad_in_a_row * 2 > self._bad_found > 1:
            return 1
        seen_bad = max(1, self._bad_found)
        return min(self._limit, max(1, round(_EVEN_CHANCE * self._total / seen_bad)))


_ENOUGH_REFUSALS = 2
"""One refusal of good devices may be a passing one; two of them are the size."""


class RequestSize:
    """The size of a run's requests.

    Args:
        wanted: devices a request, at least 1.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._largest_accepted = 0
        self._refusals = 0

    @property
    def current(self) -> int:
        """Devices a request, from now on."""
        return self._wanted if self.found is None else self.found

    @property
    def found(self) -> int | None:
        """The largest size that was accepted, once larger ones were refused for their size; None before."""
        return min(self._wanted, self._largest_accepted) if self._refusals >= _ENOUGH_REFUSALS else None

    def accepted(self, count: int) -> None:
        """Note that a request with `count` devices was accepted."""
        self._largest_accepted = max(self._largest_accepted, count)

    def refused_though_good(self, count: int, times: int) -> None:
        """Note that `count` devices were refused `times` times, and each of them was accepted in a smaller request.

        Where as many were accepted at once in this run, it was not their number.
        """
        if count > self._largest_accepted:
            self._refusals += times
