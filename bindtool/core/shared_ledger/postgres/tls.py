"""The connection to a server: a socket, with TLS before any other data.

Nothing is ever sent unencrypted to another computer: if a server offers no TLS, or its certificate is not trusted,
there is no connection. This computer itself is reached without TLS, since no one can listen in between. The
protocol above it is in `session`.
"""

from __future__ import annotations

import socket
import ssl
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import truststore

from bindtool.core.shared_ledger.postgres.errors import connection_failed, failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.profiles.ledger_address import LedgerAddress

    Dial = Callable[[tuple[str, int], float], socket.socket]
    """Opens a connection to a host's port, with a timeout in seconds: `socket.create_connection`."""

_ASK_FOR_TLS = struct.pack("!ii", 8, 80877103)
"""SSLRequest (PostgreSQL's manual, "Message Formats")."""

_OFFERED = b"S"


@dataclass(frozen=True, slots=True)
class ServerTimeouts:
    """Timeouts in seconds: `connect` for each step of connecting to a server, `answer` for each answer."""

    connect: float = 5.0
    answer: float = 10.0


TIMEOUTS = ServerTimeouts()


def open_socket(address: LedgerAddress, timeouts: ServerTimeouts, dial: Dial) -> socket.socket:
    """Open a connection that is safe for a password.

    Raises:
        LedgerFailed: "ledger.unreachable", "ledger.no_tls", "ledger.untrusted".
    """
    try:
        line = dial((address.host, address.port), timeouts.connect)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, UnicodeError) as error:  # an invalid host name raises a Unicode error
        raise connection_failed(error, address) from error
    if address.is_local:
        return line
    try:
        return _private(line, address)
    except BaseException:
        line.close()
        raise


def _private(line: socket.socket, address: LedgerAddress) -> socket.socket:
    try:
        line.sendall(_ASK_FOR_TLS)
        # One byte, never more: plaintext behind it would be taken for the server's (CVE-2021-23222).
        answer = line.recv(1)
        if answer and answer != _OFFERED:
            raise failed("ledger.no_tls", address)
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return context.wrap_socket(line, server_hostname=address.host)
    except ssl.SSLCertVerificationError as error:
        raise failed("ledger.untrusted", address, error.verify_message) from error
    except (OSError, ValueError) as error:
        raise connection_failed(error, address) from error
