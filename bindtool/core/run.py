"""The words of a run: what it is given, what it tells, and what it needs from others.

Owns values and protocols only. The run itself is `submit`; the binder is made of `api`, the journal of `store`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bindtool.core.device import Device
    from bindtool.core.outcome import Answer, Outcome
    from bindtool.core.reply import NeverSent, Reply
    from bindtool.core.verdict import Kind


@dataclass(frozen=True, slots=True)
class Job:
    """A row that is to be bound: its number, its device, and what is known of it so far."""

    number: int
    device: Device
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Policy:
    """How a run goes about it.

    `rate`: requests a second, 0 for no limit. `resend`: how often a lost answer is asked for again. `max_wait`:
    seconds without a way to the server after which rows are `unsent`; None: no limit. `proven`: the channel has
    answered with code 0 before, so no device need go ahead alone. `whole_list`: the channel replaces its list, so
    all rows go in one request, and nothing is taken apart.
    """

    batch_size: int = 50
    concurrency: int = 1
    rate: float = 2.0
    resend: int = 2
    max_wait: float | None = None
    proven: bool = False
    whole_list: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it leaves: its number in the run, counted from 1, and its rows."""

    number: int
    time: datetime
    jobs: tuple[Job, ...]


class Binder(Protocol):
    """Sends one request. Must not raise: what went wrong is a reply."""

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Bind `devices`, at least one, with one request and return what came back.

        Once `give_up` is set, or where it is cancelled, what is known by then comes back at once: that the request
        never left, or that it may have.
        """


class Journal(Protocol):
    """Writes a run down. Returns when the disk has it; raises StoreFailed where it can't be had."""

    async def begin(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Note that a request is about to leave, with the outcomes of its rows by number."""

    async def withdraw(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Note that a request that was begun did not leave after all, with its rows' outcomes from before."""

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: Kind | None = None
    ) -> None:
        """Note what is known now of rows, after `request`, which came to that `kind` of answer, or without one."""


class WaitReason(StrEnum):
    """Why rows wait. The value ends the id of the text that says so."""

    ASKED = "asked"
    OFFLINE = "offline"
    LOST = "lost"
    TROUBLE = "trouble"


LONG_WAIT = 60.0
"""Seconds; asked to wait for longer, it may well be that other laptops are binding too."""


class Ending(StrEnum):
    """How a run ended. The value ends the id of the text that says so."""

    FINISHED = "finished"
    STOPPED = "stopped"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    CHANNEL = "channel"
    BILLING = "billing"
    RISK_CONTROL = "risk_control"
    NOT_ACCEPTED = "not_accepted"
    UNANSWERED = "unanswered"
    TROUBLE = "trouble"
    WAIT_TOO_LONG = "wait_too_long"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Sending:
    """A request leaves; the disk knows."""

    request: Request
    outcomes: Mapping[int, Outcome]


@dataclass(frozen=True, slots=True)
class Settled:
    """Rows have a new outcome, by number; the disk knows."""

    outcomes: Mapping[int, Outcome]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows wait until a moment, for a reason; `seconds` is how long that is from now.

    `obstacle`: what keeps them from leaving, with OFFLINE.
    """

    reason: WaitReason
    seconds: float
    until: datetime
    rows: tuple[int, ...]
    obstacle: NeverSent | None = None


@dataclass(frozen=True, slots=True)
class Looking:
    """A refused request is taken apart; `left` devices of it have no answer yet."""

    left: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """The server takes no more than this: from now on a request carries at most `size` devices."""

    size: int


@dataclass(frozen=True, slots=True)
class ClockOff:
    """The clock of this computer is off by so many minutes, by the server's; told once a run."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over.

    `answer`: the one that stopped it. `until`: when to come back, with WAIT_TOO_LONG. `maybe_channel`: every
    device was refused alone, but they were too few to tell the channel from the rows. `obstacle`: what kept the
    last requests from leaving, with UNREACHABLE. `list_refused`: the whole list of a channel that replaces it was
    refused, and could not be taken apart.
    """

    ending: Ending
    answer: Answer | None = None
    until: datetime | None = None
    maybe_channel: bool = field(default=False)
    obstacle: NeverSent | None = None
    list_refused: bool = False


Event = Sending | Settled | Waiting | Looking | Fitted | ClockOff | Ended
