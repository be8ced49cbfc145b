"""Whose token it is: what GET /v1/users/me says, and how far that can be relied on.

The call binds nothing, and says nothing of permission, channel or key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bindtool.core.api.responses import HttpReply, Reply
from bindtool.core.api.verdict import StopCause, VerdictKind, judge, readable
from bindtool.core.common.untrusted_input import read_object


class TokenCheck(StrEnum):
    """What GET /v1/users/me on the same site said of the token."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the check of a token found; name and UID are the account's, "" where the answer has none."""

    check: TokenCheck
    name: str = ""
    user_id: str = ""


def read_identity(reply: Reply) -> Identity:
    """Return what a reply to GET /v1/users/me says of the token.

    A 401 and the codes of a bad token refuse it. 403 and 4101 may be a missing permission as well, and
    anything but a code of 0 proves nothing: both are unclear.
    """
    verdict = judge(reply)
    if verdict.kind is VerdictKind.BOUND and isinstance(reply, HttpReply):
        return Identity(TokenCheck.ACCEPTED, *_account(reply.body))
    if verdict.cause is StopCause.AUTHENTICATION:
        return Identity(TokenCheck.REFUSED)
    return Identity(TokenCheck.UNCLEAR)


def _account(body: bytes) -> tuple[str, str]:
    """Return the account's name and UID."""
    data = (read_object(body) or {}).get("data")
    if not isinstance(data, dict):
        return "", ""
    names = (readable(data.get("nick_name")), readable(data.get("user_name")))
    return next(filter(None, names), ""), readable(data.get("user_id"))
