"""Running numbers: each is given once."""

from __future__ import annotations

from bindtool.core.running_numbers import Counter


def test_numbers_begin_at_one() -> None:
    """Where none was used, the first is 1, and a preview takes none."""
    numbers = Counter()
    assert numbers.upcoming(2) == [1, 2]
    assert [numbers.take(), numbers.take()] == [1, 2]
    assert numbers.upcoming(0) == []


def test_numbers_go_on() -> None:
    """They follow the highest that is used, also where one turns up later; a lower one changes nothing."""
    numbers = Counter(212)
    assert numbers.take() == 213
    numbers.heed(300)
    numbers.heed(7)
    assert numbers.upcoming(2) == [301, 302]
    assert numbers.take() == 301
