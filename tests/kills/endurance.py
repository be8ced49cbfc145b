"""Window and command line in turns against one server with every fault; they are killed, except for one window.

After each turn the server's list and the disks are compared. Memory, files, threads and tasks of the surviving
window are measured.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile, RequestSettings, SignInApps
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from tests.benchmarks.parts.measuring import table
from tests.kills.laptop import ROOT, copied_store, environment
from tests.kills.shared_server import ANSWER_TIMEOUT, SharedServer
from tests.practice.sign_in import DEVICE_CLIENT

THINGS = 60
"""The number of a window's actions in one turn."""

LONGEST_TURN = 10.0
"""Maximum seconds into a turn for a kill."""

STUCK = 300.0
"""Seconds after which a process that has not ended counts as stuck."""

KILLED_AS_IT_STARTS = 0.2
KILLED = 0.8
"""The share of turns that are killed, of those that may be."""

WARM_UP = 0.25
"""The share of the time after which resource use must stay constant."""

MUST_STAY = ("files", "sockets", "threads", "children", "tasks")
DATABASE_MAY_GROW = 2
"""SQLite keeps the descriptor of a connection that was closed for the next one while others have the file: as many
as were open at once, however often they come (os_unix.c, `pUnused`)."""
PARTS_MAY_GROW = 50
"""Buttons and lines of the first banner or question of each kind."""

MEMORY_MAY_GROW = 4096.0
"""KiB, from the first third of the time after the warm-up to the last."""

FILE_OF_IDS = 60
MAY_HOLD = frozenset({State.BOUND, State.UNKNOWN})
ENDED = frozenset({signal.SIGKILL, signal.SIGINT, signal.SIGTERM})
CUT_OFF = frozenset({3, *(-each for each in ENDED), *(128 + each for each in ENDED)})
"""Exit statuses after which work can be continued; -2 if it was not yet handling signals."""

STATUSES = CUT_OFF | {0, 1}
MOST_STARTS = 12
"""Maximum starts of the command line for one file, or for a sign-in: a person would give up too."""


@dataclass
class Bench:
    """A data folder with its profile, the devices reported for it, and those undone.

    `leaving`: devices being undone; after a kill they may exist or not. `wrong`: the faults found.
    """

    folder: Path
    tag: str
    site: str
    heard: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    turns: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        machine = self.folder / "machine"
        machine.mkdir(parents=True)
        pace = RequestSettings(batch_size=10, concurrency=4, rate=0, answer_timeout=ANSWER_TIMEOUT)
        profile = Profile(
            name="line",
            connector_id=channel.CONNECTOR_ID,
            site=self.site,
            pace=pace,
            proven=True,
            behaviour=Behaviour.ADDS,
            sign_in=SignInApps(device_client=DEVICE_CLIENT, page=self.site),
        )
        (machine / "line.toml").write_text(to_toml(profile), encoding="utf-8")

    @property
    def errors(self) -> Path:
        """The last program's standard error."""
        return self.folder / "errors.txt"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command, with a token of the password store."""
        environ = environment(self.folder)
        del environ["BINDTOOL_TOKEN"]
        with self.errors.open("w", encoding="utf-8") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.kills.bind", *arguments],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )

    def prefix(self, turn: int) -> str:
        """Return the prefix of a turn's ids."""
        return f"SPK{self.tag}{turn:04}"

    def hear(self, what: str, value: str) -> None:
        """Record a window's output."""
        ids = set(value.split())
        if what == "heard":
            self.heard |= ids
        elif what == "seen":
            self.seen |= ids
        elif what == "undoing":
            self.leaving = ids
        elif what == "undone":
            self.heard -= ids
            self.leaving = set()
        elif what in {"stuck", "broken"}:
            self.wrong.append(f"{what}: {value}")

    def check(self, held: set[str], when: str) -> None:
        """Compare the disk with the server's devices, and with the ones reported."""
        states: dict[str, set[State]] = {}
        with copied_store(self.folder) as store:
            if store is not None:
                for head in store.sheets.all():
                    for row in store.sheets.load(head.sheet_id):
                        states.setdefault(row.device_id, set()).add(row.outcome.state)
        bound = {device_id for device_id, its in states.items() if State.BOUND in its}
        ours = {device_id for device_id in held if device_id.startswith(f"SPK{self.tag}")}
        lied = {one: sorted(states.get(one, ())) for one in ours if not states.get(one, set()) & MAY_HOLD}
        under_way = {one for one, its in states.items() if its & {State.SENDING, State.WAITING}}
        lost = self.heard - self.leaving - set(states)
        # Acts interrupted by the kill are settled by now.
        self.heard -= self.leaving - set(states)
        self.leaving = set()
        findings = {
            "bound on the disk, not held by the server": bound - ours,
            "held by the server, on the disk neither bound nor unknown": lied,
            "heard, and not on the disk": lost,
            "seen as bound, and not bound on the disk": self.seen - bound,
            "under way with nobody there": under_way,
        }
        self.wrong += [f"{when}: {what}: {found}" for what, found in findings.items() if found]
        self.turns["checks"] += 1


class WindowProcess:
    """A window of a bench, that performs actions on request."""

    def __init__(self, bench: Bench, turn: int, seed: str) -> None:
        self._bench = bench
        self._errors = bench.folder / "errors.txt"
        with self._errors.open("a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.kills.busy_window", bench.prefix(turn), seed],
                cwd=ROOT,
                env=environment(bench.folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )

    def wait_until_open(self) -> None:
        """Wait until the window is usable."""
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def work(self, things: int) -> Mapping[str, int] | None:
        """Perform so many actions; return its resources when idle, or None if it was killed before."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(f"{things}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        for line in self.process.stdout:
            if line.endswith("\n"):
                what, value = json.loads(line)
                if what == "rest":
                    return dict(json.loads(value))
                self._bench.hear(what, value)
        return None

    def end(self) -> int:
        """Close it, if it is open yet; return its status."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        for line in self.process.stdout:
            if line.endswith("\n"):
                self._bench.hear(*json.loads(line))
        self.process.stdout.close()
        status = self.process.wait()
        words = self._errors.read_text(encoding="utf-8")
        if words:
            self._bench.wrong.append(f"a window has written: {words}")
            self._errors.write_text("")
        return status


def measure(process: subprocess.Popen[str]) -> tuple[dict[str, int], Counter[str]]:
    """Return a process's resources: KiB of memory, files, threads, children; and its files by name.

    `own`: memory not shared with other processes and not backed by files, swapped out or not. PSS and RSS partly
    depend on other processes with the same libraries, and on the system's use of memory.
    """
    proc = Path("/proc", str(process.pid))
    lines = (line.split() for line in (proc / "smaps_rollup").read_text().splitlines()[1:])
    memory = {line[0].rstrip(":"): int(line[1]) for line in lines}
    targets: list[str] = []
    for file in (proc / "fd").iterdir():
        with suppress(FileNotFoundError):  # a file closed meanwhile
            targets.append(str(file.readlink()))
    counted = {
        "PSS": memory["Pss"],
        "RSS": memory["Rss"],
        "own": memory["Anonymous"] + memory["Swap"],
        "files": sum(not Path(target).name.startswith("bindtool.db") for target in targets),
        "database": sum(Path(target).name.startswith("bindtool.db") for target in targets),
        "sockets": sum(target.startswith("socket:") for target in targets),
        "threads": len(list((proc / "task").iterdir())),
        "children": sum(len(each.read_text().split()) for each in (proc / "task").glob("*/children")),
    }
    return counted, Counter(targets)


class Endurance:
    """One soak test: three benches, one server, so many seconds."""

    def __init__(self, folder: Path, server: SharedServer, seed: str, say: Callable[[str], None]) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secret is drawn
        self._server = server
        self._say = say
        self.benches = {
            name: Bench(folder / name.replace(" ", "-"), tag, server.site)
            for name, tag in (("window that lives", "L"), ("window that is killed", "K"), ("command line", "C"))
        }
        self.figures: list[dict[str, float]] = []
        self.files: list[Counter[str]] = []

    def run(self, seconds: float) -> None:
        """Work in turns until the time is over, at least one."""
        began = time.monotonic()
        lives, killed, command_line = self.benches.values()
        window = WindowProcess(lives, 0, str(self._dice.random()))
        turn, said = 0, -60.0
        try:
            while turn == 0 or time.monotonic() - began < seconds:
                turn += 1
                held_inside = window.work(THINGS)
                if held_inside is None:
                    lives.wrong.append(f"it has ended by itself: {window.process.wait()}")
                    break
                at = time.monotonic() - began
                counted, files = measure(window.process)
                self.figures.append({"seconds": at, **counted, **held_inside})
                self.files.append(files)
                lives.turns["turns"] += 1
                self._check(lives, turn)
                if at - said >= 60:
                    said = at
                    self._say(f"{at / 60:5.1f} min, turn {turn}: " + self._line(self.figures[-1]))
                self._kill_a_window(killed, turn)
                self._check(killed, turn)
                self._run_commands(command_line, turn)
        finally:
            status = window.end()
            if status:
                lives.wrong.append(f"closing gave status {status}")
        for bench in self.benches.values():
            self._check(bench, turn)

    @property
    def wrong(self) -> list[str]:
        """All faults found, of the disks and of the surviving window."""
        return [f"{name}: {what}" for name, bench in self.benches.items() for what in bench.wrong]

    def _check(self, bench: Bench, turn: int) -> None:
        held, self.drawn = self._server.look()
        self.held = held
        bench.check(held, f"turn {turn}")

    def _kill_a_window(self, bench: Bench, turn: int) -> None:
        window = WindowProcess(bench, turn, str(self._dice.random()))
        # On a busy computer starting it takes most of a turn.
        if self._dice.random() > KILLED_AS_IT_STARTS:
            window.wait_until_open()
        timer = self._deadly_timer(window.process)
        window.work(THINGS)
        status = window.end()
        timer.cancel()
        self._note(bench, status, {0, -signal.SIGKILL})

    def _run_commands(self, bench: Bench, turn: int) -> None:
        """Bind a file, with kills and restarts, until a run has come to its end."""
        file = bench.folder / f"devices-{turn}.txt"
        endings = [*(f"{self._dice.randint(1, 9998):04}" for _ in range(FILE_OF_IDS - 2)), "0000", "9999"]
        self._dice.shuffle(endings)
        ids = [f"{bench.prefix(turn)}{at:04}{ending}" for at, ending in enumerate(endings)]
        file.write_text("\n".join(ids) + "\n", encoding="utf-8")
        status = -signal.SIGKILL
        resume: tuple[str, ...] = ()
        for _ in range(MOST_STARTS):
            if status not in CUT_OFF:
                break
            process = bench.start("bind", str(file), *resume)
            timer = self._deadly_timer(process, (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM))
            assert process.stdout is not None
            for line in process.stdout:
                state, device_id, *_ = line.split("\t")
                if line.endswith("\n") and state == State.BOUND:
                    bench.seen.add(device_id)
            process.stdout.close()
            status = process.wait()
            timer.cancel()
            words = bench.errors.read_text(encoding="utf-8")
            if "Traceback" in words and status != -signal.SIGINT:
                bench.wrong.append(f"turn {turn}: {words}")
            self._check(bench, turn)
            resume = ("--resume",)
            if "sign-in line" in words:
                bench.turns["signed in"] += 1
                self._sign_in(bench)
                status = 3
            self._note(bench, status, STATUSES)

    def _sign_in(self, bench: Bench) -> None:
        """Sign in for the commands; each attempt may meet a fault."""
        for _ in range(MOST_STARTS):
            process = bench.start("sign-in", "line", "--device")
            process.communicate()
            if process.returncode == 0:
                return
        bench.wrong.append(f"signing in: {bench.errors.read_text(encoding='utf-8')}")

    def _deadly_timer(
        self, process: subprocess.Popen[str], signals: Sequence[signal.Signals] = (signal.SIGKILL,)
    ) -> threading.Timer:
        """Kill a process at a random time, or leave it alone until it is clearly stuck."""
        name, seconds = self._dice.choice(signals), self._dice.uniform(0, LONGEST_TURN)
        if self._dice.random() > KILLED:
            name, seconds = signal.SIGABRT, STUCK
        timer = threading.Timer(seconds, process.send_signal, (name,))
        timer.daemon = True
        timer.start()
        return timer

    def _note(self, bench: Bench, status: int, fit: set[int] | frozenset[int]) -> None:
        bench.turns["turns"] += 1
        bench.turns["kills"] += status == -signal.SIGKILL
        if status not in fit:
            bench.wrong.append(f"status {status}")

    @staticmethod
    def _line(figures: Mapping[str, float]) -> str:
        return ", ".join(f"{name} {value:.0f}" for name, value in figures.items() if name != "seconds")

    def report(self) -> str:
        """Return tables of the actions, the faults met, and the surviving window's resources."""
        done = [
            (
                name,
                bench.turns["turns"],
                bench.turns["kills"],
                bench.turns["checks"],
                len(bench.heard),
                len(bench.seen),
                bench.turns["signed in"],
            )
            for name, bench in self.benches.items()
        ]
        faults = sorted(self.drawn.items(), key=lambda each: -each[1])
        return "\n\n".join(
            (
                table(("", "turns", "kills", "checks", "heard", "seen bound", "signed in again"), done),
                f"{len(self.held)} devices in the server's list",
                table(("answers", "n"), faults),
                table(("the window that lives", "warm", "end", "least", "most", "a minute"), self._trends()),
            )
        )

    def grown(self) -> list[str]:
        """Return the resources that the surviving window holds more of at the end than after warm-up.

        Counts are compared by their minimum in a third of the time: banners disappear again, as does a look at the
        history.
        """
        settled = self._settled()
        third = max(1, len(settled) // 3)
        first, last = settled[:third], settled[-third:]
        held = {name: [min(one[name] for one in part) for part in (first, last)] for name in MUST_STAY}
        found = [f"{name}: {before:.0f} → {after:.0f}" for name, (before, after) in held.items() if after > before]
        opened = [min(one["database"] for one in part) for part in (first, last)]
        if opened[1] - opened[0] > DATABASE_MAY_GROW:
            found.append(f"database: {opened[0]:.0f} → {opened[1]:.0f}")
        before, after = (median(one["own"] for one in part) for part in (first, last))
        parts = [min(one["parts"] for one in part) for part in (first, last)]
        if parts[1] - parts[0] > PARTS_MAY_GROW:
            found.append(f"parts: {parts[0]:.0f} → {parts[1]:.0f}")
        if after - before > MEMORY_MAY_GROW:
            found.append(f"own memory: {before:.0f} → {after:.0f} KiB")
        if found:
            found.append(f"files: {self.files[-1] - self.files[-len(settled)]}")
        return found

    def _settled(self) -> list[dict[str, float]]:
        return self.figures[int(len(self.figures) * WARM_UP) :] or self.figures

    def _trends(self) -> list[tuple[str, ...]]:
        settled = self._settled()
        minutes = [one["seconds"] / 60 for one in settled]
        lines = []
        for name in settled[0]:
            if name != "seconds":
                values = [one[name] for one in settled]
                slope = linear_regression(minutes, values).slope if len(values) > 1 else 0.0
                figures = (values[0], values[-1], min(values), max(values))
                lines.append((name, *(f"{figure:.0f}" for figure in figures), f"{slope:+.2f}"))
        return lines
