"""A server that dies in the middle: what was pushed is there, the rest can be pushed anew, nothing is twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from bindtool.core.common.errors import LedgerFailed
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, TWO, an_entry, page_of
from tests.postgres import Cluster, Database

MANY = 1_000_000


@pytest.fixture
def mortal() -> Iterator[Database]:
    """Return a ledger on a server that may be stopped; it waits for its disk."""
    with Cluster() as cluster:
        yield cluster.database().make()


@pytest.mark.long
def test_an_immediate_shutdown_in_mid_push(mortal: Database) -> None:
    """Several benches push while the server is stopped like in a power cut; each goes on where it was."""
    benches, more = 3, 10
    told = dict.fromkeys(range(benches), 0)
    failures: set[str] = set()
    under_way = threading.Semaphore(0)
    back = threading.Event()

    def push(bench: int) -> None:
        server = mortal.connect()
        until: int | None = None
        while until is None or told[bench] < until:
            try:
                server.push([an_entry(told[bench] + 1, f"bench {bench}")])
                told[bench] += 1
                under_way.release()
            except LedgerFailed as failure:
                failures.add(failure.id)
                back.wait()
                server = mortal.connect()
                until = told[bench] + more
        server.close()

    threads = [threading.Thread(target=push, args=(bench,)) for bench in range(benches)]
    for thread in threads:
        thread.start()
    for _ in range(benches * more):
        under_way.acquire()
    mortal.cluster.stop("immediate")
    mortal.cluster.start()
    with closing(mortal.connect()) as reader:
        first = page_of(reader, limit=MANY)
        there = {(entry.key.bench, entry.key.entry) for entry in first.entries}
        surely = {(f"bench {bench}", number) for bench, last in told.items() for number in range(1, last + 1)}
        back.set()
        for thread in threads:
            thread.join()
        assert surely - there == set()
        assert failures == {"ledger.unreachable"}
        # Whoever has read up to here goes on from here: the numbers before did not change.
        rest = page_of(reader, first.cursor, limit=MANY)
        keys = [(entry.key.bench, entry.key.entry) for entry in (*first.entries, *rest.entries)]
        assert len(keys) == len(set(keys))
        assert set(keys) == {(f"bench {bench}", number) for bench in told for number in range(1, told[bench] + 1)}


@pytest.mark.long
def test_claims_and_turns_over_a_restart(mortal: Database) -> None:
    """Both outlive the server: a claim until it runs out, a turn because what was sent may not be pushed yet."""
    with closing(mortal.connect()) as one:
        one.claim(ONE, CHANNEL, ["a"], NOWHERE, 600)
        one.take_turn(ONE, CHANNEL, 600)
        mortal.cluster.stop("immediate")
        with pytest.raises(LedgerFailed):
            one.end_turn(CHANNEL)
        with pytest.raises(LedgerFailed, match=r"ledger\.unreachable"):
            mortal.connect()
    mortal.cluster.start()
    with closing(mortal.connect()) as two:
        assert [each.device_id for each in two.claim(TWO, CHANNEL, ["a", "b"], NOWHERE, 600)] == ["a"]
        assert two.take_turn(TWO, CHANNEL, 600) is not None


@pytest.mark.long
def test_a_bench_that_dies_in_mid_push(mortal: Database) -> None:
    """The server takes back what was not finished, and holds nobody up for long."""
    with closing(mortal.connect()) as dying, closing(mortal.connect()) as other:
        session = dying._session  # noqa: SLF001 - a transaction that a bench never leaves open
        session.run("BEGIN")
        dying.push([an_entry(1)])
        session._socket.shutdown(2)  # noqa: SLF001 - as the system does it for a killed process
        other.push([an_entry(1, TWO.bench)])
        assert [entry.key.bench for entry in page_of(other).entries] == [TWO.bench]
