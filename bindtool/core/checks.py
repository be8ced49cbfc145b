"""Whether this laptop can bind: what one harmless request and the password store say of each thing that must work.

Owns the judgement, item by item. Asking is for the faces; the words stand under `check.<item>_<what>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from bindtool.core.advice import TokenCheck
from bindtool.core.channel import is_loopback
from bindtool.core.errors import BindtoolError
from bindtool.core.identity import read_identity
from bindtool.core.message import Message
from bindtool.core.reply import HttpReply, NeverSent, NotSent
from bindtool.core.verdict import judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bindtool.core.reply import Reply

CLOCK_TOLERANCE = 5
"""Minutes that the clock may be off (ux.md 2, "Clock")."""


class Item(StrEnum):
    """What is looked at, in this order; the values stand in the output in every language."""

    SITE = "site"
    PROXY = "proxy"
    TLS = "tls"
    CLOCK = "clock"
    KEYRING = "keyring"
    TOKEN = "token"  # noqa: S105 - an item, not a token


class Grade(StrEnum):
    """How an item stands; the values stand in the output in every language."""

    OK = "ok"
    PROBLEM = "problem"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one item."""

    item: Item
    grade: Grade
    words: Message


def examine(
    site: str,
    proxies: Mapping[str, str],
    reply: Reply,
    keyring: str | BindtoolError,
    no_token: BindtoolError | None,
) -> tuple[Finding, ...]:
    """Return what is to be said of each item.

    Args:
        site: the origin that was asked.
        proxies: what the system names, by scheme; `no` lists the hosts that need none.
        reply: what GET /v1/users/me came back with.
        keyring: the name of the password store, or why it can't serve.
        no_token: why the request was sent without the stored token; None where it had it.
    """
    return (
        _site(site, reply),
        _proxy(site, proxies, reply),
        _tls(site, reply),
        _clock(reply),
        _keyring(keyring),
        _token(site, reply, no_token),
    )


def proxy_for(site: str, proxies: Mapping[str, str]) -> str:
    """Return the proxy that requests to `site` go through, without its user and password; "" for none."""
    parts = urlsplit(site)
    address = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not address or is_loopback(site) or _needs_none(parts.hostname or "", proxies.get("no", "")):
        return ""
    proxy = urlsplit(address if "://" in address else f"//{address}")
    return urlunsplit(proxy._replace(netloc=proxy.netloc.rpartition("@")[2])).removeprefix("//")


def _needs_none(host: str, listed: str) -> bool:
    """Read NO_PROXY as curl does: hosts between commas, each with all below it; an asterisk for every host."""
    names = [name.strip().lstrip(".") for name in listed.split(",")]
    return any(name in {"*", host} or host.endswith(f".{name}") for name in names if name)


def _site(site: str, reply: Reply) -> Finding:
    if isinstance(reply, NeverSent):
        # Behind a proxy or a broken TLS nobody knows how the site itself is.
        grade = Grade.PROBLEM if reply.why in {NotSent.DNS, NotSent.CONNECT} else Grade.UNCLEAR
        return _finding(Item.SITE, grade, str(reply.why), site=site, detail=reply.detail)
    if not isinstance(reply, HttpReply):
        return _finding(Item.SITE, Grade.PROBLEM, "silent", site=site)
    if judge(reply).answer.code is None:
        return _finding(Item.SITE, Grade.PROBLEM, "stranger", site=site, status=reply.status)
    return _finding(Item.SITE, Grade.OK, "reached", site=site)


def _proxy(site: str, proxies: Mapping[str, str], reply: Reply) -> Finding:
    proxy = proxy_for(site, proxies)
    if isinstance(reply, NeverSent) and reply.why is NotSent.PROXY:
        return _finding(Item.PROXY, Grade.PROBLEM, "failed", proxy=proxy, detail=reply.detail)
    if not proxy:
        return _finding(Item.PROXY, Grade.OK, "none")
    grade = Grade.OK if isinstance(reply, HttpReply) else Grade.UNCLEAR
    return _finding(Item.PROXY, grade, "used", proxy=proxy)


def _tls(site: str, reply: Reply) -> Finding:
    if not site.startswith("https:"):
        return _finding(Item.TLS, Grade.OK, "none")
    if isinstance(reply, HttpReply):
        return _finding(Item.TLS, Grade.OK, "trusted")
    if isinstance(reply, NeverSent) and reply.why is NotSent.TLS:
        return _finding(Item.TLS, Grade.PROBLEM, "failed", detail=reply.detail)
    return _finding(Item.TLS, Grade.UNCLEAR, "not_reached")


def _clock(reply: Reply) -> Finding:
    theirs = _date(reply.headers.get("date", "")) if isinstance(reply, HttpReply) else None
    if theirs is None:
        return _finding(Item.CLOCK, Grade.UNCLEAR, "unknown")
    minutes = round(abs((reply.time - theirs).total_seconds()) / 60)
    if minutes > CLOCK_TOLERANCE:
        return _finding(Item.CLOCK, Grade.PROBLEM, "off", m=minutes)
    return _finding(Item.CLOCK, Grade.OK, "right")


def _keyring(keyring: str | BindtoolError) -> Finding:
    if isinstance(keyring, BindtoolError):
        return Finding(Item.KEYRING, Grade.PROBLEM, keyring.title)
    return _finding(Item.KEYRING, Grade.OK, "serves", name=keyring)


def _token(site: str, reply: Reply, no_token: BindtoolError | None) -> Finding:
    if no_token is not None:
        return Finding(Item.TOKEN, Grade.PROBLEM, no_token.title)
    identity = read_identity(reply)
    return _finding(Item.TOKEN, _OF_CHECK[identity.check], identity.check, site=site, account=identity.name)


_OF_CHECK = {
    TokenCheck.ACCEPTED: Grade.OK,
    TokenCheck.REFUSED: Grade.PROBLEM,
    TokenCheck.UNCLEAR: Grade.UNCLEAR,
}


def _finding(item: Item, grade: Grade, what: str, **parameters: str | int) -> Finding:
    return Finding(item, grade, Message.of(f"check.{item}_{what}", **parameters))


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
