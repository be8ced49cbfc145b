"""The other side of one connection, as the site and as a proxy in front of it: it decides what comes together."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bindtool.core.network.proxy import Proxy

T = TypeVar("T")


@dataclass
class ServerTls:
    """A server's end of TLS, over whatever `receive` and `send` go through."""

    certificate: Path
    receive: Callable[[], bytes]
    send: Callable[[bytes], None]
    version: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED

    def __post_init__(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.maximum_version = self.version
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._until_done(self._tls.do_handshake)

    def read(self) -> bytes:
        """Return what has come."""
        return self._until_done(self._tls.read)

    def packed(self, data: bytes) -> bytes:
        """Return a record with that in it."""
        self._tls.write(data)
        return self._out.read()

    def _until_done(self, call: Callable[[], T]) -> T:
        while True:
            try:
                result = call()
            except ssl.SSLWantReadError:
                self.send(self._out.read())
                received = self.receive()
                if received:
                    self._in.write(received)
                else:  # else a client that refuses would be waited for without end
                    self._in.write_eof()
            else:
                self.send(self._out.read())
                return result


class Peer:
    """Takes one connection, as a proxy of this kind and as the site behind it, and then does what `says` does.

    `kind`: "http", "https" or "socks5", None for no proxy. `version`: the site's TLS, None for none. `wire`: the
    connection.
    """

    def __init__(
        self,
        kind: str | None,
        version: ssl.TLSVersion | None,
        certificate: Path,
        says: Callable[[Any], object],
    ) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.site = f"{'https' if version else 'http'}://{self.address}"
        self.route = Proxy.parse(f"{kind}://{self.address}") if kind is not None else None
        self.says = says
        self._kind = kind
        self._version = version
        self._certificate = certificate
        self._layers: list[ServerTls] = []

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve the connection in a thread, which has ended afterwards."""
        with closing(self._listening):
            thread = threading.Thread(target=self._serve)
            thread.start()
            yield
            thread.join()

    def receive(self) -> bytes:
        """Return what has come."""
        return self._receive_by(self._layers)

    def hear(self) -> None:
        """Take the next request."""
        heard = b""
        while not heard.endswith(b"{}"):
            heard += self.receive()

    def send(self, *pieces: bytes, joined: bool = False) -> None:
        """Send pieces in one segment, by TLS each in a record of its own, or all `joined` in one of the proxy's."""
        self._send_by(self._layers, *pieces, joined=joined)

    def _serve(self) -> None:
        self.wire, _ = self._listening.accept()
        with closing(self.wire):
            if self._kind == "socks5":
                # That nobody has to log in, and that it is connected (RFC 1928).
                for said in (b"\x05\x00", b"\x05\x00\x00\x01" + bytes(6)):
                    self.wire.recv(4096)
                    self.wire.sendall(said)
            if self._kind == "https":
                self._add_tls(ssl.TLSVersion.MAXIMUM_SUPPORTED)
            if self._kind in {"http", "https"}:
                self.receive()
                self.send(b"HTTP/1.1 200 OK\r\n\r\n")
            if self._version is not None:
                self._add_tls(self._version)
            self.says(self)

    def _send_by(self, layers: list[ServerTls], *pieces: bytes, joined: bool = False) -> None:
        for layer in reversed(layers):
            pieces = tuple(map(layer.packed, pieces))
            pieces = (b"".join(pieces),) if joined else pieces
        self.wire.sendall(b"".join(pieces))

    def _receive_by(self, layers: list[ServerTls]) -> bytes:
        return layers[-1].read() if layers else self.wire.recv(1 << 16)

    def _add_tls(self, version: ssl.TLSVersion) -> None:
        receive, send = partial(self._receive_by, self._layers), partial(self._send_by, self._layers)
        self._layers = [*self._layers, ServerTls(self._certificate, receive, send, version)]
