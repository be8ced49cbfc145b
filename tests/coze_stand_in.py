"""A stand-in for Coze: a practice server behind a proxy that answers for https://api.coze.cn.

The proxy and the site's certificate are here. No request leaves this computer, while the program uses the real
site's name.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from bindtool.practice.server import PracticeServer
from tests.core.api.authority import Authority

HOST = "api.coze.cn"
_CHUNK = 65536


@dataclass(frozen=True)
class CozeStandIn:
    """The port of the proxy on 127.0.0.1, and the authority of the site's certificate, as PEM."""

    port: int
    authority: Path

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment in which bindtool uses the proxy and trusts the authority. Windows has a store for the
        latter.
        """
        address = f"http://127.0.0.1:{self.port}"
        return {"HTTPS_PROXY": address, "https_proxy": address, "SSL_CERT_FILE": str(self.authority)}


@contextmanager
def stand_in_for_coze(
    folder: Path, server: PracticeServer, authority: Authority | None = None
) -> Iterator[CozeStandIn]:
    """Route to a running server. Certificates go to `folder`; without an authority one is created there."""
    authority = authority or Authority(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(HOST))
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        server_port = urlsplit(server.site).port or 0
        Thread(target=_answer, args=(proxy, context, server_port), daemon=True).start()
        yield CozeStandIn(proxy.getsockname()[1], authority.file)
        with suppress(OSError):  # Windows ends the waiting calls by itself
            proxy.shutdown(socket.SHUT_RDWR)


def _answer(proxy: socket.socket, context: ssl.SSLContext, server_port: int) -> None:
    with suppress(OSError):  # the end of the context
        while True:
            client, _ = proxy.accept()
            Thread(target=_serve, args=(client, context, server_port), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, server_port: int) -> None:
    with suppress(OSError), client:
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            data = client.recv(_CHUNK)
            if not data:
                return  # a proxy has only checked that the port is open
            asked += data
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with (
            context.wrap_socket(client, server_side=True) as inside,
            socket.create_connection(("127.0.0.1", server_port)) as server,
        ):
            Thread(target=_pump, args=(server, inside), daemon=True).start()
            _pump(inside, server)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
