"""What is asked for signing in, byte for byte, and what the answers mean, in both dialects."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NotSent
from bindtool.core.common.errors import SignInFailed
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.sign_in.wire import (
    CODE_PATH,
    TOKEN_PATH,
    DeviceCode,
    Grant,
    Refusal,
    Refused,
    SiteNotReached,
    ask_for_code,
    ask_for_renewal,
    ask_for_token,
    granted,
    poll_for_token,
)
from tests.core.sign_in.bench import Scripted, at

NOON = datetime(2024, 7, 4, 12, 51, 28, tzinfo=UTC)
MOMENT = 1720098388
"""The `expires_in` of the vendor's page: 13:06:28 of that day, 15 minutes later."""

TOKEN = "czu_UEE2mJn66h0fMHxLCVv9uQ7HAoNNS8DmF6N6grjWmkHX2jPm8SR0tJcKop8v"
REFRESH = "LBEP9iWU7rn60PWa58GER5rr6vygb5WSACu2vASlCQu7kpFkavCrNa9BBDpHLUlGd46a"
GRANTED = {"access_token": TOKEN, "expires_in": MOMENT, "refresh_token": REFRESH}
CODE = {
    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIyS",
    "user_code": "WDJB-MJHT",
    "verification_uri": "https://www.coze.cn/device",
    "expires_in": 1800,
    "interval": 5,
}


def answered(body: object, status: int = 200, date: str = "") -> HttpReply:
    """Return an answer in JSON, with the server's time."""
    return at(NOON, json.dumps(body).encode(), status, {"date": date} if date else {})


def renew(reply: HttpReply | NeverSent | AnswerLost, refresh_token: str = REFRESH) -> object:
    """Ask for a new token and return what is made of the answer."""
    return asyncio.run(ask_for_renewal(Scripted(reply), "9.app.coze", Secret(refresh_token)))


def test_what_is_sent() -> None:
    """The bodies of the vendor's pages, as JSON, on two paths."""
    site = Scripted(*[answered(CODE)] + [answered(GRANTED)] * 3)

    async def ask() -> None:
        code = await ask_for_code(site, "5.app.coze")
        assert isinstance(code, DeviceCode)
        await poll_for_token(site, "5.app.coze", code)
        await ask_for_token(site, "9.app.coze", Secret("code_x"), "http://127.0.0.1:1/callback", Secret("verifier"))
        await ask_for_renewal(site, "9.app.coze", Secret(REFRESH))

    asyncio.run(ask())
    assert [(path, json.loads(body)) for path, body in site.sent] == [
        (CODE_PATH, {"client_id": "5.app.coze"}),
        (
            TOKEN_PATH,
            {
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "client_id": "5.app.coze",
                "device_code": CODE["device_code"],
            },
        ),
        (
            TOKEN_PATH,
            {
                "grant_type": "authorization_code",
                "client_id": "9.app.coze",
                "redirect_uri": "http://127.0.0.1:1/callback",
                "code": "code_x",
                "code_verifier": "verifier",
            },
        ),
        (TOKEN_PATH, {"grant_type": "refresh_token", "client_id": "9.app.coze", "refresh_token": REFRESH}),
    ]


@pytest.mark.parametrize(
    ("expires_in", "date", "lives"),
    [
        (MOMENT, "", 900),
        (MOMENT, format_datetime(NOON + timedelta(minutes=10)), 300),
        (MOMENT, "yesterday", 900),
        (MOMENT - 3600, "", 900),
        (MOMENT + 2 * 86400, "", 900),
        (600, "", 600),
        (0, "", 900),
        ("soon", "", 900),
        (None, "", 900),
    ],
)
def test_how_long_a_token_lives(expires_in: object, date: str, lives: int) -> None:
    """`expires_in` is a moment by the server's clock; where it makes no sense, the vendor's 15 minutes count."""
    grant = renew(answered({**GRANTED, "expires_in": expires_in}, date=date))
    assert grant == Grant(AccessToken(TOKEN), Secret(REFRESH), lives)


def test_what_is_kept_of_a_grant() -> None:
    """The moment is by this computer's clock; a token that can't be renewed is kept like one that was pasted."""
    grant = Grant(AccessToken(TOKEN), Secret(REFRESH), 900)
    record = grant.record("https://api.coze.cn", "9.app.coze", "77", NOON)
    sign_in = SignIn("9.app.coze", Secret(REFRESH), "77", MOMENT, 900)
    assert record == TokenRecord(AccessToken(TOKEN), "https://api.coze.cn", sign_in)
    alone = Grant(AccessToken(TOKEN), None, 900)
    assert alone.record("https://api.coze.cn", "9.app.coze", "77", NOON).sign_in is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("WDJB-MJHT", 1800, 5)),
        ({"user_code": 12345678, "expires_in": None, "interval": 0}, ("12345678", 300, 5)),
        ({"expires_in": 86400, "interval": 3600}, ("WDJB-MJHT", 300, 5)),
    ],
)
def test_a_code_to_type_in(changes: dict[str, object], expected: tuple[str, int, int]) -> None:
    """A text or a number; impossible times are the vendor's defaults."""
    code = asyncio.run(ask_for_code(Scripted(answered({**CODE, **changes})), "5.app.coze"))
    assert isinstance(code, DeviceCode)
    assert (code.user_code, code.expires_in, code.interval) == expected
    assert code.complete == f"https://www.coze.cn/device?user_code={expected[0]}"


def test_an_address_with_a_code_in_it() -> None:
    """Whatever the code has in it, and whatever the address: a code adds no field, and no other place."""
    code = DeviceCode(Secret("d" * 12), "A&b=1#/", "https://www.coze.cn/device?lang=zh", 300, 5)
    assert code.complete == "https://www.coze.cn/device?lang=zh&user_code=A%26b%3D1%23%2F"


@pytest.mark.parametrize(
    "changes",
    [{"device_code": ""}, {"user_code": "a\nb"}, {"user_code": ""}, {"user_code": "码"}, {"verification_uri": 5}],
)
def test_what_is_no_code(changes: dict[str, object]) -> None:
    """Nothing is shown that can't be typed in."""
    refused = asyncio.run(ask_for_code(Scripted(answered({**CODE, **changes})), "5.app.coze"))
    assert refused == Refused(Refusal.NOT_COZE, status=200)


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (400, {"error_code": "authorization_pending", "error_message": "", "error": "x"}, Refusal.PENDING),
        (400, {"error": "slow_down", "error_description": "slower"}, Refusal.SLOW_DOWN),
        (400, {"error": "access_denied"}, Refusal.DENIED),
        (400, {"error_code": "expired_token"}, Refusal.CODE_EXPIRED),
        (400, {"error_code": "unsupported_grant_type"}, Refusal.WRONG_APP),
        (401, {"error_code": "invalid_client", "error_message": "kid not been registred"}, Refusal.CLIENT),
        (
            403,
            {"error_code": "access_deny", "error_message": "app: A is currently deactivated by the owner"},
            Refusal.DEACTIVATED,
        ),
        (400, {"error": "access_deny", "error_description": "invalid app type"}, Refusal.WRONG_APP),
        (400, {"error_code": "access_deny", "error_message": "login session invalid"}, Refusal.SESSION),
        (400, {"error_code": "access_deny", "error_message": "something else"}, Refusal.OTHER),
        (400, {"error": "invalid_request", "error_description": "invalid request: client_secret"}, Refusal.WEB_APP),
        (400, {"error_code": "invalid_request", "error_message": "invalid request: code"}, Refusal.OTHER),
        (200, {"code": 4100, "msg": "no"}, Refusal.OTHER),
        (200, {"error_code": "internal_error"}, Refusal.TROUBLE),
        (429, {}, Refusal.TROUBLE),
        (500, {}, Refusal.TROUBLE),
        (500, {"error_code": "invalid_client"}, Refusal.TROUBLE),
        (502, {"error_code": "invalid_client"}, Refusal.TROUBLE),
        (499, {"error_code": "invalid_client"}, Refusal.CLIENT),
        (404, {}, Refusal.NOT_COZE),
        (200, {"access_token": "short"}, Refusal.NOT_COZE),
        (200, {"code": 0}, Refusal.NOT_COZE),
        (200, ["access_token"], Refusal.NOT_COZE),
    ],
)
def test_why_there_is_no_token(status: int, body: object, why: Refusal) -> None:
    """The word in either dialect, what it is about where one word has several meanings, and the status."""
    refused = renew(answered(body, status))
    assert isinstance(refused, Refused)
    assert (refused.why, refused.status) == (why, status)


@pytest.mark.parametrize("body", [{}, {"code": 4100}, {"error_code": "invalid_client"}])
def test_a_407_is_a_lost_answer(body: object) -> None:
    """A proxy's word after the question has left: the site may have granted a token that did not come back."""
    reply = answered(body, 407)
    assert renew(reply) == AnswerLost(reply.time)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "invalid_request", "error_description": "bad"}, "bad"),
        ({"error_code": "invalid_request"}, "invalid_request"),
        ({"code": 4100, "msg": f"{REFRESH} is spent"}, "*** is spent"),
        ({"error_code": REFRESH, "msg": "see"}, "see"),
        ({"error_code": REFRESH}, "***"),
        ({}, "400"),
    ],
)
def test_what_a_person_is_told(body: dict[str, object], said: str) -> None:
    """The server's words, else its word, else its status; never what was sent."""
    refused = renew(answered(body, 400))
    assert isinstance(refused, Refused)
    assert refused.error.title.values == {"said": said}
    assert REFRESH not in repr(refused)


def test_what_was_not_granted_is_an_error() -> None:
    """A refusal by its kind; a site out of reach with its reply, for the words of that."""
    never, lost = NeverSent(NOON, NotSent.DNS), AnswerLost(NOON)
    assert [renew(reply) for reply in (never, lost)] == [never, lost]
    for reply in (never, lost):
        with pytest.raises(SiteNotReached) as unreached:
            granted(reply)
        assert unreached.value.reply is reply
    with pytest.raises(SignInFailed) as caught:
        granted(Refused(Refusal.DENIED, "access_denied"))
    assert caught.value.id == "sign_in.denied"
    with pytest.raises(SignInFailed) as passing:
        granted(Refused(Refusal.PENDING, "authorization_pending"))
    assert passing.value.id == "sign_in.trouble"
    assert granted("all else") == "all else"
