"""Several programs with one sign-in, in the system's own password store: never lost, whoever is first or dies."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bindtool.core.api.client import SiteClient, Timeouts
from bindtool.core.api.responses import NoToken
from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.network.proxies import Proxies
from bindtool.core.sign_in.device_code import sign_in_with_code
from bindtool.core.sign_in.renewal import Entry, StoredSignIn
from bindtool.practice.rules import Call
from tests.checkout import ROOT
from tests.core.sign_in.bench import TIMEOUTS, ShortWaits
from tests.patience import HOUR, PATIENCE
from tests.practice.client import announced
from tests.practice.faults import Slow
from tests.practice.sign_in import DEVICE_CLIENT, SignInServer

pytestmark = [
    pytest.mark.usefixtures("no_proxy_from_outside"),
    pytest.mark.skipif(sys.platform != "linux", reason="the session's password store is Linux's"),
    pytest.mark.long,
]

NAME = "bindtool test of two programs"
TIMES = 40
"""For each of the two: 80 times in all."""


@pytest.fixture
def signed_in(server: SignInServer) -> Iterator[TokenRecord]:
    """Sign in, and keep that in the system's password store; leave nothing there."""
    server.sign_in.allowed = True

    async def sign_in() -> TokenRecord:
        clock = ShortWaits()
        async with SiteClient(server.site, TIMEOUTS, clock, Proxies.of_this_system()) as client:
            grant = await sign_in_with_code(client, DEVICE_CLIENT, (server.site,), lambda _: None, clock)
        return grant.record(server.site, DEVICE_CLIENT, "77", clock.now())

    record = asyncio.run(sign_in())
    KeyringStore().keep(NAME, record)
    yield record
    KeyringStore().forget(NAME)


def start(server: SignInServer, locks: Path, count: int) -> subprocess.Popen[str]:
    """Start a program that renews it."""
    command = [sys.executable, "-m", "tests.core.sign_in.renewer", NAME, server.site, str(locks), str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def renewals(server: SignInServer) -> int:
    """Return how often the site was asked for another token."""
    return sum(1 for each in server.requests if each.call is Call.TOKEN and b'"refresh_token"' in each.body)


def renewed(server: SignInServer, record: TokenRecord, folder: Path) -> object:
    """Renew it in this program, and return what comes of that."""
    assert record.sign_in is not None
    entry = Entry(KeyringStore(), NAME, server.site, folder / "locks")
    clock, proxies = SystemClock(), Proxies.of_this_system()
    renewal = StoredSignIn(entry, record, record.sign_in, Timeouts(), clock, proxies, lambda _: None)
    return asyncio.run(renewal.token(refused=record.token))


def test_two_programs_renew_it_at_once(server: SignInServer, signed_in: TokenRecord, tmp_path: Path) -> None:
    """Each always has a token that works, and no refresh token is ever sent twice."""
    programs = [start(server, tmp_path / "locks", TIMES) for _ in range(2)]
    # On a busy computer eighty have taken 50 s.
    said = [program.communicate(timeout=10 * PATIENCE) for program in programs]
    assert said == [("200\n" * TIMES, "")] * 2
    assert (server.sign_in.spent, TIMES <= renewals(server) <= 2 * TIMES) == (0, True)
    assert KeyringStore().record(NAME, server.site) != signed_in


def test_a_program_that_is_killed_between_answer_and_store(
    server: SignInServer, signed_in: TokenRecord, tmp_path: Path
) -> None:
    """The refresh token is spent: the next one says that the sign-in is over, and what is kept is as it was."""
    program = start(server, tmp_path / "locks", 0)
    program.communicate(timeout=PATIENCE)
    assert (program.returncode, renewals(server)) == (-signal.SIGKILL, 1)
    assert KeyringStore().record(NAME, server.site) == signed_in
    outcome = renewed(server, signed_in, tmp_path)
    assert isinstance(outcome, NoToken)
    assert outcome.error.id == "sign_in.over"
    assert KeyringStore().record(NAME, server.site) == signed_in


def test_a_program_that_is_killed_while_it_asks(
    server: SignInServer, signed_in: TokenRecord, tmp_path: Path
) -> None:
    """Before the site has taken the question, nothing is lost: the lock goes with the process."""
    asked = threading.Event()
    server.script(announced(Slow(HOUR, commit=False), asked), Call.TOKEN)
    program = start(server, tmp_path / "locks", 1)
    assert asked.wait(PATIENCE)
    program.kill()
    program.communicate(timeout=PATIENCE)
    assert isinstance(renewed(server, signed_in, tmp_path), AccessToken)
