"""Finds out why a server could not be reached, from the system's errors beneath the HTTP library's.

`client` works out how far the request got by then; `core/binding/advice.py` chooses the message for the user.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.api.responses import NotSent
from bindtool.core.network.proxy_login import ProxyFailed, ProxyRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator


_EXPIRED = frozenset({9, 10, 0x800B0101, -67818, -67819})
"""Error codes of OpenSSL, Windows and macOS for a certificate that is not valid yet or has expired."""

_WRONG_NAME = frozenset({62, 64, 0x800B010F, -67602})
"""Error codes of the same for a certificate of another host name or IP address."""

_CONNECT_FAILED = r"\[Errno (\d+)\] Connect call failed"

_REFUSALS = MappingProxyType(
    {
        ProxyRefusal.LOGIN_WANTED: NotSent.PROXY_LOGIN,
        ProxyRefusal.USER_REFUSED: NotSent.PROXY_USER,
        ProxyRefusal.NO_TICKET: NotSent.PROXY_TICKET,
        ProxyRefusal.SCHEMES: NotSent.PROXY_SCHEMES,
    }
)


def why_refused_by_proxy(error: ProxyFailed) -> tuple[NotSent, str]:
    """Return the reason for a proxy's refusal, with the user, the schemes or the proxy's text."""
    match error.why:
        case ProxyRefusal.USER_REFUSED:
            words = error.user
        case ProxyRefusal.SCHEMES:
            words = ", ".join(error.schemes)
        case _:
            words = error.words
    return _REFUSALS.get(error.why, NotSent.PROXY), words


def why_not_reached(error: BaseException) -> NotSent:
    """Return the reason found in an error's chain of causes."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _why_not_trusted(cause.verify_code)
        if isinstance(cause, ssl.SSLError):
            return NotSent.TLS
        if isinstance(cause, socket.gaierror):
            return NotSent.DNS
    return NotSent.CONNECT


def system_message(error: BaseException) -> str:
    """Return the system's own message, found beneath those of the libraries."""
    words = [_words(cause) for cause in _causes(error) if isinstance(cause, OSError)]
    return next(filter(None, reversed(words)), str(error))


def _words(error: OSError) -> str:
    # asyncio replaces the system's text by the address, which the user knows; it joins the failures of several
    # addresses into one error, and the first is enough.
    found = re.search(_CONNECT_FAILED, str(error))
    return os.strerror(int(found[1])) if found is not None else error.strerror or ""


def _why_not_trusted(code: int) -> NotSent:
    if code in _EXPIRED:
        return NotSent.EXPIRED
    return NotSent.WRONG_NAME if code in _WRONG_NAME else NotSent.UNTRUSTED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # Several addresses of one host fail together; the first is enough.
        first = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = first or error.__cause__ or error.__context__
