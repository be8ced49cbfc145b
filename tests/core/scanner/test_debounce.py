"""The same code twice at once."""

from __future__ import annotations

from datetime import timedelta

from bindtool.core.scanner.debounce import Debouncer
from tests.core.store.samples import Clock


def heard(*codes: tuple[str, int], within: int = 700) -> list[bool]:
    """Tell for each code, which comes so many milliseconds after the one before, whether it is a bounce."""
    clock = Clock()
    watch = Debouncer(clock)
    found = []
    for code, pause in codes:
        clock.time += timedelta(milliseconds=pause)
        found.append(watch.is_bounce(code, within))
    return found


def test_the_same_code_within_the_window() -> None:
    """A second and a third one are bounces, each measured from the one before."""
    assert heard(("SPK1", 0), ("SPK1\r", 600), ("SPK1", 600)) == [False, True, True]


def test_the_same_code_later() -> None:
    """It was scanned again."""
    assert heard(("SPK1", 0), ("SPK1", 700)) == [False, False]


def test_another_code_in_between() -> None:
    """A stutter has nothing in between."""
    assert heard(("SPK1", 0), ("SPK2", 100), ("SPK1", 100)) == [False, False, False]


def test_a_window_of_nothing() -> None:
    """A profile can switch it off."""
    assert heard(("SPK1", 0), ("SPK1", 0), within=0) == [False, False]
