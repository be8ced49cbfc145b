"""Which devices to send next after a refusal, so that every good one is bound and every bad one answered alone.

Coze answers a batch with one code and never says which device was at fault (its page: no result for each device).
Pure: no requests, no clock. Owns the order of the search; what a refusal means is for `verdict`, sending for
`runner`.

A refused group is halved; the half that is accepted is done with, the other goes on, until one device has a
refusal of its own. Then the rest, of which nothing is known, goes in a group of a size that has about an even
chance of being clean, as far as this search has seen: all of it after a first hit, one alone where hits stand
side by side (a bad roll of stickers). A refused group whose devices are all accepted in smaller ones had no bad
one: it was too large for the server, and no later group is larger than the largest that was accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_EVEN_CHANCE = 0.7
"""About ln 2: a group of 0.7 / (share of bad ones) is clean half of the time."""


class Search(Generic[T]):
    """The search through the devices of one refused request.

    Ask `next_group`, send it, then tell one of `accepted`, `refused`, `unanswered`; until there is no group.

    Args:
        devices: those that have no answer of their own yet.
        suspect: whether a bad one must be among them; False where one that was refused alone is already out.
    """

    def __init__(self, devices: Sequence[T], *, suspect: bool = True) -> None:
        self._suspect = tuple(devices) if suspect else ()
        self._rest = () if suspect else tuple(devices)
        self._group: tuple[T, ...] = ()
        self._total = len(devices)
        self._hits = 0
        self._neighbours = 0
        self._just_hit = False
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
        """Tell that the group was bound: what is left of the suspects holds the bad one.

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
        """Tell that the group has no answer and leaves the search: where the bad one is, is open again."""
        self._drop(keep_suspicion=False)

    def refused(self) -> None:
        """Tell that the group was refused; a group of one has its own answer now and leaves the search."""
        if not self._suspect and self._just_hit:
            self._neighbours += 1
        if self._suspect:
            self._rest = self._suspect[len(self._group) :] + self._rest
        else:
            self._rest = self._rest[len(self._group) :]
        if len(self._group) > 1:
            self._suspect = self._group
            self._refused_together = len(self._group)
            return
        self._suspect = ()
        self._hits += 1
        self._just_hit = True

    def _drop(self, *, keep_suspicion: bool) -> None:
        if not self._suspect:
            self._just_hit = False
            self._rest = self._rest[len(self._group) :]
            return
        remaining = self._suspect[len(self._group) :]
        if keep_suspicion:
            self._suspect = remaining
        else:
            self._suspect, self._rest = (), remaining + self._rest

    def _size(self) -> int:
        if self._just_hit and self._neighbours * 2 > self._hits > 1:
            return 1
        seen_bad = max(1, self._hits)
        return min(self._limit, max(1, round(_EVEN_CHANCE * self._total / seen_bad)))
