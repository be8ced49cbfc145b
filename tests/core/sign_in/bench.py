"""Helpers of the sign-in tests: a clock with short waits, a browser, a stored record."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPConnection
from typing import TypeVar
from urllib.parse import urlsplit

from bindtool.core.api.client import SiteClient, Timeouts
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.messages import Message
from bindtool.core.network.proxies import Proxies
from tests.patience import PATIENCE

T = TypeVar("T")

TIMEOUTS = Timeouts(connect=5.0, answer=5.0)


class ShortWaits(SystemClock):
    """A clock whose waits are short, but count in full."""

    def __init__(self) -> None:
        self.skipped = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds passed, including skipped ones."""
        return super().monotonic() + self.skipped

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for a moment; the rest of the time counts as passed."""
        self.waits.append(seconds)
        await asyncio.sleep(0)
        if event.is_set():
            return True
        self.skipped += seconds
        return False


def say(message: Message) -> str:
    """Return a message's id as its text."""
    return f"<{message.id}>"


def visit(
    address: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    """Return the status, the headers and the body of a page."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        connection.request(
            method, f"{parts.path}?{parts.query}" if parts.query else parts.path, headers=headers or {}
        )
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, names, answer.read().decode()
    finally:
        connection.close()


def press(address: str, link: str) -> str:
    """Open a page of the practice server and press a link; return its target, or the page's text."""
    _, _, page = visit(address)
    found = re.search(rf'<a id={link} href="([^"]+)"', page)
    assert found is not None, page
    parts = urlsplit(address)
    _, headers, page = visit(f"{parts.scheme}://{parts.netloc}{found[1]}")
    return headers.get("location", page)


class Scripted(SiteClient):
    """A site with scripted answers, which records its requests."""

    def __init__(self, *replies: HttpReply | NeverSent | AnswerLost) -> None:
        super().__init__("https://api.coze.cn", TIMEOUTS, SystemClock(), Proxies.of_this_system())
        self._replies = iter(replies)
        self.sent: list[tuple[str, bytes]] = []

    async def post(self, path: str, body: bytes) -> HttpReply | NeverSent | AnswerLost:
        """Return the next answer."""
        self.sent.append((path, body))
        return next(self._replies)


def at(time: datetime, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpReply:
    """Return an answer that arrived at a given time."""
    return HttpReply(time, status, headers or {}, body)


async def aside(call: Callable[..., T], *arguments: object) -> T:
    """Run a call in a thread, as a person would act in a browser meanwhile, and return its result."""
    return await in_daemon_thread(lambda: call(*arguments), name="browser")
