"""The bindings of other benches today, for a report of all benches.

It chooses the entries and names each bench; this bench's own rows are chosen in `rows`.

The day is this computer's, from midnight to midnight, and a binding belongs to the day of its instant, whatever
date its bench's clock showed; it is displayed in this computer's time. So it is in the report of one day only, as
this bench's own rows are. A bench whose clock is an hour off has its bindings within an hour of midnight on the
wrong day: this can't be detected here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.reports.csv_writer import ReportLine
from bindtool.core.reports.rows import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.store import History

_NAME_OF_BENCH = 8
"""Letters of a bench's id that replace a missing computer name."""

_TOLD_APART_BY = 4
"""Letters of its id after a bench's name if another computer has the same one."""

_Bench = tuple[str, str]
"""Id and computer name: a copied data folder has the same id on both computers."""


@dataclass(frozen=True, slots=True)
class BenchDay:
    """Another bench's bindings on a day, the oldest first, and their jobs."""

    name: str
    lines: tuple[ReportLine, ...]
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchesOfDay:
    """The other benches with bindings on a day, by name, and the name of this one.

    Includes entries under this bench's own name from before its data folder was restored from a backup.
    """

    own: str
    others: tuple[BenchDay, ...]


def benches_of_day(history: History, now: datetime, bench: str, machine: str) -> BenchesOfDay:
    """Return the bindings of other benches on the day of `now`.

    `bench` and `machine`: the id of this bench and the name of this computer.

    Raises:
        StoreFailed: the database can't be read.
    """
    remote: dict[_Bench, list[SharedEntry]] = defaultdict(list)
    for entry in history.remote_between(*day_of(now)):
        remote[entry.key.bench, entry.machine].append(entry)
    machine = machine or bench[:_NAME_OF_BENCH]
    names = _names({(bench, machine), *remote})
    days = (_day(names[which], entries, now.tzinfo) for which, entries in remote.items())
    return BenchesOfDay(names[bench, machine], tuple(sorted(days, key=lambda day: day.name)))


def _names(benches: Iterable[_Bench]) -> dict[_Bench, str]:
    """Return a unique name for each."""
    named = list(benches)
    counts = Counter(machine for _, machine in named)
    return {
        (bench, machine): machine if counts[machine] == 1 else f"{machine} ({bench[:_TOLD_APART_BY]})"
        for bench, machine in named
    }


def _day(name: str, entries: Iterable[SharedEntry], zone: tzinfo | None) -> BenchDay:
    remote = tuple(entries)
    jobs = dict.fromkeys(entry.job for entry in remote if entry.job)
    return BenchDay(name, tuple(_line(name, entry, zone) for entry in remote), tuple(jobs))


def _line(name: str, entry: SharedEntry, zone: tzinfo | None) -> ReportLine:
    time = entry.bound_at.astimezone(zone)
    bound = Outcome(State.BOUND, Answer(time, 0, "", entry.log_id, None))
    # Values that `told` does not name are placeholders.
    row = Row(0, entry.device_id, entry.label, Source.SCANNED, time, entry.operator, outcome=bound)
    return ReportLine(row, State.BOUND, "", entry.profile, name, remote=True)
