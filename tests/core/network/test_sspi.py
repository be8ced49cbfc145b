"""What is said to Windows' SSPI: to a stand-in for its library, whose functions are called as those in C are.

That Windows understands it is seen elsewhere.
"""

from __future__ import annotations

import sys
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Structure,
    addressof,
    c_int,
    c_int32,
    c_size_t,
    c_ubyte,
    c_uint32,
    c_void_p,
    c_wchar,
    c_wchar_p,
    create_string_buffer,
    string_at,
)
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import ProxyLogin
from bindtool.core.network.sign_on.sspi import Sspi

DONE, MORE, COMPLETE, COMPLETE_AND_MORE = 0, 0x90312, 0x90313, 0x90314
NO_CREDENTIALS, LOGON_DENIED = 0x8009030E - (1 << 32), 0x8009030C - (1 << 32)

CREDENTIALS, CONTEXT = (3, 0xFFFF_FFFF_FFFF_FFF4), (5, 6)


class Handle(Structure):
    """SecHandle of sspi.h."""

    _fields_ = (("lower", c_size_t), ("upper", c_size_t))


class Identity(Structure):
    """SEC_WINNT_AUTH_IDENTITY_W of rpcdce.h."""

    _fields_ = (
        ("user", c_wchar_p),
        ("user_length", c_uint32),
        ("domain", c_wchar_p),
        ("domain_length", c_uint32),
        ("password", c_wchar_p),
        ("password_length", c_uint32),
        ("flags", c_uint32),
    )


class Buffer(Structure):
    """SecBuffer of sspi.h."""

    _fields_ = (("length", c_uint32), ("kind", c_uint32), ("content", c_void_p))


class Buffers(Structure):
    """SecBufferDesc of sspi.h."""

    _fields_ = (("version", c_uint32), ("count", c_uint32), ("buffers", POINTER(Buffer)))


HANDLE, BUFFERS, POINTED = POINTER(Handle), POINTER(Buffers), c_void_p
TYPES: dict[str, tuple[Any, ...]] = {
    "AcquireCredentialsHandleW": (
        *(c_int32, c_wchar_p, c_wchar_p, c_uint32, POINTED, POINTER(Identity), POINTED, POINTED, HANDLE, POINTED),
    ),
    "InitializeSecurityContextW": (
        *(c_int32, HANDLE, HANDLE, c_wchar_p, c_uint32, c_uint32, c_uint32, BUFFERS, c_uint32),
        *(HANDLE, BUFFERS, POINTED, POINTED),
    ),
    "CompleteAuthToken": (c_int32, HANDLE, BUFFERS),
    "FreeContextBuffer": (c_int32, POINTED),
    "DeleteSecurityContext": (c_int32, HANDLE),
    "FreeCredentialsHandle": (c_int32, HANDLE),
    "GetUserNameExW": (c_ubyte, c_int, POINTER(c_wchar), POINTER(c_uint32)),
}


def pair(handle: Any) -> tuple[int, int] | None:
    """Give what is in a handle; None for no handle."""
    return (handle[0].lower, handle[0].upper) if handle else None


class Secur32:
    """The library. `answers`: the status and the token of each round. `kept`: what was not given back yet."""

    def __init__(self, *answers: tuple[int, bytes], acquired: int = DONE, name: str = "") -> None:
        self.answers = list(answers)
        self.acquired = acquired
        self.name = name
        self.said: list[object] = []
        self.kept: dict[object, object] = {}

    def load(self) -> CDLL:
        """Give its functions, with types of their own."""
        functions = {name: CFUNCTYPE(*types)(getattr(self, name)) for name, types in TYPES.items()}
        return cast("CDLL", SimpleNamespace(**functions))

    def AcquireCredentialsHandleW(self, *given: Any) -> int:
        """Give credentials."""
        principal, package, use, _, identity, _, _, credentials, _ = given
        said = [getattr(identity[0], name) for name, _ in Identity._fields_] if identity else None
        self.said.append((principal, package, use, said))
        if self.acquired >= 0:
            credentials[0].lower, credentials[0].upper = CREDENTIALS
            self.kept[CREDENTIALS] = None
        return self.acquired

    def InitializeSecurityContextW(self, *given: Any) -> int:
        """Go one round on."""
        credentials, context, service, flags, _, _, received, _, new, sent, _, _ = given
        token = received[0].buffers[0] if received else None
        words = string_at(token.content, token.length) if token is not None else None
        self.said.append((pair(credentials), pair(context), service, flags, words))
        status, answer = self.answers.pop(0)
        if status >= 0:
            new[0].lower, new[0].upper = CONTEXT
            self.kept[CONTEXT] = None
            assert (sent[0].version, sent[0].count, sent[0].buffers[0].kind) == (0, 1, 2)
            memory = create_string_buffer(answer, len(answer)) if answer else None
            if memory is not None:
                sent[0].buffers[0].content, sent[0].buffers[0].length = addressof(memory), len(answer)
                self.kept[addressof(memory)] = memory
        return status

    def CompleteAuthToken(self, context: Any, sent: Any) -> int:
        """Put the last stroke to an answer."""
        token = sent[0].buffers[0]
        self.said.append((pair(context), string_at(token.content, token.length)))
        return DONE

    def FreeContextBuffer(self, content: int | None) -> int:
        """Take an answer back."""
        if content is not None:
            del self.kept[content]
        return DONE

    def DeleteSecurityContext(self, context: Any) -> int:
        """Take a context back."""
        del self.kept[pair(context)]
        return DONE

    def FreeCredentialsHandle(self, credentials: Any) -> int:
        """Take credentials back."""
        del self.kept[pair(credentials)]
        return DONE

    def GetUserNameExW(self, form: int, name: Any, length: Any) -> int:
        """Write the name."""
        assert form == 2
        assert length[0] > len(self.name)
        for place, sign in enumerate(self.name):
            name[place] = sign
        return bool(self.name)


def test_who_is_signed_in_logs_in_round_by_round() -> None:
    """Without a word of who that is; each round has the proxy's token, and everything is given back."""
    library = Secur32((MORE, b"one\0"), (DONE, b"two"))

    log_in = Sspi(library.load).start("negotiate", "proxy.example", None)
    answers = [log_in.answer(b""), log_in.answer(b"to\0ken")]

    assert answers == [b"one\0", b"two"]
    assert library.said == [
        (None, "Negotiate", 2, None),
        (CREDENTIALS, None, "HTTP/proxy.example", 0x100, None),
        (CREDENTIALS, CONTEXT, "HTTP/proxy.example", 0x100, b"to\0ken"),
    ]
    assert set(library.kept) == {CREDENTIALS, CONTEXT}
    del log_in
    assert library.kept == {}


@pytest.mark.parametrize(
    ("user", "names"),
    [
        ("WORKS\\mei", ["mei", 3, "WORKS", 5]),
        ("mei@works.example", ["mei@works.example", 17, None, 0]),
        ("梅😀", ["梅😀", 3, None, 0]),
    ],
)
def test_a_user_and_a_password_log_in_by_themselves(user: str, names: list[object]) -> None:
    """In place of who is signed in; lengths are UTF-16's."""
    library = Secur32()

    Sspi(library.load).start("ntlm", "10.1.2.3", ProxyLogin(user, Password("pass 😀")))

    assert library.said == [(None, "NTLM", 2, [*names, "pass 😀", 7, 2])]
    assert library.kept == {}


def test_an_answer_may_have_to_be_completed() -> None:
    """Before it is sent, whether or not it is the last one."""
    library = Secur32((COMPLETE_AND_MORE, b"one"), (COMPLETE, b"two"), (DONE, b""))

    log_in = Sspi(library.load).start("negotiate", "proxy.example", None)

    assert [log_in.answer(b""), log_in.answer(b"t"), log_in.answer(b"u")] == [b"one", b"two", b""]
    assert [each for each in library.said if isinstance(each, tuple) and each[0] == CONTEXT] == [
        (CONTEXT, b"one"),
        (CONTEXT, b"two"),
    ]


def test_what_fails_is_an_error_with_the_status_and_everything_is_given_back() -> None:
    """At each step."""
    without = Secur32(acquired=NO_CREDENTIALS)
    with pytest.raises(OSError, match=r"^0x8009030e$"):
        Sspi(without.load).start("negotiate", "proxy.example", None)

    at_once, later = Secur32((NO_CREDENTIALS, b"")), Secur32((MORE, b"one"), (LOGON_DENIED, b""))
    with pytest.raises(OSError, match=r"^0x8009030e$"):
        Sspi(at_once.load).start("negotiate", "proxy.example", None).answer(b"")
    log_in = Sspi(later.load).start("negotiate", "proxy.example", None)
    log_in.answer(b"")
    with pytest.raises(OSError, match=r"^0x8009030c$"):
        log_in.answer(b"token")
    del log_in

    assert without.kept == at_once.kept == later.kept == {}


def test_who_is_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows writes it; else by the environment."""
    monkeypatch.setenv("USERDOMAIN", "BENCH-3")
    monkeypatch.setenv("USERNAME", "lin")

    assert Sspi(Secur32(name="WORKS\\陈").load).user() == "WORKS\\陈"
    assert Sspi(Secur32().load).user() == "BENCH-3\\lin"


def test_where_there_is_no_such_library_no_scheme_can_serve() -> None:
    """As on any system but Windows."""

    def load() -> CDLL:
        raise OSError("no such library")

    assert list(Sspi(load).schemes()) == []
    assert list(Sspi(Secur32().load).schemes()) == ["negotiate", "ntlm"]
    assert bool(Sspi().schemes()) is (sys.platform == "win32")
