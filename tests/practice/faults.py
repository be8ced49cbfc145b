"""The faults that the practice server meets in tests: what a network, a gateway or the vendor does to an answer.

Each says whether the devices are bound, and what the sender gets to see; `bindtool.practice.wire` has their form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.practice.rules import PracticeReply, answer
from bindtool.practice.wire import Cutoff, Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reset:
    """No answer: the connection is reset (TCP RST)."""

    commit: bool

    def deliver(self, _reply: PracticeReply) -> Delivery:
        """Nothing, then a reset."""
        return Delivery(None, ending=Cutoff.RESET)


@dataclass(frozen=True, slots=True)
class Truncated:
    """The answer of the rules, then the end, although Content-Length promised `missing` bytes more."""

    commit: bool = True
    missing: int = 64

    def deliver(self, reply: PracticeReply) -> Delivery:
        """The reply, too short for its own header."""
        return Delivery(reply, missing=self.missing, ending=Cutoff.CLOSE)


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer of the rules, `seconds` late."""

    seconds: float
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """The reply, later."""
        return Delivery(reply, wait=self.seconds)


@dataclass(frozen=True, slots=True)
class Drip:
    """The answer of the rules, a byte every `gap` seconds."""

    gap: float
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """The reply, byte by byte."""
        return Delivery(reply, gap=self.gap)


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """An answer in the vendor's shape, with a log id; `code` is any JSON value, "0" or False to spoil it."""

    code: object
    status: int = 200
    msg: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    commit: bool = False

    def deliver(self, reply: PracticeReply) -> Delivery:
        """This answer under the log id of the request."""
        return Delivery(answer(self.status, self.code, reply.logid, self.msg, headers=self.headers))


@dataclass(frozen=True, slots=True)
class Raw:
    """This status, these headers (Content-Length is added) and these bytes, without a log id of our own."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    commit: bool = False

    def deliver(self, reply: PracticeReply) -> Delivery:
        """This answer as it is."""
        return Delivery(PracticeReply(self.status, self.headers, self.body, reply.logid))


def html(status: int = 502, *, commit: bool = False) -> Raw:
    """A page for people, as a gateway or a hotel's log-in sends it."""
    page = b"<!DOCTYPE html><html><title>Bad gateway</title><body><h1>Bad gateway</h1></body></html>"
    return Raw(status, {"Content-Type": "text/html; charset=utf-8"}, page, commit)


def empty(status: int = 200, *, commit: bool = False) -> Raw:
    """An answer without a body."""
    return Raw(status, {"Content-Type": "application/json"}, b"", commit)


def json_text(text: str, status: int = 200, *, commit: bool = False) -> Raw:
    """A body that claims to be JSON: `"[]"`, `"{}"`, or something that is no JSON at all, like `"{oops"`."""
    return Raw(status, {"Content-Type": "application/json; charset=utf-8"}, text.encode(), commit)


def redirect(location: str, status: int = 302, *, commit: bool = False) -> Raw:
    """A redirect to another address."""
    return Raw(status, {"Location": location}, b"", commit)
