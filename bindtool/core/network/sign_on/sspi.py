"""Windows' single sign-on, by SSPI (Microsoft's "sspi.h"): Negotiate and NTLM, for the signed-in or another user.

The library is loaded at its first use. Only Windows has one. Not by sspilib (tried: 0.6.0): it passes users in
SEC_WINNT_AUTH_IDENTITY_EXW, which Wine 10 takes for the older structure, and crashes.
"""

from __future__ import annotations

import os
from ctypes import (
    CDLL,
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_ubyte,
    c_uint32,
    c_void_p,
    c_wchar_p,
    cast,
    create_unicode_buffer,
    pointer,
    string_at,
)
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bindtool.core.network.proxy import ProxyLogin

_PACKAGES = {"negotiate": "Negotiate", "ntlm": "NTLM"}

_OUTBOUND = 2
"""SECPKG_CRED_OUTBOUND."""
_UNICODE = 2
"""SEC_WINNT_AUTH_IDENTITY_UNICODE."""
_TOKEN = 2
"""SECBUFFER_TOKEN."""
_ALLOCATE_MEMORY = 0x100
"""ISC_REQ_ALLOCATE_MEMORY."""
_TO_BE_COMPLETED = frozenset({0x90313, 0x90314})
"""SEC_I_COMPLETE_NEEDED, SEC_I_COMPLETE_AND_CONTINUE."""
_SAM_COMPATIBLE = 2
"""NameSamCompatible: "WORKS\\lin"."""
_LONGEST_NAME = 1024


class _Handle(Structure):
    """CredHandle and CtxtHandle."""

    _fields_ = (("lower", c_size_t), ("upper", c_size_t))


class _Identity(Structure):
    """SEC_WINNT_AUTH_IDENTITY_W; lengths in UTF-16 code units."""

    _fields_ = (
        ("user", c_wchar_p),
        ("user_length", c_uint32),
        ("domain", c_wchar_p),
        ("domain_length", c_uint32),
        ("password", c_wchar_p),
        ("password_length", c_uint32),
        ("flags", c_uint32),
    )


class _Buffer(Structure):
    """SecBuffer; length in bytes."""

    _fields_ = (("length", c_uint32), ("kind", c_uint32), ("content", c_void_p))


class _Buffers(Structure):
    """SecBufferDesc, version 0."""

    _fields_ = (("version", c_uint32), ("count", c_uint32), ("buffers", POINTER(_Buffer)))


_HANDLE, _BUFFERS, _NUMBER, _TIME = POINTER(_Handle), POINTER(_Buffers), POINTER(c_uint32), POINTER(c_int64)
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "AcquireCredentialsHandleW": (
        c_int32,
        (c_wchar_p, c_wchar_p, c_uint32, c_void_p, POINTER(_Identity), c_void_p, c_void_p, _HANDLE, _TIME),
    ),
    "InitializeSecurityContextW": (
        c_int32,
        (
            *(_HANDLE, _HANDLE, c_wchar_p, c_uint32, c_uint32, c_uint32, _BUFFERS, c_uint32),
            *(_HANDLE, _BUFFERS, _NUMBER, _TIME),
        ),
    ),
    "CompleteAuthToken": (c_int32, (_HANDLE, _BUFFERS)),
    "FreeContextBuffer": (c_int32, (c_void_p,)),
    "DeleteSecurityContext": (c_int32, (_HANDLE,)),
    "FreeCredentialsHandle": (c_int32, (_HANDLE,)),
    "GetUserNameExW": (c_ubyte, (c_int, c_wchar_p, _NUMBER)),
}


def _secur32() -> CDLL:
    # Not WinDLL, which no other system has: 64-bit Windows has a single calling convention.
    return CDLL("secur32.dll")


class Sspi:
    """A `SingleSignOn`. `load`: returns the library; raises OSError if there is none."""

    takes_logins = True

    def __init__(self, load: Callable[[], CDLL] = _secur32) -> None:
        self._load = load

    def schemes(self) -> Collection[str]:
        """Return "negotiate" and "ntlm", on Windows."""
        try:
            self._load()
        except OSError:
            return ()
        return tuple(_PACKAGES)

    def user(self) -> str:
        r"""Return the user who is signed in to Windows, such as "WORKS\lin"."""
        length = c_uint32(_LONGEST_NAME)
        name = create_unicode_buffer(length.value)
        if self._library().GetUserNameExW(_SAM_COMPATIBLE, name, length):
            return name.value
        return "\\".join(filter(None, map(os.environ.get, ("USERDOMAIN", "USERNAME"))))

    def start(self, scheme: str, host: str, login: ProxyLogin | None) -> _Context:
        r"""Return a log-in to `host` of the signed-in user, or of a user such as "WORKS\lin" or
        "lin@works.example".

        Raises:
            OSError: it can't be started.
        """
        library, credentials = self._library(), _Handle()
        identity = _identity(login) if login is not None else None
        _check(
            library.AcquireCredentialsHandleW(
                None, _PACKAGES[scheme], _OUTBOUND, None, identity, None, None, credentials, c_int64()
            )
        )
        return _Context(library, credentials, f"HTTP/{host}")

    def _library(self) -> CDLL:
        library = self._load()
        for function, (result, arguments) in _SIGNATURES.items():
            getattr(library, function).restype = result
            getattr(library, function).argtypes = arguments
        return library


class _Context:
    """A `Handshake`: a security context, and its credentials."""

    def __init__(self, library: CDLL, credentials: _Handle, service: str) -> None:
        self._library = library
        self._credentials = credentials
        self._service = service
        self._context = _Handle()
        self._begun: _Handle | None = None

    def answer(self, token: bytes) -> bytes:
        """Return the next token to send; b"" for none.

        Raises:
            OSError: the message is the status: no user can log in so, or the proxy's token is invalid.
        """
        library, answer = self._library, _buffers(b"")
        status = library.InitializeSecurityContextW(
            *(self._credentials, self._begun, self._service, _ALLOCATE_MEMORY, 0, 0),
            *(_buffers(token) if token else None, 0, self._context, answer, c_uint32(), c_int64()),
        )
        _check(status)
        self._begun = self._context
        if status in _TO_BE_COMPLETED:
            _check(library.CompleteAuthToken(self._context, answer))
        buffer = answer.buffers[0]
        sent = string_at(buffer.content, buffer.length) if buffer.content else b""
        library.FreeContextBuffer(buffer.content)
        return sent

    def __del__(self) -> None:
        if self._begun is not None:
            self._library.DeleteSecurityContext(self._begun)
        self._library.FreeCredentialsHandle(self._credentials)


def _identity(login: ProxyLogin) -> _Identity:
    """Convert a user and password to Windows' structure; a user with an "@" has no separate domain."""
    domain, _, user = login.user.rpartition("\\")
    password = login.password.reveal()
    return _Identity(*_text(user), *_text(domain), *_text(password), _UNICODE)


def _text(text: str) -> tuple[str | None, int]:
    """Return a text and its length in UTF-16 code units; None for ""."""
    return text or None, len(text.encode("utf-16-le", "surrogatepass")) // 2


def _buffers(token: bytes) -> _Buffers:
    buffer = _Buffer(len(token), _TOKEN, cast(c_char_p(token), c_void_p) if token else None)
    return _Buffers(0, 1, pointer(buffer))


def _check(status: int) -> None:
    """Raise an error for a failed call.

    Raises:
        OSError: it has failed.
    """
    if status < 0:
        raise OSError(f"{status & 0xFFFFFFFF:#x}")
