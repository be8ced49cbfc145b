"""Claims of a run that goes on, and turns that are given back, on a real PostgreSQL."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.postgres.sync import CLAIM_SECONDS, RENEW_EVERY, ServerSync
from tests.core.shared_ledger.bench import Bench, HandClock
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, TWO, page_of
from tests.patience import HOUR, ends, until
from tests.postgres import Database

Ends = tuple[socket.socket, socket.socket]
Of = Callable[[Bench], ServerSync]


def test_claims_go_on_while_a_run_is_on(a: Bench, ledger: Database, one: PostgresServer, of: Of) -> None:
    """And not longer: with nobody holding them they run out by themselves."""
    who = replace(TWO, bench=a.id)
    one.claim(who, CHANNEL, ["SPK1"], NOWHERE, CLAIM_SECONDS / 2)
    lasting = "SELECT count(*) FROM bindtool.claim WHERE expires_at > now() + interval '200 seconds'"
    sync = of(a)
    sync.run()
    assert ledger.sql(lasting) == "0"
    sync.renew_claims = True
    sync.run()
    assert ledger.sql(lasting) == "1"


def test_claims_are_renewed_in_good_time(tmp_path: Path, ledger: Database, one: PostgresServer, of: Of) -> None:
    """Not at each run, since the server has to write all of them; by a new connection at once."""
    clock = HandClock()
    soon = "UPDATE bindtool.claim SET expires_at = now() + interval '200 seconds'"
    lasting = "SELECT expires_at > now() + interval '200 seconds' FROM bindtool.claim"
    with Bench(tmp_path / "a", clock=clock) as bench:
        one.claim(replace(TWO, bench=bench.id), CHANNEL, ["SPK1"], NOWHERE, CLAIM_SECONDS)
        sync = of(bench)
        sync.renew_claims = True
        sync.run()
        ledger.sql(soon)
        sync.run()
        assert ledger.sql(lasting) == "f"
        clock.at += RENEW_EVERY
        sync.run()
        assert ledger.sql(lasting) == "t"
        ledger.sql(soon)
        sync.close()
        sync.run()
        assert ledger.sql(lasting) == "t"


def test_what_a_crash_has_left(a: Bench, two: PostgresServer, of: Of) -> None:
    """A bench that was killed in its turn tells what it has bound, and gives the turn back when it is started."""
    who = replace(TWO, bench=a.id, machine="line-1")
    crashed = of(a)
    crashed.run()
    server = crashed._server  # noqa: SLF001 - the connection that dies
    assert server is not None
    server.take_turn(who, CHANNEL, 3600)
    a.bind("SPK1")
    crashed.close()
    until(lambda: two.take_turn(TWO, CHANNEL, 3600) is not None)
    sync = of(a)
    sync.run()
    assert two.take_turn(TWO, CHANNEL, 3600) is None
    assert [entry.device_id for entry in page_of(two).entries] == ["SPK1"]


def test_a_turn_of_somebody_else(a: Bench, one: PostgresServer, two: PostgresServer, of: Of) -> None:
    """It stays theirs, and a bench that begins is in nobody's way."""
    assert two.take_turn(TWO, CHANNEL, 3600) is None
    of(a).run()
    assert one.take_turn(ONE, CHANNEL, 3600) is not None
    two.end_turn(CHANNEL)
    of(a).run()
    assert one.take_turn(ONE, CHANNEL, 3600) is None


def test_its_own_turn_is_let_be(a: Bench, one: PostgresServer, two: PostgresServer, wake: Ends, of: Of) -> None:
    """While its connection lives, and from the moment in which it wants it until it has ended it."""
    who = replace(TWO, bench=a.id)
    assert two.take_turn(who, CHANNEL, 3600) is None
    sync = of(a)
    sync.run()
    assert one.take_turn(ONE, CHANNEL, 3600) is not None
    # Nobody tells of the end of a turn whose connection seems to live: it is looked again.
    assert ends(lambda: sync.wait(wake[0].fileno(), HOUR))
    sync.begin_turn()
    two.close()
    sync.run()
    assert one.take_turn(ONE, CHANNEL, 3600) is not None
    sync.end_turn()
    until(lambda: _cleared(sync))
    assert one.take_turn(ONE, CHANNEL, 3600) is None


def _cleared(sync: ServerSync) -> bool:
    sync.run()
    return sync._cleared  # noqa: SLF001 - what makes it look again
