"""What the lines of a report come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.reports.csv_writer import ReportLine
from bindtool.core.reports.totals import Hour, Sums, bound_at_several, device_sums, hours, sums
from tests.core.store.samples import START, row

CHINA = timezone(timedelta(hours=8))


def _line(state: State, at: datetime | None = None) -> ReportLine:
    answer = None if at is None else Answer(at, 0)
    return ReportLine(replace(row(1), outcome=Outcome(state, answer)), state)


def test_the_sums() -> None:
    """What is neither bound nor refused nor unknown is open, whatever keeps it."""
    states = [State.BOUND, State.BOUND, State.REFUSED, State.UNKNOWN, State.READY, State.INCOMPLETE, State.UNSENT]
    counted = sums(map(_line, states))
    assert counted == Sums(7, 2, 1, 1)
    assert counted.open == 3


def test_the_hours_of_days() -> None:
    """Each day goes from its first hour to its last one, those in which nothing came among them."""
    morning = datetime(2026, 11, 24, 9, 59, 59, 999, CHINA)
    lines = [
        _line(State.BOUND, morning),
        _line(State.REFUSED, morning + timedelta(hours=2)),
        _line(State.BOUND, morning + timedelta(days=1, hours=5)),
        _line(State.BOUND, morning + timedelta(days=1, hours=5, seconds=-1)),
    ]
    day = datetime(2026, 11, 24)  # noqa: DTZ001 - local time, as it is shown
    assert hours(lines) == (
        Hour(day + timedelta(hours=9), 1, 0),
        Hour(day + timedelta(hours=10), 0, 0),
        Hour(day + timedelta(hours=11), 0, 1),
        Hour(day + timedelta(days=1, hours=14), 2, 0),
    )


def test_what_has_no_hour() -> None:
    """A row that was neither bound nor refused counts in none, and neither does one without an answer."""
    lines = [_line(State.UNKNOWN, START), _line(State.READY, START), _line(State.BOUND), _line(State.READY)]
    assert hours(lines) == ()


def _at(bench: str, state: State, device_id: str = "SPK0001") -> ReportLine:
    return replace(_line(state), row=row(1, device_id), bench=bench)


@pytest.mark.parametrize(
    ("states", "counted"),
    [
        ([State.REFUSED, State.BOUND, State.UNKNOWN], Sums(1, 1, 0, 0)),
        ([State.REFUSED, State.UNKNOWN, State.READY], Sums(1, 0, 0, 1)),
        ([State.INCOMPLETE, State.REFUSED], Sums(1, 0, 1, 0)),
        ([State.INCOMPLETE, State.READY], Sums(1, 0, 0, 0)),
    ],
)
def test_a_device_of_several_lines(states: list[State], counted: Sums) -> None:
    """It counts once, as what is sure of it, then as what may be."""
    assert device_sums(_at("bench-1", state) for state in states) == counted


def test_devices_that_cannot_be_told_apart() -> None:
    """A line without an id is a device of its own."""
    nameless = replace(_line(State.INCOMPLETE), row=replace(row(1), device_id=""))
    assert device_sums([nameless, nameless, _at("bench-1", State.BOUND)]) == Sums(3, 1, 0, 0)


def test_what_several_benches_have_bound() -> None:
    """Not what one has bound twice, nor what another has only scanned."""
    lines = [
        _at("bench-1", State.BOUND, "A"),
        _at("bench-1", State.BOUND, "B"),
        _at("bench-1", State.BOUND, "B"),
        _at("bench-2", State.READY, "B"),
        _at("bench-3", State.BOUND, "A"),
    ]
    assert bound_at_several(lines) == ("A",)
