"""The requests to Coze's endpoints for signing in, and the meaning of their answers.

From the vendor's pages (docs.coze.cn, developer_guides/oauth_pkce and oauth_device_code) and SDKs
(`coze-dev/coze-py`, `coze-dev/coze-go`): bodies are JSON; a token's `expires_in` is a point in time, a code's is a
duration; errors come in two dialects. No library for OAuth fits: each sends forms, and adds `expires_in` to the
present time, so that a token would live until 2080.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, read_date
from bindtool.core.api.verdict import readable
from bindtool.core.common.errors import BadInput, SignInFailed
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.redaction import Redaction
from bindtool.core.credentials.secret import Concealed, Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bindtool.core.api.client import SiteClient

T = TypeVar("T")

TOKEN_PATH = "/api/permission/oauth2/token"  # noqa: S105 - a path
CODE_PATH = "/api/permission/oauth2/device/code"

_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

_USUAL_LIFE = 900
"""Seconds that a token lives, by the vendor's page: used if an answer has an impossible value."""

_LONGEST_LIFE = 86400
"""Seconds; the longest that a page names for any token."""

_FIRST_MOMENT = 10**9
"""A smaller value can't be a time of this century, and counts as a duration."""


class Refusal(StrEnum):
    """Why there is no token. The value is the stem of its texts; temporary ones have none."""

    PENDING = "pending"
    SLOW_DOWN = "slow_down"
    TROUBLE = "sign_in.trouble"
    DENIED = "sign_in.denied"
    CODE_EXPIRED = "sign_in.code_expired"
    DEACTIVATED = "sign_in.deactivated"
    WRONG_APP = "sign_in.wrong_app"
    WEB_APP = "sign_in.web_app"
    SESSION = "sign_in.session"
    CLIENT = "sign_in.client"
    NOT_COZE = "sign_in.not_coze"
    OTHER = "sign_in.refused"


PASSING = frozenset({Refusal.PENDING, Refusal.SLOW_DOWN, Refusal.TROUBLE})
"""A later request may get a token."""

_BY_WORD = {
    "authorization_pending": Refusal.PENDING,
    "slow_down": Refusal.SLOW_DOWN,
    "access_denied": Refusal.DENIED,
    "expired_token": Refusal.CODE_EXPIRED,
    "unsupported_grant_type": Refusal.WRONG_APP,
    "invalid_client": Refusal.CLIENT,
    "internal_error": Refusal.TROUBLE,
    # These two come to a browser alone (RFC 6749, 4.1.2.1).
    "server_error": Refusal.TROUBLE,
    "temporarily_unavailable": Refusal.TROUBLE,
}
_BY_MESSAGE = {
    "access_deny": {
        "deactivated": Refusal.DEACTIVATED,
        "app type": Refusal.WRONG_APP,
        "session": Refusal.SESSION,
    },
    # An app of the kind "web backend" has a secret, which must not be stored here (coze-dev/coze-js#212).
    "invalid_request": {"client_secret": Refusal.WEB_APP},
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A granted token. `lives`: for how many seconds; `refresh_token`: None if it can't be renewed."""

    token: AccessToken
    refresh_token: Secret | None
    lives: int

    @property
    def secrets(self) -> tuple[Concealed, ...]:
        """The parts that must not be shown anywhere."""
        return (self.token,) if self.refresh_token is None else (self.token, self.refresh_token)

    def record(self, site: str, client_id: str, user_id: str, now: datetime) -> TokenRecord:
        """Return the record to store; `now`: when it came."""
        if self.refresh_token is None:
            return TokenRecord(self.token, site)
        expires_at = int(now.timestamp()) + self.lives
        return TokenRecord(self.token, site, SignIn(client_id, self.refresh_token, user_id, expires_at, self.lives))


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code that a person types in at `address`; `complete`: the address with the code in it, for a picture.

    `expires_in` and `interval`: in seconds.
    """

    device_code: Secret
    user_code: str
    address: str
    expires_in: int
    interval: int

    @property
    def complete(self) -> str:
        """Built as the vendor's SDKs do; the server returns none."""
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode({'user_code': self.user_code})}"


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no token; `word` and `message` are the server's, without the values sent."""

    why: Refusal
    word: str = ""
    message: str = ""
    status: int = 0

    @property
    def error(self) -> SignInFailed:
        """The error for a person."""
        why = Refusal.TROUBLE if self.why in PASSING else self.why
        return SignInFailed(why.value, said=self.message or self.word or str(self.status))


class SiteNotReached(SignInFailed):
    """The site could not be reached, or its answer was lost; `reply` says why, if a request was never sent."""

    def __init__(self, reply: NeverSent | AnswerLost) -> None:
        super().__init__("sign_in.not_reached" if isinstance(reply, NeverSent) else "sign_in.lost")
        self.reply = reply


async def ask_for_token(
    client: SiteClient, client_id: str, code: Secret, redirect: str, verifier: Secret
) -> Grant | Refused | NeverSent | AnswerLost:
    """Trade the browser's authorization code for a token."""
    body = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": redirect}
    return await _ask(client, TOKEN_PATH, body, {"code": code, "code_verifier": verifier}, _read_grant)


async def poll_for_token(
    client: SiteClient, client_id: str, code: DeviceCode
) -> Grant | Refused | NeverSent | AnswerLost:
    """Ask whether a person has typed the code in."""
    body = {"grant_type": _DEVICE_CODE, "client_id": client_id}
    return await _ask(client, TOKEN_PATH, body, {"device_code": code.device_code}, _read_grant)


async def ask_for_renewal(
    client: SiteClient, client_id: str, refresh_token: Secret
) -> Grant | Refused | NeverSent | AnswerLost:
    """Request a new token; if it is granted, `refresh_token` is dead."""
    body = {"grant_type": "refresh_token", "client_id": client_id}
    return await _ask(client, TOKEN_PATH, body, {"refresh_token": refresh_token}, _read_grant)


async def ask_for_code(client: SiteClient, client_id: str) -> DeviceCode | Refused | NeverSent | AnswerLost:
    return await _ask(client, CODE_PATH, {"client_id": client_id}, {}, _read_code)


def granted(answer: T | Refused | NeverSent | AnswerLost) -> T:
    """Return a successful answer.

    Raises:
        SignInFailed: there is none, and why.
    """
    if isinstance(answer, Refused):
        raise answer.error
    if isinstance(answer, (NeverSent, AnswerLost)):
        raise SiteNotReached(answer)
    return answer


def refused_on_page(fields: Mapping[str, object]) -> Refused:
    """Return why a browser has come back without a code; `fields`: those of the redirect URL."""
    return _refused(fields, 0, Redaction(()))


async def _ask(
    client: SiteClient,
    path: str,
    body: dict[str, str],
    secrets: dict[str, Secret],
    read: Callable[[dict[str, object], HttpReply], T | None],
) -> T | Refused | NeverSent | AnswerLost:
    sent = body | {name: secret.reveal() for name, secret in secrets.items()}
    reply = await client.post(path, json.dumps(sent).encode())
    if not isinstance(reply, HttpReply):
        return reply
    answer = read_object(reply.body) or {}
    found = read(answer, reply)
    if found is None and reply.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        # The answer is a proxy's, after the request was sent.
        return AnswerLost(reply.time)
    return _refused(answer, reply.status, Redaction(secrets.values())) if found is None else found


def _read_grant(answer: dict[str, object], reply: HttpReply) -> Grant | None:
    try:
        token = AccessToken(readable(answer.get("access_token")))
    except BadInput:
        return None
    return Grant(token, Secret.read(answer.get("refresh_token")), _lives(answer.get("expires_in"), reply))


def _lives(expires_in: object, reply: HttpReply) -> int:
    """Return the token's lifetime in seconds from the answer on, by the server's clock if it sends the time."""
    if not isinstance(expires_in, int):
        return _USUAL_LIFE
    since = read_date(reply.headers.get("date", "")) or reply.time
    lives = expires_in - int(since.timestamp()) if expires_in >= _FIRST_MOMENT else expires_in
    return lives if 0 < lives <= _LONGEST_LIFE else _USUAL_LIFE


def _read_code(answer: dict[str, object], _reply: HttpReply) -> DeviceCode | None:
    device_code, user_code = Secret.read(answer.get("device_code")), answer.get("user_code")
    # The vendor's page calls it an integer, but its example is a text.
    user_code = str(user_code) if isinstance(user_code, int) else readable(user_code)
    address = readable(answer.get("verification_uri"))
    if device_code is None or not (user_code.isascii() and user_code.isprintable() and user_code) or not address:
        return None
    expires_in = _within(answer.get("expires_in"), 300, 3600)
    return DeviceCode(device_code, user_code, address, expires_in, _within(answer.get("interval"), 5, 60))


def _within(value: object, usual: int, most: int) -> int:
    """Return a number of seconds; `usual`: the vendor's default, used for an impossible value."""
    return value if isinstance(value, int) and 0 < value <= most else usual


def _refused(answer: Mapping[str, object], status: int, sent: Redaction) -> Refused:
    """Parse both dialects, and the envelope of the other calls."""
    words = [readable(answer.get(name)) for name in ("error_code", "error")]
    messages = [readable(answer.get(name)) for name in ("error_message", "error_description", "msg")]
    word = next(filter(None, words), "")
    message = sent.clean(next(filter(None, messages), ""))
    code = answer.get("code")
    if not word and isinstance(code, int) and code:
        word = str(code)
    why = _BY_WORD.get(word) or next(
        (why for part, why in _BY_MESSAGE.get(word, {}).items() if part in message), Refusal.OTHER
    )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        why = Refusal.TROUBLE
    elif not word:
        why = Refusal.NOT_COZE
    return Refused(why, sent.clean(word), message, status)
