"""A stand-in for Coze, for pictures: the practice server behind a proxy that answers for https://api.coze.cn.

The proxy and its certificate are here. No request leaves this computer, and the window shows the site as people see
it.
"""

from __future__ import annotations

import socket
import ssl
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.practice.server import PracticeServer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.core.api.authority import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "api.coze.cn"
_CHUNK = 65536


@contextmanager
def fill_page(folder: Path) -> Iterator[dict[str, str]]:
    """Play Coze; give the environment in which bindtool is led here. Certificates go to `folder`."""
    authority = Authority(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(HOST))
    with PracticeServer() as server, socket.create_server(("127.0.0.1", 0)) as proxy:
        server_port = urlsplit(server.site).port or 0
        Thread(target=_answer, args=(proxy, context, server_port), daemon=True).start()
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        yield {"HTTPS_PROXY": address, "https_proxy": address, "SSL_CERT_FILE": str(authority.file)}


def _answer(proxy: socket.socket, context: ssl.SSLContext, server_port: int) -> None:
    with suppress(OSError):  # the end of the context
        while True:
            client, _ = proxy.accept()
            Thread(target=_serve, args=(client, context, server_port), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, server_port: int) -> None:
    with suppress(OSError):
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += client.recv(_CHUNK)
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
