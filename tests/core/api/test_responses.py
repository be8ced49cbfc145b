"""Replies: four values, and the words that stand for their reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoToken, NotSent, Reply

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_reply_is_one_of_four() -> None:
    """An answer, none, none possible, or no token to ask with: `verdict` needs to know no other."""
    assert set(get_args(Reply)) == {HttpReply, NeverSent, AnswerLost, NoToken}


def test_the_reasons_have_their_words() -> None:
    """The values end the ids of the texts that say them."""
    assert [str(why) for why in NotSent] == [
        "dns", "connect", "timeout", "untrusted", "expired", "wrong_name", "tls", "proxy", "proxy_login",
            "proxy_user", "proxy_ticket", "proxy_schemes", "proxy_script",
    ]  # fmt: skip


def test_an_answer_may_have_nothing_but_a_status() -> None:
    """Headers and body are empty where there were none, and no two answers share their headers."""
    one, other = HttpReply(NOON, 204), HttpReply(NOON, 204)

    assert (dict(one.headers), one.body) == ({}, b"")
    assert one.headers is not other.headers


def test_no_system_text_is_no_text() -> None:
    """The system may have said nothing."""
    assert NeverSent(NOON, NotSent.CONNECT).detail == ""
