"""A burst says what arrived and how fast."""

from __future__ import annotations

from bindtool.core.scanner.burst import Burst, Stroke


def test_a_burst_is_its_text_and_its_slowest_gap() -> None:
    """The gap tells a scanner from a person."""
    burst = Burst((Stroke("S", 100), Stroke("P", 4), Stroke("K", 12)))
    assert (burst.text, burst.longest_gap, burst.ends) == ("SPK", 12, ())


def test_one_key_has_no_gap() -> None:
    """Nothing to measure is no time at all."""
    assert Burst((Stroke("S", 100),)).longest_gap == 0
