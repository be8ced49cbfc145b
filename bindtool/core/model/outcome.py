"""The outcome of a row: its state, the last answer, and the allowed changes of state.

Implements the rule that a lost answer is never forgotten, and the state of a row in flight after a crash. The
meaning of an answer is decided in `core/api/verdict.py`, when to ask again in `core/binding/request_cycle.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime


class State(StrEnum):
    """The states of a row; the values appear in reports and files in every language."""

    INCOMPLETE = "incomplete"
    READY = "ready"
    SENDING = "sending"
    WAITING = "waiting"
    BOUND = "bound"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNSENT = "unsent"


UNDER_WAY = frozenset({State.SENDING, State.WAITING})
"""A run holds the row: nothing else may change it."""

SENDABLE = frozenset({State.READY, State.REFUSED, State.UNKNOWN, State.UNSENT})
"""A run may take the row up."""

FRESH = frozenset({State.READY, State.UNSENT})
"""Bind sends the row without a question: it was never sent, or could not be."""

NEEDS_HAND = frozenset({State.REFUSED, State.UNKNOWN, State.UNSENT})
"""After a run a person has to look at the row."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request, as far as there was one; kept to look at and for Coze's support.

    `code`, `http_status`: None if there was none. `log_id`: "" if there was none. `time`: when it came or the
    request was given up. `message`: the server's own words, or "".
    """

    time: datetime
    code: int | None = None
    message: str = ""
    log_id: str = ""
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of a row.

    `attempts` counts the requests that carried it; `request` is the number of the last one in its run. `lost`: some
    request that carried it had no proper answer, so the device may be bound already. `refused_since`: a later
    answer refused it, so another request is useless. `refused_with`: the number of devices in its last request, if
    that was refused and not split; else 0.
    """

    state: State = State.READY
    answer: Answer | None = None
    attempts: int = 0
    request: int | None = None
    lost: bool = False
    refused_since: bool = False
    refused_with: int = 0

    @property
    def is_unanswered(self) -> bool:
        """Whether the result is unknown and another request could settle it."""
        return self.state is State.UNKNOWN and not self.refused_since

    def begun(self, request: int) -> Outcome:
        """Return the outcome of a row sent with `request`; the last answer stays to look at."""
        return Outcome(State.SENDING, self.answer, self.attempts + 1, request, self.lost, self.refused_since)

    def settled(self, state: State, answer: Answer | None = None) -> Outcome:
        """Return the outcome after an answer that by itself means `state`.

        A row with a lost answer becomes `bound` or stays `unknown`; with an answer of None the earlier one is kept.
        """
        still = self.refused_since and answer is None and state is not State.UNKNOWN
        answer = answer or self.answer
        if state is State.BOUND:
            return Outcome(state, answer, self.attempts, self.request)
        lost = self.lost or state is State.UNKNOWN
        refused_since = lost and (state is State.REFUSED or still)
        if lost and state not in UNDER_WAY:
            state = State.UNKNOWN
        return Outcome(state, answer, self.attempts, self.request, lost, refused_since)

    def left_refused(self, count: int) -> Outcome:
        """Return the outcome of a row whose refused request of `count` devices is not split."""
        outcome = self.settled(State.READY)
        return replace(outcome, refused_with=count) if outcome.state is State.READY else outcome

    def recovered(self) -> Outcome:
        """Return the outcome to show after a crash: a request in flight may have been accepted."""
        if self.state is State.SENDING:
            return self.settled(State.UNKNOWN)
        if self.state is State.WAITING:
            return self.settled(State.READY)
        return self


def changed(outcomes: Mapping[int, Outcome], change: Callable[[Outcome], Outcome]) -> dict[int, Outcome]:
    """Return `outcomes` with `change` applied. Rows of a request mostly share an outcome, which is changed once."""
    result: dict[int, Outcome] = {}
    before = after = None
    for number, outcome in outcomes.items():
        if after is None or outcome is not before:
            before, after = outcome, change(outcome)
        result[number] = after
    return result
