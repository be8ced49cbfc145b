"""The next step: the action of the window's main button, and why it is disabled if it is.

Decides from facts that are handed in; the buttons are in `gui/binding/footer_bar.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bindtool.core.common.messages import Message


class Step(StrEnum):
    """The action of the main button."""

    SET_UP_PROFILE = "set_up_profile"
    ENTER_TOKEN = "enter_token"  # noqa: S105 - a step, not a token
    BIND = "bind"
    STOP = "stop"
    SCAN_AGAIN = "scan_again"
    BIND_AGAIN = "bind_again"
    HANDLE = "handle"
    DECIDE = "decide"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Handling:
    """The window's view of the rows to handle: the number of the chosen row, and how many can be sent again.

    `refused`: the last answer of the chosen row is a refusal, whatever came before. `awaited`: the next scan
    becomes its id.
    """

    row: int
    refused: bool
    n: int
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The facts behind the decision: the setup, the current run, and the number of rows in each state.

    `closed`: the channel replaces its list, and this laptop is not the sender. `handling`: None if the rows to
    handle are not in view, or none is left.
    """

    profile: bool
    token: bool
    running: bool
    stopping: bool
    ready: int
    to_handle: int
    bound: int
    held: int = 0
    closed: bool = False
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, its number of devices (for SCAN_AGAIN: the row), and why it can't be taken now, if so."""

    step: Step
    n: int = 0
    blocked: Message | None = None


def next_step(facts: StepFacts) -> NextStep:
    """Return the action of the main button: Bind → Stop → handle what is left → decide what is held → report.

    A missing prerequisite of Bind comes in its place: the profile, then the token. In the view of the rows to
    handle, it is the action for the chosen row: another scan for a refused one, another request for the others.
    """
    if facts.running:
        return NextStep(Step.STOP, blocked=Message.of("blocked.stopping") if facts.stopping else None)
    if facts.handling is not None:
        return _handle(facts, facts.handling)
    if facts.ready:
        return _missing(facts) or NextStep(Step.BIND, facts.ready, why_not_bind(facts))
    if facts.to_handle:
        return NextStep(Step.HANDLE, facts.to_handle)
    if facts.held and facts.profile:
        return NextStep(Step.DECIDE, facts.held)
    if facts.bound:
        return NextStep(Step.REPORT, facts.bound)
    return _missing(facts) or NextStep(Step.BIND, 0, Message.of("blocked.nothing_ready"))


def _missing(facts: StepFacts) -> NextStep | None:
    """Return the step for a missing prerequisite of sending; None if none is missing or it would not help."""
    if not facts.profile:
        return NextStep(Step.SET_UP_PROFILE)
    return None if facts.token or facts.closed else NextStep(Step.ENTER_TOKEN)


def _handle(facts: StepFacts, handling: Handling) -> NextStep:
    if handling.awaited:
        return NextStep(Step.SCAN_AGAIN, handling.row, Message.of("blocked.scan_awaited", row=handling.row))
    if handling.refused:
        return NextStep(Step.SCAN_AGAIN, handling.row)
    return _missing(facts) or NextStep(Step.BIND_AGAIN, handling.n, why_not_bind(facts))


def why_not_bind(facts: StepFacts) -> Message | None:
    """Return the missing prerequisite of sending; None if nothing is missing."""
    if not facts.profile:
        return Message.of("blocked.no_profile")
    if facts.closed:
        return Message.of("blocked.not_the_sender")
    if not facts.token:
        return Message.of("blocked.no_token")
    return None
