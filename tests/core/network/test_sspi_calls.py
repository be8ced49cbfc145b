"""SSPI itself: what it answers to an NTLM challenge of another program's, and that it gives back what it holds."""

from __future__ import annotations

import gc
import getpass
from contextlib import suppress
from pathlib import Path

import pytest
from spnego.exceptions import SpnegoError

from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import ProxyLogin
from bindtool.core.network.sign_on.sspi import Sspi
from tests.core.network.acceptor import PASSWORD, USER, knowing
from tests.core.network.ntlm_judge import NtlmJudge
from tests.core.network.on_windows import needs_windows, needs_wine

pytestmark = needs_windows

HOST = "proxy.example"
SCHEMES = ("negotiate", "ntlm")


@pytest.fixture(autouse=True)
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyspnego know who passes."""
    for name, value in knowing(tmp_path).items():
        monkeypatch.setenv(name, value)


def log_in(scheme: str, user: str, password: str) -> bool:
    """Tell whether a proxy that waits for this user lets them pass with this password."""
    judge = NtlmJudge(scheme, user, PASSWORD)
    handshake = Sspi().start(scheme, HOST, ProxyLogin(user, Password(password)))
    judge.step(handshake.answer(judge.step(handshake.answer(b"")) or b""))
    return judge.complete


def test_what_it_can() -> None:
    """Both schemes, and a user and password in place of who is signed in."""
    sign_on = Sspi()

    assert (tuple(sign_on.schemes()), sign_on.takes_logins) == (SCHEMES, True)


def test_who_is_signed_in() -> None:
    """A name with its domain, or with the computer's."""
    domain, _, user = Sspi().user().rpartition("\\")

    assert (bool(domain), user.lower()) == (True, getpass.getuser().lower())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_first_token_of_who_is_signed_in(scheme: str) -> None:
    """There is one, also where no domain has tickets."""
    token = Sspi().start(scheme, HOST, None).answer(b"")

    assert b"NTLMSSP\0" in token


@pytest.mark.parametrize("user", [USER, "mei@works.example", "mei"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_user_and_a_password(scheme: str, user: str) -> None:
    """The proxy sees who it is, and that they know the password."""
    assert log_in(scheme, user, PASSWORD)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_another_password(scheme: str) -> None:
    """The proxy sees that it is none."""
    with pytest.raises(SpnegoError, match="does not pass"):
        log_in(scheme, USER, "another")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_challenge_that_is_none(scheme: str) -> None:
    """An error, with the number that Windows gives it."""
    handshake = Sspi().start(scheme, HOST, ProxyLogin(USER, Password(PASSWORD)))
    handshake.answer(b"")

    with pytest.raises(OSError, match=r"^0x8009"):
        handshake.answer(b"no token at all")


@needs_wine
@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_it_holds_is_given_back(scheme: str) -> None:
    """Wine holds a process of Samba's for each log-in that was begun; there may be others' beside."""

    def held() -> int:
        names = []
        for file in Path("Z:/proc").glob("[0-9]*/comm"):
            with suppress(OSError):  # it has ended
                names.append(file.read_text(encoding="utf-8").strip())
        return names.count("ntlm_auth")

    begun = [Sspi().start(scheme, HOST, ProxyLogin(USER, Password(PASSWORD))) for _ in range(20)]
    for handshake in begun:
        handshake.answer(b"")
    most = held()
    del begun, handshake
    gc.collect()

    assert held() <= most - 20
