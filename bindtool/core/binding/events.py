"""What a run reports while it is on: values that name rows by their numbers and never hold a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.model.job import Request
    from bindtool.core.model.outcome import Answer, Outcome


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
    SIGN_IN = "sign_in"
    NOT_ACCEPTED = "not_accepted"
    UNANSWERED = "unanswered"
    TROUBLE = "trouble"
    WAIT_TOO_LONG = "wait_too_long"
    QUOTA = "quota"
    UNREACHABLE = "unreachable"
    PROXY_LOGIN = "proxy_login"


STOPPED_EARLY = frozenset(
    {
        Ending.STOPPED, Ending.AUTHENTICATION, Ending.PERMISSION, Ending.CHANNEL, Ending.BILLING,
        Ending.RISK_CONTROL, Ending.SIGN_IN, Ending.NOT_ACCEPTED, Ending.WAIT_TOO_LONG, Ending.QUOTA,
        Ending.PROXY_LOGIN,
    }
)  # fmt: skip
"""Endings of a run that was stopped before it came to its end; after any other, what was bound counts."""


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
    """Rows wait until a moment, for a reason; `seconds` is how long that is from now."""

    reason: WaitReason
    seconds: float
    until: datetime
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ObstacleChanged:
    """Something keeps requests from leaving, or another thing than before, or still the same when a person had it
    tried; None: it is over, or the run is.
    """

    obstacle: NeverSent | None


@dataclass(frozen=True, slots=True)
class Bisecting:
    """A refused request is bisected; `left` devices of it have no answer yet."""

    left: int


@dataclass(frozen=True, slots=True)
class SizeLimited:
    """The server takes no larger request: from now on one carries at most `size` devices."""

    size: int


@dataclass(frozen=True, slots=True)
class ClockOff:
    """The clock of this computer is off by so many minutes, by the server's; reported once a run."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over.

    `answer`: the one that stopped it. `until`: when to come back, with WAIT_TOO_LONG. `maybe_channel`: every
    device was refused alone, but they were too few to tell the channel from the rows. `obstacle`: what kept the
    last requests from leaving, with UNREACHABLE and PROXY_LOGIN. `list_refused`: the whole list of a channel that
    replaces it was refused, and could not be bisected. `error`: why there is no token any more, with SIGN_IN.
    `requests`: how many have left.
    """

    ending: Ending
    answer: Answer | None = None
    until: datetime | None = None
    maybe_channel: bool = field(default=False)
    obstacle: NeverSent | None = None
    list_refused: bool = False
    error: BindtoolError | None = None
    # How often somebody was asked does not tell two ends apart.
    requests: int = field(default=0, compare=False)


Event = Sending | Settled | Waiting | ObstacleChanged | Bisecting | SizeLimited | ClockOff | Ended
