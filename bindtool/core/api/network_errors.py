"""Why a server could not be reached, read from the errors of the system beneath the HTTP library.

How far the request got by then is worked out in `client`; which message a person gets, in
`core/binding/advice.py`.
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
"""What OpenSSL, Windows and macOS call a certificate that is not valid yet or not any more."""

_WRONG_NAME = frozenset({62, 64, 0x800B010F, -67602})
"""The same of one for another host or another address."""

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
    """Return the reason for a refusal of a proxy's own, with the user, the schemes or the words of it."""
    match error.why:
        case ProxyRefusal.USER_REFUSED:
            words = error.user
        case ProxyRefusal.SCHEMES:
            words = ", ".join(error.schemes)
        case _:
            words = error.words
    return _REFUSALS.get(error.why, NotSent.PROXY), words


def why_not_reached(error: BaseException) -> NotSent:
    """Return the reason that stands in the chain of an error's causes."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _why_not_trusted(cause.verify_code)
        if isinstance(cause, ssl.SSLError):
            return NotSent.TLS
        if isinstance(cause, socket.gaierror):
            return NotSent.DNS
    return NotSent.CONNECT


def system_message(error: BaseException) -> str:
    """Return the system's own message, which is beneath those of the libraries."""
    words = [_words(cause) for cause in _causes(error) if isinstance(cause, OSError)]
    return next(filter(None, reversed(words)), str(error))


def _words(error: OSError) -> str:
    # asyncio writes the address over the system's words, and the person knows the address; of several addresses it
    # makes one error, of which the first speaks for all.
    found = re.search(_CONNECT_FAILED, str(error))
    return os.strerror(int(found[1])) if found is not None else error.strerror or ""


def _why_not_trusted(code: int) -> NotSent:
    if code in _EXPIRED:
        return NotSent.EXPIRED
    return NotSent.WRONG_NAME if code in _WRONG_NAME else NotSent.UNTRUSTED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # Several addresses of one host fail together; one speaks for all.
        first = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = first or error.__cause__ or error.__context__
