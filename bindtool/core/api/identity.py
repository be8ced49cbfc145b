"""Identifies the account of a token by GET /v1/users/me, and how far the answer can be relied on.

The call is in `client`. It binds nothing, and says nothing about permission, channel or key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.api.responses import HttpReply, Reply
from bindtool.core.api.verdict import StopCause, VerdictKind, judge, readable
from bindtool.core.common.untrusted_input import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping


class TokenCheck(StrEnum):
    """Result of checking the token by GET /v1/users/me on the same site."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCLEAR = "unclear"


TOKEN_TEXTS: Mapping[TokenCheck, str] = MappingProxyType(
    {
        TokenCheck.ACCEPTED: "check.token_accepted",
        TokenCheck.REFUSED: "check.token_refused",
        TokenCheck.UNCLEAR: "check.token_unclear",
    }
)
"""The message id of each result."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Result of a token's check; name and UID are the account's, "" if the answer lacks them."""

    check: TokenCheck
    name: str = ""
    user_id: str = ""


def read_identity(reply: Reply) -> Identity:
    """Interpret a reply to GET /v1/users/me.

    A 401 and the codes of an invalid token mean REFUSED. 403 and 4101 may be a missing permission as well, and any
    other code except 0 proves nothing: both are UNCLEAR.
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
