"""The one next step: what the main button of the window offers, and why it is disabled if it is.

Decides from facts that are handed in; the buttons are in `gui/binding/footer_bar.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bindtool.core.common.messages import Message


class Step(StrEnum):
    """What a person does next."""

    SET_UP_PROFILE = "set_up_profile"
    ENTER_TOKEN = "enter_token"  # noqa: S105 - no token, but what a person does about it
    BIND = "bind"
    STOP = "stop"
    SCAN_AGAIN = "scan_again"
    BIND_AGAIN = "bind_again"
    HANDLE = "handle"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Handling:
    """What the window shows of the rows to handle: the number of the chosen one, and how many can be sent again.

    `refused`: the chosen one was refused last, whatever came before. `awaited`: the next scan becomes its id.
    """

    row: int
    refused: bool
    n: int
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the decision rests on: what is set up, what runs, and how many rows are in which state.

    `closed`: the channel replaces its list, and this laptop is not the one that sends. `handling`: None where the
    rows to handle are not in view, or none of them is left.
    """

    profile: bool
    token: bool
    running: bool
    stopping: bool
    ready: int
    to_handle: int
    bound: int
    closed: bool = False
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, how many devices it is about (for SCAN_AGAIN: which row), and why it can't be taken now, if so."""

    step: Step
    n: int = 0
    blocked: Message | None = None


def next_step(facts: StepFacts) -> NextStep:
    """Return what the main button offers: Bind → Stop → show what is to handle → save the report.

    What Bind lacks comes in its place: the profile, then the token. In the view of what is to handle, it is what
    helps the chosen row: another scan for a refused one, another request for the others.
    """
    if facts.running:
        return NextStep(Step.STOP, blocked=Message.of("blocked.stopping") if facts.stopping else None)
    if facts.handling is not None:
        return _handle(facts, facts.handling)
    if facts.ready:
        return _missing(facts) or NextStep(Step.BIND, facts.ready, why_not_bind(facts))
    if facts.to_handle:
        return NextStep(Step.HANDLE, facts.to_handle)
    if facts.bound:
        return NextStep(Step.REPORT, facts.bound)
    return _missing(facts) or NextStep(Step.BIND, 0, Message.of("blocked.nothing_ready"))


def _missing(facts: StepFacts) -> NextStep | None:
    """Return what has to be there before anything can be sent; None where it is, or would be of no use."""
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
    """Say what is missing before anything can be sent; None where nothing is."""
    if not facts.profile:
        return Message.of("blocked.no_profile")
    if facts.closed:
        return Message.of("blocked.not_the_sender")
    if not facts.token:
        return Message.of("blocked.no_token")
    return None
