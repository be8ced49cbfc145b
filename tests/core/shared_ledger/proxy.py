"""A network between benches and their server that can be cut, delayed and blocked, in the middle of a message if
needed.

Owns the two directions of each connection. It ignores the content, except for the text at which to cut.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

HOST = "127.0.0.1"
CHUNK = 65536


class Proxy:
    """A port that forwards to another.

    Args:
        port: the server's.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server((HOST, 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._changing = threading.Lock()
        self._over = threading.Event()
        self.cut_off = False
        self.delay = 0.0
        """Seconds by which each piece is delayed, in both directions."""
        self.keeps_answers = False
        """Whether to drop the server's answers, though all connections seem to live."""
        self._cut_at = b""
        self._cut_half = False
        self.was_cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def cut(self) -> None:
        """Close all connections, and accept no new ones."""
        self.cut_off = True
        self.drop()

    def cut_at(self, text: bytes, *, half: bool = False) -> None:
        """Cut when a piece with this text goes to the server.

        No answer comes back from then on; with `half`, half of the piece is forwarded, and nothing after it.
        """
        self.was_cut.clear()
        self._cut_half = half
        self._cut_at = text

    def heal(self) -> None:
        """Forward everything again; blocked connections have ended."""
        self.drop()
        self.cut_off = self.keeps_answers = False
        self.was_cut.clear()
        self.delay = 0.0

    def drop(self) -> None:
        """Close all connections."""
        with self._changing:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.cut_off:
                near.close()
                continue
            try:
                far = socket.create_connection((HOST, self._to))
            except OSError:
                near.close()
                continue
            with self._changing:
                self._open |= {near, far}
            for source, target, change in ((near, far, self._outward), (far, near, self._inward)):
                threading.Thread(target=self._pump, args=(source, target, change), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, change: Callable[[bytes], bytes]) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._over.wait(self.delay)
                passed = change(data)
                if passed:
                    target.sendall(passed)
                if passed != data and passed:
                    break
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def _outward(self, data: bytes) -> bytes:
        if self._cut_at and self._cut_at in data:
            self._cut_at = b""
            # Before anything is forwarded: no answer may come back.
            self.keeps_answers = True
            self.cut_off = True
            self.was_cut.set()
            return data[: len(data) // 2] if self._cut_half else data
        return data

    def _inward(self, data: bytes) -> bytes:
        return b"" if self.keeps_answers else data
