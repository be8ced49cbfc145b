"""Chooses the devices to send after a refusal, so that every good device is bound and every bad one identified.

`runner` sends them. `Bisection` halves a refused batch and sends the rest in groups with an even chance of being
clean. `RequestSize` decides how many devices a request carries: the wanted number, until the server proves to
accept fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_EVEN_CHANCE = 0.7
"""About ln 2: a group of 0.7 / (share of bad devices) is clean half of the time."""


class Bisection(Generic[T]):
    """The search through the devices of one refused request.

    Call `next_group`, send the group, then call `accepted`, `refused` or `unanswered`; repeat until it is empty.

    Args:
        devices: the devices without an answer of their own.
        suspect: whether at least one of them is bad; False if a device refused alone was already removed.
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
        """Number of devices without an answer."""
        return len(self._suspect) + len(self._rest)

    def next_group(self) -> tuple[T, ...]:
        """Return the next devices to send; empty once the search has ended."""
        if self._suspect:
            self._group = self._suspect[: max(1, len(self._suspect) // 2)]
        else:
            self._group = self._rest[: self._size()]
        return self._group

    def accepted(self) -> int:
        """Record that the group was bound: the bad device is among the remaining suspects.

        Returns:
            0, or the size of a group that was refused although each of its devices has since been accepted.
        """
        self._largest_accepted = max(self._largest_accepted, len(self._group))
        cleared = self._refused_together if len(self._group) == len(self._suspect) else 0
        self._drop(keep_suspicion=True)
        if cleared:
            self._limit = self._largest_accepted
        return cleared

    def unanswered(self) -> None:
        """Record that the group has no answer and leaves the search: the bad device may be anywhere again."""
        self._drop(keep_suspicion=False)

    def refused(self) -> None:
        """Record that the group was refused; a single device now has its own answer and leaves the search."""
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
"""One refusal of good devices may be temporary; two are due to the size."""


class RequestSize:
    """The size of a run's requests.

    Args:
        wanted: devices per request, at least 1.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._largest_accepted = 0
        self._refusals = 0

    @property
    def current(self) -> int:
        """Devices per request, from now on."""
        return self._wanted if self.found is None else self.found

    @property
    def found(self) -> int | None:
        """The largest accepted size, once larger requests were refused for their size; None before."""
        return min(self._wanted, self._largest_accepted) if self._refusals >= _ENOUGH_REFUSALS else None

    def accepted(self, count: int) -> None:
        """Record that a request with `count` devices was accepted."""
        self._largest_accepted = max(self._largest_accepted, count)

    def refused_though_good(self, count: int, times: int) -> None:
        """Record that `count` devices were refused `times` times, and each was accepted in a smaller request.

        Ignored if a request of that size was accepted in this run: the size was not the reason.
        """
        if count > self._largest_accepted:
            self._refusals += times
