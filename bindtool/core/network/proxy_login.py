"""Logs in to proxies: chooses user and scheme, and remembers refusals.

A log-in that was entered for the proxy, or that is part of its address, takes precedence over the user who is
signed in to the system: it was entered on purpose. Of the schemes Negotiate is the first, then NTLM, then Basic
(RFC 4559, RFC 7617). One refusal ends the log-in and is remembered: a wrong password that is tried again, by
another scheme or with the next request, locks its account. The connection that carries all this is in `tunnel`; the
schemes are in `sign_on`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from hashlib import blake2b
from ipaddress import ip_address
from typing import TYPE_CHECKING, Self

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin, without_secret
from bindtool.core.network.sign_on.handshake import (
    BASIC,
    NEGOTIATE,
    NTLM,
    Basic,
    Handshake,
    Offer,
    SingleSignOn,
    of_this_system,
    read_offers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence


logger = logging.getLogger(__name__)

_WRITTEN = {NEGOTIATE: "Negotiate", NTLM: "NTLM", BASIC: "Basic"}

_ANYBODY = ProxyLogin("", Password(""))

_KEY = os.urandom(32)

_THREAD = "proxy log-in"

_HOLDS_FOR = 60.0
"""Seconds after a successful log-in during which other connections log in without waiting for each other."""

_MOST_UNANSWERED, _LOCKS_WITHIN = 3, 1800.0
"""How often a proxy may leave a log-in unanswered that has never succeeded, within so many seconds.

It may count them as refused, and lock the account.
"""


class ProxyRefusal(StrEnum):
    """Why a proxy refuses a connection."""

    LOGIN_WANTED = "login_wanted"
    """It requires a user and a password, and none is known."""
    USER_REFUSED = "user_refused"
    """It has refused `user`, now or before."""
    NO_TICKET = "no_ticket"
    """It requires a user signed in to the company's network, and there is none."""
    SCHEMES = "schemes"
    """It offers only `schemes`, none of which is usable here."""
    REFUSED = "refused"
    """It answers with a status other than 407; status and reason are the `words`."""
    CLOSED = "closed"
    """It closes the connection instead of answering."""
    NOT_HTTP = "not_http"
    """It does not speak HTTP."""


class ProxyFailed(Exception):
    """A proxy refuses the connection, so that nothing was sent to the site.

    Args:
        why: the reason.
        words: the proxy's own, without the password that it was sent; for NO_TICKET the system's.
        user: the refused user; "" if the system does not tell.
        schemes: the schemes offered, in the proxy's order and spelling.
    """

    def __init__(self, why: ProxyRefusal, words: str = "", user: str = "", schemes: tuple[str, ...] = ()) -> None:
        super().__init__(why.value)
        self.why, self.words, self.user, self.schemes = why, words, user, schemes


@dataclass(frozen=True, slots=True)
class UsedLogin:
    """The user of a successful log-in, and its scheme: "Negotiate", "NTLM" or "Basic"."""

    scheme: str
    user: str


@dataclass(frozen=True, slots=True)
class _Sender:
    """A user who may log in. `login`: None for the user who is signed in. `starts`: by scheme, in their order."""

    user: str
    login: ProxyLogin | None
    starts: Mapping[str, Callable[[], Handshake]]

    @property
    def digest(self) -> bytes:
        """A keyed hash that identifies the user and password without revealing them."""
        words = [self.user] if self.login is None else [self.user, self.login.password.reveal()]
        return blake2b("\0".join(words).encode(errors="replace"), key=_KEY).digest()


@dataclass(frozen=True, slots=True)
class _Sent:
    """The log-in that was sent to a proxy."""

    sender: _Sender
    scheme: str
    handshake: Handshake


@dataclass(slots=True)
class _Memory:
    """The known facts about one proxy.

    Args:
        offered: the schemes of the last 407 that asked for a log-in.
        accepted: time of the last success, in seconds since 1970, by the digest of the accepted user.
        refused: digests of the refused users.
        unanswered: times of unanswered log-ins, by the digests of users neither accepted nor refused.
        told: the user and password that it was sent last.
        used: the last successful log-in.
        basic: the user of the last successful log-in, if by Basic.
        trying: held during the log-in of a user whose acceptance is unknown.
    """

    offered: Collection[str] = ()
    accepted: dict[bytes, float] = field(default_factory=dict)
    refused: set[bytes] = field(default_factory=set)
    unanswered: dict[bytes, tuple[float, ...]] = field(default_factory=dict)
    told: ProxyLogin | None = None
    used: UsedLogin | None = None
    basic: _Sender | None = None
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)

    def check(self, sender: _Sender, now: float) -> None:
        """Reject a user who was refused, or got no answer several times recently.

        Raises:
            ProxyFailed: USER_REFUSED.
        """
        of_late = [then for then in self.unanswered.get(sender.digest, ()) if abs(now - then) < _LOCKS_WITHIN]
        if sender.digest in self.refused or len(of_late) >= _MOST_UNANSWERED:
            raise ProxyFailed(ProxyRefusal.USER_REFUSED, user=sender.user)

    def accept(self, sender: _Sender, scheme: str, now: float) -> None:
        """Record a successful log-in."""
        self.accepted[sender.digest] = now
        self.used = UsedLogin(_WRITTEN[scheme], sender.user)
        self.basic = sender if scheme == BASIC else None

    def leave_unanswered(self, sender: _Sender, now: float) -> None:
        """Record a log-in without an answer."""
        if sender.digest not in self.accepted:
            self.unanswered[sender.digest] = (*self.unanswered.get(sender.digest, ())[1 - _MOST_UNANSWERED :], now)

    def refuse(self, sender: _Sender) -> None:
        """Record a refused log-in."""
        self.accepted.pop(sender.digest, None)
        self.refused.add(sender.digest)
        self.used = self.basic = None


class ProxyLogins:
    """The log-ins to all proxies, for one process and its event loop.

    Args:
        stored: finds the log-in that was entered for a proxy; None if there is none or it can't be read. May
            block.
        open_sign_on: returns the system's single sign-on, None for none; called when a proxy first asks.
        refused: called with a user and password that a proxy has refused. May block.
        now: returns the time in seconds since 1970.
    """

    def __init__(
        self,
        stored: Callable[[Proxy], ProxyLogin | None],
        open_sign_on: Callable[[], SingleSignOn | None] = of_this_system,
        *,
        refused: Callable[[Proxy, ProxyLogin], None] = lambda *_: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.stored = stored
        self._open_sign_on = open_sign_on
        self.refused = refused
        self.now = now
        self._memories: dict[str, _Memory] = {}

    @cached_property
    def sign_on(self) -> SingleSignOn | None:
        """The system's single sign-on; None for none."""
        return self._open_sign_on()

    def exchange(self, proxy: Proxy) -> LoginExchange:
        """Return the log-in of one connection to `proxy`, for a `with` around everything before the tunnel."""
        return LoginExchange(self, proxy, self._memory(proxy))

    async def socks_login(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the user and password for a SOCKS proxy, which takes nothing else; None for neither.

        Raises:
            ProxyFailed: USER_REFUSED, it has refused them before.
        """
        login = await in_daemon_thread(lambda: self.find_login(proxy), name=_THREAD)
        if login is not None:
            self._memory(proxy).check(_Sender(login.user, login, {}), self.now())
        return login

    async def socks_refused(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Record that a SOCKS proxy has refused its `socks_login`."""
        self._memory(proxy).refuse(_Sender(login.user, login, {}))
        await in_daemon_thread(lambda: self.refused(proxy, login), name=_THREAD)

    def find_login(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the user and password for a proxy; None for neither. May block."""
        # By convention "http://:@proxy.example" stands for the user who is signed in.
        written = proxy.login if proxy.login is not None and proxy.login.user else None
        return self.stored(proxy) or written

    def clean(self, proxy: Proxy, words: str) -> str:
        """Return a message from `proxy`, or from beyond it, without the password that it was sent."""
        return without_secret(words, self._memory(proxy).told or proxy.login)

    def used(self, proxy: Proxy) -> UsedLogin | None:
        """Return the last successful log-in to `proxy`; None if none was needed."""
        return self._memory(proxy).used

    def forget_refusals(self, proxy: Proxy) -> None:
        """Allow the users that `proxy` has refused to try again: a log-in was entered, possibly the same."""
        memory = self._memory(proxy)
        memory.refused.clear()
        memory.unanswered.clear()

    def _memory(self, proxy: Proxy) -> _Memory:
        return self._memories.setdefault(proxy.name, _Memory())


class LoginExchange:
    """The log-in of one connection to a proxy.

    The value of `first` goes with the first CONNECT and that of `answer` with the next one after each 407; call
    `accepted` when the proxy has let the connection through. A proxy that closes the connection with its first 407
    may be answered on a new one; with a later 407 it has ended the log-in. From the first answer until the proxy
    has decided or the `with` ends, no other user who may be refused as well tries.
    """

    def __init__(self, logins: ProxyLogins, proxy: Proxy, memory: _Memory) -> None:
        self._logins = logins
        self._proxy = proxy
        self._memory = memory
        self._was_asked = False
        self._sent: _Sent | None = None
        self._is_trying = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        was_answered = isinstance(error, ProxyFailed) and error.why is ProxyRefusal.REFUSED
        if self._sent is not None and not was_answered:
            self._memory.leave_unanswered(self._sent.sender, self._logins.now())
        self._decided()

    async def first(self) -> bytes | None:
        """Return the value of Proxy-Authorization for the first CONNECT; None for one without.

        Raises:
            ProxyFailed: USER_REFUSED, the user who would log in was refused before.
        """
        memory = self._memory
        if (sender := memory.basic) is not None:
            await self._wait_for_others(sender)
            return await self._start(sender, BASIC)
        if memory.refused:
            try:
                sender = await in_daemon_thread(lambda: self._sender(memory.offered), name=_THREAD)
            except ProxyFailed:
                return None
            memory.check(sender, self._logins.now())
        return None

    async def answer(self, challenges: Sequence[str]) -> bytes:
        """Return the value of Proxy-Authorization that answers a 407.

        Args:
            challenges: the values of its headers Proxy-Authenticate.

        Raises:
            ProxyFailed: LOGIN_WANTED, NO_TICKET, SCHEMES: no user can log in. USER_REFUSED: there is a user, whom
                the proxy does not accept.
        """
        # A broken proxy that names no scheme means Basic, which every program knows.
        offers = read_offers(challenges) or {BASIC: Offer(_WRITTEN[BASIC], "")}
        if self._sent is not None and not self._was_asked and self._sent.scheme not in offers:
            # The Basic sent in advance is not offered any more, so it was not judged.
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
        """Record that the proxy has let the connection through."""
        memory, sent = self._memory, self._sent
        if sent is None:
            memory.used = None
        else:
            if sent.sender.digest not in memory.accepted:
                self._log(sent, "accepted")
            memory.accept(sent.sender, sent.scheme, self._logins.now())
        self._decided()

    async def _begin(self, offered: Collection[str]) -> bytes:
        """Return the first answer, of the first user and scheme that can log in."""
        sender = await in_daemon_thread(lambda: self._sender(offered), name=_THREAD)
        self._memory.offered = offered
        await self._wait_for_others(sender)
        words = ""
        for scheme in sender.starts:
            try:
                return await self._start(sender, scheme)
            except OSError as error:
                # Nothing was sent to the proxy, so this is no refusal.
                words = str(error)
        would_serve = bool(self._starts(offered, _ANYBODY))
        raise ProxyFailed(ProxyRefusal.LOGIN_WANTED if would_serve else ProxyRefusal.NO_TICKET, words)

    async def _wait_for_others(self, sender: _Sender) -> None:
        """Wait until no other user tries, unless this one is known to be accepted.

        Raises:
            ProxyFailed: USER_REFUSED.
        """
        memory = self._memory
        if not self._is_trying and not self._has_passed(sender):
            await memory.trying.acquire()
            self._is_trying = True
            if self._has_passed(sender):
                self._decided()
        memory.check(sender, self._logins.now())

    def _has_passed(self, sender: _Sender) -> bool:
        """Return whether the user was accepted just now; one accepted yesterday may be refused today."""
        then = self._memory.accepted.get(sender.digest)
        return then is not None and abs(self._logins.now() - then) < _HOLDS_FOR

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
        self._memory.told = sender.login or self._memory.told
        return _value(scheme, answer)

    async def _go_on(self, sent: _Sent, offers: Mapping[str, Offer]) -> bytes:
        """Return the next answer of a log-in; a 407 that does not continue it is a refusal."""
        token = offers[sent.scheme].token if sent.scheme in offers else ""
        if token:
            with suppress(OSError, ValueError):
                given = b64decode(token)
                if answer := await in_daemon_thread(lambda: sent.handshake.answer(given), name=_THREAD):
                    return _value(sent.scheme, answer)
        login = sent.sender.login
        self._memory.refuse(sent.sender)
        self._log(sent, "refused")
        if login is not None:
            await in_daemon_thread(lambda: self._logins.refused(self._proxy, login), name=_THREAD)
        raise ProxyFailed(ProxyRefusal.USER_REFUSED, user=sent.sender.user)

    def _log(self, sent: _Sent, outcome: str) -> None:
        logger.info("Proxy %s has %s a log-in by %s", self._proxy.name, outcome, _WRITTEN[sent.scheme])

    def _decided(self) -> None:
        """Let the next user try."""
        if self._is_trying:
            self._is_trying = False
            self._memory.trying.release()

    def _sender(self, offered: Collection[str]) -> _Sender:
        """Return the user to log in with one of these schemes; may block.

        Raises:
            ProxyFailed: LOGIN_WANTED, SCHEMES.
        """
        login = self._logins.find_login(self._proxy)
        if login is not None and (starts := self._starts(offered, login)):
            return _Sender(login.user, login, starts)
        system, proxy = self._logins.sign_on, self._proxy
        # A ticket is for a host name; and any network can name a proxy by WPAD, to which the user would be
        # revealed.
        may_sign_on = not proxy.from_wpad and not _is_address(proxy.host)
        if system is not None and may_sign_on and (starts := self._starts(offered, None)):
            return _Sender(system.user(), None, starts)
        would_serve = login is None and bool(self._starts(offered, _ANYBODY))
        raise ProxyFailed(ProxyRefusal.LOGIN_WANTED if would_serve else ProxyRefusal.SCHEMES)

    def _starts(self, offered: Collection[str], login: ProxyLogin | None) -> dict[str, Callable[[], Handshake]]:
        """Return the possible log-ins by scheme, the best first."""
        starts: dict[str, Callable[[], Handshake]] = {}
        system = self._logins.sign_on
        if system is not None and (login is None or system.takes_logins):
            known = system.schemes()
            for scheme in (NEGOTIATE, NTLM):
                if scheme in offered and scheme in known:
                    starts[scheme] = partial(system.start, scheme, self._proxy.host.rstrip("."), login)
        if login is not None and BASIC in offered:
            starts[BASIC] = partial(Basic, login)
        return starts


def _value(scheme: str, answer: bytes) -> bytes:
    return f"{_WRITTEN[scheme]} {b64encode(answer).decode()}".encode()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
