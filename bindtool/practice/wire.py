"""The practice channel on the wire: HTTP/1.1 on loopback, with answers that can be late, cut or reset.

It has the connections, their threads and the bytes on them. The answer is up to the function that it is given. A
fault is a small frozen value that turns the answer of the rules into a `Delivery`; the fault of each request is
chosen in `server`. In a script of faults, None stands for "no fault". The one of practice mode is here.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from bindtool.practice.rules import PracticeReply


class Cutoff(Enum):
    """The state of a connection after a delivery."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The bytes to send.

    `reply` is None if nothing is sent. `wait`: seconds before the first byte. `gap`: seconds between two bytes,
    which are then sent one at a time. `missing`: bytes that Content-Length promises and that are not sent.
    """

    reply: PracticeReply | None
    wait: float = 0.0
    gap: float = 0.0
    missing: int = 0
    ending: Cutoff = Cutoff.KEEP


class Fault(Protocol):
    """A modification of an answer."""

    @property
    def commit(self) -> bool:
        """Whether the devices are bound as the rules say; False: as if the request had never been read."""

    def deliver(self, reply: PracticeReply, /) -> Delivery:
        """Return the delivery for the answer of the rules."""


@dataclass(frozen=True, slots=True)
class Close:
    """No answer: the connection is closed in good order."""

    commit: bool = True

    def deliver(self, _reply: PracticeReply) -> Delivery:
        """Send nothing, then close."""
        return Delivery(None, ending=Cutoff.CLOSE)


Respond = Callable[[str, str, Mapping[str, str], bytes], Delivery]
"""Method, path, headers (lower case) and body of a request → the delivery."""

_POLL_INTERVAL: Final = 0.02
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
LINGER_ZERO: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""The value of SO_LINGER with which closing a socket resets its connection."""


class LoopbackServer(ThreadingHTTPServer):
    """A listening socket on 127.0.0.1 and a daemon thread for each connection."""

    # The default of 5 refuses connections as soon as a few clients start at once.
    request_queue_size = 128

    def __init__(self, port: int, respond: Respond) -> None:
        """Listen on `port`, or on any free one for 0. Raises OSError if the port is taken."""
        self.respond = respond
        self.stopping = threading.Event()
        self._live: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)
        self._accepting = threading.Thread(
            target=self.serve_forever, args=(_POLL_INTERVAL,), name="practice-server", daemon=True
        )

    def server_bind(self) -> None:
        """Bind without a DNS lookup of the host's name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        """Accept connections."""
        self._accepting.start()

    def stop(self) -> None:
        """Accept no more connections, cut the open ones, and return when every thread has ended."""
        self.stopping.set()
        self.shutdown()
        self._accepting.join()
        self.server_close()
        with self._lock:
            live = dict(self._live)
        for thread, connection in live.items():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def drain(self) -> None:
        """Return when every connection made so far has been closed by its client."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.shutdown(socket.SHUT_WR)
            # Connections are accepted in order: the earlier ones have a thread by the time that this one is closed.
            last.recv(1)
        with self._lock:
            threads = tuple(self._live)
        for thread in threads:
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for the connection that `stop` can find."""
        serve = self.process_request_thread
        thread = threading.Thread(target=serve, args=(request, client_address), daemon=True)
        with self._lock:
            self._live[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._live[threading.current_thread()]

    def shutdown_request(self, request: Any) -> None:
        """Close without a FIN of its own, which would arrive before a reset."""
        self.close_request(request)


class _Connection(BaseHTTPRequestHandler):
    """One connection: reads requests, sends deliveries."""

    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve requests until the end; a disconnecting client is no error here."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._respond()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._respond()

    def log_message(self, _format: str, *args: object) -> None:
        """Log nothing: the server keeps its requests."""

    def _respond(self) -> None:
        promised = self.headers.get("Content-Length", "0")
        length = int(promised) if promised.isdecimal() else 0
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        delivery = self.server.respond(self.command, self.path, headers, body)
        stopped = self.server.stopping.wait(delivery.wait)
        if delivery.reply is not None and not stopped:
            stopped = self._send(_to_bytes(delivery.reply, delivery.missing), delivery.gap)
        if delivery.ending is Cutoff.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
        if stopped or delivery.ending is not Cutoff.KEEP:
            self.close_connection = True

    def _send(self, data: bytes, gap: float) -> bool:
        """Send at once, or a byte every `gap` seconds; True if the server was stopped meanwhile."""
        if not gap:
            self.wfile.write(data)
            return False
        for byte in data:
            self.wfile.write(bytes([byte]))
            if self.server.stopping.wait(gap):
                return True
        return False


def _to_bytes(reply: PracticeReply, missing: int) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    lines += [f"Content-Length: {len(reply.body) + missing}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + reply.body
