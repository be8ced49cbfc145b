"""What other benches have bound today, for a report of all of them.

It chooses the entries and names each bench; this bench's own rows are chosen in `rows`.

The day is this computer's, from midnight to midnight, and what was bound belongs to the day in which its moment
lies, whatever the clock of its bench called it; it is shown in this computer's time. So it stands in the report of
one day only, as this bench's own rows do. A clock that is an hour off moves what its bench has bound within an hour
of midnight to the other day: nothing here can know better.
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
"""Letters of its id that stand in for the name of a computer without one."""

_TOLD_APART_BY = 4
"""Letters of its id behind the name of a bench whose computer is called as another one is."""

_Bench = tuple[str, str]
"""Its id and the name of its computer: a data folder that was copied has its id on both."""


@dataclass(frozen=True, slots=True)
class BenchDay:
    """What another bench has bound on a day, the oldest first, and the jobs that it was for."""

    name: str
    lines: tuple[ReportLine, ...]
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchesOfDay:
    """The other benches that have bound something on a day, by name, and the name of this one.

    Entries under this one's own name, of before its data folder was set back to an earlier day, are among them.
    """

    own: str
    others: tuple[BenchDay, ...]


def benches_of_day(history: History, now: datetime, bench: str, machine: str) -> BenchesOfDay:
    """Return what other benches have bound on the day of `now`.

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
    """Return a name for each that no other has."""
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
    # What `told` says is not known stands for nothing.
    row = Row(0, entry.device_id, entry.label, Source.SCANNED, time, entry.operator, outcome=bound)
    return ReportLine(row, State.BOUND, "", entry.profile, name, remote=True)
