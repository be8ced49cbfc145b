"""A port of this computer for a server that has to be told which: the tests of other processes never get it.

One that is only looked for is free again before the server has it, and another process may be quicker.
"""

from __future__ import annotations

import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def hold_port() -> socket.socket:
    """Return a socket that holds a port of 127.0.0.1 until it is closed.

    Nobody listens there, unless a server is told to that takes ports with SO_REUSEADDR, as those of Linux do.
    """
    held = socket.socket()
    if sys.platform != "win32":  # where that would let anybody have it
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


@contextmanager
def held_port() -> Iterator[int]:
    """Give a port of 127.0.0.1 that is held, and on which nobody listens before who is told to."""
    with hold_port() as held:
        yield port_of(held)


def port_of(held: socket.socket) -> int:
    """Return the port that a socket has."""
    return int(held.getsockname()[1])
