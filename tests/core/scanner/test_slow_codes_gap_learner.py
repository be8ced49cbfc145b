"""How slowly a scanner types is learned from codes that were right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.core.scanner.scan_rules import EndKey
from bindtool.core.scanner.slow_codes import GapLearner

ID = "SPK26113F2001"


def typed(*gaps: int, text: str = ID) -> Burst:
    """Return a code that was typed into the scan field, with these gaps over and over."""
    strokes = tuple(Stroke(key, gaps[at % len(gaps)]) for at, key in enumerate(text))
    return Burst(strokes, (EndKey.RETURN,), in_field=True)


def test_three_codes_teach() -> None:
    """The gap is somewhat longer than the longest seen; after that it takes three slower ones again."""
    learner = GapLearner()
    codes = (typed(20, 40), typed(25, 44), typed(30, 38))
    assert [learner.learn(code, 30) for code in codes] == [0, 0, 55]
    assert [learner.learn(code, 55) for code in codes] == [0, 0, 0]
    assert [learner.learn(typed(30, 58), 55) for _ in range(3)] == [0, 0, 60]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(typed(5), id="fast enough already"),
        pytest.param(typed(61), id="as slow as a person"),
        pytest.param(typed(5, 5, 5, 5, 5, 55), id="a pause in it"),
        pytest.param(typed(40, text="SPK2611"), id="too short to tell from a person"),
        pytest.param(replace(typed(40), ends=()), id="without an end"),
        pytest.param(replace(typed(40), in_field=False), id="typed into a label"),
    ],
)
def test_what_teaches_nothing(code: Burst) -> None:
    """Only whole, even codes that were typed into the scan field do."""
    learner = GapLearner()
    assert [learner.learn(code, 30) for _ in range(9)] == [0] * 9
