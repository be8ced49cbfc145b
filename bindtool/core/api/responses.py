"""Outcomes of a request before interpretation: HTTP answer, answer lost, never sent, no token.

`client` creates these values and `verdict` interprets them. An answer also carries the server's time, and so shows
how far this computer's clock is off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.api.certificate import Certificate
    from bindtool.core.common.errors import BindtoolError

CLOCK_TOLERANCE = 5
"""Minutes that this computer's clock may be off before the user is warned."""


class NotSent(StrEnum):
    """Why a request never left. The value is the stem of its texts.

    UNTRUSTED, EXPIRED and WRONG_NAME: the certificate was rejected; TLS: any other TLS failure. A proxy requires a
    login (PROXY_LOGIN), refused the user (PROXY_USER), requires a user signed in to the company's network
    (PROXY_TICKET), or offers only unsupported schemes (PROXY_SCHEMES); PROXY: any other proxy failure.
    PROXY_SCRIPT: an automatic configuration script that this system can't evaluate.
    """

    DNS = "obstacle.dns"
    CONNECT = "obstacle.connect"
    TIMEOUT = "obstacle.timeout"
    UNTRUSTED = "obstacle.untrusted"
    EXPIRED = "obstacle.expired"
    WRONG_NAME = "obstacle.wrong_name"
    TLS = "obstacle.tls"
    PROXY = "obstacle.proxy"
    PROXY_LOGIN = "obstacle.proxy_login"
    PROXY_USER = "obstacle.proxy_user"
    PROXY_TICKET = "obstacle.proxy_ticket"
    PROXY_SCHEMES = "obstacle.proxy_schemes"
    PROXY_SCRIPT = "obstacle.proxy_script"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A whole HTTP answer. Header names are in lower case; only the body of a sign-in contains a token."""

    time: datetime
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class NeverSent:
    """The request did not leave: the server can't have processed it.

    `detail`: the system's or a proxy's text, without a token; for PROXY_USER the user, for PROXY_SCHEMES the
    schemes, for PROXY_SCRIPT the script's URL. `host`: the proxy's address or the site's host, where the request
    failed. `certificate`: the rejected certificate, if it could be read.
    """

    time: datetime
    why: NotSent
    detail: str = ""
    host: str = ""
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request may have left and no whole answer arrived: the server may have processed it."""

    time: datetime


@dataclass(frozen=True, slots=True)
class NoToken:
    """The request did not leave, or its token was refused, and there is no other token: `error` says why."""

    time: datetime
    error: BindtoolError


Reply = HttpReply | NeverSent | AnswerLost | NoToken


def read_date(text: str) -> datetime | None:
    """Parse a header's date (RFC 9110, 5.6.7) into an aware datetime; None if it is invalid."""
    # Imported with the first answer: opening the window needs none.
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def minutes_off(reply: HttpReply, asked_at: datetime) -> int | None:
    """Return how many minutes this computer's clock is off; None if the answer has no valid Date header.

    The server set its time between `asked_at` and the answer's arrival, which may be hours later on a laptop that
    was asleep: only a time outside that interval counts.
    """
    theirs = read_date(reply.headers.get("date", ""))
    if theirs is None:
        return None
    first, last = sorted((asked_at, reply.time))
    off = max(first - theirs, theirs - last)
    return max(0, round(off.total_seconds() / 60))


class ClockWatch:
    """Checks the answers of a run until one has a valid Date header."""

    def __init__(self) -> None:
        self._done = False

    def look(self, reply: Reply, asked_at: datetime) -> int | None:
        """Return the clock's offset in minutes, once, if it exceeds `CLOCK_TOLERANCE`; else None."""
        if self._done or not isinstance(reply, HttpReply):
            return None
        minutes = minutes_off(reply, asked_at)
        self._done = minutes is not None
        return minutes if minutes is not None and minutes > CLOCK_TOLERANCE else None
