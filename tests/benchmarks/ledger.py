"""Many benches with one shared ledger: the delay of a scan, the lag until others know, and the load of the server.

Some benches are whole windows, each a process with a data folder of its own; the others are played by one process,
which claims, pushes and reads as they do but keeps their data in memory instead of on disk, so that its time can be
told apart. All of them, and one PostgreSQL that waits for its disk, share this computer. A scan is measured from
the scanner's first key press to the sound that confirms it is saved; `lag` from a bench's answer for a bound device
until each other bench has it in its own database (a window: until the window itself was notified), by the steady
clock shared by all processes of a computer. The same windows without a ledger come first. Then a bench that was
away catches up, while scans go on there.

bindtool aims at 2 s for the lag, 30 ms for 99 of 100 scans, half a core for the server of a hundred benches, and
ten seconds for 100,000 entries.
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
from typing import Any

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Mapping, Sequence

from bindtool.core.model.channel import Channel
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry
from tests.benchmarks.parts.ledger_load import profile_of
from tests.benchmarks.parts.measuring import PARTS, environment, server, table
from tests.postgres import Cluster, Database

SCANS, BINDS, RUN = 2.0, 0.5, 30
"""Per bench and second; devices per run, which claims them all before the first is bound."""

LEAD = 5.0
"""Seconds in which benches connect, and begin to bind, before the first scan."""

SETTLE = 5.0
"""Seconds after the last bind in which the others may still receive it."""

LATENCY = 0.05
"""Seconds until a device is bound."""

BENCH, OTHERS = PARTS / "ledger_bench.py", PARTS / "ledger_load.py"

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """The load of benches: seconds, scans and binds per second of each bench, and number of devices claimed."""

    seconds: float
    scans: float = SCANS
    binds: float = BINDS
    run: int = RUN


AWAY = Load(20.0, scans=10.0, binds=0.0)
"""More scans than a person makes: catching up takes only seconds, and the measure is one scan in a hundred."""


class Fleet:
    """Benches that run at once.

    Args:
        folder: for their data folders.
        site: the site they bind at.
        ledger: their shared ledger; None for none.

    Attributes:
        server_cpu: the server's CPU use in cores while they worked.
    """

    def __init__(self, folder: Path, site: str, ledger: Database | None) -> None:
        self._folder = folder
        self._site = site
        self._ledger = ledger
        self.server_cpu = 0.0

    def run(self, load: Load, windows: int, others: int = 0, lead: float = LEAD) -> list[dict[str, Any]]:
        """Let benches work, and return the data of each, the windows first.

        `others`: the number of benches played by one process. `lead`: seconds before the first scan.
        """
        count = windows + others
        # So that benches do not scan and bind in step.
        phases = [number / count / (load.binds or load.scans) for number in range(count)]
        apart = 1 / load.scans / windows
        names = [f"line-{number:02}" for number in range(count)]
        given = [(BENCH, names[n], {"name": names[n], "phase": n * apart}) for n in range(windows)]
        if others:
            given.append((OTHERS, "others", {"names": names[windows:], "phases": phases[windows:]}))
        with ExitStack() as stack:
            processes = [
                stack.enter_context(self._start(program, name, {**what, **vars(load)}))
                for program, name, what in given
            ]
            for process in processes:
                heard(process, "ready")
            begin = time.monotonic() + lead
            for process in processes:
                tell(process, str(begin))
            time.sleep(lead)
            cpu = self._cpu()
            time.sleep(load.seconds)
            self.server_cpu = (self._cpu() - cpu) / load.seconds
            for process in processes:
                heard(process, "done")
            if self._ledger is not None:
                time.sleep(SETTLE)
            for process in processes:
                tell(process, "end")
        return [
            seen
            for _, name, _ in given
            for seen in json.loads((self._folder / name / "seen.json").read_text("utf-8"))
        ]

    def _start(self, program: Path, name: str, what: dict[str, Any]) -> subprocess.Popen[str]:
        given = {
            "folder": str(self._folder / name),
            "site": self._site,
            "ledger": "" if self._ledger is None else str(self._ledger.bench),
            **what,
        }
        password = "" if self._ledger is None else self._ledger.password.reveal()
        return subprocess.Popen(
            [sys.executable, str(program), json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(LEDGER_PASSWORD=password, QT_QPA_PLATFORM="offscreen"),
        )

    def _cpu(self) -> float:
        """Return the CPU seconds of the server's processes, including those that have ended."""
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


def heard(process: subprocess.Popen[str], word: str) -> None:
    """Wait until a bench prints a word."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if line != f"{word}\n":
        sys.exit(f"a bench has failed: {line}")


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Send a line to a bench."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def part(times: Sequence[float], share: float) -> float:
    """Return the time within which this share of them is."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def scans(seen: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of the scans: number, median, 99th percentile, maximum."""
    times = [seconds for bench in seen for seconds in bench["scans"]]
    shares = [f"{part(times, share) * 1000:.1f} ms" for share in (0.5, 0.99, 1)]
    return [str(len(times)), *shares]


def lags(benches: Sequence[Mapping[str, Any]], seen: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of the lag at the benches `seen`: of each, of the last; and the number that never knew."""
    each, last, never = [], [], 0
    for binder in benches:
        others = [other["told"] for other in seen if other is not binder]
        for device_id, bound in binder["bound"].items():
            known = [told[device_id] - bound for told in others if device_id in told]
            never += len(others) - len(known)
            each += known
            last.append(max(known, default=float("inf")))
    shares = [f"{part(each, share):.2f} s" for share in (0.5, 0.99, 1)]
    return [str(len(last)), *shares, f"{part(last, 0.5):.2f} s", f"{part(last, 0.99):.2f} s", str(never)]


def many(ledger: Database, site: str, windows: int, others: int, load: Load, folder: Path) -> None:
    """Print the results of many benches, without and with a ledger."""
    print(
        f"{windows + others} benches, {windows} of them whole windows, {load.seconds:.0f} s; a second each has "
        f"{load.scans:g} scans and {load.binds:g} binds, {load.run} devices a run\n"
    )
    alone, together = Fleet(folder / "alone", site, None), Fleet(folder / "together", site, ledger)
    seen = {"none": alone.run(load, windows), "shared": together.run(load, windows, others)}
    rows = [
        [what, *scans(found[:windows]), f"{mean(bench['cpu'] for bench in found[:windows]) / load.seconds:.1%}"]
        for what, found in seen.items()
    ]
    print(table(["ledger", "scans", "half", "99 %", "worst", "CPU a window"], rows), "\n")
    head = ["lag", "binds", "half", "99 %", "worst", "of the last: half", "99 %", "never"]
    known = seen["shared"]
    print(table(head, [["windows", *lags(known, known[:windows])], ["all", *lags(known, known)]]))
    played = sum(bench["cpu"] for bench in known[windows:]) / load.seconds
    left = sum(bench["waiting"] for bench in known)
    print(f"\nThe server: {together.server_cpu:.0%} of a core; who plays others: {played:.0%}; {left} entries left")
    print(flush=True)


def fill(ledger: Database, channel: Channel, count: int) -> None:
    """Have other benches bind so many devices."""
    at = datetime.now(UTC)
    with closing(ledger.connect()) as server:
        for first in range(0, count, 1000):
            server.push(
                [
                    SharedEntry(
                        LedgerKey(f"{number % 30:032x}", number // 30 + 1),
                        f"line-{number % 30}",
                        channel,
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


def away(ledger: Database, site: str, entries: int, folder: Path) -> None:
    """Print how a bench that was away catches up, and the same scans without a backlog."""
    begun = time.monotonic()
    fill(ledger, profile_of(site).channel, entries)
    pushed = time.monotonic() - begun
    print(f"A bench that was away, {AWAY.scans:.0f} scans a second; {entries} entries, pushed in {pushed:.0f} s\n")
    rows = []
    for what, shared in (("none", None), ("shared", ledger)):
        fleet = Fleet(folder / what, site, shared)
        (seen,) = fleet.run(AWAY, 1, lead=0.5)
        took = cpu = ""
        if shared is not None:
            last = max(seen["told"].values())
            during = [wait for due, wait in zip(seen["due"], seen["scans"], strict=True) if due < last]
            took = f"{last - seen['opened']:.1f} s, {len(seen['told'])} came in"
            cpu = f"{fleet.server_cpu * AWAY.seconds:.1f} s"
            rows.append(["meanwhile", *scans([{"scans": during}]), "", "", ""])
        rows.append([what, *scans([seen]), took, f"{seen['cpu']:.1f} s", cpu])
    print(table(["ledger", "scans", "half", "99 %", "worst", "caught up in", "CPU", "server"], rows))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Many benches with one shared ledger.")
    parser.add_argument("--windows", type=int, default=3, help="benches that are whole windows (default: 3)")
    parser.add_argument("--others", type=int, default=97, help="benches that one process plays (default: 97)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they work (default: 60)")
    parser.add_argument("--scans", type=float, default=SCANS, help="of each a second (default: 2)")
    parser.add_argument("--binds", type=float, default=BINDS, help="of each a second (default: 0.5)")
    parser.add_argument("--run", type=int, default=RUN, help="devices a run (default: 30)")
    parser.add_argument("--entries", type=int, default=100_000, help="what was bound meanwhile (default: 100,000)")
    parser.add_argument("--only", choices=["many", "away"], help="one of the two parts")
    parser.add_argument("--folder", help="where the windows' folders lie: in memory, none waits for another's disk")
    given = parser.parse_args()
    load = Load(given.seconds, given.scans, given.binds, given.run)
    with Cluster() as cluster, server(LATENCY) as site, tempfile.TemporaryDirectory(dir=given.folder) as folder:
        # Logging each statement is for tests only.
        cluster.sql("ALTER SYSTEM SET log_statement = 'none'")
        cluster.sql("SELECT pg_reload_conf()")
        if given.only != "away":
            many(cluster.database().make(), site.site, given.windows, given.others, load, Path(folder) / "many")
        if given.only != "many":
            away(cluster.database().make(), site.site, given.entries, Path(folder) / "away")


if __name__ == "__main__":
    main()
