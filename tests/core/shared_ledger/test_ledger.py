"""The shared ledger as window and command line use it, against a real PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.credentials.secret import Password
from bindtool.core.profiles.profile import Profile
from bindtool.core.shared_ledger.ledger import Bench as Ground
from bindtool.core.shared_ledger.ledger import ServerLedger, SharedLedger, connector, open_ledger
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from tests.core.shared_ledger.bench import Bench, in_ledger
from tests.core.shared_ledger.desk import Desk
from tests.core.shared_ledger.samples import CHANNEL, TWO, an_entry
from tests.patience import PATIENCE
from tests.postgres import Database


@pytest.fixture
def desks(ledger: Database, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Return two benches whose ledgers have not begun."""
    with ExitStack() as stack:
        a, b = (Desk(Bench(tmp_path / name, name), ledger.connect) for name in ("line-1", "line-2"))
        for desk in (a, b):
            stack.callback(desk.end)
        yield a, b


def test_in_step(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """What is bound at one bench the other knows, and both say that they are in step."""
    a, b = desks
    for desk in desks:
        assert desk.ledger.status.since is not None
        desk.ledger.start()
        desk.wait_for(lambda desk=desk: desk.ledger.status.since is None)  # type: ignore[misc]
    a.bench.bind("SPK1")
    a.ledger.notify()
    b.wait_for(lambda: b.knows("SPK1"))
    a.wait_for(lambda: a.ledger.status.waiting == 0)
    with closing(ledger.connect()) as server:
        assert a.bench.knows() == b.bench.knows() == in_ledger(server)


def test_cut_off(tmp_path: Path, ledger: Database) -> None:
    """It says so, counts, and comes in step when it is asked to try again."""
    there = threading.Event()

    def connect() -> PostgresServer:
        if not there.is_set():
            raise LedgerFailed("ledger.unreachable", host="db", detail="no route")
        return ledger.connect()

    desk = Desk(Bench(tmp_path / "a"), connect)
    desk.bench.bind("SPK1")
    desk.ledger.start()
    desk.wait_for(lambda: desk.ledger.status.waiting == 1)
    assert desk.ledger.status.problem is not None
    there.set()
    desk.ledger.try_now()
    desk.wait_for(lambda: desk.ledger.status.since is None)
    assert desk.ledger.status.waiting == 0
    desk.end()


def test_claims(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """They go on while the run is on, and what is left of them is given up at its end."""
    a, b = desks
    assert asyncio.run(a.ledger.claim("Li", CHANNEL, ["SPK1", "SPK2"])).taken == ()
    assert [each.device_id for each in asyncio.run(b.ledger.claim("Wang", CHANNEL, ["SPK2"])).taken] == ["SPK2"]
    ledger.sql("UPDATE bindtool.claim SET expires_at = now() + interval '100 seconds'")
    a.ledger.start()
    a.wait_for(lambda: a.ledger.status.since is None)
    lasting = "SELECT count(*) FROM bindtool.claim WHERE expires_at > now() + interval '200 seconds'"
    assert ledger.sql(lasting) == "2"
    asyncio.run(a.ledger.release(CHANNEL, ["SPK1", "SPK2"]))
    ledger.sql("UPDATE bindtool.claim SET expires_at = now() + interval '100 seconds'")
    assert asyncio.run(b.ledger.claim("Wang", CHANNEL, ["SPK2"])).taken == ()


def test_what_was_bound_stays_claimed_until_it_is_told(desks: tuple[Desk, Desk]) -> None:
    """A run has ended and its bench goes offline before it could push: nobody else binds the device meanwhile."""
    a, b = desks
    assert asyncio.run(a.ledger.claim("Li", CHANNEL, ["bound", "not bound"])).taken == ()
    a.bench.bind("bound")
    asyncio.run(a.ledger.release(CHANNEL, ["bound", "not bound"]))
    taken = asyncio.run(b.ledger.claim("Wang", CHANNEL, ["bound", "not bound"])).taken
    assert [(each.device_id, each.bound_at) for each in taken] == [("bound", None)]
    a.ledger.start()
    a.wait_for(lambda: a.ledger.status.since is None)
    (taken_now,) = asyncio.run(b.ledger.claim("Wang", CHANNEL, ["bound"])).taken
    assert taken_now.bound_at is not None
    asyncio.run(a.ledger.release(CHANNEL, []))


def test_claims_when_the_disk_fails(tmp_path: Path, ledger: Database) -> None:
    """What was bound is not known then: the claims run out by themselves."""
    with Bench(tmp_path / "a") as bench:
        shared = bench.ledger(ledger.connect)
        assert asyncio.run(shared.claim("Li", CHANNEL, ["SPK1"])).taken == ()
        bench.store.close()
        asyncio.run(shared.release(CHANNEL, ["SPK1"]))
        shared.close()
    assert ledger.sql("SELECT device_id FROM bindtool.claim") == "SPK1"


def test_what_a_person_has_seen(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """A device that was bound before is claimed where somebody has seen that, and ticked it; otherwise it isn't."""
    a, _ = desks
    with closing(ledger.connect()) as server:
        server.push([an_entry(1, TWO.bench, "SPK1")])
    assert [each.device_id for each in asyncio.run(a.ledger.claim("Li", CHANNEL, ["SPK1"])).taken] == ["SPK1"]
    a.ledger.start()
    a.wait_for(lambda: a.ledger.status.since is None)
    assert asyncio.run(a.ledger.claim("Li", CHANNEL, ["SPK1"])).taken == ()
    unseen = asyncio.run(a.ledger.claim("Li", CHANNEL, ["SPK1"], seen=False))
    assert [each.label for each in unseen.taken] == ["label 1"]


@pytest.mark.anyio
async def test_turns(desks: tuple[Desk, Desk]) -> None:
    """One has it; the other gets it soon after the end, with what was bound in between."""
    a, b = desks
    for desk in desks:
        desk.ledger.start()
    async with a.ledger.turn("Li", CHANNEL):
        a.bench.bind("SPK1")
        with pytest.raises(LedgerFailed, match=r"ledger\.turn_taken"):
            async with b.ledger.turn("Wang", CHANNEL):
                pytest.fail("two have the turn")
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(LedgerFailed):
                async with b.ledger.turn("Wang", CHANNEL):
                    assert b.knows("SPK1")
                    return


def test_never_begun(tmp_path: Path, ledger: Database) -> None:
    """It can be ended all the same."""
    with Bench(tmp_path / "a") as bench:
        shared = bench.ledger(ledger.connect)
        shared.close()
        assert shared.join(0)


def test_the_ledger_of_a_profile(tmp_path: Path) -> None:
    """Profiles that name the same server, or the same folder, are served together, each channel once."""
    on_server = Profile("A", "1", ledger="postgresql://bench@db.example/ledger")
    in_folder = Profile("B", "2", shared_folder=str(tmp_path / "shared"))
    profiles = [on_server, replace(on_server, name="A2"), replace(on_server, connector_id="3")]
    profiles += [in_folder, replace(in_folder, connector_id="4"), Profile("C", "5")]
    with Bench(tmp_path / "line-1") as bench:
        ground = Ground(bench.store.benches, bench.name, bench.clock)

        def opened(profile: Profile) -> SharedLedger:
            return open_ledger(profile, profiles, ground, no_password, bench.hear, lambda _: None)

        with closing(opened(on_server)) as server, closing(opened(in_folder)) as folder:
            assert isinstance(server, ServerLedger)
            assert not isinstance(folder, ServerLedger)
            assert [each.connector_id for each in server.bench.channels] == ["1", "3"]
            assert [each.connector_id for each in folder.bench.channels] == ["2", "4"]


def no_password(name: str) -> Password:
    """Fail: the password is read when the ledger is connected, not before."""
    raise AssertionError(name)


def test_each_connection_reads_the_password(ledger: Database) -> None:
    """A password that was changed serves the next connection."""
    names: list[str] = []

    def read(name: str) -> Password:
        names.append(name)
        return ledger.password

    connect = connector(str(ledger.bench), read)
    for _ in range(2):
        with closing(connect()) as server:
            assert server.ledger_id
    assert names == [ledger.bench.secret_name] * 2
