"""Interprets a reply for the devices of its request: the first matching case of `judge`.

`core/binding/request_cycle.py` acts on it, and `core/binding/advice.py` chooses the message for the user. HTTP
statuses follow Coze's pages and public SDKs (bindtool/README.md), the codes are in `codes`.
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
"""Characters kept of an answer's text: each of its rows stores a copy."""

_LONGEST_WAIT = 365 * 86400.0
"""Seconds; a server can ask for more than a datetime can hold, and a run must display when it continues."""


class VerdictKind(StrEnum):
    """The effect of a reply on the rows of its request; the values are stored in the database."""

    NEVER_SENT = "never_sent"
    STOP = "stop"
    WAIT = "wait"
    BOUND = "bound"
    LOST = "lost"
    REFUSED = "refused"


class StopCause(StrEnum):
    """Why a whole run stops: a cause outside the rows."""

    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    CHANNEL = "channel"
    BILLING = "billing"
    RISK_CONTROL = "risk_control"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of one reply.

    `cause`: with STOP. `retry_after`: the seconds the server asked for, with WAIT; None if it gave none.
    `quota`: with WAIT, the quota of a period is used up; that period may be a day.
    `trouble`: with LOST, the server itself reports that it can't process requests now.
    `obstacle`: with NEVER_SENT, why the request did not leave. `error`: with SIGN_IN, why there is no token.
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
"""A new token may help: Coze's own sign-in sample refreshes the token on 4100 and on 4101."""


def judge(reply: Reply) -> Verdict:
    """Return the verdict on a reply."""
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
        # From a proxy, after the request has left: it is no authority on tokens or rows.
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
    """Return a code, which is a Long (Coze's page): not false, which equals 0 in Python, not "0", not 20 digits."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None


def readable(value: object) -> str:
    """Return a string of an answer without lone surrogates, which no file or database accepts; "" for other types.

    JSON can contain half a surrogate pair.
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
    # Prefer the server's clock: the laptop's may be an hour off.
    since = read_date(reply.headers.get("date", "")) or reply.time
    return min(max(0.0, (until - since).total_seconds()), _LONGEST_WAIT)
