"""What a reply means for the devices of its request: the first case of `judge` that it fits.

The statuses of each case are those of Coze's pages and public SDKs (bindtool/README.md), its codes are in `codes`.
What is done about it is decided in `core/binding/request_cycle.py`, which message a person gets in
`core/binding/advice.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from bindtool.core.api import codes
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoToken, Reply, read_date
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.model.outcome import Answer

if TYPE_CHECKING:
    from bindtool.core.common.errors import BindtoolError

_SUCCESS, _REDIRECT, _SERVER_ERROR = 2, 3, 5

_LONGEST_MESSAGE, _LONGEST_LOG_ID = 4096, 256
"""Characters that are kept of an answer: each of its rows has a copy."""

_LONGEST_WAIT = 365 * 86400.0
"""Seconds; a server can ask for more than a calendar can hold, and a run has to say when to come back."""


class VerdictKind(StrEnum):
    """What has to happen to the rows of a request; the values are stored in the database."""

    NEVER_SENT = "never_sent"
    STOP = "stop"
    WAIT = "wait"
    BOUND = "bound"
    LOST = "lost"
    REFUSED = "refused"


class StopCause(StrEnum):
    """Why a whole run stops: something that no row is at fault for."""

    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    CHANNEL = "channel"
    BILLING = "billing"
    RISK_CONTROL = "risk_control"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of one reply.

    `cause` goes with STOP. `retry_after`: seconds the server asked for, with WAIT; None where it named none.
    `quota`: the quota of a time is used up, with WAIT: that time may be a day.
    `trouble`: the server itself says that it can't answer properly now, with LOST.
    `obstacle`: what kept the request from leaving, with NEVER_SENT. `error`: why there is no token, with SIGN_IN.
    """

    kind: VerdictKind
    answer: Answer
    cause: StopCause | None = None
    retry_after: float | None = None
    quota: bool = False
    trouble: bool = False
    obstacle: NeverSent | None = None
    error: BindtoolError | None = None


TOKEN_REFUSED = frozenset({StopCause.AUTHENTICATION, StopCause.PERMISSION})
"""A new token may help: Coze's own sample for people who have signed in asks for one at 4100 and at 4101."""


def judge(reply: Reply) -> Verdict:
    """Return what `reply` means."""
    match reply:
        case NeverSent():
            return Verdict(VerdictKind.NEVER_SENT, Answer(reply.time), obstacle=reply)
        case AnswerLost():
            return Verdict(VerdictKind.LOST, Answer(reply.time))
        case NoToken():
            return Verdict(VerdictKind.STOP, Answer(reply.time), cause=StopCause.SIGN_IN, error=reply.error)
    return _judge_http(reply)


def _judge_http(reply: HttpReply) -> Verdict:
    body = read_object(reply.body) or {}
    code, message = _integer(body.get("code")), readable(body.get("msg"))[:_LONGEST_MESSAGE]
    answer = Answer(reply.time, code, message, _log_id(reply, body), reply.status)
    if reply.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        # Some proxy's, after the request has left: what it says of tokens or rows is not the site's word.
        return Verdict(VerdictKind.LOST, answer)
    cause = _stop_cause(reply.status, code)
    if cause is not None:
        return Verdict(VerdictKind.STOP, answer, cause=cause)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or code in codes.WAIT:
        return Verdict(VerdictKind.WAIT, answer, retry_after=_retry_after(reply), quota=code in codes.QUOTA)
    family = reply.status // 100
    if family == _SUCCESS and code == 0:
        return Verdict(VerdictKind.BOUND, answer)
    trouble = family == _SERVER_ERROR or code in codes.TROUBLE
    late = reply.status == HTTPStatus.REQUEST_TIMEOUT
    if trouble or late or family == _REDIRECT or code is None or code == 0:
        return Verdict(VerdictKind.LOST, answer, trouble=trouble)
    return Verdict(VerdictKind.REFUSED, answer)


def _stop_cause(status: int, code: int | None) -> StopCause | None:
    if status == HTTPStatus.UNAUTHORIZED or code in codes.AUTHENTICATION:
        return StopCause.AUTHENTICATION
    if status == HTTPStatus.FORBIDDEN or code in codes.PERMISSION:
        return StopCause.PERMISSION
    if status == HTTPStatus.NOT_FOUND or code in codes.CHANNEL:
        return StopCause.CHANNEL
    if code in codes.BILLING:
        return StopCause.BILLING
    if code in codes.RISK_CONTROL:
        return StopCause.RISK_CONTROL
    return None


def _integer(value: object) -> int | None:
    """A code is a Long (Coze's page): not false, which Python counts as 0, not "0", not a number of 20 digits."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None


def readable(value: object) -> str:
    """Return a text of an answer as a file, a database and a window can hold it; "" for what is no text.

    JSON can spell half a surrogate pair.
    """
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _log_id(reply: HttpReply, body: dict[str, object]) -> str:
    detail = body.get("detail")
    log_id = readable(detail.get("logid")) if isinstance(detail, dict) else ""
    return (log_id or reply.headers.get("x-tt-logid", ""))[:_LONGEST_LOG_ID]


def _retry_after(reply: HttpReply) -> float | None:
    """Read Retry-After in both its forms (RFC 9110, 10.2.3): seconds, or a date compared with the answer's."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _LONGEST_WAIT)
    until = read_date(text)
    if until is None:
        return None
    # The server's own clock, where it gives it: the laptop's may be an hour off.
    since = read_date(reply.headers.get("date", "")) or reply.time
    return min(max(0.0, (until - since).total_seconds()), _LONGEST_WAIT)
