"""The practice server's faults in tests: the effects of a network, a gateway or the vendor on an answer.

Each decides whether the devices are bound, and how the answer is delivered; `bindtool.practice.wire` defines their
interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Semaphore

from bindtool.practice.rules import PracticeReply, answer
from bindtool.practice.wire import Cutoff, Delivery


@dataclass(frozen=True, slots=True)
class Reset:
    """No answer: the connection is reset (TCP RST)."""

    commit: bool

    def deliver(self, _reply: PracticeReply) -> Delivery:
        """Deliver nothing, then a reset."""
        return Delivery(None, ending=Cutoff.RESET)


@dataclass(frozen=True, slots=True)
class Truncated:
    """The normal answer, cut off, although Content-Length promised `missing` bytes more."""

    commit: bool = True
    missing: int = 64

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Deliver the reply, too short for its own header."""
        return Delivery(reply, missing=self.missing, ending=Cutoff.CLOSE)


@dataclass(frozen=True, slots=True)
class Slow:
    """The normal answer, `seconds` late."""

    seconds: float
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Deliver the reply later."""
        return Delivery(reply, wait=self.seconds)


@dataclass(frozen=True, slots=True)
class Withheld:
    """The answer of the rules, once the test lets it go; it may stand in a script several times."""

    commit: bool = True
    _let_go: Semaphore = field(default_factory=partial(Semaphore, 0))

    def let_go(self, answers: int = 1) -> None:
        """Let so many answers go, those that are waited for first."""
        for _ in range(answers):
            self._let_go.release()

    def deliver(self, reply: PracticeReply) -> Delivery:
        """The reply, then."""
        self._let_go.acquire()
        return Delivery(reply)


@dataclass(frozen=True, slots=True)
class Drip:
    """The normal answer, a byte every `gap` seconds."""

    gap: float
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Deliver the reply byte by byte."""
        return Delivery(reply, gap=self.gap)


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """An answer in the vendor's format, with a log id; `code` is any JSON value, invalid for "0" or False."""

    code: object
    status: int = 200
    msg: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    commit: bool = False

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Deliver this answer with the log id of the request."""
        return Delivery(answer(self.status, self.code, reply.logid, self.msg, headers=self.headers))


@dataclass(frozen=True, slots=True)
class Raw:
    """This status, these headers (plus Content-Length) and these bytes, without a log id of our own."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    commit: bool = False

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Deliver this answer unchanged."""
        return Delivery(PracticeReply(self.status, self.headers, self.body, reply.logid))


def html(status: int = 502, *, commit: bool = False) -> Raw:
    """Return an HTML page, as sent by a gateway or a hotel's log-in."""
    page = b"<!DOCTYPE html><html><title>Bad gateway</title><body><h1>Bad gateway</h1></body></html>"
    return Raw(status, {"Content-Type": "text/html; charset=utf-8"}, page, commit)


def empty(status: int = 200, *, commit: bool = False) -> Raw:
    """Return an answer without a body."""
    return Raw(status, {"Content-Type": "application/json"}, b"", commit)


def json_text(text: str, status: int = 200, *, commit: bool = False) -> Raw:
    """Return a body labelled as JSON: `"[]"`, `"{}"`, or invalid JSON like `"{oops"`."""
    return Raw(status, {"Content-Type": "application/json; charset=utf-8"}, text.encode(), commit)


def redirect(location: str, status: int = 302, *, commit: bool = False) -> Raw:
    """Return a redirect to another URL."""
    return Raw(status, {"Location": location}, b"", commit)
