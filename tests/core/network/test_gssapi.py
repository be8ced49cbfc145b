"""Kerberos tickets by GSSAPI: of a real realm on this computer, and as squid's own helper takes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bindtool.core.network.sign_on.gssapi import Gssapi
from tests.core.network.squid import HOST, REALM, USER, Kerberos, kerberos, needs_kerberos, needs_squid

pytestmark = [needs_kerberos, needs_squid]


@pytest.fixture(scope="module")
def realm() -> Iterator[Kerberos]:
    """Give a realm with a ticket of USER's."""
    with kerberos() as realm:
        yield realm


@pytest.fixture(autouse=True)
def _signed_in(realm: Kerberos, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign USER in."""
    for name, value in realm.environ.items():
        monkeypatch.setenv(name, value)


def test_who_is_signed_in() -> None:
    """By the name that is on the ticket."""
    assert Gssapi().user() == f"{USER}@{REALM}"


def test_a_ticket_is_what_a_proxy_takes(realm: Kerberos) -> None:
    """One answer is enough; squid's helper reads the user from it."""
    answer = Gssapi().start("negotiate", HOST, None).answer(b"")

    assert f"user={USER}@{REALM}" in realm.judge(answer).split()


def test_without_a_ticket_nothing_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody is signed in."""
    monkeypatch.setenv("KRB5CCNAME", "FILE:nothing-here")

    assert Gssapi().user() == ""
    with pytest.raises(OSError, match=r"credentials|mechanisms"):
        Gssapi().start("negotiate", HOST, None).answer(b"")


def test_for_a_host_that_the_realm_does_not_know_there_is_no_ticket() -> None:
    """The words are the library's, for whoever looks after the realm."""
    with pytest.raises(OSError, match="not found in Kerberos database"):
        Gssapi().start("negotiate", "elsewhere.example.test", None).answer(b"")


def test_what_is_no_token_ends_it() -> None:
    """A proxy can send anything."""
    log_in = Gssapi().start("negotiate", HOST, None)
    log_in.answer(b"")

    with pytest.raises(OSError, match="token"):
        log_in.answer(b"nonsense")


def test_where_there_is_no_library_no_scheme_can_serve() -> None:
    """Debian has it where anything needs it, and other systems may not."""
    assert list(Gssapi("libnothing.so.0").schemes()) == []
    assert list(Gssapi().schemes()) == ["negotiate"]
