"""Sheets with bad devices, and the number of requests to find these: ours, the bound, plain bisection's."""

from __future__ import annotations

from collections.abc import Iterator, Set
from math import comb, log2
from random import Random

from bindtool.core.binding.bisection import Bisection

AHEAD = 1
"""The first device of a run goes alone."""

TWICE = 2
"""A refused batch is sent once more unchanged before it is divided."""

A_RUN = 4
"""The bound's allowance for a run besides its batches."""


def bad_ones(count: int, bad: int, seed: int | str, *, clustered: bool) -> set[int]:
    """Choose a sheet's bad devices, side by side or anywhere."""
    random = Random(seed)  # noqa: S311 - the same sheets each time
    if not clustered:
        return set(random.sample(range(count), bad))
    first = random.randrange(count - bad + 1)
    return set(range(first, first + bad))


def requests(count: int, batch_size: int, bad: Set[int]) -> int:
    """Return the number of requests of a run for devices 0 to `count` - 1, of which `bad` are refused."""
    total = AHEAD
    for batch in batches(count, batch_size):
        if bad.isdisjoint(batch):
            total += 1
        else:
            total += TWICE + _in_search(batch, bad)
    return total


def bound(count: int, batch_size: int, bad: Set[int], *, first: int = 0) -> float:
    """Return the bound of bindtool/README.md for the same; `first`: the first device in a batch."""
    total = float(A_RUN)
    for batch in batches(count, batch_size, first):
        size, hits = len(batch), sum(device in bad for device in batch)
        total += min(log2(comb(size, hits)) + 2 * hits + 2, 1.4 * size + 2) if hits else 1
    return total


def plain_bisection(count: int, batch_size: int, bad: Set[int]) -> int:
    """Return the requests of a script that sends both halves of each refused batch."""
    return sum(_halves(batch, bad) for batch in batches(count, batch_size))


def batches(count: int, batch_size: int, first: int = 0) -> Iterator[range]:
    """Divide the devices from `first` on into batches."""
    for start in range(first, count, batch_size):
        yield range(start, min(start + batch_size, count))


def _in_search(batch: range, bad: Set[int]) -> int:
    search, asked = Bisection(batch), 0
    while group := search.next_group():
        asked += 1
        if bad.isdisjoint(group):
            search.accepted()
        else:
            search.refused()
    return asked


def _halves(batch: range, bad: Set[int]) -> int:
    if len(batch) == 1 or bad.isdisjoint(batch):
        return 1
    middle = len(batch) // 2
    return 1 + _halves(batch[:middle], bad) + _halves(batch[middle:], bad)
