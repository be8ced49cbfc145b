"""Reasons found in the errors of the system; what real ones lead to is seen in test_client_way_out."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from bindtool.core.api.network_errors import system_message, why_not_reached, why_refused_by_proxy
from bindtool.core.api.responses import NotSent
from bindtool.core.network.proxy_login import ProxyFailed, ProxyRefusal


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
    ("refused", "why", "words"),
    [
        (ProxyFailed(ProxyRefusal.LOGIN_WANTED, "407 Who"), NotSent.PROXY_LOGIN, "407 Who"),
        (ProxyFailed(ProxyRefusal.USER_REFUSED, "407 Who", "lin"), NotSent.PROXY_USER, "lin"),
        (ProxyFailed(ProxyRefusal.NO_TICKET), NotSent.PROXY_TICKET, ""),
        (ProxyFailed(ProxyRefusal.SCHEMES, schemes=("NTLM", "Digest")), NotSent.PROXY_SCHEMES, "NTLM, Digest"),
        (ProxyFailed(ProxyRefusal.REFUSED, "502 Bad Gateway"), NotSent.PROXY, "502 Bad Gateway"),
        (ProxyFailed(ProxyRefusal.CLOSED, "hung up"), NotSent.PROXY, "hung up"),
        (ProxyFailed(ProxyRefusal.NOT_HTTP, "no HTTP"), NotSent.PROXY, "no HTTP"),
    ],
)
def test_a_proxy_that_refuses(refused: ProxyFailed, why: NotSent, words: str) -> None:
    """Who asks may be the matter, or where to."""
    assert why_refused_by_proxy(refused) == (why, words)
