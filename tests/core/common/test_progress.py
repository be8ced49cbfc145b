"""Whoever waits hears how far it is, and may stop it."""

from __future__ import annotations

import pytest

from bindtool.core.common.progress import ReadingProgress, ReadingStopped


def test_nobody_needs_to_listen() -> None:
    """Without a listener there is nothing to do."""
    heard: list[float] = []
    ReadingProgress().at(0.5)
    ReadingProgress(heard.append).quietly().at(0.5)
    assert heard == []


def test_a_part_of_the_work_is_a_part_of_the_way() -> None:
    """Its beginning and end are places of the whole, and no share is over the whole."""
    heard: list[float] = []
    watch = ReadingProgress(heard.append)
    watch.between(0.5, 1).at(0.5)
    watch.at(7)
    assert heard == [0.75, 1]


@pytest.mark.parametrize("part", [ReadingProgress.quietly, lambda watch: watch.between(0, 0.5)])
def test_the_work_can_be_stopped(part) -> None:  # type: ignore[no-untyped-def]  # a method and a function alike
    """In each of its parts, and nothing is heard any more."""
    watch = ReadingProgress(cancelled=lambda: True)
    with pytest.raises(ReadingStopped):
        watch.at(0)
    with pytest.raises(ReadingStopped):
        part(watch).at(0)
