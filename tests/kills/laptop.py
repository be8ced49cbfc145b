"""A laptop whose program is killed repeatedly, and the conditions its disk must meet each time.

The server that stands in for Coze runs here, outside the killed process, so its devices are known for certain.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bindtool.core.common.clock import SystemClock
from bindtool.core.jobs.interrupted_run import InterruptedRun, cut_off_runs, what_is_left
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Row
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Fault
from tests.core.store.samples import bound_before
from tests.practice.chance import by_chance
from tests.practice.faults import Reset, ScriptedAnswer, Slow, Truncated, empty, html, json_text

ROOT = Path(__file__).resolve().parents[2]
DEVICES = 60
BATCH = 10
LATENCY = 0.02
PATIENCE = 60.0
"""Seconds after which a process that neither ends nor gets killed counts as stuck."""

WAIT = ScriptedAnswer(4013, 429, headers={"Retry-After": "1"})
CHANCES: Sequence[tuple[Fault, float]] = [
    (WAIT, 0.03),
    (ScriptedAnswer(5000), 0.03),
    (Reset(commit=True), 0.03),
    (Reset(commit=False), 0.03),
    (Close(), 0.03),
    (Truncated(), 0.03),
    (html(commit=True), 0.03),
    (empty(), 0.03),
    (json_text("{", commit=True), 0.03),
    (Slow(0.1), 0.03),
]
FAULTS_IN_A_ROW = 2
"""A lost answer is sent again twice, so no device stays unknown when its run has come to its end."""


class Phase(StrEnum):
    """The program's phase at the kill."""

    STARTING = "starting"
    SCANNING = "scanning"
    RUNNING = "running"


class Moment:
    """The time to kill a process: so many seconds after the phase's step number `at`.

    Steps are scans reported as added, and requests that have arrived.
    """

    def __init__(self, phase: Phase, at: int, seconds: float) -> None:
        self.phase = phase
        self._at = at
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._timer: threading.Timer | None = None

    def watch(self, process: subprocess.Popen[str]) -> None:
        """Kill this process."""
        self._process = process
        self.step(Phase.STARTING)

    def step(self, phase: Phase) -> None:
        """Record a step; the awaited one starts the timer."""
        if phase is self.phase:
            self._at -= 1
            if self._at <= 0 and self._timer is None and self._process is not None:
                self._timer = threading.Timer(self._seconds, self._process.kill)
                self._timer.start()

    def over(self) -> None:
        """Record that the process has ended, by itself or not."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()


@dataclass(frozen=True)
class Disk:
    """The disk's content: rows as the next start reads them, the interrupted run, and whether the job is closed."""

    rows: tuple[Row, ...] = ()
    cut_off: InterruptedRun | None = None
    closed: bool = False

    def ids_in(self, *states: State) -> set[str]:
        """Return the devices with rows in one of these states."""
        return {row.device_id for row in self.rows if row.outcome.state in states}


class Face(Protocol):
    """The window or the command line, as a program that can be started on a laptop and prints lines."""

    scans: bool

    def command(self, laptop: Laptop, disk: Disk) -> list[str]:
        """Return the command that does the remaining work."""

    def read(self, line: str) -> tuple[str, str]:
        """Return the report in a line of its standard output ("added", "bound" or another), and its subject."""

    def check_offer(self, disk: Disk, said: Sequence[tuple[str, str]], errors: str) -> None:
        """Assert that it has reported the run interrupted before its start."""


@contextmanager
def copied_store(folder: Path) -> Iterator[Store | None]:
    """Open a copy of the database in `folder`/data as the next start would; None if there is none yet."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in (folder / "data").glob("bindtool.db*"):
        shutil.copy(file, copy)
    path = copy / "bindtool.db"
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Store(path, SystemClock()) as store:
        yield store


def environment(folder: Path) -> dict[str, str]:
    """Return the program's environment on the laptop in `folder`."""
    # Coverage would be measured in a process that can't save it.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return {
        **kept,
        "BINDTOOL_DATA_DIR": str(folder / "data"),
        "BINDTOOL_PROFILE_DIR": str(folder / "machine"),
        "BINDTOOL_TOKEN": channel.TOKEN,
        "LANGUAGE": "en",
        "PYTHONUTF8": "1",
    }


@dataclass
class Laptop:
    """One job of sixty devices, one of which the server refuses, worked on until all is done.

    `added`: ids reported as added; `claimed`: ids reported or shown as bound.
    """

    folder: Path
    face: Face
    dice: random.Random
    server: PracticeServer
    added: set[str] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)
    kills: list[Phase] = field(default_factory=list)
    _drawn: list[Fault | None] = field(default_factory=list)
    _moment: Moment | None = None

    def __post_init__(self) -> None:
        self.server.script(self._faults(self.dice.random()))
        self.ids = [f"SPK{self.folder.name}{number:04}" for number in range(1, DEVICES + 1)]
        self.refused = f"SPK{self.folder.name}{channel.REFUSED_ENDING}"
        self.ids.insert(self.dice.randrange(1, DEVICES), self.refused)
        self.file = self.folder / "devices.txt"
        (self.folder / "machine").mkdir()
        self.file.write_text("\n".join(self.ids) + "\n", encoding="utf-8")
        self.profile = Profile(
            name="line",
            connector_id=channel.CONNECTOR_ID,
            site=self.server.site,
            pace=RequestSettings(batch_size=BATCH, rate=0),
        )
        (self.folder / "machine" / "line.toml").write_text(to_toml(self.profile), encoding="utf-8")

    def work(self, most_kills: int) -> int:
        """Start the program, kill it and check, up to so many times, then let it finish; return the number of
        kills.
        """
        disk, done = Disk(), False
        while not done:
            moment = self._any_moment(disk) if len(self.kills) < most_kills else None
            settled, earlier = disk.ids_in(State.BOUND, State.REFUSED), len(self._requests())
            ended = self._run(moment, disk)
            disk = self._look()
            self._check(disk)
            again = settled & set().union(*self._requests()[earlier:])
            assert not again, f"sent again: {again}"
            done = ended or disk.closed
        self._check_end(disk)
        return len(self.kills)

    def _any_moment(self, disk: Disk) -> Moment:
        """Draw the time of the next kill, within the remaining work."""
        to_scan = len(self.ids) - len(disk.rows) if self.face.scans else 0
        likely = {Phase.STARTING: 1, Phase.SCANNING: 12 if to_scan else 0, Phase.RUNNING: 5}
        (phase,) = self.dice.choices(tuple(likely), tuple(likely.values()))
        if phase is Phase.STARTING:
            return Moment(phase, 1, self.dice.uniform(0.1, 1.0))
        if phase is Phase.SCANNING:
            return Moment(phase, self.dice.randint(1, to_scan), self.dice.uniform(0, 0.005))
        return Moment(phase, self.dice.randint(1, 8), self.dice.uniform(0, LATENCY * 2))

    def _run(self, moment: Moment | None, before: Disk) -> bool:
        """Start the program and wait for its end; return whether it ended by itself."""
        said: list[tuple[str, str]] = []
        errors = self.folder / "errors.txt"
        with errors.open("w", encoding="utf-8") as stderr:
            process = subprocess.Popen(
                self.face.command(self, before),
                cwd=ROOT,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                encoding="utf-8",
            )
            stuck = threading.Timer(PATIENCE, process.terminate)
            stuck.start()
            self._moment = moment
            if moment is not None:
                moment.watch(process)
            assert process.stdout is not None
            for line in process.stdout:
                if line.endswith("\n"):
                    said.append(self.face.read(line))
                    self._hear(*said[-1])
            process.stdout.close()
            status = process.wait()
            stuck.cancel()
            self._moment = None
            if moment is not None:
                moment.over()
        # No request may be on its way when the disk is compared with the server's devices.
        self.server.drain()
        words = errors.read_text(encoding="utf-8")
        assert "Traceback" not in words, words
        assert status in {0, 1, -signal.SIGKILL}, f"status {status}, said {said[-3:]}: {words}"
        assert "broken" not in dict(said), said
        self.face.check_offer(before, said, words)
        if status == -signal.SIGKILL:
            assert moment is not None
            self.kills.append(moment.phase)
            return False
        return True

    def _hear(self, what: str, device_id: str) -> None:
        if what == "added":
            self.added.add(device_id)
            if self._moment is not None:
                self._moment.step(Phase.SCANNING)
        elif what == "bound":
            self.claimed.add(device_id)

    def _faults(self, seed: float) -> Iterator[Fault | None]:
        for fault in by_chance(CHANCES, str(seed), in_a_row=FAULTS_IN_A_ROW):
            self._drawn.append(fault)
            moment = self._moment
            if moment is not None:
                moment.step(Phase.RUNNING)
            yield fault

    def _requests(self) -> list[set[str]]:
        """Return the devices of each bind request that has arrived."""
        bodies = [json.loads(request.body) for request in self.server.requests if request.call is Call.BIND]
        return [{enum["value"] for enum in body["configs"][0]["enums"]} for body in bodies]

    def _maybe_taken(self) -> set[str]:
        """Return the devices of every request except those surely not accepted: told to wait, or refused."""
        taken = set()
        for ids, fault in zip(self._requests(), self._drawn, strict=True):
            refused = self.refused in ids and (fault is None or isinstance(fault, Slow))
            if fault is not WAIT and not refused:
                taken |= ids
        return taken

    def _look(self) -> Disk:
        """Open a copy of the disk as the next start would open the disk itself."""
        with copied_store(self.folder) as store:
            if store is None or not store.sheets.all():
                return Disk()
            newest, *_ = heads = store.sheets.all()
            closed = store.sheets.current(newest.profile, newest.origin) is None
            if self.face.scans:
                (head,) = heads
                rows = store.sheets.load(head.sheet_id)
                disk = Disk(rows, what_is_left(Sheet(rows), cut_off_runs(store, head.sheet_id)), closed)
            else:
                disk = Disk(self._known(store), closed=closed)
            bound = disk.ids_in(State.BOUND)
            assert all(bound_before(store, self.profile.channel, device_id) for device_id in bound)
            assert len(store.bindings.bound_devices(self.profile.channel)) == len(bound)
            return disk

    def _known(self, store: Store) -> tuple[Row, ...]:
        """Return the known state of the list's devices: each run of it has a sheet of its own."""
        came_in = {row.device_id: row for head in store.sheets.all() for row in store.sheets.load(head.sheet_id)}
        assert not {row.outcome.state for row in came_in.values()} & {State.SENDING, State.WAITING}
        answers = store.answers.by_device(self.profile.channel, self.ids)
        outcomes = {device_id: answer.outcome for device_id, answer in answers.items()}
        return tuple(
            replace(came_in[device_id], outcome=outcomes.get(device_id, Outcome()))
            for device_id in self.ids
            if device_id in came_in
        )

    def _check(self, disk: Disk) -> None:
        """Assert the conditions that hold after every kill."""
        held = set(self.server.bound)
        ids = [row.device_id for row in disk.rows]
        assert len(ids) == len(set(ids)), "a device is there twice"
        assert self.added <= set(ids), f"lost: {self.added - set(ids)}"
        bound = disk.ids_in(State.BOUND)
        assert bound <= held, f"called bound: {bound - held}"
        assert self.claimed <= bound, f"was told to be bound: {self.claimed - bound}"
        assert disk.ids_in(State.SENDING, State.WAITING) == set()
        ready = disk.ids_in(State.READY, State.UNSENT)
        assert not ready & self._maybe_taken(), f"may have been taken: {ready & self._maybe_taken()}"
        assert disk.ids_in(State.REFUSED) <= {self.refused}

    def _check_end(self, disk: Disk) -> None:
        """Assert that the job is done, exactly as the server has it."""
        assert [row.device_id for row in disk.rows] == self.ids
        assert disk.ids_in(State.BOUND) == set(self.ids) - {self.refused} == set(self.server.bound)
        (refused,) = (row.outcome for row in disk.rows if row.device_id == self.refused)
        # After a lost answer, no later refusal may show it as not bound.
        assert refused.state is (State.UNKNOWN if refused.lost else State.REFUSED)
        assert refused.answer is not None
        assert refused.answer.code == 4000
        assert disk.cut_off is None or not disk.cut_off.rows
