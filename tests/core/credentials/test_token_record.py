"""A token with its site, as one entry of the password store."""

from __future__ import annotations

import json
import traceback

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_record import TokenRecord

SITE = "https://api.coze.cn"
TOKEN = AccessToken("pat_5678secret")
WINDOWS_HOLDS = 1280
"""Characters."""


@pytest.mark.parametrize("text", ["pat_5678secret", "sat_" + "x" * 60, 'odd"\\{}~'])
def test_a_record_comes_back_as_it_was(text: str) -> None:
    """Token and site, whatever signs a token has; nobody sees the token in what is shown of it."""
    record = TokenRecord(AccessToken(text), SITE)
    assert TokenRecord.parse(record.text) == record
    assert text not in repr(record)


def test_a_token_alone_has_no_site() -> None:
    """0.1.0 kept the bare text."""
    assert TokenRecord.parse("pat_5678secret") == TokenRecord(TOKEN, "")


def test_an_earlier_bindtool_does_not_send_a_record() -> None:
    """0.1.0 takes an entry for the token itself; its rules refuse the spaces of JSON, so nothing leaves."""
    with pytest.raises(BadInput) as caught:
        AccessToken(TokenRecord(TOKEN, SITE).text)
    assert caught.value.id == "token.unfit_space"


def test_one_who_has_signed_in_needs_no_other_form() -> None:
    """What a sign-in adds is passed over, and with it the record still fits into Windows' credential store."""
    signed_in = {
        **json.loads(TokenRecord(AccessToken("czu_" + "x" * 64), "https://coze.gateway.example.com:8443").text),
        "client_id": "9" * 32 + ".app.coze",
        "refresh_token": "y" * 72,
        "expires_at": 1720098388,
        "refresh_until": 1722690388,
        "user_id": "7" * 19,
        "flow": "browser",
    }
    text = json.dumps(signed_in)
    assert TokenRecord.parse(text).token.kind == "user"
    assert len(text) < WINDOWS_HOLDS


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "{" * 100_000,
        '{"version": 2, "site": "https://api.coze.cn", "access_token": "pat_5678secret"}',
        '{"version": 1, "site": "", "access_token": "pat_5678secret"}',
        '{"version": 1, "site": 5, "access_token": "pat_5678secret"}',
        '{"version": 1, "site": "https://api.coze.cn", "access_token": null}',
        '{"version": 1, "site": "https://a.example", "site": "https://b.example", "access_token": "pat_secret"}',
        '{"version": 1, "site": "https://api.coze.cn", "access_token": "pat_5678secret", "n": NaN}',
        '{"version": 1, "site": "https://api.coze.cn", "access_token": "pat_5678secret"',
    ],
)
def test_what_is_no_record(text: str) -> None:
    """A later bindtool's, or one that was changed from outside: it is refused, and no traceback shows it."""
    with pytest.raises(BadInput) as caught:
        TokenRecord.parse(text)
    assert caught.value.id == "token.unreadable"
    assert caught.value.__context__ is None
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_a_record_whose_token_is_none() -> None:
    """What is no token does not get into a header."""
    with pytest.raises(BadInput) as caught:
        TokenRecord.parse(json.dumps({"version": 1, "site": SITE, "access_token": "a b\r\nX-Other: 1"}))
    assert caught.value.id == "token.unfit_line_break"
