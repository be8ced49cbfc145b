"""Signs in with the browser of this computer: the authorization code with PKCE (RFC 7636, 8252).

Here are the URL to open, and the server on loopback that the browser is redirected to. The requests to Coze are in
`wire`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import socket
from base64 import urlsafe_b64encode
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from bindtool.core.common.errors import SignInFailed
from bindtool.core.common.messages import Message
from bindtool.core.credentials.secret import Secret
from bindtool.core.sign_in.wire import Grant, ask_for_token, granted, refused_on_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bindtool.core.api.client import SiteClient
    from bindtool.core.common.clock import Clock

logger = logging.getLogger(__name__)

PORTS = (18291, 27463, 41739)
"""Coze compares a redirect with the three that an app may have, so the ports are fixed: far apart, below the
ephemeral ports of any system, and outside of the ranges that Windows is known to reserve."""

REDIRECT = "http://127.0.0.1:{port}/callback"
"""An address and no name: "localhost" may resolve to ::1 (RFC 8252, 7.3)."""

AUTHORISE_PATH = "/api/permission/oauth2/authorize"

LONGEST = 600.0
"""Seconds that a person has."""

_PATIENCE = 60.0
"""Seconds without an answer until possible causes are shown."""

_SHARING = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""The first option, which only Windows has, keeps a second program from listening there too and getting the answer;
elsewhere the second option tolerates a connection that has just ended."""

_LONGEST_HEAD = 64 * 1024
"""Bytes: a browser sends the cookies along that any program on 127.0.0.1 has ever set."""

_READING = 10.0
"""Seconds that a browser has for its request."""


@dataclass(frozen=True, slots=True)
class PageToOpen:
    """Open the page in a browser; the listener waits for it already."""

    address: str


@dataclass(frozen=True, slots=True)
class NothingYet:
    """Nothing has come back for a minute: the page was closed, or refuses, which Coze shows only in the browser."""


@dataclass(frozen=True, slots=True)
class StrangeAnswer:
    """A browser has come back that does not belong to this sign-in; it was rejected."""


Shown = PageToOpen | NothingYet | StrangeAnswer


def challenge_of(verifier: Secret) -> str:
    """Return the PKCE challenge of a verifier (S256; RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.reveal().encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


async def sign_in_with_browser(
    client: SiteClient,
    client_id: str,
    page: str,
    show: Callable[[Shown], None],
    say: Callable[[Message], str],
    clock: Clock,
    ports: Sequence[int] = PORTS,
) -> Grant:
    """Have a page opened and return the token that is granted there. Cancelled, it ends at once.

    Args:
        client: sends requests to the site.
        client_id: of an app for browsers.
        page: the origin of the sign-in page.
        show: opens the page and shows its URL; called with any other event for a person, too.
        say: returns the text of the listener's own page.
        clock: waits.
        ports: to listen on, the first free one.

    Raises:
        SignInFailed: no port is free, it was refused, or ten minutes are over.
    """
    verifier = Secret(secrets.token_urlsafe(32))
    async with _listening(ports, show, say) as listener:
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": listener.redirect,
            "state": listener.state.reveal(),
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        show(PageToOpen(f"{page}{AUTHORISE_PATH}?{urlencode(asked)}"))
        if not await clock.wait(listener.answered, _PATIENCE):
            show(NothingYet())
            if not await clock.wait(listener.answered, LONGEST - _PATIENCE):
                raise SignInFailed("sign_in.too_late")
        if listener.code is None:
            raise refused_on_page(listener.refusal).error
        return granted(await ask_for_token(client, client_id, listener.code, listener.redirect, verifier))


def can_listen(ports: Sequence[int]) -> bool:
    """Return whether one of the ports is free now."""
    try:
        _bound(ports).close()
    except SignInFailed:
        return False
    return True


@asynccontextmanager
async def _listening(
    ports: Sequence[int], show: Callable[[Shown], None], say: Callable[[Message], str]
) -> AsyncIterator[_Listener]:
    """Listen on the first free port until the context ends."""
    bound = _bound(ports)
    listener = _Listener(bound.getsockname()[1], show, say)
    server = await asyncio.start_server(listener.connected, sock=bound, limit=_LONGEST_HEAD)
    try:
        yield listener
    finally:
        server.close()
        for task in tuple(listener.serving):
            task.cancel()
        await asyncio.gather(*listener.serving, return_exceptions=True)


def _bound(ports: Sequence[int]) -> socket.socket:
    why = ""
    for port in ports:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, _SHARING, 1)
        try:
            made.bind(("127.0.0.1", port))
            made.listen()
        except OSError as error:
            why = error.strerror or str(error)
            made.close()
        else:
            made.setblocking(False)
            return made
    raise SignInFailed("sign_in.no_port", ports=", ".join(map(str, ports)), why=why)


class _Listener:
    """Takes the one answer of a browser with this sign-in's state; any other changes nothing."""

    def __init__(self, port: int, show: Callable[[Shown], None], say: Callable[[Message], str]) -> None:
        self.redirect = REDIRECT.format(port=port)
        self.state = Secret(secrets.token_urlsafe(32))
        self.answered = asyncio.Event()
        self.code: Secret | None = None
        self.refusal: dict[str, str] = {}
        self.serving: set[asyncio.Task[None]] = set()
        self._strange = False
        self._show = show
        self._say = say

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: Python 3.11 logs an error if a task of its own is cancelled.
        task = asyncio.ensure_future(self._serve(reader, writer))
        self.serving.add(task)
        task.add_done_callback(self.serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_READING):
                head = await reader.readuntil(b"\r\n\r\n")
                status, id_ = self._answer(head.decode("latin-1"))
                writer.write(_page(status, self._say(Message.of(id_))))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            # A browser's spare connection, or no browser at all.
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, head: str) -> tuple[str, str]:
        """Take a request; return the status and the id of the page's text."""
        request, *lines = head.split("\r\n")
        method, _, rest = request.partition(" ")
        target = rest.partition(" ")[0]
        hosts = [
            value.strip() for name, _, value in (line.partition(":") for line in lines) if name.lower() == "host"
        ]
        own = urlsplit(self.redirect)
        path, _, query = target.partition("?")
        if method != "GET" or hosts != [own.netloc] or path != own.path:
            return "404 Not Found", "sign_in.page.unknown"
        fields = {name: values[0] for name, values in parse_qs(query).items() if len(values) == 1}
        if not hmac.compare_digest(fields.get("state", "").encode(), self.state.reveal().encode()):
            if not self._strange:
                # Once: any page open in a browser could trigger it again and again.
                logger.info("a browser came back to a sign-in that was not begun here")
                self._show(StrangeAnswer())
            self._strange = True
            return "400 Bad Request", "sign_in.page.stranger"
        code = Secret.read(fields.get("code"))
        if code is None and "error" not in fields:
            return "400 Bad Request", "sign_in.page.stranger"
        if not self.answered.is_set():
            self.code, self.refusal = code, fields
            self.answered.set()
        return "200 OK", "sign_in.page.refused" if self.code is None else "sign_in.page.done"


def _page(status: str, words: str) -> bytes:
    """Return a page without scripts, external files or anything of the URL."""
    head = "<!DOCTYPE html><meta charset=utf-8><title>bindtool</title>"
    body = f"{head}<h1>bindtool</h1><p>{escape(words)}</p>".encode()
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Content-Security-Policy: default-src 'none'",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
