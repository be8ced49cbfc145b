"""Replies: four values, the words that stand for their reasons, and the server's clock beside this computer's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import get_args

import pytest

from bindtool.core.api.responses import (
    AnswerLost,
    ClockWatch,
    HttpReply,
    NeverSent,
    NoToken,
    NotSent,
    Reply,
    minutes_off,
    read_date,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_reply_is_one_of_four() -> None:
    """An answer, none, none possible, or no token to ask with: `verdict` needs to know no other."""
    assert set(get_args(Reply)) == {HttpReply, NeverSent, AnswerLost, NoToken}


def test_an_answer_may_have_nothing_but_a_status() -> None:
    """Headers and body are empty where there were none, and no two answers share their headers."""
    one, other = HttpReply(NOON, 204), HttpReply(NOON, 204)

    assert (dict(one.headers), one.body) == ({}, b"")
    assert one.headers is not other.headers


def test_no_system_text_is_no_text() -> None:
    """The system may have said nothing."""
    assert NeverSent(NOON, NotSent.CONNECT).detail == ""


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


@pytest.mark.parametrize(("minutes", "off"), [(0, 0), (4, 4), (-4, 4), (60, 60), (-600, 600)])
def test_how_far_it_is_off(minutes: int, off: int) -> None:
    """Ahead or behind is the same."""
    assert minutes_off(reply(NOON + minutes * MINUTE), NOON) == off


def test_an_answer_that_tells_no_time() -> None:
    """Then nobody knows."""
    assert minutes_off(reply(None), NOON) is None


@pytest.mark.parametrize("minutes", [0, 30, 59])
def test_an_answer_that_was_waiting_for_a_laptop_to_wake(minutes: int) -> None:
    """Made at any time between question and arrival, it says nothing against the clock."""
    asked_at = NOON - 60 * MINUTE
    assert minutes_off(reply(asked_at + minutes * MINUTE), asked_at) == 0


@pytest.mark.parametrize(("minutes", "off"), [(-75, 15), (20, 20)])
def test_only_what_lies_outside_of_the_wait_counts(minutes: int, off: int) -> None:
    """Before the question or after the arrival it can't have been made by a right clock."""
    assert minutes_off(reply(NOON + minutes * MINUTE), NOON - 60 * MINUTE) == off


def test_a_clock_that_was_put_back_while_the_answer_was_on_its_way() -> None:
    """The answer seems to come before the question; a moment between both is right by either clock."""
    assert minutes_off(reply(NOON), NOON + 60 * MINUTE) == 0


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
