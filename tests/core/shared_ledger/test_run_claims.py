"""The claims of a run: of two benches one binds, and a server that can't be had holds nobody up."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.shared_ledger.claims import Claimed, claim, release
from tests.core.shared_ledger.samples import BEGINNING, CHANNEL, NOWHERE, ONE, TWO, an_entry, page_of
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from bindtool.core.model.ledger_entry import Claimant, SyncCursor
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from tests.postgres import Database

AWAY = LedgerFailed("ledger.unreachable", host="db", detail="no route")


def claimed(ledger: Database, who: Claimant, *device_ids: str, known: SyncCursor = NOWHERE) -> Claimed:
    """Claim devices."""
    return asyncio.run(claim(ledger.connect, who, CHANNEL, device_ids, lambda _: known))


def nobody_there() -> PostgresServer:
    """Fail to connect."""
    raise AWAY


def test_one_of_two_binds(ledger: Database) -> None:
    """The other one learns who has it, and gets the rest."""
    assert claimed(ledger, ONE, "a", "b") == Claimed()
    (taken,) = claimed(ledger, TWO, "b", "c").taken
    assert (taken.device_id, taken.machine, taken.operator, taken.bound_at) == ("b", "line-1", "Li", None)
    asyncio.run(release(ledger.connect, ONE.bench, CHANNEL, ["a", "b"]))
    assert claimed(ledger, TWO, "a", "b") == Claimed()


def test_no_connection_is_left(ledger: Database) -> None:
    """Each question has one of its own, and ends it."""
    claimed(ledger, ONE, "a")
    asyncio.run(release(ledger.connect, ONE.bench, CHANNEL, ["a"]))
    still = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'line_bench'"
    end = datetime.now(UTC) + timedelta(seconds=10)
    while ledger.sql(still) != "0":
        assert datetime.now(UTC) < end


def test_what_was_bound_meanwhile(ledger: Database, one: PostgresServer) -> None:
    """A device that another bench has bound is taken, unless this bench knew of it."""
    one.push([an_entry(1)])
    known = page_of(one).cursor
    assert claimed(ledger, TWO, "SN000001", known=known) == Claimed()
    one.push([an_entry(2, device_id="SN000001")])
    (taken,) = claimed(ledger, TWO, "SN000001", "b", known=known).taken
    assert (taken.bound_at, taken.label) == (BEGINNING + timedelta(seconds=2), "label 2")


def test_a_server_that_can_not_be_had() -> None:
    """The run goes on, and says why."""
    outcome = asyncio.run(claim(nobody_there, ONE, CHANNEL, ["a"], lambda _: NOWHERE))
    assert outcome == Claimed(problem=AWAY)
    asyncio.run(release(nobody_there, ONE.bench, CHANNEL, ["a"]))


def test_a_server_that_takes_its_time(ledger: Database) -> None:
    """Nobody waits for it; the answer that comes too late is dropped, and its connection ended."""
    go_on, ended = threading.Event(), threading.Event()

    def slow() -> PostgresServer:
        assert go_on.wait(PATIENCE)
        server = ledger.connect()
        close = server.close

        def note() -> None:
            close()
            ended.set()

        server.close = note  # type: ignore[method-assign]
        return server

    outcome = asyncio.run(claim(slow, ONE, CHANNEL, ["a"], lambda _: NOWHERE, max_wait=0.05))
    assert isinstance(outcome.problem, LedgerFailed)
    assert (outcome.taken, outcome.problem.id) == ((), "ledger.slow")
    go_on.set()
    assert ended.wait(PATIENCE)


def test_what_a_row_says() -> None:
    """Since when somebody has it, or on which day it was bound and with which label."""
    now = datetime.now().astimezone()
    has = TakenDevice("a", "line-1", "Li", now)
    bound = TakenDevice("b", "line-1", "", now, now, "shelf")
    assert Claimed((has, bound)).reasons(now) == {
        "a": Hold.of(HoldReason.CLAIMED, who="line-1, Li", time=f"{now:%H:%M}"),
        "b": Hold.of(HoldReason.BOUND_THERE, date=f"{now:%m-%d}", who="line-1", label="shelf"),
    }
