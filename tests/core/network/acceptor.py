"""A proxy on loopback that requires a log-in and behaves as told; pyspnego is the other side of NTLM.

It runs on every system, and so does the client for systems that have none.
"""

from __future__ import annotations

import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Protocol, Self

import spnego
from spnego._ntlm_raw.crypto import ntowfv1
from spnego.exceptions import SpnegoError

from bindtool.core.network.proxy import ProxyLogin

USER, PASSWORD = r"WORKS\mei", "s3cret 密码"
"""The user who is accepted, if `knowing` is in the environment."""

OWN = {"ntlm": spnego.NegotiateOptions.use_ntlm, "negotiate": spnego.NegotiateOptions.use_negotiate}
"""Options that keep pyspnego from calling Windows, by scheme: it must be independent of it."""

_CHUNK = 1 << 16


def knowing(folder: Path) -> Mapping[str, str]:
    """Return the environment in which pyspnego knows the accepted user."""
    file = folder / "users"
    file.write_text(f"{USER}:{PASSWORD}\n".replace("\\", ":"), encoding="utf-8")
    return {"NTLM_USER_FILE": str(file)}


class Conduct(StrEnum):
    """The proxy's reaction to a log-in."""

    TAKE = "take it if it is right"
    REFUSE = "refuse it even if it is right"
    HANG_UP = "hang up when it begins"
    CHANGE_OFFER = "go on with another scheme when it begins"
    HANG_UP_AND_TAKE = "hang up after saying that it wants one"


class Judge(Protocol):
    """The proxy's side of one log-in."""

    @property
    def complete(self) -> bool:
        """Whether the client has logged in."""

    def step(self, in_token: bytes) -> bytes | None:
        """Return the proxy's next challenge.

        Raises:
            SpnegoError: the log-in was refused.
        """


class Acceptor(ThreadingTCPServer):
    """The proxy, on a free port of 127.0.0.1 within the context.

    Args:
        offer: "NTLM", "Negotiate" or 'Basic realm="works"'; of several, separated by commas, the first is used.
        conduct: its reaction to a log-in.
        parent: the port of a proxy on this computer that it goes through; 0 for none.
        judge: returns the proxy's side of a log-in by "ntlm" or "negotiate".
    """

    daemon_threads = True

    def __init__(
        self,
        offer: str,
        conduct: Conduct = Conduct.TAKE,
        *,
        parent: int = 0,
        judge: Callable[[str], Judge] = lambda scheme: spnego.server(protocol=scheme, options=OWN[scheme]),
    ) -> None:
        self.offer = offer
        self.conduct = conduct
        self.parent = parent
        self.judge = judge
        self.heard: list[list[str]] = []
        """The schemes of the answers, a list for each connection; "" for a request without log-in."""
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = int(self.server_address[1])
        self._serving = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and return when the port is closed."""
        self.shutdown()
        self._serving.join()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client that disconnects."""


class _Connection(BaseHTTPRequestHandler):
    """One connection to the proxy."""

    server: Acceptor
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Begin."""
        super().setup()
        self._context: Judge | None = None
        self._heard: list[str] = []
        self.server.heard.append(self._heard)

    def do_CONNECT(self) -> None:
        """Open the tunnel, or require a log-in."""
        scheme, _, token = self.headers.get("Proxy-Authorization", "").partition(" ")
        self._heard.append(scheme)
        conduct, offer = self.server.conduct, self.server.offer
        if scheme and conduct is Conduct.HANG_UP:
            self.close_connection = True
        elif scheme and conduct is Conduct.CHANGE_OFFER:
            self._ask('Basic realm="works"' if scheme != "Basic" else "NTLM")
        elif not scheme or scheme != offer.replace(",", " ").split()[0]:
            self._ask(offer, hang_up=conduct is Conduct.HANG_UP_AND_TAKE)
        elif asked := self._judge(scheme, token):
            self._ask(asked)
        elif conduct is Conduct.REFUSE:
            self._ask(offer)
        else:
            self._lead_on()

    def log_message(self, _format: str, *args: object) -> None:
        """Log nothing."""

    def _judge(self, scheme: str, token: str) -> str:
        """Return the next challenge; "" once the client has logged in."""
        given = b64decode(token)
        if scheme == "Basic":
            return "" if given.decode() == f"{USER}:{PASSWORD}" else self.server.offer
        self._context = self._context or self.server.judge(scheme.lower())
        try:
            answer = self._context.step(given)
        except SpnegoError:
            return self.server.offer
        return "" if self._context.complete else f"{scheme} {b64encode(answer or b'').decode()}"

    def _ask(self, challenge: str, *, hang_up: bool = False) -> None:
        """Respond that a log-in is required."""
        self.send_response(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)
        self.send_header("Proxy-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        if hang_up:
            self.send_header("Connection", "close")
        self.end_headers()

    def _lead_on(self) -> None:
        """Confirm the tunnel, and forward its data."""
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.close_connection = True
        host, _, port = self.path.rpartition(":")
        parent = self.server.parent
        with socket.create_connection(("127.0.0.1", parent) if parent else (host, int(port))) as site:
            if parent:
                site.sendall(f"CONNECT {self.path} HTTP/1.1\r\nHost: {self.path}\r\n\r\n".encode())
                said = site.recv(_CHUNK)
                while said and not said.endswith(b"\r\n\r\n"):
                    said = site.recv(_CHUNK)
            threading.Thread(target=_carry, args=(site, self.connection), daemon=True).start()
            _carry(self.connection, site)


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@dataclass(frozen=True)
class Spnego:
    """A `SingleSignOn` by pyspnego: NTLM, by itself or within Negotiate, with a user and a password.

    `signed_in`: the user signed in without a log-in.
    """

    signed_in: ProxyLogin
    takes_logins: bool = True

    def schemes(self) -> Collection[str]:
        """Return both."""
        return ("negotiate", "ntlm")

    def user(self) -> str:
        """Return the signed-in user."""
        return self.signed_in.user

    def start(self, scheme: str, host: str, login: ProxyLogin | None) -> _LogIn:
        """Begin."""
        who = login or self.signed_in
        # With a password it would request a ticket from Windows too, with a structure that Wine misinterprets,
        # which ends the process. A hash can be used for NTLM only.
        known = spnego.NTLMHash(who.user, nt_hash=ntowfv1(who.password.reveal()).hex())
        return _LogIn(spnego.client(known, None, host, "HTTP", protocol=scheme, options=OWN[scheme]))


@dataclass(frozen=True)
class _LogIn:
    """One log-in."""

    client: spnego.ContextProxy

    def answer(self, token: bytes) -> bytes:
        """Answer the proxy."""
        return self.client.step(token or None) or b""
