"""A token with its site, as one entry of the password store."""

from __future__ import annotations

import json
import traceback

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord

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
    """Something has kept the bare text."""
    assert TokenRecord.parse("pat_5678secret") == TokenRecord(TOKEN, "")


SIGN_IN = SignIn("9" * 32 + ".app.coze", Secret("y" * 72), "7" * 19, 1720098388, 900)
SIGNED_IN = TokenRecord(AccessToken("czu_" + "x" * 64), "https://coze.gateway.example.com:8443", SIGN_IN)


def test_one_who_has_signed_in_comes_back_too() -> None:
    """With all that a token is renewed with, of which nobody sees a secret, it fits into Windows' store thrice."""
    assert TokenRecord.parse(SIGNED_IN.text) == SIGNED_IN
    assert len(SIGNED_IN.text) < WINDOWS_HOLDS // 3
    assert [secret.reveal()[:4] for secret in SIGNED_IN.secrets] == ["czu_", "yyyy"]
    assert TokenRecord(TOKEN, SITE).secrets == (TOKEN,)
    assert not any(text in repr(SIGNED_IN) for text in ("xxxx", "yyyy"))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"refresh_token": "two words"},
        {"refresh_token": ""},
        {"user_id": 7},
        {"expires_at": "soon"},
        {"lives": None},
    ],
)
def test_what_of_a_sign_in_can_not_be_read(changes: dict[str, object]) -> None:
    """The token is one as any other then: used as long as it lasts."""
    text = json.dumps({**json.loads(SIGNED_IN.text), **changes})
    assert TokenRecord.parse(text) == TokenRecord(SIGNED_IN.token, SIGNED_IN.site)


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
