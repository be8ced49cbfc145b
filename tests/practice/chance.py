"""Random faults: each request meets one, or none, by given probabilities and a seed.

Only the random choice is here. `faults` has the effect of each fault, `server` decides which request meets it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from bindtool.practice.wire import Fault


def by_chance(
    chances: Sequence[tuple[Fault, float]], seed: int | str, *, in_a_row: int | None = None
) -> Iterator[Fault | None]:
    """Yield a fault or None for each request, for ever; the same sequence for the same seed.

    `chances` are faults with their probabilities, which add up to 1 at most; the rest means no fault. After
    `in_a_row` faults the next request meets none: a sender that tries often enough gets through.

    Raises:
        ValueError: a probability is below 0, or they add up to more than 1.
    """
    weights = [weight for _, weight in chances]
    total = round(sum(weights), 9)  # sums of tenths have rounding errors
    if min(weights, default=0.0) < 0 or total > 1:
        raise ValueError(f"these are no probabilities: {weights}")
    faults = [*(fault for fault, _ in chances), None]
    return _draws(faults, [*weights, 1 - total], random.Random(seed), in_a_row)  # noqa: S311 - not used for secrets


def _draws(
    faults: Sequence[Fault | None], weights: Sequence[float], dice: random.Random, in_a_row: int | None
) -> Iterator[Fault | None]:
    row = 0
    while True:
        fault = dice.choices(faults, weights)[0] if row != in_a_row else None
        row = 0 if fault is None else row + 1
        yield fault
