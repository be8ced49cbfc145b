"""A port of this computer for a server that needs to be told one: other processes' tests never get it.

A port only searched for is free again before the server binds it, and another process may be quicker.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def hold_port() -> socket.socket:
    """Return a socket that holds a port of 127.0.0.1 until it is closed.

    No server listens there, unless told to take ports with SO_REUSEADDR, as Linux' do.
    """
    held = socket.socket()
    if sys.platform != "win32":  # there it would let any process bind it
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


@contextmanager
def held_port() -> Iterator[int]:
    """Yield a held port of 127.0.0.1, on which no server listens before being told to."""
    with hold_port() as held:
        yield port_of(held)


def port_of(held: socket.socket) -> int:
    """Return the port of a socket."""
    return int(held.getsockname()[1])
