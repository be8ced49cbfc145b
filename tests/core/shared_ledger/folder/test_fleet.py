"""Three benches and one folder: in any order, at once, killed in the middle; in the end all know the same."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindtool.core.shared_ledger.folder.files import writer_of
from bindtool.core.store import History
from tests.checkout import ROOT
from tests.core.shared_ledger.folder_desk import Bench, bind
from tests.core.store.samples import ANSWER

MACHINES = ("line-1", "line-2", "line-3")


def time_of(at: int) -> datetime:
    """Return the time on a bench's clock: they are an hour apart."""
    return ANSWER.time + timedelta(hours=at - 1)


def known(path: Path) -> list[tuple[object, ...]]:
    """Return all that a bench knows to be bound, each entry by its name and with its device."""
    records = History(path).search().records
    bound = [record for record in records if record.key is not None]
    return sorted((str(record.key), record.time.isoformat(), record.device_id, record.label) for record in bound)


def settle(benches: Sequence[Bench]) -> None:
    """Have all of them tell, and then take in."""
    for bench in (*benches, *benches):
        bench.sync.run()


# ---------------------------------------------------------------- in any order


class Fleet:
    """Three benches, and what may happen to them and to the folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "share"
        self.folder.mkdir()
        self.benches = [Bench(home / f"{name}.db", self.folder, name, part_size=2) for name in MACHINES]
        self.bound = 0

    def close(self) -> None:
        """End."""
        for bench in self.benches:
            bench.close()

    def do(self, what: str, at: int) -> None:
        """Let it happen to the bench, or to the file, of a number."""
        bench = self.benches[at % len(self.benches)]
        files = sorted(self.folder.iterdir())
        if what == "bind":
            self.bound += 1
            bind(bench.store, [f"SPK{self.bound}"], at=time_of(at % len(self.benches)))
        elif what == "run":
            bench.sync.run()
        elif what == "restart":
            bench.restart()
        elif files and what == "cut":
            data = files[at % len(files)].read_bytes()
            files[at % len(files)].write_bytes(data[: len(data) // 2])
        elif files and what == "lose":
            files[at % len(files)].unlink()


@pytest.mark.long
@given(
    st.lists(
        st.tuples(st.sampled_from(["bind", "bind", "run", "run", "restart", "cut", "lose"]), st.integers(0, 11)),
        max_size=25,
    )
)
@settings(max_examples=25)
def test_in_any_order(steps: list[tuple[str, int]]) -> None:
    """Files are lost and cut on the way; each bench is restarted once in the end, which mends what was cut."""
    with tempfile.TemporaryDirectory() as home, closing(Fleet(Path(home))) as fleet:
        for what, at in steps:
            fleet.do(what, at)
        for at in range(len(fleet.benches)):
            fleet.do("restart", at)
        settle(fleet.benches)
        ledgers = [known(bench.path) for bench in fleet.benches]
        assert ledgers[0] == ledgers[1] == ledgers[2]
        assert len(ledgers[0]) == fleet.bound
        assert [bench.sync.waiting() for bench in fleet.benches] == [0, 0, 0]


# ---------------------------------------------------------------- at the same time


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[list[Bench]]:
    """Three benches."""
    folder = tmp_path / "share"
    folder.mkdir()
    made = [Bench(tmp_path / f"{machine}.db", folder, machine) for machine in MACHINES]
    yield made
    for bench in made:
        bench.close()


@pytest.mark.long
def test_at_the_same_time(benches: list[Bench]) -> None:
    """Each in a thread; nobody says that there is something new, and all know it within some seconds."""
    wanted = {f"{bench.machine}-{number}" for bench in benches for number in range(20)}
    failures: list[BaseException] = []

    def work(at: int, bench: Bench, woken: socket.socket) -> None:
        try:
            for number in range(20):
                bind(bench.store, [f"{bench.machine}-{number}"], at=time_of(at))
                bench.sync.run()
            while {device_id for device_id, _ in bench.knows} != wanted:
                bench.sync.wait(woken.fileno(), 600)
                bench.sync.run()
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)

    with ExitStack() as stack:
        pairs = [tuple(map(stack.enter_context, socket.socketpair())) for _ in benches]
        threads = [
            threading.Thread(target=work, args=(at, bench, pair[0]), daemon=True)
            for at, (bench, pair) in enumerate(zip(benches, pairs, strict=True))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert (failures, [thread.is_alive() for thread in threads]) == ([], [False] * 3)
    assert known(benches[0].path) == known(benches[1].path) == known(benches[2].path)
    assert all(len(bench.files) == 1 for bench in benches)
    assert all(len(bench.heard) == len(set(bench.heard)) == 40 for bench in benches)


# ---------------------------------------------------------------- killed


TOTAL = 1500


def start(tmp_path: Path, at: int) -> subprocess.Popen[str]:
    """Start a bench as a process; it goes on where it was."""
    machine = MACHINES[at]
    script = ROOT / "tests" / "core" / "shared_ledger" / "folder_bench.py"
    return subprocess.Popen(
        [sys.executable, script, tmp_path / f"{machine}.db", tmp_path / "share", machine, str(TOTAL), str(at - 1)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def kill_while_it_writes(process: subprocess.Popen[str], folder: Path, machine: str) -> None:
    """Kill a bench as soon as a temporary file of it is there, or once it has ended by itself."""
    aside = f".bindtool-*-{writer_of(machine)}-*.tmp"
    while process.poll() is None and not any(folder.glob(aside)):
        pass
    process.kill()


@pytest.mark.long
def test_killed_in_the_middle(tmp_path: Path) -> None:
    """Each again and again, while the others go on: nothing is lost, nothing is there twice."""
    folder = tmp_path / "share"
    folder.mkdir()
    running = [start(tmp_path, at) for at in range(3)]
    for kill in range(9):
        at = kill % 3
        kill_while_it_writes(running[at], folder, MACHINES[at])
        running[at].communicate()
        running[at] = start(tmp_path, at)
    for process in running:
        process.communicate(timeout=120)
        assert process.returncode == 0
    with ExitStack() as stack:
        benches = [Bench(tmp_path / f"{machine}.db", folder, machine) for machine in MACHINES]
        for bench in benches:
            stack.callback(bench.close)
        settle(benches)
        ledgers = [known(bench.path) for bench in benches]
        assert ledgers[0] == ledgers[1] == ledgers[2]
        devices = [device_id for _, _, device_id, _ in ledgers[0]]
        assert len(devices) == len(set(devices)) == 3 * TOTAL
        assert len(list(folder.iterdir())) == 3 * 2
        assert [bench.sync.waiting() for bench in benches] == [0, 0, 0]


@pytest.mark.long
def test_a_folder_for_a_new_bench(tmp_path: Path, benches: list[Bench]) -> None:
    """It takes in all that there is, in the order of the parts."""
    for bench in benches:
        bench.bind(*(f"{bench.machine}-{number}" for number in range(1100)))
    with closing(Bench(tmp_path / "new.db", tmp_path / "share", "new")) as new:
        new.sync.run()
        assert len(new.heard) == 3300
