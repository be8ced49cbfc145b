"""The one next step: what the corner of the window offers, and why it is closed where it is.

Owns the decision only, from facts that are handed in; the buttons are the window's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bindtool.core.message import Message


class Step(StrEnum):
    """What a person does next."""

    BIND = "bind"
    STOP = "stop"
    HANDLE = "handle"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on: what is there, what runs, and how many rows are in which way.

    `closed`: the channel replaces its list, and this laptop is not the one that sends.
    """

    profile: bool
    token: bool
    running: bool
    stopping: bool
    ready: int
    to_handle: int
    bound: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, how many devices it is about, and why it can't be taken now (None where it can)."""

    step: Step
    n: int = 0
    blocked: Message | None = None


def next_step(facts: Facts) -> NextStep:
    """Return what the corner offers: Bind → Stop → show what is to handle → save the report (ux.md 5.1)."""
    if facts.running:
        return NextStep(Step.STOP, blocked=Message.of("blocked.stopping") if facts.stopping else None)
    if facts.ready:
        return NextStep(Step.BIND, facts.ready, _why_not_bind(facts))
    if facts.to_handle:
        return NextStep(Step.HANDLE, facts.to_handle)
    if facts.bound:
        return NextStep(Step.REPORT, facts.bound)
    return NextStep(Step.BIND, 0, Message.of("blocked.nothing_ready"))


def _why_not_bind(facts: Facts) -> Message | None:
    if not facts.profile:
        return Message.of("blocked.no_profile")
    if facts.closed:
        return Message.of("blocked.not_the_sender")
    if not facts.token:
        return Message.of("blocked.no_token")
    return None
