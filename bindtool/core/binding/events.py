"""The events that a run reports while it is active: they name rows by number and never hold a row.

`runner` yields them.
"""

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
    """Why rows wait."""

    ASKED = "asked"
    OFFLINE = "offline"
    LOST = "lost"
    TROUBLE = "trouble"


LONG_WAIT = 60.0
"""Seconds; a longer requested wait suggests that other laptops are binding too."""


class Ending(StrEnum):
    """How a run ended. A stop has the value of its `StopCause`."""

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
"""Endings of a run that stopped early; after any other, the bound devices count."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A request leaves; already recorded on disk."""

    request: Request
    outcomes: Mapping[int, Outcome]


@dataclass(frozen=True, slots=True)
class Settled:
    """New outcomes of rows, by number; already recorded on disk."""

    outcomes: Mapping[int, Outcome]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows wait until a time, for a reason; `seconds`: the same, from now."""

    reason: WaitReason
    seconds: float
    until: datetime
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ObstacleChanged:
    """A new or different obstacle keeps requests from leaving, or the same after the user's retry; None: the
    obstacle or the run is over.
    """

    obstacle: NeverSent | None


@dataclass(frozen=True, slots=True)
class Bisecting:
    """A refused request is being bisected; `left` of its devices have no answer yet."""

    left: int


@dataclass(frozen=True, slots=True)
class SizeLimited:
    """The server accepts no larger request: from now on each carries at most `size` devices."""

    size: int


@dataclass(frozen=True, slots=True)
class ClockOff:
    """This computer's clock differs from the server's by `minutes`; reported once per run."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over.

    `answer`: the answer that stopped it. `until`: the time to come back, with WAIT_TOO_LONG. `maybe_channel`: every
    device was refused alone, but they were too few to blame either the channel or the rows. `obstacle`: why the
    last requests could not leave, with UNREACHABLE and PROXY_LOGIN. `list_refused`: the whole list of a channel
    that replaces it was refused, and could not be bisected. `error`: why there is no token any more, with SIGN_IN.
    `requests`: the number that have left.
    """

    ending: Ending
    answer: Answer | None = None
    until: datetime | None = None
    maybe_channel: bool = field(default=False)
    obstacle: NeverSent | None = None
    list_refused: bool = False
    error: BindtoolError | None = None
    # The number of requests does not distinguish two endings.
    requests: int = field(default=0, compare=False)


Event = Sending | Settled | Waiting | ObstacleChanged | Bisecting | SizeLimited | ClockOff | Ended
