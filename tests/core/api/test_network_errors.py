"""Reasons found in the errors of the system; what real ones lead to is seen in test_client_way_out."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from bindtool.core.api.network_errors import system_message, why_not_reached, why_refused_by_proxy
from bindtool.core.api.responses import NotSent


def beneath(cause: BaseException) -> Exception:
    """Return an error of a library above the system's own."""
    error = RuntimeError("all connection attempts failed")
    error.__cause__ = cause
    return error


def refused_with(code: int) -> ssl.SSLCertVerificationError:
    """Return what TLS raises for a certificate with this verify code."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 443)")


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (socket.gaierror(-2, "Name or service not known"), NotSent.DNS),
        (REFUSED, NotSent.CONNECT),
        (ssl.SSLError(1, "wrong version number"), NotSent.TLS),
        (refused_with(18), NotSent.UNTRUSTED),
        (refused_with(20), NotSent.UNTRUSTED),
        (refused_with(9), NotSent.EXPIRED),
        (refused_with(10), NotSent.EXPIRED),
        (refused_with(0x800B0101), NotSent.EXPIRED),
        (refused_with(-67818), NotSent.EXPIRED),
        (refused_with(62), NotSent.WRONG_NAME),
        (refused_with(64), NotSent.WRONG_NAME),
        (refused_with(0x800B010F), NotSent.WRONG_NAME),
        (refused_with(-67602), NotSent.WRONG_NAME),
    ],
)
def test_the_reason_beneath(cause: Exception, why: NotSent) -> None:
    """It is found wherever it lies, also where each address of a host has failed on its own."""
    assert why_not_reached(beneath(cause)) is why
    assert why_not_reached(beneath(ExceptionGroup("several", [cause, OSError()]))) is why


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (beneath(REFUSED), os.strerror(errno.ECONNREFUSED)),
        (beneath(OSError(errno.ENETUNREACH, "Network is unreachable")), "Network is unreachable"),
        (beneath(OSError("no number")), "all connection attempts failed"),
        (RuntimeError("nothing beneath"), "nothing beneath"),
    ],
)
def test_the_system_message(error: Exception, words: str) -> None:
    """They say more than those of the libraries above, and they have no address in them."""
    assert system_message(error) == words


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("407 Proxy Authentication Required", NotSent.PROXY_LOGIN),
        ("401 Unauthorized", NotSent.PROXY_LOGIN),
        (
            "Requested NO AUTHENTICATION REQUIRED from proxy server, but got NO ACCEPTABLE METHODS.",
            NotSent.PROXY_LOGIN,
        ),
        ("Invalid username/password", NotSent.PROXY_LOGIN),
        ("502 Bad Gateway", NotSent.PROXY),
        ("Proxy Server could not connect: Connection refused.", NotSent.PROXY),
    ],
)
def test_a_proxy_that_refuses(words: str, why: NotSent) -> None:
    """Who asks may be the matter, or where to."""
    assert why_refused_by_proxy(words) is why
