"""Replies: four values, the words that stand for their reasons, and the server's clock beside this computer's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bindtool.core.api.responses import (
    AnswerLost,
    ClockWatch,
    HttpReply,
    NeverSent,
    NotSent,
    Reply,
    minutes_off,
    read_date,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def reply(theirs: datetime | None, at: datetime = NOON) -> HttpReply:
    """Return an answer that came `at` a time by our clock and was made at another by theirs."""
    return HttpReply(at, 200, {} if theirs is None else {"date": format_datetime(theirs, usegmt=True)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wed, 25 Nov 2026 12:00:00 GMT", NOON),
        ("Wed, 25 Nov 2026 20:00:00 +0800", NOON),
        ("Wed, 25 Nov 2026 12:00:00 -0000", NOON),
        ("", None),
        ("yesterday", None),
        ("Wed, 25 Nov 99999999999 12:00:00 GMT", None),
    ],
)
def test_a_date_of_http(text: str, expected: datetime | None) -> None:
    """It is read as a moment, or there is none."""
    assert read_date(text) == expected


@pytest.mark.parametrize(
    ("made", "asked", "off"),
    [
        pytest.param(0, 0, 0, id="right"),
        pytest.param(4, 0, 4, id="ahead"),
        pytest.param(-600, 0, 600, id="behind"),
        pytest.param(None, 0, None, id="an answer that tells no time"),
        *(pytest.param(made, -60, 0, id=f"made {-made} min. before a laptop woke") for made in (-60, -30, -1, 0)),
        pytest.param(-75, -60, 15, id="made before the question"),
        pytest.param(20, -60, 20, id="made after the arrival"),
        pytest.param(0, 60, 0, id="a clock that was put back while the answer was on its way"),
    ],
)
def test_how_far_a_clock_is_off(made: int | None, asked: int, off: int | None) -> None:
    """An answer made at any time between question and arrival, by minutes from noon, says nothing against it."""
    answer = reply(None if made is None else NOON + made * MINUTE)
    assert minutes_off(answer, NOON + asked * MINUTE) == off


def test_a_watch_tells_once() -> None:
    """Answers without a time, and what is no answer, leave it waiting; one that tells the time is enough."""
    watch = ClockWatch()
    ahead = reply(NOON + 60 * MINUTE)
    nothing: list[Reply] = [NeverSent(NOON, NotSent.DNS), AnswerLost(NOON), reply(None)]
    assert [watch.look(one, NOON) for one in [*nothing, ahead, ahead]] == [None, None, None, 60, None]


@pytest.mark.parametrize(("minutes", "told"), [(5, None), (6, 6)])
def test_five_minutes_are_nothing_to_speak_of(minutes: int, told: int | None) -> None:
    """More are told."""
    assert ClockWatch().look(reply(NOON + minutes * MINUTE), NOON) == told
