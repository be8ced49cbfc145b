"""Whose token it is, and what can't be told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bindtool.core.api.identity import Identity, TokenCheck, read_identity
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NotSent, Reply

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
UNCLEAR = Identity(TokenCheck.UNCLEAR)


def http(body: object, status: int = 200) -> HttpReply:
    """Return an answer with a JSON body."""
    return HttpReply(NOON, status, {}, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"nick_name": "A12", "user_name": "user7126"}, "A12"),
        ({"nick_name": "", "user_name": "user7126"}, "user7126"),
        ({"nick_name": 7}, ""),
        (["A12"], ""),
        (None, ""),
    ],
)
def test_accepted(data: object, name: str) -> None:
    """A code of 0 accepts the token; the account's name is told where there is one."""
    assert read_identity(http({"code": 0, "data": data})) == Identity(TokenCheck.ACCEPTED, name)


@pytest.mark.parametrize(("uid", "user_id"), [("7126", "7126"), (7126, "")])
def test_the_account_is_known_by_its_uid(uid: object, user_id: str) -> None:
    """Where it is a text, as the vendor's SDKs have it."""
    identity = read_identity(http({"code": 0, "data": {"user_name": "user7126", "user_id": uid}}))
    assert identity == Identity(TokenCheck.ACCEPTED, "user7126", user_id)


@pytest.mark.parametrize("reply", [http({}, 401), http({"code": 4100}), http({"code": 700012006}, 400)])
def test_refused(reply: Reply) -> None:
    """A 401 and the codes of a bad token refuse it."""
    assert read_identity(reply) == Identity(TokenCheck.REFUSED)


@pytest.mark.parametrize(
    "reply",
    [
        http({"code": 4101}, 403),
        http({"code": 4013}, 429),
        http({"code": "0"}),
        http({"code": 0}, 500),
        HttpReply(NOON, 200, {}, b"<html>"),
        HttpReply(NOON, 200, {}, b'{"code":4100,"code":0,"data":{"nick_name":"A12"}}'),
        HttpReply(NOON, 200, {}, b'{"code":0,"data":{"nick_name":"A12","nick_name":"B7"}}'),
        NeverSent(NOON, NotSent.DNS),
        AnswerLost(NOON),
    ],
)
def test_unclear(reply: Reply) -> None:
    """A missing permission, a wait, a spoilt answer and none at all prove nothing."""
    assert read_identity(reply) == UNCLEAR
