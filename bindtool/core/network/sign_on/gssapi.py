"""Kerberos tickets of the user who is signed in, by GSSAPI (RFC 2744): MIT's library on Linux, Apple's on macOS.

Negotiate wraps them (RFC 4178). The library is loaded at its first use; without one there are no tickets.
"""

from __future__ import annotations

import platform
import sys
from ctypes import CDLL, POINTER, Structure, c_char_p, c_int, c_size_t, c_uint32, c_void_p, cast, string_at
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from bindtool.core.network.proxy import ProxyLogin

_LIBRARY = "/System/Library/Frameworks/GSS.framework/GSS" if sys.platform == "darwin" else "libgssapi_krb5.so.2"

_FAILED = 0xFFFF0000
"""The part of a status that is 0 unless a call has failed (RFC 2744, 3.9.1)."""

_GSS_CODE, _MECHANISM_CODE = 1, 2


class _Buffer(Structure):
    _fields_ = (("length", c_size_t), ("value", c_void_p))


class _Oid(Structure):
    # Apple's gssapi.h packs it so for Intel's processors.
    _pack_ = 2 if (platform.system(), platform.machine()) == ("Darwin", "x86_64") else 8
    _fields_ = (("length", c_uint32), ("elements", c_char_p))


def _oid(encoded: str) -> _Oid:
    elements = bytes.fromhex(encoded)
    return _Oid(len(elements), elements)


_SPNEGO = _oid("2b0601050502")  # 1.3.6.1.5.5.2
_HOSTBASED_SERVICE = _oid("2a864886f71201020104")  # 1.2.840.113554.1.2.1.4

_NUMBER, _HANDLE, _BUFFER, _OID = POINTER(c_uint32), POINTER(c_void_p), POINTER(_Buffer), POINTER(_Oid)
_SIGNATURES = {
    "gss_import_name": (_NUMBER, _BUFFER, _OID, _HANDLE),
    "gss_display_name": (_NUMBER, c_void_p, _BUFFER, POINTER(_OID)),
    "gss_release_name": (_NUMBER, _HANDLE),
    "gss_inquire_cred": (_NUMBER, c_void_p, _HANDLE, _NUMBER, POINTER(c_int), _HANDLE),
    "gss_init_sec_context": (
        *(_NUMBER, c_void_p, _HANDLE, c_void_p, _OID, c_uint32, c_uint32, c_void_p, _BUFFER),
        *(POINTER(_OID), _BUFFER, _NUMBER, _NUMBER),
    ),
    "gss_delete_sec_context": (_NUMBER, _HANDLE, _BUFFER),
    "gss_display_status": (_NUMBER, c_uint32, c_int, _OID, _NUMBER, _BUFFER),
    "gss_release_buffer": (_NUMBER, _BUFFER),
}


class Gssapi:
    """A `SingleSignOn`. `library`: its file name."""

    takes_logins = False

    def __init__(self, library: str = _LIBRARY) -> None:
        self._library = library

    def schemes(self) -> Collection[str]:
        """Return "negotiate", if there is a library."""
        try:
            _load(self._library)
        except OSError:
            return ()
        return ("negotiate",)

    def user(self) -> str:
        """Return the owner of the tickets, such as "lin@WORKS.EXAMPLE"; "" without tickets."""
        library, status, name, text = _load(self._library), c_uint32(), c_void_p(), _Buffer()
        if library.gss_inquire_cred(status, None, name, None, None, None) & _FAILED:
            return ""
        library.gss_display_name(status, name, text, None)
        library.gss_release_name(status, name)
        return _take(library, text).decode(errors="replace")

    def start(self, _scheme: str, host: str, _login: ProxyLogin | None) -> _Context:
        """Return a log-in to `host`, by Negotiate, of the user who is signed in.

        Raises:
            OSError: it can't be started.
        """
        library, status, name = _load(self._library), c_uint32(), c_void_p()
        major = library.gss_import_name(status, _buffer(f"HTTP@{host}".encode()), _HOSTBASED_SERVICE, name)
        _check(library, major, status)
        return _Context(library, name)


class _Context:
    """A `Handshake`: a security context, and the name of its target."""

    def __init__(self, library: CDLL, name: c_void_p) -> None:
        self._library = library
        self._name = name
        self._context = c_void_p()

    def answer(self, token: bytes) -> bytes:
        """Return the next token to send; b"" for none.

        Raises:
            OSError: in the library's words: there is no ticket, or the proxy's token is invalid.
        """
        status, answer = c_uint32(), _Buffer()
        # No flags, since only the log-in itself is needed: all traffic through the proxy is encrypted by TLS.
        flags, lifetime = 0, 0
        major = self._library.gss_init_sec_context(
            *(status, None, self._context, self._name, _SPNEGO, flags, lifetime, None),
            *(_buffer(token) if token else None, None, answer, None, None),
        )
        sent = _take(self._library, answer)
        _check(self._library, major, status)
        return sent

    def __del__(self) -> None:
        status = c_uint32()
        if self._context.value is not None:
            self._library.gss_delete_sec_context(status, self._context, None)
        self._library.gss_release_name(status, self._name)


@lru_cache(maxsize=1)
def _load(name: str) -> CDLL:
    """Load the library, with the signatures of its functions.

    Raises:
        OSError: there is none.
    """
    library = CDLL(name)
    for function, arguments in _SIGNATURES.items():
        getattr(library, function).argtypes = arguments
        getattr(library, function).restype = c_uint32
    return library


def _buffer(content: bytes) -> _Buffer:
    return _Buffer(len(content), cast(c_char_p(content), c_void_p))


def _take(library: CDLL, buffer: _Buffer) -> bytes:
    """Return the contents of a buffer that the library has filled, and release it."""
    content = string_at(buffer.value, buffer.length) if buffer.value else b""
    library.gss_release_buffer(c_uint32(), buffer)
    return content


def _check(library: CDLL, major: int, minor: c_uint32) -> None:
    """Raise an error for a failed call, in the words of the mechanism if it has any.

    Raises:
        OSError: it has failed.
    """
    if major & _FAILED:
        code = (minor, _MECHANISM_CODE) if minor.value else (major, _GSS_CODE)
        words = _Buffer()
        library.gss_display_status(c_uint32(), *code, None, c_uint32(), words)
        raise OSError(_take(library, words).decode(errors="replace").rstrip("\0"))
