"""A server on loopback that answers with given bytes: for cases beyond the practice server.

It can be a proxy, a server that doesn't speak HTTP, or one with a certificate of `authority`.
"""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Self


@dataclass(frozen=True)
class Heard:
    """A request: the parts of its first line, its headers by lower-case name, and the client's port."""

    method: str
    target: str
    headers: dict[str, str]
    port: int


class Loopback(ThreadingTCPServer):
    """Answers on a free port of 127.0.0.1 within the context: with each answer once, then always with the last.

    `heard` holds the requests.
    """

    daemon_threads = True

    def __init__(self, *answers: bytes, certificate: Path | None = None) -> None:
        *self._first, self.answer = answers
        self.heard: list[Heard] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = int(self.server_address[1])
        self.address = f"127.0.0.1:{self.port}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self._serving = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def next_answer(self) -> bytes:
        """Return the next answer."""
        return self._first.pop(0) if self._first else self.answer

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
        """Ignore a client that disconnects half-way: some tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept as long as the client keeps it."""

    server: Loopback
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def do_CONNECT(self) -> None:
        """Answer a client's CONNECT to a proxy for an https site."""
        self._answer()

    def log_message(self, _format: str, *args: object) -> None:
        """Log nothing."""

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.rfile.read(int(headers.get("content-length", "0")))
        self.server.heard.append(Heard(self.command, self.path, headers, self.client_address[1]))
        self.wfile.write(self.server.next_answer())
