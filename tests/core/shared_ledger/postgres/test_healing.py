"""Three data folders and one server, whatever breaks between them: in the end all have the same, each once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bindtool.core.shared_ledger.postgres.client import PostgresServer, connect
from bindtool.core.shared_ledger.postgres.session import PostgresSession
from bindtool.core.shared_ledger.postgres.sync import CLAIM_SECONDS
from bindtool.core.shared_ledger.postgres.tls import TIMEOUTS, ServerTimeouts
from tests.checkout import ROOT
from tests.core.shared_ledger.bench import Bench, WrongClock, told_in
from tests.core.shared_ledger.desk import Desk, healed
from tests.core.shared_ledger.proxy import Proxy
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, TWO
from tests.core.shared_ledger.working_bench import PASSWORD
from tests.patience import PATIENCE, until
from tests.postgres import Database

NAMES = ("line-1", "line-2", "line-3")
BRISK = ServerTimeouts(connect=2.0, answer=1.0)
"""A bench that waits for half a minute until it sees that nobody answers is as right, and too slow for a test."""


@pytest.fixture
def proxy(cluster: object, ledger: Database) -> Iterator[Proxy]:
    """Return a network between the benches and their server."""
    with Proxy(ledger.cluster.port) as between:
        yield between


def three(folder: Path, connect: Callable[[], PostgresServer], stack: ExitStack) -> list[Desk]:
    """Return three benches that are at work."""
    desks = [Desk(Bench(folder / name, name), connect) for name in NAMES]
    for desk in desks:
        stack.callback(desk.end)
        desk.ledger.start()
    return desks


def by(ledger: Database, proxy: Proxy) -> Callable[[], PostgresServer]:
    """Return what connects through the network."""
    address = replace(ledger.bench, port=proxy.port)
    return lambda: connect(address, ledger.password, BRISK)


# ---------------------------------------------------------------- benches that die


class Working:
    """A bench in a process of its own."""

    def __init__(self, folder: Path, name: str, ledger: Database, count: int) -> None:
        self.folder = folder / name
        self._name = name
        self._ledger = ledger
        self._count = count
        self.said: list[str] = []
        self._over = False
        self._news = threading.Condition()
        self.process = self.start()

    def start(self) -> subprocess.Popen[str]:
        """Start it, or start it again."""
        # Coverage would be measured of a process that can't write it down.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        program = [sys.executable, "-m", "tests.core.shared_ledger.working_bench"]
        self.process = subprocess.Popen(
            [*program, str(self.folder), self._name, str(self._ledger.bench), str(self._count)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**kept, PASSWORD: self._ledger.password.reveal()},
        )
        self._over = False
        self._reader = threading.Thread(target=self._read, args=(self.process,))
        self._reader.start()
        return self.process

    def kill(self) -> None:
        """Kill it as a power cut would, and wait until all that it has said is heard."""
        self.process.kill()
        self.end()

    def end(self) -> int:
        """Wait for its end; return its status."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def wait_for_more(self, count: int) -> None:
        """Wait until it has bound so many more, or is done: a kill may have kept it from saying the last one."""
        with self._news:
            wanted = len(self.said) + count
            assert self._news.wait_for(lambda: self._over or len(self.said) >= wanted, PATIENCE)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with self._news:
                    self.said.append(line.strip())
                    self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()


@pytest.mark.long
def test_benches_are_killed_in_mid_push(ledger: Database, tmp_path: Path) -> None:
    """Kill -9 while the server works on what they push: all that any of them has called bound is there, once."""
    count = 300
    gate = ledger.cluster
    working = [Working(tmp_path, name, ledger, count) for name in NAMES]
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for round_ in range(4):
        victim = working[round_ % len(working)]
        victim.wait_for_more(3)
        holder = PostgresSession(ledger.owner, ledger.password, TIMEOUTS)
        # What no bench may do: it holds up all that is pushed.
        holder.run("BEGIN")
        holder.run("SELECT FROM bindtool.about FOR UPDATE")
        until(lambda: int(gate.sql(waiting)) >= 1)
        victim.kill()
        holder.close()
        victim.start()
    assert [each.end() for each in working] == [0, 0, 0]
    with ExitStack() as stack:
        benches = [stack.enter_context(Bench(each.folder, name)) for each, name in zip(working, NAMES, strict=True)]
        for bench in (*benches, *benches):
            sync = bench.sync(ledger.connect)
            sync.run()
            sync.close()
        there = told_in(ledger)
        assert all(bench.knows() == there for bench in benches)
    ids = [device_id for _, _, _, device_id, _, _ in there]
    assert sorted(ids) == sorted(f"{name}-{number:04}" for name in NAMES for number in range(1, count + 1))
    for each in working:
        assert set(each.said) <= set(ids)


# ---------------------------------------------------------------- a network that breaks


@pytest.mark.long
@pytest.mark.parametrize("half", [False, True], ids=["behind what is pushed", "in the middle of it"])
def test_cut_in_mid_transaction(ledger: Database, proxy: Proxy, tmp_path: Path, *, half: bool) -> None:
    """The server has what was pushed and nobody hears so, or has half of it: pushed again, it is there once."""
    with ExitStack() as stack:
        a, b, c = three(tmp_path, by(ledger, proxy), stack)
        for desk in (a, b, c):
            desk.bind(f"first of {desk.bench.name}")
        healed(ledger, a, b, c)
        proxy.cut_at(b"the device", half=half)
        a.bind("the device")
        assert proxy.was_cut.wait(PATIENCE)
        if not half:
            until(lambda: ledger.sql("SELECT count(*) FROM bindtool.entry WHERE device_id = 'the device'") == "1")
        proxy.drop()
        assert a.bench.waiting == 1
        for desk in (a, b, c):
            desk.bind(f"alone at {desk.bench.name}")
        a.wait_for(lambda: a.ledger.status.problem is not None)
        proxy.heal()
        healed(ledger, a, b, c)
        assert len(a.bench.knows()) == 7


@pytest.mark.long
def test_answers_that_never_come(ledger: Database, proxy: Proxy, tmp_path: Path) -> None:
    """A connection that lives on one side only: a bind does not wait; the bench gives up, counts, heals."""
    with ExitStack() as stack:
        a, b, c = three(tmp_path, by(ledger, proxy), stack)
        healed(ledger, a, b, c)
        proxy.keeps_answers = True
        a.bind("in vain")
        a.wait_for(lambda: a.ledger.status.problem is not None and a.ledger.status.waiting == 1)
        proxy.heal()
        healed(ledger, a, b, c)
        assert b.knows("in vain")
        assert c.knows("in vain")


@pytest.mark.long
def test_a_slow_network(ledger: Database, proxy: Proxy, tmp_path: Path) -> None:
    """What takes a tenth of a second each way goes on being shared."""
    with ExitStack() as stack:
        a, b, c = three(tmp_path, by(ledger, proxy), stack)
        healed(ledger, a, b, c)
        proxy.delay = 0.1
        for number in range(20):
            for desk in (a, b, c):
                desk.bind(f"{desk.bench.name} {number}")
        b.wait_for(lambda: b.knows("line-1 19") and b.knows("line-3 19"))
        proxy.cut()
        a.bind("while it was cut")
        proxy.heal()
        healed(ledger, a, b, c)
        assert len(a.bench.knows()) == 61


# ---------------------------------------------------------------- clocks


def test_clocks_an_hour_apart(ledger: Database, tmp_path: Path) -> None:
    """Whose clock is wrong loses nothing, takes nobody's claim for run out, and claims no longer than others do."""
    with ExitStack() as stack:
        clocks = [WrongClock(timedelta(hours=hours)) for hours in (-1, 0, 1)]
        benches = [Bench(tmp_path / name, name, clock=clock) for name, clock in zip(NAMES, clocks, strict=True)]
        desks = [Desk(bench, ledger.connect) for bench in benches]
        for desk in desks:
            stack.callback(desk.end)
            desk.ledger.start()
        for number in range(5):
            for desk in desks:
                desk.bind(f"{desk.bench.name} {number}", "bound everywhere")
        healed(ledger, *desks)
        assert len(desks[0].bench.knows()) == 30
        late, right, early = (replace(TWO, bench=bench.id) for bench in benches)
        with ExitStack() as connections:
            first, second = (connections.enter_context(closing(ledger.connect())) for _ in range(2))
            place = desks[0].bench.sync(ledger.connect).cursor_in(first.ledger_id)
            assert first.claim(late, CHANNEL, ["SPK1"], NOWHERE, CLAIM_SECONDS) == ()
            for who in (right, early):
                assert [each.device_id for each in second.claim(who, CHANNEL, ["SPK1"], NOWHERE, CLAIM_SECONDS)]
            assert first.claim(late, CHANNEL, ["bound everywhere"], place, CLAIM_SECONDS) == ()
