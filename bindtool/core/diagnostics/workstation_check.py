"""Whether this laptop can bind: what one harmless request and the password store say of each thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.api.identity import TokenCheck, read_identity
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
    from bindtool.core.diagnostics.way_taken import WayTaken

_OF_TLS = frozenset({NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME, NotSent.TLS})
_OF_PROXY = WANTS_PROXY_LOGIN | {NotSent.PROXY, NotSent.PROXY_SCRIPT}


class Item(StrEnum):
    """What is checked, in this order; the values stand in the output in every language."""

    SITE = "site"
    PROXY = "proxy"
    TLS = "tls"
    CLOCK = "clock"
    KEYRING = "keyring"
    TOKEN = "token"  # noqa: S105 - an item, not a token
    SIGN_IN = "sign_in"
    HANDOFF = "handoff"


class Grade(StrEnum):
    """How an item stands; the values stand in the output in every language."""

    OK = "ok"
    PROBLEM = "problem"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was found of one item, of this check or of that of the shared ledger.

    `more`: sentences that follow the words. `obstacle`: of a proxy that let nothing through.
    """

    item: StrEnum
    grade: Grade
    words: Message
    more: tuple[Message, ...] = ()
    obstacle: NeverSent | None = None

    @property
    def sentences(self) -> tuple[Message, ...]:
        return self.words, *self.more


@dataclass(frozen=True, slots=True)
class Asked:
    """The question behind a reply.

    `site`: the origin. `way`: the one there. `time`: when it was asked. `who`: the person to ask, "" for nobody
    named.
    """

    site: str
    way: WayTaken
    time: datetime
    who: str


def examine(
    asked: Asked, reply: Reply, keyring: str | BindtoolError, no_token: BindtoolError | None
) -> tuple[CheckResult, ...]:
    """Return what is to be said of each item.

    Args:
        asked: what was asked.
        reply: what GET /v1/users/me came back with.
        keyring: the name of the password store, or why it can't serve.
        no_token: why the request was sent without the stored token; None where it had it.
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
    """Return what is to be said of signing in.

    Args:
        reply: as for `examine`.
        renewed: what a renewal has come to; None where nobody has signed in.
        since: when somebody has; None where that is not noted.
        ports: those that a browser would come back to, where none of them is free; else "".
        unstored: whether what was renewed could not be stored.
    """
    if isinstance(renewed, NoToken):
        return CheckResult(Item.SIGN_IN, Grade.PROBLEM, renewed.error.title)
    if isinstance(renewed, NeverSent):
        return _result(Item.SIGN_IN, Grade.UNCLEAR, "not_renewed")
    if unstored:
        # What is stored is dead by now: the next start has to sign in again.
        return _result(Item.SIGN_IN, Grade.PROBLEM, "not_kept")
    if ports:
        return _result(Item.SIGN_IN, Grade.UNCLEAR, "no_port", ports=ports)
    if renewed is None:
        return _result(Item.SIGN_IN, Grade.OK, "nobody")
    account = read_identity(reply).name
    if since is None:
        return _result(Item.SIGN_IN, Grade.OK, "renewed", account=account)
    return _result(Item.SIGN_IN, Grade.OK, "since", account=account, day=since.date().isoformat())


def examine_handoff(folder: str, waiting: int) -> tuple[CheckResult, ...]:
    """Return what is to be said of the hand-off; nothing where runs are handed over nowhere and no file waits.

    `folder`: the profile's, "" for none. `waiting`: how many files wait for their folder.
    """
    if waiting:
        return (_result(Item.HANDOFF, Grade.PROBLEM, "waiting", n=waiting, folder=folder),)
    return (_result(Item.HANDOFF, Grade.OK, "none", folder=folder),) if folder else ()


def _site(site: str, reply: Reply) -> CheckResult:
    if isinstance(reply, NeverSent):
        if reply.why in _OF_TLS:
            return _result(Item.SITE, Grade.UNCLEAR, "tls", site=site)
        if _ended_at_proxy(site, reply):
            return _result(Item.SITE, Grade.UNCLEAR, "proxy", site=site)
        return _result(Item.SITE, Grade.PROBLEM, str(reply.why), site=site, detail=reply.detail)
    if not isinstance(reply, HttpReply):
        return _result(Item.SITE, Grade.PROBLEM, "silent", site=site)
    if judge(reply).answer.code is None:
        return _result(Item.SITE, Grade.PROBLEM, "stranger", site=site, status=reply.status)
    return _result(Item.SITE, Grade.OK, "reached", site=site)


def _ended_at_proxy(site: str, reply: NeverSent) -> bool:
    """Behind a proxy that lets nothing through nobody knows how the site itself is."""
    return reply.why in _OF_PROXY or reply.host != site.partition("://")[2]


def _proxy(asked: Asked, reply: Reply) -> CheckResult:
    way = asked.way
    if isinstance(reply, NeverSent) and reply.why not in _OF_TLS and _ended_at_proxy(asked.site, reply):
        words, *more = obstacle_sentences(reply, asked.who)
        return CheckResult(Item.PROXY, Grade.PROBLEM, words, (*more, *way.named_by()), reply)
    words, *passed = way.passed()
    # Where the system can't be asked or a script not be read, the way may be another one than they would name.
    well = not way.routes.fault and (way.proxy is None or isinstance(reply, HttpReply))
    grade = Grade.OK if well else Grade.UNCLEAR
    return CheckResult(Item.PROXY, grade, words, (*passed, *way.named_by()))


def _tls(asked: Asked, reply: Reply) -> CheckResult:
    if not asked.site.startswith("https:"):
        return _result(Item.TLS, Grade.OK, "none")
    if isinstance(reply, HttpReply):
        return _result(Item.TLS, Grade.OK, "trusted")
    if isinstance(reply, NeverSent) and reply.why in _OF_TLS:
        return CheckResult(Item.TLS, Grade.PROBLEM, obstacle_hint(reply, asked.who))
    return _result(Item.TLS, Grade.UNCLEAR, "not_reached")


def _clock(asked: Asked, reply: Reply) -> CheckResult:
    minutes = minutes_off(reply, asked.time) if isinstance(reply, HttpReply) else None
    if minutes is None:
        return _result(Item.CLOCK, Grade.UNCLEAR, "unknown")
    if minutes > CLOCK_TOLERANCE:
        return _result(Item.CLOCK, Grade.PROBLEM, "off", m=minutes)
    return _result(Item.CLOCK, Grade.OK, "right")


def _keyring(keyring: str | BindtoolError) -> CheckResult:
    if isinstance(keyring, BindtoolError):
        return CheckResult(Item.KEYRING, Grade.PROBLEM, keyring.title)
    return _result(Item.KEYRING, Grade.OK, "serves", name=keyring)


def _token(site: str, reply: Reply, no_token: BindtoolError | None) -> CheckResult:
    if no_token is not None:
        return CheckResult(Item.TOKEN, Grade.PROBLEM, no_token.title)
    identity = read_identity(reply)
    return _result(Item.TOKEN, _OF_CHECK[identity.check], identity.check, site=site, account=identity.name)


_OF_CHECK = {
    TokenCheck.ACCEPTED: Grade.OK,
    TokenCheck.REFUSED: Grade.PROBLEM,
    TokenCheck.UNCLEAR: Grade.UNCLEAR,
}


def _result(item: Item, grade: Grade, what: str, **parameters: str | int) -> CheckResult:
    return CheckResult(item, grade, Message.of(f"check.{item}_{what}", **parameters))
