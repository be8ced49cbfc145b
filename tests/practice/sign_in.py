"""A practice server to sign in to: its page, codes, expiring tokens, single-use refresh tokens.

Paths, bodies and texts follow the vendor's pages (oauth_pkce, oauth_device_code). Where a page says nothing, as
about a used refresh token, the answer is made up.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bindtool.practice import channel
from bindtool.practice.rules import Call, PracticeReply, RecordedRequest
from bindtool.practice.server import PracticeServer

BROWSER_CLIENT: Final = "7000000000000000003.app.coze"
DEVICE_CLIENT: Final = "7000000000000000004.app.coze"
_DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"

Answered = tuple[PracticeReply, "Callable[[], None]"]
"""An answer, and the function that applies its effect."""


class Dialect(Enum):
    """The format of a sign-in error: by the vendor's pages, as its SDKs parse it, or as observed."""

    PAGES = auto()
    SDKS = auto()
    BOTH = auto()

    def body(self, code: str, message: str) -> Mapping[str, str]:
        """Return the answer's body; it is unknown which of the two formats is used."""
        match self:
            case Dialect.PAGES:
                return {"error": code, "error_description": message}
            case Dialect.SDKS:
                return {"error_code": code, "error_message": message}
            case Dialect.BOTH:
                return {"error_code": code, "error_message": message, "error": code}


@dataclass
class _Asked:
    """A sign-in request, and whether the user has allowed it; the rest is the browser's."""

    client_id: str
    redirect: str = ""
    challenge: str = ""
    state: str = ""
    allowed: bool | None = None


@dataclass
class SignInRules:
    """The grants of the practice account; a click on a page's link acts as its owner.

    `life`: seconds of a token; `interval` and `code_life`: of a code. `switched_off`: the app's owner has disabled
    it. `installed`: False for an organisation that has not installed the app: the page says so and there is no
    redirect. `allowed`: the decision taken in advance. `dialect`: the format of errors. `troubles`: the number of
    requests answered by a server error; `slow_downs`: the number of answers that a code was polled too often.
    `spent`: the number of uses of an invalid refresh token.
    """

    life: int = 900
    interval: int = 5
    code_life: int = 300
    switched_off: bool = False
    installed: bool = True
    allowed: bool | None = None
    dialect: Dialect = Dialect.BOTH
    troubles: int = 0
    slow_downs: int = 0
    spent: int = 0
    _asked: dict[str, _Asked] = field(default_factory=dict)
    _codes: dict[str, _Asked] = field(default_factory=dict)
    _devices: dict[str, str] = field(default_factory=dict)
    _ends: dict[str, float] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)
    _dead: set[str] = field(default_factory=set)

    def accepts(self, authorization: str, now: float) -> bool:
        """Return whether a header has a granted token that has not expired; `now`: the server's seconds."""
        return not self.switched_off and self._ends.get(authorization.removeprefix("Bearer "), 0.0) > now

    def revoke(self) -> None:
        """Invalidate every token, as when the user has revoked the permission."""
        self._dead.update(self._refresh)
        self.expire()
        self._refresh.clear()

    def expire(self) -> None:
        """Invalidate the access tokens, as when their time is up; they can be renewed."""
        self._ends.clear()

    def answer(self, request: RecordedRequest, logid: str) -> Answered:
        """Return the answer to a sign-in request."""
        address = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        match request.call:
            case Call.PAGE if address.path.endswith("/authorize"):
                return self._authorise(query)
            case Call.PAGE:
                return self._decide(address.path, query)
        try:
            body = json.loads(request.body)
            fields = {name: str(value) for name, value in body.items()}
        except (ValueError, AttributeError):
            return self._error(400, "invalid_request", "invalid request: body", logid)
        if self.troubles:
            return self._once("troubles", 500, "internal_error", "Service internal error.", logid)
        if self.switched_off:
            message = "app: practice is currently deactivated by the owner"
            return self._error(400, "access_deny", message, logid)
        if fields.get("client_id") not in {BROWSER_CLIENT, DEVICE_CLIENT}:
            return self._error(401, "invalid_client", "", logid)
        if request.call is Call.CODE:
            return self._device_code(fields, request, logid)
        return self._token(fields, request.at, logid)

    def _authorise(self, query: Mapping[str, str]) -> Answered:
        redirect = query.get("redirect_uri", "")
        at_home = redirect.startswith("http://127.0.0.1:") and redirect.endswith("/callback")
        fits = query.get("client_id") == BROWSER_CLIENT and query.get("response_type") == "code"
        complete = (
            query.get("state") and query.get("code_challenge") and query.get("code_challenge_method") == "S256"
        )
        if not (at_home and fits and complete):
            return _page("OAuth 错误：请求参数错误"), _nothing
        key = secrets.token_hex(8)
        asked = _Asked(BROWSER_CLIENT, redirect, query["code_challenge"], query["state"])
        if self.allowed is not None:
            return self._go_back(asked, allowed=self.allowed)
        return _question(key), lambda: self._asked.update({key: asked})

    def _decide(self, path: str, query: Mapping[str, str]) -> Answered:
        """Ask the user, or apply the decision taken in advance."""
        key = query.get("user_code") or query.get("key") or ""
        asked = self._asked.get(key)
        if asked is None:
            return _page("验证码无效 · unknown code"), _nothing
        if path.endswith("/device"):
            return _question(key), _nothing
        allowed = path.endswith("/allow")
        if allowed and not self.installed:
            return _page("授权失败：应用未安装，请发起申请"), _nothing

        def decide() -> None:
            asked.allowed = allowed

        if not asked.redirect:
            return _page("已授权 · allowed" if allowed else "已拒绝 · refused"), decide
        return self._go_back(asked, allowed=allowed)

    def _go_back(self, asked: _Asked, *, allowed: bool) -> Answered:
        """Redirect the browser back to the program."""
        if not allowed:
            return _redirect(asked.redirect, {"error": "access_denied", "state": asked.state}), _nothing
        code = f"code_{secrets.token_hex(24)}"
        reply = _redirect(asked.redirect, {"code": code, "state": asked.state})
        return reply, lambda: self._codes.update({code: asked})

    def _device_code(self, fields: Mapping[str, str], request: RecordedRequest, logid: str) -> Answered:
        if fields["client_id"] != DEVICE_CLIENT:
            return self._error(400, "access_deny", "invalid app type", logid)
        device_code = secrets.token_hex(24)
        user_code = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        host = request.headers.get("host", "")
        # Behind a proxy that answers for Coze, as for the screenshots, it uses Coze's name.
        scheme = "http" if host.startswith("127.") else "https"
        body = {
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": f"{scheme}://{host}/oauth2/device",
            "expires_in": self.code_life,
            "interval": self.interval,
        }

        def keep() -> None:
            self._asked[user_code] = _Asked(DEVICE_CLIENT, allowed=self.allowed)
            self._devices[device_code] = user_code

        return _json(200, body, logid), keep

    def _token(self, fields: Mapping[str, str], now: float, logid: str) -> Answered:
        match fields.get("grant_type"):
            case "authorization_code":
                return self._for_code(fields, now, logid)
            case "refresh_token":
                return self._renewed(fields, now, logid)
            case grant if grant == _DEVICE_GRANT and fields["client_id"] == DEVICE_CLIENT:
                return self._for_device(fields, now, logid)
            case grant:
                return self._error(400, "unsupported_grant_type", f"not supported grant type: {grant}", logid)

    def _for_code(self, fields: Mapping[str, str], now: float, logid: str) -> Answered:
        code = fields.get("code", "")
        asked = self._codes.get(code)
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        proved = asked is not None and asked.challenge == urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or not proved or asked.redirect != fields.get("redirect_uri"):
            return self._error(400, "invalid_request", "invalid request: code", logid)
        return self._grant(asked.client_id, now, logid, lambda: self._codes.pop(code))

    def _for_device(self, fields: Mapping[str, str], now: float, logid: str) -> Answered:
        user_code = self._devices.get(fields.get("device_code", ""), "")
        asked = self._asked.get(user_code)
        if asked is None:
            return self._error(400, "expired_token", "", logid)
        if self.slow_downs:
            return self._once("slow_downs", 400, "slow_down", "", logid)
        if asked.allowed is None:
            return self._error(400, "authorization_pending", "", logid)
        if not asked.allowed:
            return self._error(400, "access_denied", "", logid)
        return self._grant(DEVICE_CLIENT, now, logid, lambda: self._asked.pop(user_code))

    def _renewed(self, fields: Mapping[str, str], now: float, logid: str) -> Answered:
        old = fields.get("refresh_token", "")
        if self._refresh.get(old) != fields["client_id"]:
            spent = int(old in self._dead)

            def count() -> None:
                self.spent += spent

            return self._error(400, "invalid_request", "invalid request: refresh_token", logid)[0], count

        def kill() -> None:
            del self._refresh[old]
            self._dead.add(old)

        return self._grant(fields["client_id"], now, logid, kill)

    def _grant(self, client_id: str, now: float, logid: str, spend: Callable[[], object]) -> Answered:
        token, refresh = f"czu_{secrets.token_hex(32)}", secrets.token_hex(36)
        body = {"access_token": token, "expires_in": int(time.time()) + self.life, "refresh_token": refresh}

        def keep() -> None:
            spend()
            self._ends[token] = now + self.life
            self._refresh[refresh] = client_id

        return _json(200, body, logid), keep

    def _once(self, counter: str, status: int, code: str, message: str, logid: str) -> Answered:
        """Answer with an error, and decrement `counter` when it is sent."""

        def count_down() -> None:
            setattr(self, counter, getattr(self, counter) - 1)

        return self._error(status, code, message, logid)[0], count_down

    def _error(self, status: int, code: str, message: str, logid: str) -> Answered:
        return _json(status, self.dialect.body(code, message), logid), _nothing


class SignInServer(PracticeServer):
    """A practice server that accepts sign-ins; `more`: as for `PracticeServer`."""

    def __init__(self, sign_in: SignInRules | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.sign_in = sign_in or SignInRules()

    def ruling(self, request: RecordedRequest, logid: str) -> tuple[PracticeReply, Callable[[], None], bool]:
        """Answer sign-in requests; accept a granted token like the channel's own."""
        if request.call in {Call.PAGE, Call.CODE, Call.TOKEN}:
            return *self.sign_in.answer(request, logid), False
        if self.sign_in.accepts(request.headers.get("authorization", ""), request.at):
            request = replace(request, headers={**request.headers, "authorization": f"Bearer {channel.TOKEN}"})
        return super().ruling(request, logid)


def _nothing() -> None:
    """Change nothing."""


def _json(status: int, body: Mapping[str, object], logid: str) -> PracticeReply:
    headers = {"Content-Type": "application/json", "x-tt-logid": logid}
    return PracticeReply(status, headers, json.dumps(body).encode(), logid)


def _page(words: str, links: str = "") -> PracticeReply:
    body = (
        f"<!DOCTYPE html><meta charset=utf-8><title>bindtool</title><h1>练习 · practice</h1><p>{words}</p>{links}"
    )
    return PracticeReply(200, {"Content-Type": "text/html; charset=utf-8"}, body.encode(), "")


def _question(key: str) -> PracticeReply:
    """Return a page on which the user allows or refuses."""
    name = escape(quote(key))
    links = [
        f'<p><a id={act} href="/oauth2/{act}?key={name}">{words}</a></p>'
        for act, words in (("allow", "授权 · allow"), ("refuse", "拒绝 · refuse"))
    ]
    return _page(escape(key), "".join(links))


def _redirect(address: str, fields: Mapping[str, str]) -> PracticeReply:
    return PracticeReply(302, {"Location": f"{address}?{urlencode(fields)}"}, b"", "")
