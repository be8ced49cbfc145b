"""How somebody logs in to a proxy: as whom, and by which scheme.

A log-in that was entered for the proxy, or that stands in its address, goes before the user who is signed in to the
system: whoever entered it wants it to be taken. Of the schemes Negotiate is the first, then NTLM, then Basic
(RFC 4559, RFC 7617). One refusal ends it, and is remembered: a wrong password that is tried again, by another
scheme or with the next request, locks its account. The connection on which all this is said is in `tunnel`.
"""

from __future__ import annotations

import asyncio
import os
import re
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from hashlib import blake2b
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol, Self

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import ProxyLogin, without_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bindtool.core.network.proxy import Proxy

NEGOTIATE, NTLM, BASIC = "negotiate", "ntlm", "basic"
"""The schemes in lower case: they are compared without it (RFC 9110, 11.1)."""

_WRITTEN = {NEGOTIATE: "Negotiate", NTLM: "NTLM", BASIC: "Basic"}

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_OFFER = re.compile(r"([a-z][a-z0-9-]{0,30})(?: +([a-z0-9+/._~-]+=*))?(?: +[^ =]+ *=.*)?", re.IGNORECASE)
"""A scheme by itself, with a token, or with its first parameter."""

_ANYBODY = ProxyLogin("", Password(""))

_KEY = os.urandom(32)


class ProxyRefusal(StrEnum):
    """Why a proxy lets nobody through."""

    LOGIN_WANTED = "login_wanted"
    """It takes a user and a password, and none is known."""
    USER_REFUSED = "user_refused"
    """It has refused `user`, now or before."""
    NO_TICKET = "no_ticket"
    """It takes who is signed in to the company's network, and nobody is."""
    SCHEMES = "schemes"
    """It offers only `schemes`, and none of them can serve here."""
    REFUSED = "refused"
    """It answers with a status other than 407; status and reason are the `words`."""
    CLOSED = "closed"
    """It closes the connection instead of an answer."""
    NOT_HTTP = "not_http"
    """It does not speak HTTP."""


class ProxyFailed(Exception):
    """A proxy lets nobody through, so that nothing was sent to the site.

    Args:
        why: the reason.
        words: the proxy's own, without the password that it was sent.
        user: who was refused; "" where the system does not tell.
        schemes: what it offers, in its order and spelling.
    """

    def __init__(self, why: ProxyRefusal, words: str = "", user: str = "", schemes: tuple[str, ...] = ()) -> None:
        super().__init__(why.value)
        self.why, self.words, self.user, self.schemes = why, words, user, schemes


class Handshake(Protocol):
    """One log-in by one scheme. What it holds of the system's is given back with the last reference to it."""

    def answer(self, token: bytes) -> bytes:
        """Return what to send next; b"" for nothing more. May block for as long as a network can.

        Args:
            token: what the proxy has sent; b"" at first.

        Raises:
            OSError: there is no ticket, or the proxy's token is no good.
        """


class SingleSignOn(Protocol):
    """What the system signs in with. Every call may block for as long as a network can."""

    @property
    def takes_logins(self) -> bool:
        """Whether a user and a password serve as well as the user who is signed in."""

    def schemes(self) -> Collection[str]:
        """Return the schemes that it can serve; none where its library is missing."""

    def user(self) -> str:
        """Return who is signed in, as the system writes it; "" where it does not tell."""

    def start(self, scheme: str, host: str, login: ProxyLogin | None) -> Handshake:
        """Return a log-in to the proxy on `host`. `login`: None for the user who is signed in.

        Raises:
            OSError: there can be none.
        """


@dataclass(frozen=True, slots=True)
class UsedLogin:
    """Who has passed a proxy, and by which scheme: "Negotiate", "NTLM" or "Basic"."""

    scheme: str
    user: str


@dataclass(frozen=True, slots=True)
class _Sender:
    """Somebody who may log in. `login`: None for the user who is signed in. `starts`: by scheme, in their order."""

    user: str
    login: ProxyLogin | None
    starts: Mapping[str, Callable[[], Handshake]]

    @property
    def digest(self) -> bytes:
        """What tells whether they have tried before, and gives away neither user nor password."""
        words = [self.user] if self.login is None else [self.user, self.login.password.reveal()]
        return blake2b("\0".join(words).encode(errors="replace"), key=_KEY).digest()


@dataclass(frozen=True, slots=True)
class _Sent:
    """The log-in that a proxy was answered with."""

    sender: _Sender
    scheme: str
    handshake: Handshake


@dataclass(frozen=True, slots=True)
class _Offer:
    """A scheme that a 407 offers: as it is written there, and the token that goes on with it; "" for none."""

    written: str
    token: str


@dataclass(frozen=True, slots=True)
class _Basic:
    """The `Handshake` of Basic: a proxy that asks on has refused it."""

    login: ProxyLogin

    def answer(self, token: bytes) -> bytes:
        return b"" if token else f"{self.login.user}:{self.login.password.reveal()}".encode(errors="replace")


@dataclass(slots=True)
class _Memory:
    """What is known of one proxy.

    Args:
        offered: the schemes of the last 407 that asked for a log-in.
        accepted, refused: digests of those whom it has let through, or has not, when they tried last.
        used: who has passed last.
        basic: who has passed last, if by Basic.
        trying: held while somebody tries of whom it is not known whether they pass.
    """

    offered: Collection[str] = ()
    accepted: set[bytes] = field(default_factory=set)
    refused: set[bytes] = field(default_factory=set)
    used: UsedLogin | None = None
    basic: _Sender | None = None
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)


class ProxyLogins:
    """The log-ins to all proxies, for one process and its event loop.

    Args:
        stored: finds the log-in that was entered for a proxy; None where there is none or it can't be read. May
            block.
        sign_on: what the system signs in with; None for nothing.
    """

    def __init__(self, stored: Callable[[Proxy], ProxyLogin | None], sign_on: SingleSignOn | None = None) -> None:
        self._stored = stored
        self._sign_on = sign_on
        self._memories: dict[str, _Memory] = {}

    def exchange(self, proxy: Proxy) -> LoginExchange:
        """Return the log-in of one connection to `proxy`, for a `with` around all that comes before the tunnel."""
        return LoginExchange(proxy, lambda: self._login(proxy), self._sign_on, self._memory(proxy))

    async def socks_login(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the user and password for a SOCKS proxy, which takes nothing else; None for neither."""
        return await in_daemon_thread(lambda: self._login(proxy), name=_THREAD)

    def used(self, proxy: Proxy) -> UsedLogin | None:
        """Return who has passed `proxy` last; None where nobody had to log in."""
        return self._memory(proxy).used

    def forget_refusals(self, proxy: Proxy) -> None:
        """Let whom `proxy` has refused try once more: somebody has entered a log-in, be it the same."""
        self._memory(proxy).refused.clear()

    def _login(self, proxy: Proxy) -> ProxyLogin | None:
        return self._stored(proxy) or proxy.login

    def _memory(self, proxy: Proxy) -> _Memory:
        return self._memories.setdefault(proxy.name, _Memory())


_THREAD = "proxy log-in"


class LoginExchange:
    """The log-in of one connection to a proxy.

    The value of `first` goes with the first CONNECT and that of `answer` with the next one after each 407;
    `accepted` is called when the proxy has let the connection through. A proxy that closes the connection with its
    first 407 may be answered on a new one; with a later 407 it has ended the log-in. From the first answer until
    the proxy has decided or the `with` ends, nobody else tries who may be refused as well.

    Args:
        proxy: the proxy.
        find_login: gives the user and password for it; may block.
        sign_on: as for `ProxyLogins`.
        memory: what all its connections share.
    """

    def __init__(
        self,
        proxy: Proxy,
        find_login: Callable[[], ProxyLogin | None],
        sign_on: SingleSignOn | None,
        memory: _Memory,
    ) -> None:
        self._proxy = proxy
        self._find_login = find_login
        self._sign_on = sign_on
        self._memory = memory
        self._was_asked = False
        self._sent: _Sent | None = None
        self._is_trying = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._decided()

    async def first(self) -> bytes | None:
        """Return the value of Proxy-Authorization for the first CONNECT; None for one without.

        Raises:
            ProxyFailed: USER_REFUSED, who would log in was refused before.
        """
        memory = self._memory
        if memory.basic is not None:
            return await self._start(memory.basic, BASIC)
        if memory.refused:
            try:
                sender = await in_daemon_thread(lambda: self._sender(memory.offered), name=_THREAD)
            except ProxyFailed:
                return None
            self._check(sender)
        return None

    async def answer(self, challenges: Sequence[str]) -> bytes:
        """Return the value of Proxy-Authorization that answers a 407.

        Args:
            challenges: the values of its headers Proxy-Authenticate.

        Raises:
            ProxyFailed: LOGIN_WANTED, NO_TICKET, SCHEMES: nobody can log in. USER_REFUSED: somebody can, and the
                proxy does not take them.
        """
        # A broken proxy that names no scheme means the one that every program knows.
        offers = _read(challenges) or {BASIC: _Offer(_WRITTEN[BASIC], "")}
        if self._sent is not None and not self._was_asked and self._sent.scheme not in offers:
            # What was sent unasked is not taken here any more, so nobody has judged it.
            self._sent = self._memory.basic = None
        self._was_asked = True
        if self._sent is not None:
            return await self._go_on(self._sent, offers)
        try:
            return await self._begin(tuple(offers))
        except ProxyFailed as failed:
            failed.schemes = tuple(offer.written for offer in offers.values())
            raise

    def accepted(self) -> None:
        """Note that the proxy has let the connection through."""
        memory, sent = self._memory, self._sent
        if sent is not None:
            memory.accepted.add(sent.sender.digest)
            memory.basic = sent.sender if sent.scheme == BASIC else None
        memory.used = UsedLogin(_WRITTEN[sent.scheme], sent.sender.user) if sent is not None else None
        self._decided()

    def clean(self, words: str) -> str:
        """Return what the proxy has said, without the password that it was sent."""
        return without_secret(words, self._sent.sender.login if self._sent is not None else None)

    async def _begin(self, offered: Collection[str]) -> bytes:
        """Return the first answer of whoever can log in."""
        sender = await in_daemon_thread(lambda: self._sender(offered), name=_THREAD)
        memory = self._memory
        memory.offered = offered
        if sender.digest not in memory.accepted:
            await memory.trying.acquire()
            self._is_trying = True
            if sender.digest in memory.accepted:
                self._decided()
        self._check(sender)
        for scheme in sender.starts:
            # Where the system has no ticket, the proxy was sent nothing and has refused nobody.
            with suppress(OSError):
                return await self._start(sender, scheme)
        raise ProxyFailed(ProxyRefusal.LOGIN_WANTED if BASIC in offered else ProxyRefusal.NO_TICKET)

    async def _start(self, sender: _Sender, scheme: str) -> bytes:
        """Return the first answer by `scheme`.

        Raises:
            OSError: the system has none.
        """

        def start() -> tuple[Handshake, bytes]:
            handshake = sender.starts[scheme]()
            return handshake, handshake.answer(b"")

        handshake, answer = await in_daemon_thread(start, name=_THREAD)
        self._sent = _Sent(sender, scheme, handshake)
        return _value(scheme, answer)

    async def _go_on(self, sent: _Sent, offers: Mapping[str, _Offer]) -> bytes:
        """Return the next answer of a log-in; a 407 that does not go on with it has refused it."""
        token = offers[sent.scheme].token if sent.scheme in offers else ""
        if token:
            with suppress(OSError, ValueError):
                given = b64decode(token)
                if answer := await in_daemon_thread(lambda: sent.handshake.answer(given), name=_THREAD):
                    return _value(sent.scheme, answer)
        memory = self._memory
        memory.accepted.discard(sent.sender.digest)
        memory.refused.add(sent.sender.digest)
        memory.used = memory.basic = None
        raise _refused(sent.sender)

    def _check(self, sender: _Sender) -> None:
        """Let nobody try again who was refused.

        Raises:
            ProxyFailed: USER_REFUSED.
        """
        if sender.digest in self._memory.refused:
            raise _refused(sender)

    def _decided(self) -> None:
        """Let the next one try."""
        if self._is_trying:
            self._is_trying = False
            self._memory.trying.release()

    def _sender(self, offered: Collection[str]) -> _Sender:
        """Return who logs in where these schemes are offered; may block.

        Raises:
            ProxyFailed: LOGIN_WANTED, SCHEMES.
        """
        login = self._find_login()
        if login is not None and (starts := self._starts(offered, login)):
            return _Sender(login.user, login, starts)
        system, proxy = self._sign_on, self._proxy
        # A ticket is for a name; and any network can name a proxy by WPAD, which would get to know the user.
        may_sign_on = not proxy.from_wpad and not _is_address(proxy.host)
        if system is not None and may_sign_on and (starts := self._starts(offered, None)):
            return _Sender(system.user(), None, starts)
        would_serve = login is None and bool(self._starts(offered, _ANYBODY))
        raise ProxyFailed(ProxyRefusal.LOGIN_WANTED if would_serve else ProxyRefusal.SCHEMES)

    def _starts(self, offered: Collection[str], login: ProxyLogin | None) -> dict[str, Callable[[], Handshake]]:
        """Return the log-ins that can be begun, by scheme, the best first."""
        starts: dict[str, Callable[[], Handshake]] = {}
        system = self._sign_on
        if system is not None and (login is None or system.takes_logins):
            known = system.schemes()
            for scheme in (NEGOTIATE, NTLM):
                if scheme in offered and scheme in known:
                    starts[scheme] = partial(system.start, scheme, self._proxy.host, login)
        if login is not None and BASIC in offered:
            starts[BASIC] = partial(_Basic, login)
        return starts


def _read(challenges: Sequence[str]) -> dict[str, _Offer]:
    """Return what is offered, by scheme; a header may have several, divided by commas as parameters are."""
    offers: dict[str, _Offer] = {}
    for piece in _QUOTED.sub('""', ", ".join(challenges)).split(","):
        if found := _OFFER.fullmatch(piece.strip()):
            offers.setdefault(found[1].lower(), _Offer(found[1], found[2] or ""))
    return offers


def _value(scheme: str, answer: bytes) -> bytes:
    return f"{_WRITTEN[scheme]} {b64encode(answer).decode()}".encode()


def _refused(sender: _Sender) -> ProxyFailed:
    return ProxyFailed(ProxyRefusal.USER_REFUSED, user=sender.user)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
