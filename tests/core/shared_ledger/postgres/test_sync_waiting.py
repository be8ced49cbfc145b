"""A bench that waits for news of a real PostgreSQL, or for whoever wakes it up."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.postgres.sync import FRESH, ServerSync
from tests.core.shared_ledger.bench import Bench, HandClock
from tests.core.shared_ledger.samples import TWO, an_entry, at_rest, nobody_there
from tests.patience import HOUR, ends
from tests.postgres import Database

Ends = tuple[socket.socket, socket.socket]
Of = Callable[[Bench], ServerSync]


def test_it_waits_for_news(a: Bench, two: PostgresServer, wake: Ends, of: Of) -> None:
    """And for whoever wakes it up; what it has pushed itself is no news."""
    sync = of(a)
    a.bind("SPK1")
    sync.run()
    sync.wait(wake[0].fileno(), 0)
    assert at_rest(sync._server)  # type: ignore[arg-type]  # noqa: SLF001 - whether it would wait
    two.push([an_entry(1, TWO.bench)])
    assert ends(lambda: sync.wait(wake[0].fileno(), HOUR))
    sync.run()
    assert len(a.news) == 1
    wake[1].send(b"!")
    assert ends(lambda: sync.wait(wake[0].fileno(), HOUR))


def test_it_waits_without_a_connection(a: Bench, wake: Ends) -> None:
    """Only for whoever wakes it up, and for time."""
    sync = a.sync(nobody_there)
    with pytest.raises(LedgerFailed):
        sync.run()
    assert ends(lambda: sync.wait(wake[0].fileno(), 0))
    wake[1].send(b"!")
    assert ends(lambda: sync.wait(wake[0].fileno(), HOUR))


def test_a_connection_that_fails_while_it_waits(a: Bench, ledger: Database, wake: Ends) -> None:
    """The wait is over, and the next run has a connection of its own."""
    made: list[PostgresServer] = []

    def connect() -> PostgresServer:
        made.append(ledger.connect())
        return made[-1]

    sync = a.sync(connect)
    sync.run()
    made[0].close()
    assert ends(lambda: sync.wait(wake[0].fileno(), HOUR))
    sync.run()
    assert len(made) == 2
    sync.close()
    sync.close()


def test_a_connection_at_hand(tmp_path: Path, of: Of) -> None:
    """Others may use it for as long as it surely lives."""
    clock = HandClock()
    with Bench(tmp_path / "a", clock=clock) as bench:
        sync = of(bench)
        assert sync.connection_at_hand() is None
        sync.run()
        assert sync.connection_at_hand() is sync._server  # noqa: SLF001 - that very one
        clock.at += FRESH
        assert sync.connection_at_hand() is None
        sync.run()
        assert sync.connection_at_hand() is not None
        sync.close()
        assert sync.connection_at_hand() is None
