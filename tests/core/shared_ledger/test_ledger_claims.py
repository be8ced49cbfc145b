"""The claims of a run: of two benches one binds, and a server that can't be had holds nobody up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import LedgerFailed
from bindtool.core.jobs.bind_job import BindJob, Claims
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.model.outcome import Outcome
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.profiles.profile import Profile
from bindtool.core.shared_ledger.ledger import Claimed
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.postgres.sync import CLAIM_SECONDS
from tests.core.shared_ledger.bench import Bench, HandClock
from tests.core.shared_ledger.samples import AWAY, CHANNEL, nobody_there
from tests.patience import PATIENCE
from tests.postgres import Database


def claimed(
    bench: Bench, connect: Callable[[], PostgresServer], *device_ids: str, patience: float = PATIENCE
) -> Claimed:
    """Claim devices."""
    with closing(bench.ledger(connect, claim_patience=patience)) as shared:
        return asyncio.run(shared.claim("Li", CHANNEL, device_ids))


def release(bench: Bench, connect: Callable[[], PostgresServer], *device_ids: str) -> None:
    """Give claims up."""
    with closing(bench.ledger(connect)) as shared:
        asyncio.run(shared.release(CHANNEL, device_ids))


def test_no_connection_is_left(ledger: Database, a: Bench) -> None:
    """Each question has one of its own, and ends it."""
    claimed(a, ledger.connect, "a")
    release(a, ledger.connect, "a")
    still = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'line_bench'"
    end = datetime.now(UTC) + timedelta(seconds=10)
    while ledger.sql(still) != "0":
        assert datetime.now(UTC) < end


def test_by_the_connection_that_keeps_in_step(ledger: Database, tmp_path: Path) -> None:
    """A question needs none of its own where there is one that lives; where it has died, another is made."""
    made: list[PostgresServer] = []

    def connect() -> PostgresServer:
        made.append(ledger.connect())
        return made[-1]

    with Bench(tmp_path / "a", clock=HandClock()) as bench, closing(bench.ledger(connect)) as shared:
        shared._background.run()  # noqa: SLF001 - what its thread does
        assert asyncio.run(shared.claim("Li", CHANNEL, ["a"])) == Claimed()
        asyncio.run(shared.release(CHANNEL, ["a"]))
        assert len(made) == 1
        assert ledger.sql("SELECT count(*) FROM bindtool.claim") == "0"
        ledger.end_connections()
        assert asyncio.run(shared.claim("Li", CHANNEL, ["a"])) == Claimed()
        assert len(made) == 2
        assert ledger.sql("SELECT count(*) FROM bindtool.claim") == "1"


def test_a_server_that_can_not_be_had(a: Bench) -> None:
    """The run goes on, and says why."""
    assert claimed(a, nobody_there, "a") == Claimed(problem=AWAY)
    release(a, nobody_there, "a")


def test_a_server_that_takes_its_time(ledger: Database, a: Bench) -> None:
    """Nobody waits for it; the answer that comes too late is dropped, and its connection ended."""
    slow = Slow(ledger)
    outcome = claimed(a, slow.connect, "a", patience=0.05)
    assert isinstance(outcome.problem, LedgerFailed)
    assert (outcome.taken, outcome.problem.id) == ((), "ledger.slow")
    slow.go_on.set()
    assert slow.ended.acquire(timeout=PATIENCE)


class Slow:
    """Connections, the first of which takes until it is let go."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger
        self.go_on = threading.Event()
        self.made = 0
        self.ended = threading.Semaphore(0)

    def connect(self) -> PostgresServer:
        """Connect, and note the end of it."""
        self.made += 1
        if self.made == 1:
            assert self.go_on.wait(PATIENCE)
        server = self._ledger.connect()
        close = server.close

        def note() -> None:
            close()
            self.ended.release()

        server.close = note  # type: ignore[method-assign]
        return server


def claims(ledger: Database) -> list[str]:
    """Return which devices are claimed."""
    return ledger.sql("SELECT device_id FROM bindtool.claim ORDER BY 1").split()


def a_job(*device_ids: str) -> BindJob:
    """Return what somebody has confirmed."""
    jobs = tuple(Job(at, Device(each, each), Outcome()) for at, each in enumerate(device_ids, start=1))
    return BindJob(1, Profile("Line", CHANNEL.connector_id, user_id=CHANNEL.user_id), jobs, "Li")


def test_a_claim_that_comes_late_goes_with_its_run(ledger: Database, a: Bench, b: Bench) -> None:
    """The run that went on without it gives it up at its end: others need not wait until it runs out."""
    slow = Slow(ledger)
    job = a_job("a", "b")
    with closing(a.ledger(slow.connect, claim_patience=0.05)) as shared:
        taken = Claims(job, shared)
        assert asyncio.run(taken.take(a.store, a.clock)).unclaimed
        slow.go_on.set()
        assert slow.ended.acquire(timeout=PATIENCE)
        assert ledger.sql("SELECT count(*) FROM bindtool.claim") == "2"
        asyncio.run(taken.release())
        assert slow.ended.acquire(timeout=PATIENCE)
    assert claimed(b, ledger.connect, "a").taken == ()


def test_a_claim_that_comes_later_than_the_end_of_its_run(ledger: Database, a: Bench) -> None:
    """What it is to give up waits for it; the next run's claims, of the same devices, come behind that."""
    slow = Slow(ledger)
    with closing(a.ledger(slow.connect, claim_patience=0.05)) as shared:
        for device_ids in (["a", "b"], ["b", "c"]):
            outcome = asyncio.run(shared.claim("Li", CHANNEL, device_ids))
            assert isinstance(outcome.problem, LedgerFailed)
            assert outcome.problem.id == "ledger.slow"
            if "a" in device_ids:
                asyncio.run(shared.release(CHANNEL, device_ids))
        slow.go_on.set()
        for _ in range(3):
            assert slow.ended.acquire(timeout=PATIENCE)
    assert claims(ledger) == ["b", "c"]


def test_nothing_to_give_up(a: Bench) -> None:
    """Where the server was never reached for the claims, a run does not wait for it at its end either."""
    tried: list[str] = []

    def nobody_answers() -> PostgresServer:
        tried.append("once")
        raise AWAY

    with closing(a.ledger(nobody_answers)) as shared:
        assert asyncio.run(shared.claim("Li", CHANNEL, ["a"])) == Claimed(problem=AWAY)
        asyncio.run(shared.release(CHANNEL, ["a"]))
    assert tried == ["once"]


class Sleeper(SystemClock):
    """The clock of a computer that sleeps: its steady clock stands meanwhile."""

    def __init__(self) -> None:
        self.slept = timedelta()

    def now(self) -> datetime:
        """Return the time, what was slept through included."""
        return super().now() + self.slept


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Bench]:
    """Return a bench whose computer can sleep."""
    with Bench(tmp_path / "sleeper", "line-1", clock=Sleeper()) as bench:
        yield bench


def sleep(ledger: Database, bench: Bench) -> None:
    """Let a bench's computer sleep until its claims have run out."""
    assert isinstance(bench.clock, Sleeper)
    bench.clock.slept += timedelta(seconds=CLAIM_SECONDS + 1)
    ledger.sql("UPDATE bindtool.claim SET expires_at = now()")


def test_another_bench_has_it_after_a_sleep(ledger: Database, sleeper: Bench, b: Bench) -> None:
    """A run that goes on then sends nothing that another bench has claimed or bound meanwhile."""
    with closing(sleeper.ledger(ledger.connect)) as shared:
        for device_id, is_bound in (("a", True), ("b", False)):
            run = Claims(a_job(device_id, "c"), shared)
            assert not asyncio.run(run.take(sleeper.store, sleeper.clock)).reasons
            sleep(ledger, sleeper)
            assert claimed(b, ledger.connect, device_id) == Claimed()
            if is_bound:
                b.bind(device_id)
                with closing(b.sync(ledger.connect)) as theirs:
                    theirs.run()
            # What is renewed now has run out, and what is read now nobody has looked at.
            shared._background.run()  # noqa: SLF001 - what its thread does
            with pytest.raises(LedgerFailed, match=r"ledger\.claims_lost"):
                asyncio.run(run.confirm())
            asyncio.run(run.release())


def test_nobody_has_it_after_a_sleep(ledger: Database, sleeper: Bench, b: Bench) -> None:
    """It is claimed again, and the run goes on; what another bench had at its beginning is none of its own."""
    claimed(b, ledger.connect, "b")
    with closing(sleeper.ledger(ledger.connect)) as shared:
        run = Claims(a_job("a", "b"), shared)
        assert list(asyncio.run(run.take(sleeper.store, sleeper.clock)).reasons) == [2]
        sleep(ledger, sleeper)
        claimed(b, ledger.connect, "b")
        asyncio.run(run.confirm())
        assert [each.device_id for each in claimed(b, ledger.connect, "a").taken] == ["a"]


def test_claims_that_last(ledger: Database, sleeper: Bench) -> None:
    """Before each request: nothing is asked, and they last on from when they were renewed."""
    made: list[PostgresServer] = []

    def connect() -> PostgresServer:
        made.append(ledger.connect())
        return made[-1]

    assert isinstance(sleeper.clock, Sleeper)
    with closing(sleeper.ledger(connect)) as shared:
        run = Claims(a_job("a"), shared)
        asyncio.run(run.take(sleeper.store, sleeper.clock))
        sleeper.clock.slept += timedelta(seconds=CLAIM_SECONDS - 10)
        shared._background.run()  # noqa: SLF001 - what its thread does
        sleeper.clock.slept += timedelta(seconds=CLAIM_SECONDS - 10)
        asyncio.run(run.confirm())
        assert len(made) == 2


def test_claims_that_can_not_be_made_again(ledger: Database, sleeper: Bench) -> None:
    """The run goes on, and does not wait before each of its requests; one that had none asks for none."""
    tried: list[str] = []

    def once() -> PostgresServer:
        tried.append("once")
        if len(tried) > 1:
            raise AWAY
        return ledger.connect()

    with closing(sleeper.ledger(once)) as shared:
        run = Claims(a_job("a"), shared)
        asyncio.run(run.take(sleeper.store, sleeper.clock))
        sleep(ledger, sleeper)
        for _ in range(2):
            asyncio.run(run.confirm())
        assert len(tried) == 2
        assert asyncio.run(Claims(a_job("b"), shared).take(sleeper.store, sleeper.clock)).unclaimed
        asyncio.run(run.confirm())
        assert len(tried) == 3


def test_what_a_row_says() -> None:
    """Since when somebody has it, or on which day it was bound and with which label."""
    now = datetime.now().astimezone()
    has = TakenDevice("a", "line-1", "Li", now)
    bound = TakenDevice("b", "line-1", "", now, now, "shelf")
    assert Claimed((has, bound)).reasons(now) == {
        "a": Hold.of(HoldReason.CLAIMED, who="line-1, Li", time=f"{now:%H:%M}"),
        "b": Hold.of(HoldReason.BOUND_THERE, date=f"{now:%m-%d}", who="line-1", label="shelf"),
    }
