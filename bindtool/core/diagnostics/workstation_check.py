"""Checks whether this laptop can bind: one harmless request and the password store give a result for each item.

`workstation_request` sends the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.api.identity import TOKEN_TEXTS, TokenCheck, read_identity
from bindtool.core.api.responses import (
    CLOCK_TOLERANCE,
    HttpReply,
    NeverSent,
    NoToken,
    NotSent,
    Reply,
    minutes_off,
)
from bindtool.core.api.verdict import judge
from bindtool.core.binding.advice import WANTS_PROXY_LOGIN, obstacle_hint, obstacle_sentences
from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.diagnostics.route_taken import RouteTaken

_OF_TLS = frozenset({NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME, NotSent.TLS})
_OF_PROXY = WANTS_PROXY_LOGIN | {NotSent.PROXY, NotSent.PROXY_SCRIPT}


class Item(StrEnum):
    """The items checked, in this order; the values are part of the output in every language."""

    SITE = "site"
    PROXY = "proxy"
    TLS = "tls"
    CLOCK = "clock"
    KEYRING = "keyring"
    TOKEN = "token"  # noqa: S105 - an item, not a token
    SIGN_IN = "sign_in"
    HANDOFF = "handoff"


class Grade(StrEnum):
    """The state of an item; the values are part of the output in every language."""

    OK = "ok"
    PROBLEM = "problem"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one item, of this check or of the shared ledger's.

    `more`: sentences after `words`. `obstacle`: with a proxy that let nothing through.
    """

    item: StrEnum
    grade: Grade
    words: Message
    more: tuple[Message, ...] = ()
    obstacle: NeverSent | None = None

    @classmethod
    def of(cls, item: StrEnum, grade: Grade, id_: str, /, **parameters: str | int) -> CheckResult:
        """Return the result of an item in one sentence; `id_`: that of its message."""
        return cls(item, grade, Message.of(id_, **parameters))

    @property
    def sentences(self) -> tuple[Message, ...]:
        return self.words, *self.more


@dataclass(frozen=True, slots=True)
class Asked:
    """The request behind a reply.

    `site`: the origin. `route`: how it is reached. `time`: time of the request. `who`: the contact, "" if none is
    set.
    """

    site: str
    route: RouteTaken
    time: datetime
    who: str


def examine(
    asked: Asked, reply: Reply, keyring: str | BindtoolError, no_token: BindtoolError | None
) -> tuple[CheckResult, ...]:
    """Return the results of all items.

    Args:
        asked: the request.
        reply: the reply to GET /v1/users/me.
        keyring: the name of the password store, or its error.
        no_token: why the request was sent without the stored token; None if it was sent with it.
    """
    site = asked.site
    return (
        _site(site, reply),
        _proxy(asked, reply),
        _tls(asked, reply),
        _clock(asked, reply),
        _keyring(keyring),
        _token(site, reply, no_token),
    )


def examine_sign_in(
    reply: Reply,
    renewed: AccessToken | NeverSent | NoToken | None,
    since: datetime | None,
    ports: str,
    *,
    unstored: bool = False,
) -> CheckResult:
    """Return the result of the sign-in item.

    Args:
        reply: as for `examine`.
        renewed: the result of the renewal; None if there is no sign-in.
        since: time of the sign-in; None if not recorded.
        ports: the ports for the browser's redirect if none of them is free; else "".
        unstored: whether the renewed token could not be stored.
    """
    if isinstance(renewed, NoToken):
        return CheckResult(Item.SIGN_IN, Grade.PROBLEM, renewed.error.title)
    if isinstance(renewed, NeverSent):
        return CheckResult.of(Item.SIGN_IN, Grade.UNCLEAR, "check.sign_in_not_renewed")
    if unstored:
        # The stored token is no longer valid: the next start requires a new sign-in.
        return CheckResult.of(Item.SIGN_IN, Grade.PROBLEM, "check.sign_in_not_kept")
    if ports:
        return CheckResult.of(Item.SIGN_IN, Grade.UNCLEAR, "check.sign_in_no_port", ports=ports)
    if renewed is None:
        return CheckResult.of(Item.SIGN_IN, Grade.OK, "check.sign_in_nobody")
    account = read_identity(reply).name
    if since is None:
        return CheckResult.of(Item.SIGN_IN, Grade.OK, "check.sign_in_renewed", account=account)
    return CheckResult.of(
        Item.SIGN_IN, Grade.OK, "check.sign_in_since", account=account, day=since.date().isoformat()
    )


def examine_handoff(folder: str, waiting: int) -> tuple[CheckResult, ...]:
    """Return the result of the hand-off item; empty if no folder is set and no file is waiting.

    `folder`: the profile's, "" for none. `waiting`: the number of files waiting for their folder.
    """
    if waiting:
        return (CheckResult.of(Item.HANDOFF, Grade.PROBLEM, "check.handoff_waiting", n=waiting, folder=folder),)
    return (CheckResult.of(Item.HANDOFF, Grade.OK, "check.handoff_none", folder=folder),) if folder else ()


def _site(site: str, reply: Reply) -> CheckResult:
    if isinstance(reply, NeverSent):
        if reply.why in _OF_TLS:
            return CheckResult.of(Item.SITE, Grade.UNCLEAR, "check.site_tls", site=site)
        if _ended_at_proxy(site, reply):
            return CheckResult.of(Item.SITE, Grade.UNCLEAR, "check.site_proxy", site=site)
        return CheckResult.of(Item.SITE, Grade.PROBLEM, _OF_ROUTE[reply.why], site=site, detail=reply.detail)
    if not isinstance(reply, HttpReply):
        return CheckResult.of(Item.SITE, Grade.PROBLEM, "check.site_silent", site=site)
    if judge(reply).answer.code is None:
        return CheckResult.of(Item.SITE, Grade.PROBLEM, "check.site_stranger", site=site, status=reply.status)
    return CheckResult.of(Item.SITE, Grade.OK, "check.site_reached", site=site)


def _ended_at_proxy(site: str, reply: NeverSent) -> bool:
    """Return whether the request ended at the proxy, which leaves the state of the site itself unknown."""
    return reply.why in _OF_PROXY or reply.host != site.partition("://")[2]


def _proxy(asked: Asked, reply: Reply) -> CheckResult:
    route = asked.route
    if isinstance(reply, NeverSent) and reply.why not in _OF_TLS and _ended_at_proxy(asked.site, reply):
        words, *more = obstacle_sentences(reply, asked.who)
        return CheckResult(Item.PROXY, Grade.PROBLEM, words, (*more, *route.named_by()), reply)
    words, *passed = route.passed()
    # If the system can't be queried or a script can't be read, the correct route may differ from the route used.
    well = not route.routing.fault and (route.proxy is None or isinstance(reply, HttpReply))
    grade = Grade.OK if well else Grade.UNCLEAR
    return CheckResult(Item.PROXY, grade, words, (*passed, *route.named_by()))


def _tls(asked: Asked, reply: Reply) -> CheckResult:
    if not asked.site.startswith("https:"):
        return CheckResult.of(Item.TLS, Grade.OK, "check.tls_none")
    if isinstance(reply, HttpReply):
        return CheckResult.of(Item.TLS, Grade.OK, "check.tls_trusted")
    if isinstance(reply, NeverSent) and reply.why in _OF_TLS:
        return CheckResult(Item.TLS, Grade.PROBLEM, obstacle_hint(reply, asked.who))
    return CheckResult.of(Item.TLS, Grade.UNCLEAR, "check.tls_not_reached")


def _clock(asked: Asked, reply: Reply) -> CheckResult:
    minutes = minutes_off(reply, asked.time) if isinstance(reply, HttpReply) else None
    if minutes is None:
        return CheckResult.of(Item.CLOCK, Grade.UNCLEAR, "check.clock_unknown")
    if minutes > CLOCK_TOLERANCE:
        return CheckResult.of(Item.CLOCK, Grade.PROBLEM, "check.clock_off", m=minutes)
    return CheckResult.of(Item.CLOCK, Grade.OK, "check.clock_right")


def _keyring(keyring: str | BindtoolError) -> CheckResult:
    if isinstance(keyring, BindtoolError):
        return CheckResult(Item.KEYRING, Grade.PROBLEM, keyring.title)
    return CheckResult.of(Item.KEYRING, Grade.OK, "check.keyring_serves", name=keyring)


def _token(site: str, reply: Reply, no_token: BindtoolError | None) -> CheckResult:
    if no_token is not None:
        return CheckResult(Item.TOKEN, Grade.PROBLEM, no_token.title)
    if isinstance(reply, NeverSent):
        return CheckResult.of(Item.TOKEN, Grade.UNCLEAR, "check.token_not_reached", site=site)
    identity = read_identity(reply)
    return CheckResult.of(
        Item.TOKEN, _OF_CHECK[identity.check], TOKEN_TEXTS[identity.check], site=site, account=identity.name
    )


_OF_ROUTE = {
    NotSent.DNS: "check.site_dns",
    NotSent.CONNECT: "check.site_connect",
    NotSent.TIMEOUT: "check.site_timeout",
}

_OF_CHECK = {
    TokenCheck.ACCEPTED: Grade.OK,
    TokenCheck.REFUSED: Grade.PROBLEM,
    TokenCheck.UNCLEAR: Grade.UNCLEAR,
}
