"""SSPI itself: what it answers to an NTLM challenge of another program's, and that it gives back what it holds."""

from __future__ import annotations

import gc
import getpass
import hmac
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
import spnego
from spnego import NegotiateOptions
from spnego._ntlm_raw.crypto import ntowfv1, ntowfv2
from spnego._ntlm_raw.messages import Authenticate, Challenge

from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import ProxyLogin
from bindtool.core.network.sign_on.sspi import Sspi
from tests.core.network.on_windows import needs_windows, needs_wine

pytestmark = needs_windows

PASSWORD = "s3cret.pass_word-1"
HOST = "proxy.example"
SCHEMES = ("negotiate", "ntlm")
_NTLM = b"NTLMSSP\0"
"""What a message begins with; Negotiate may have it inside of its own."""


@pytest.fixture(autouse=True)
def no_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyspnego's acceptor know nobody; without such a file it makes no challenge."""
    file = tmp_path / "accounts"
    file.touch()
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


class Judged(NamedTuple):
    """An answer as the proxy sees it: who it is from, and whether it was made with the password."""

    domain: str | None
    user: str | None
    has_password: bool


def log_in(scheme: str, login: ProxyLogin) -> Judged:
    """Answer a challenge.

    pyspnego's acceptor makes it, and would refuse the answer: it expects four zeros at the end that Samba, which
    Wine asks, leaves out. So the answer is held against what it says itself (MS-NLMP, 3.3.2).
    """
    own = NegotiateOptions.use_negotiate if scheme == "negotiate" else NegotiateOptions.use_ntlm
    handshake = Sspi().start(scheme, HOST, login)
    challenge = spnego.server(HOST, "HTTP", protocol=scheme, options=own).step(handshake.answer(b"")) or b""
    answer = handshake.answer(challenge)
    asked = Challenge.unpack(challenge[challenge.index(_NTLM) :])
    said = Authenticate.unpack(answer[answer.index(_NTLM) :])
    key = ntowfv2(said.user_name or "", ntowfv1(PASSWORD), said.domain_name)
    response = said.nt_challenge_response or b""
    proof, rest = response[:16], response[16:]
    is_proven = hmac.digest(key, asked.server_challenge + rest, "md5") == proof
    return Judged(said.domain_name, said.user_name, is_proven)


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

    assert _NTLM in token


@pytest.mark.parametrize(
    ("name", "domain", "user"),
    [(r"WORKS\lin", "WORKS", "lin"), ("lin@works.example", None, "lin@works.example"), ("lin", None, "lin")],
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_user_and_a_password(scheme: str, name: str, domain: str | None, user: str) -> None:
    """The proxy sees who it is, and that they know the password."""
    assert log_in(scheme, ProxyLogin(name, Password(PASSWORD))) == (domain, user, True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_another_password(scheme: str) -> None:
    """The proxy sees that it is none."""
    assert log_in(scheme, ProxyLogin(r"WORKS\lin", Password("another"))) == ("WORKS", "lin", False)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_challenge_that_is_none(scheme: str) -> None:
    """An error, with the number that Windows gives it."""
    handshake = Sspi().start(scheme, HOST, ProxyLogin("lin", Password(PASSWORD)))
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

    begun = [Sspi().start(scheme, HOST, ProxyLogin("lin", Password(PASSWORD))) for _ in range(20)]
    for handshake in begun:
        handshake.answer(b"")
    most = held()
    del begun, handshake
    gc.collect()

    assert held() <= most - 20
