"""Many benches with one shared ledger: what a scan waits for, when the others know, and what the server has to do.

Each bench is a process of its own with a data folder of its own, and scans and binds at a steady pace against one
PostgreSQL that waits for its disk; all of them and the server share this computer and its one disk. A scan is
measured from the moment in which it is due until its row is on the disk; `lag` from the commit of what was bound on
one bench until each of the others has it in its own database, by the steady clock that all processes of a computer
share. The same benches without a ledger come first. Then a bench that was away catches up, while it is scanned at.

bindtool aims at 2 s for the lag, 30 ms for 99 of 100 scans, and a minute for 100,000 entries.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":  # started as a file, which leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry
from tests.benchmarks.parts.measuring import PARTS, table
from tests.core.shared_ledger.samples import CHANNEL
from tests.postgres import Cluster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.postgres import Database

SCANS, BINDS = 10.0, 2.0
"""A second, at each bench."""

SETTLE = 5.0
"""Seconds after the last bind in which the others may still come to know."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """What benches do: for how many seconds, and how many scans and binds each does in one."""

    seconds: float
    scans: float = SCANS
    binds: float = BINDS


AWAY = Load(30.0, scans=50.0, binds=0.0)
"""More scans than a person makes: catching up takes seconds, and one scan in a hundred is looked for."""


class Fleet:
    """Benches that run at once.

    Args:
        folder: gets their data folders.
        ledger: the one that they share; None for none.
    """

    def __init__(self, folder: Path, ledger: Database | None) -> None:
        self._folder = folder
        self._ledger = ledger
        self.server_cpu = 0.0

    def run(self, count: int, load: Load) -> list[dict[str, Any]]:
        """Let so many benches work, and return what each has written down."""
        with ExitStack() as stack:
            processes = [stack.enter_context(self._start(number, count, load)) for number in range(count)]
            for process in processes:
                heard(process, "ready")
            begin = time.monotonic() + 1.0
            cpu, at = self._cpu(), time.monotonic()
            for process in processes:
                tell(process, str(begin))
            for process in processes:
                heard(process, "done")
            self.server_cpu = (self._cpu() - cpu) / (time.monotonic() - at)
            if self._ledger is not None:
                time.sleep(SETTLE)
            for process in processes:
                tell(process, "end")
        return [json.loads((self._folder / name(n) / "seen.json").read_text("utf-8")) for n in range(count)]

    def _start(self, number: int, count: int, load: Load) -> subprocess.Popen[str]:
        given = {
            "folder": str(self._folder / name(number)),
            "name": name(number),
            "ledger": "" if self._ledger is None else str(self._ledger.bench),
            # Benches do not scan in step.
            "phase": number / count / load.scans,
            **vars(load),
        }
        password = "" if self._ledger is None else self._ledger.password.reveal()
        return subprocess.Popen(
            [sys.executable, str(PARTS / "ledger_bench.py"), json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LEDGER_PASSWORD": password},
        )

    def _cpu(self) -> float:
        """Return the seconds of CPU that the server's processes have taken, those that have ended included."""
        if self._ledger is None:
            return 0.0
        pid_file = self._ledger.cluster.folder / "data" / "postmaster.pid"
        postmaster = int(pid_file.read_text().split()[0])
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            pid, parent = int(stat.parent.name), int(fields[1])
            if pid == postmaster:
                ticks += sum(map(int, fields[11:15]))
            elif parent == postmaster:
                ticks += sum(map(int, fields[11:13]))
        return ticks / TICKS


def name(number: int) -> str:
    """Return the name of a bench."""
    return f"line-{number:02}"


def heard(process: subprocess.Popen[str], word: str) -> None:
    """Wait until a bench says a word."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if line != f"{word}\n":
        sys.exit(f"a bench has failed: {line}")


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Say a line to a bench."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def part(times: Sequence[float], share: float) -> float:
    """Return the time within which a share of them is."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def scans(seen: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of the scans: how many, half of them, 99 of 100, the worst, and the CPU of a bench."""
    times = [seconds for bench in seen for seconds in bench["scans"]]
    shares = [f"{part(times, share) * 1000:.1f} ms" for share in (0.5, 0.99, 1)]
    return [str(len(times)), *shares]


def lags(seen: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of the lag: of each bench by itself, and of the last one; and how often one never knew."""
    each, last, never = [], [], 0
    for at, bench in enumerate(seen):
        others = [other["told"] for number, other in enumerate(seen) if number != at]
        for device_id, bound in bench["bound"].items():
            known = [told[device_id] - bound for told in others if device_id in told]
            never += len(others) - len(known)
            each += known
            last.append(max(known, default=float("inf")))
    shares = [f"{part(each, share):.2f} s" for share in (0.5, 0.99, 1)]
    return [str(len(last)), *shares, f"{part(last, 0.5):.2f} s", f"{part(last, 0.99):.2f} s", str(never)]


def many(ledger: Database, benches: int, seconds: float, folder: Path) -> None:
    """Print what many benches see, without and with a ledger."""
    load = Load(seconds)
    print(f"{benches} benches, {load.scans:.0f} scans and {load.binds:.0f} binds a second each, {seconds:.0f} s\n")
    fleets = [("none", Fleet(folder / "alone", None)), ("shared", Fleet(folder / "together", ledger))]
    seen = {what: fleet.run(benches, load) for what, fleet in fleets}
    rows = [
        [what, *scans(found), f"{mean(bench['cpu'] for bench in found) / seconds:.1%}"]
        for what, found in seen.items()
    ]
    print(table(["ledger", "scans", "half", "99 %", "worst", "CPU a bench"], rows), "\n")
    print(
        table(["binds", "lag: half", "99 %", "worst", "of the last: half", "99 %", "never"], [lags(seen["shared"])])
    )
    left = sum(bench["waiting"] for bench in seen["shared"])
    cpu = fleets[1][1].server_cpu
    print(f"\nThe server: {cpu:.0%} of a core; {left} entries are left to push", flush=True)


def fill(ledger: Database, count: int) -> None:
    """Have other benches bind so many devices."""
    at = datetime.now(UTC)
    with closing(ledger.connect()) as server:
        for first in range(0, count, 1000):
            server.push(
                [
                    SharedEntry(
                        LedgerKey(f"{number % 30:032x}", number // 30 + 1),
                        f"line-{number % 30}",
                        CHANNEL,
                        f"SPK26113F-{number:07}-line2",
                        f"音箱-{number:07}",
                        at + timedelta(seconds=number),
                        f"20261125093005{number:018}",
                        "Li",
                        "Line",
                        "WO-7",
                    )
                    for number in range(first, min(first + 1000, count))
                ]
            )


def away(ledger: Database, entries: int, folder: Path) -> None:
    """Print how a bench that was away catches up, beside the same scans without anything to catch up."""
    begun = time.monotonic()
    fill(ledger, entries)
    pushed = time.monotonic() - begun
    print(
        f"\nA bench that was away, {AWAY.scans:.0f} scans a second; {entries} entries, pushed in {pushed:.0f} s\n"
    )
    rows = []
    for what, shared in (("none", None), ("shared", ledger)):
        (seen,) = Fleet(folder / what, shared).run(1, AWAY)
        took = ""
        if shared is not None:
            first, last = min(seen["told"].values()), max(seen["told"].values())
            during = sorted(seen["scans"][: int((last - first) * AWAY.scans) + 1])
            took = f"{last - first:.1f} s, {len(seen['told'])} came in"
            rows.append(["meanwhile", *scans([{"scans": during}]), took])
        rows.append([what, *scans([seen]), took])
    print(table(["ledger", "scans", "half", "99 %", "worst", "caught up in"], rows))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Many benches with one shared ledger.")
    parser.add_argument("--benches", type=int, default=30, help="benches at once (default: 30)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they work (default: 60)")
    parser.add_argument("--entries", type=int, default=100_000, help="what was bound meanwhile (default: 100,000)")
    parser.add_argument("--only", choices=["many", "away"], help="one of the two parts")
    parser.add_argument("--folder", help="where the benches' folders lie: in memory, none waits for another's disk")
    given = parser.parse_args()
    with Cluster() as cluster, tempfile.TemporaryDirectory(dir=given.folder) as folder:
        # Each statement in the log is for tests.
        cluster.sql("ALTER SYSTEM SET log_statement = 'none'")
        cluster.sql("SELECT pg_reload_conf()")
        if given.only != "away":
            many(cluster.database().make(), given.benches, given.seconds, Path(folder) / "many")
        if given.only != "many":
            away(cluster.database().make(), given.entries, Path(folder) / "away")


if __name__ == "__main__":
    main()
