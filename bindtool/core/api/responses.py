"""What a request came back with, before anybody says what it means: an HTTP answer, none, never sent, no token.

`client` makes these values and `verdict` judges them; neither knows the other. An answer also tells the server's
time, and so how far this computer's clock is from it.
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
"""Minutes that this computer's clock may be off before a person is told."""


class NotSent(StrEnum):
    """Why a request never left. The value ends the ids of the texts that say so.

    UNTRUSTED, EXPIRED and WRONG_NAME are certificates that were refused, TLS is whatever else TLS fails at. A proxy
    wants a log-in (PROXY_LOGIN), has refused a user (PROXY_USER), wants one who is signed in to the company's
    network (PROXY_TICKET), or offers only schemes that can't serve (PROXY_SCHEMES); PROXY is whatever else it does.
    PROXY_SCRIPT is an automatic script that this system can't evaluate.
    """

    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    WRONG_NAME = "wrong_name"
    TLS = "tls"
    PROXY = "proxy"
    PROXY_LOGIN = "proxy_login"
    PROXY_USER = "proxy_user"
    PROXY_TICKET = "proxy_ticket"
    PROXY_SCHEMES = "proxy_schemes"
    PROXY_SCRIPT = "proxy_script"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A whole HTTP answer. Header names are in lower case; no body but that of a sign-in has a token in it."""

    time: datetime
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class NeverSent:
    """The request did not leave: the server can't have taken it.

    `detail` is the system's or a proxy's text, without a token; of PROXY_USER it is the user, of PROXY_SCHEMES they
    are the schemes, of PROXY_SCRIPT it is the script's address. `host`: what the request did not get past, a
    proxy's address or the site's host. `certificate`: the one that was refused, where it could be read.
    """

    time: datetime
    why: NotSent
    detail: str = ""
    host: str = ""
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request may have left and no whole answer came: the server may have taken it."""

    time: datetime


@dataclass(frozen=True, slots=True)
class NoToken:
    """The request did not leave, or was refused for its token, and there is no other: `error` says why."""

    time: datetime
    error: BindtoolError


Reply = HttpReply | NeverSent | AnswerLost | NoToken


def read_date(text: str) -> datetime | None:
    """Return the moment that a header names (RFC 9110, 5.6.7), aware; None where it names none."""
    # With the first answer: a window that opens has none.
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def minutes_off(reply: HttpReply, asked_at: datetime) -> int | None:
    """Return how many minutes this computer's clock is off; None where the answer tells no time.

    The server named its time between `asked_at` and the answer's arrival, which may be hours later on a laptop
    that was asleep: only what lies outside of them counts.
    """
    theirs = read_date(reply.headers.get("date", ""))
    if theirs is None:
        return None
    first, last = sorted((asked_at, reply.time))
    off = max(first - theirs, theirs - last)
    return max(0, round(off.total_seconds() / 60))


class ClockWatch:
    """Looks at the answers of a run until one has a time in it."""

    def __init__(self) -> None:
        self._done = False

    def look(self, reply: Reply, asked_at: datetime) -> int | None:
        """Return the minutes that the clock is off, once, if it is more than tolerable; else None."""
        if self._done or not isinstance(reply, HttpReply):
            return None
        minutes = minutes_off(reply, asked_at)
        self._done = minutes is not None
        return minutes if minutes is not None and minutes > CLOCK_TOLERANCE else None
