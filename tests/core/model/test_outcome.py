"""Outcomes: the states of a row, and that a lost answer is not forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.model.outcome import SENDABLE, UNDER_WAY, Answer, Outcome, State, changed

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANSWER = Answer(NOON, 4000, "bad parameter", "LOG1", 200)
LATER = Answer(NOON.replace(hour=13), 4101, "no permission", "LOG2", 200)
SETTLED = [State.READY, State.BOUND, State.REFUSED, State.UNKNOWN, State.UNSENT]


def test_the_states_keep_their_names() -> None:
    """Reports and files have these words in every language."""
    assert [str(state) for state in State] == [
        "incomplete",
        "ready",
        "sending",
        "waiting",
        "bound",
        "refused",
        "unknown",
        "unsent",
    ]


def test_a_row_is_either_sendable_or_under_way_or_neither() -> None:
    """Nobody sends a row that is under way, bound or incomplete."""
    assert UNDER_WAY.isdisjoint(SENDABLE)
    assert set(State) - UNDER_WAY - SENDABLE == {State.INCOMPLETE, State.BOUND}


def test_each_request_counts_as_an_attempt() -> None:
    """Attempts count up; the request is the last one; the last answer stays to look at."""
    outcome = Outcome().begun(4).settled(State.REFUSED, ANSWER).begun(7)

    assert outcome == Outcome(State.SENDING, ANSWER, attempts=2, request=7)


@pytest.mark.parametrize("state", SETTLED)
def test_an_answer_settles_a_row(state: State) -> None:
    """Without a lost answer before, a row becomes what its answer means."""
    outcome = Outcome().begun(1).settled(state, ANSWER)

    assert (outcome.state, outcome.answer, outcome.attempts) == (state, ANSWER, 1)
    assert outcome.lost is (state is State.UNKNOWN)


@pytest.mark.parametrize("state", [State.READY, State.REFUSED, State.UNSENT, State.UNKNOWN])
def test_a_lost_answer_is_not_forgotten(state: State) -> None:
    """After a lost answer the row may be bound: a refusal, a stop or no way out leaves it unknown."""
    lost = Outcome().begun(1).settled(State.UNKNOWN, Answer(NOON))

    outcome = lost.begun(2).settled(state, LATER)

    assert (outcome.state, outcome.answer, outcome.lost) == (State.UNKNOWN, LATER, True)


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_a_row_in_doubt_can_be_under_way(state: State) -> None:
    """While it is sent again it is shown so, and the doubt stays."""
    outcome = Outcome().begun(1).settled(State.UNKNOWN).settled(state)

    assert (outcome.state, outcome.lost) == (state, True)


BEGUN = Outcome().begun(1)
WAITING = BEGUN.settled(State.WAITING, ANSWER)
LOST = BEGUN.settled(State.UNKNOWN, Answer(NOON))


@pytest.mark.parametrize(
    ("outcome", "state", "answer", "lost"),
    [
        pytest.param(WAITING.settled(State.REFUSED), State.REFUSED, ANSWER, False, id="no new answer"),
        pytest.param(
            LOST.begun(2).settled(State.BOUND, ANSWER), State.BOUND, ANSWER, False, id="lost, then code 0"
        ),
        pytest.param(BEGUN.recovered(), State.UNKNOWN, None, True, id="a crash while sending"),
        pytest.param(WAITING.recovered(), State.READY, ANSWER, False, id="a crash while waiting"),
        pytest.param(
            LOST.settled(State.WAITING).recovered(), State.UNKNOWN, LOST.answer, True, id="lost, then a crash"
        ),
    ],
)
def test_what_is_known_of_a_row(outcome: Outcome, state: State, answer: Answer | None, lost: bool) -> None:
    """No answer is forgotten, only code 0 ends a doubt, and what was on its way in a crash may be bound."""
    assert (outcome.state, outcome.answer, outcome.lost) == (state, answer, lost)


@pytest.mark.parametrize("state", [state for state in State if state not in UNDER_WAY])
def test_a_crash_changes_no_row_at_rest(state: State) -> None:
    """Only what was under way is in question."""
    assert Outcome(state, ANSWER).recovered() == Outcome(state, ANSWER)


@given(st.lists(st.sampled_from([*SETTLED, State.WAITING, "crash", "begin"])))
def test_whatever_happens_a_lost_row_ends_bound_or_unknown(steps: list[State | str]) -> None:
    """From the first lost answer until a code 0, a row at rest is unknown and nothing else."""
    outcome, lost = Outcome(), False
    for step in steps:
        if step == "crash":
            lost = lost or outcome.state is State.SENDING
            outcome = outcome.recovered()
        elif step == "begin":
            outcome = outcome.begun(1)
        else:
            lost = (lost or step is State.UNKNOWN) and step is not State.BOUND
            outcome = outcome.settled(State(step), ANSWER)
        assert outcome.lost is lost
        assert not lost or outcome.state in UNDER_WAY | {State.UNKNOWN}


def test_rows_that_share_an_outcome_share_the_one_after_it() -> None:
    """Each kind is changed once, in the order of the rows."""
    fresh, sent = Outcome(), Outcome(State.REFUSED, attempts=1)

    after = changed({1: fresh, 2: fresh, 3: sent}, lambda outcome: outcome.begun(7))

    assert after == {1: fresh.begun(7), 2: fresh.begun(7), 3: sent.begun(7)}
    assert after[1] is after[2]


def test_a_row_that_is_refused_after_a_lost_answer() -> None:
    """It stays unknown and says so, until another answer is lost or comes; nobody sends it again by himself."""
    lost = Outcome().begun(1).settled(State.UNKNOWN)
    assert lost.is_unanswered
    refused = lost.begun(2).settled(State.REFUSED, ANSWER)
    assert (refused.state, refused.refused_since, refused.is_unanswered) == (State.UNKNOWN, True, False)
    assert refused.begun(3).settled(State.WAITING).settled(State.READY).refused_since
    assert refused.begun(3).settled(State.UNKNOWN).is_unanswered
    assert refused.begun(3).settled(State.READY, LATER).is_unanswered
    assert refused.begun(3).settled(State.BOUND, LATER) == Outcome(State.BOUND, LATER, 3, 3)
    assert not Outcome().begun(1).settled(State.REFUSED, ANSWER).refused_since
