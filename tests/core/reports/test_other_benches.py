"""What other benches have bound on a day, and by what name each goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.model.outcome import State
from bindtool.core.reports.csv_writer import BENCHES_COLUMNS, COLUMNS, cells
from bindtool.core.reports.other_benches import BenchesOfDay, benches_of_day
from bindtool.core.store import History, Store
from tests.core.store.samples import START, told

OWN = "0123456789abcdef0123456789abcdef"
MIDNIGHT = START.replace(hour=0, minute=0)


def _day(store: Store, *entries: SharedEntry, machine: str = "bench-1") -> BenchesOfDay:
    store.benches.take_in(entries).result()
    return benches_of_day(History(store.path), START, OWN, machine)


def _ids(day: BenchesOfDay) -> dict[str, list[str]]:
    return {bench.name: [line.row.device_id for line in bench.lines] for bench in day.others}


def test_bench_by_bench(store: Store) -> None:
    """By name, the oldest entry of each first, with the jobs that there were."""
    later = replace(told(3, minutes=5), job="WO-3")
    day = _day(store, later, told(1), replace(told(2, minutes=9), job=""), told(4, machine="bench-10"))
    assert day.own == "bench-1"
    assert _ids(day) == {"bench-10": ["SPK9004"], "bench-2": ["SPK9001", "SPK9003", "SPK9002"]}
    assert day.others[1].jobs == ("WO-9", "WO-3")


def test_nobody_has_told_anything(store: Store) -> None:
    """Then there is only this one."""
    assert _day(store).others == ()
    assert _day(store, machine="").own == "01234567"


def test_a_line_has_what_is_known_and_no_more(store: Store) -> None:
    """No row, no attempts and no source; the columns of other reports stand where they always do."""
    (bench,) = _day(store, told(1)).others
    (line,) = bench.lines
    assert line.state is State.BOUND
    (written,) = cells([line], BENCHES_COLUMNS)
    assert (*COLUMNS, "bench") == BENCHES_COLUMNS
    assert dict(zip(BENCHES_COLUMNS, written, strict=True)) == {
        "row": None,
        "device_id": "SPK9001",
        "label": "Other 1",
        "status": "bound",
        "code": 0,
        "message": "",
        "logid": "LOG9001",
        "time": "2026-11-25T09:30:00+08:00",
        "attempts": None,
        "source": None,
        "operator": "李",
        "profile": "Line 9",
        "bench": "bench-2",
    }


def test_the_day_is_this_computers(store: Store) -> None:
    """Whatever a bench's clock called the moment: its evening of the day before is this morning here."""
    first = replace(told(1), bound_at=MIDNIGHT.astimezone(UTC))
    before = replace(told(2), bound_at=(MIDNIGHT - timedelta(seconds=1)).astimezone(UTC))
    (bench,) = _day(store, first, before).others
    (line,) = bench.lines
    assert line.row.device_id == "SPK9001"
    assert line.row.outcome.answer is not None
    assert line.row.outcome.answer.time.isoformat() == MIDNIGHT.isoformat()


def test_computers_of_one_name(store: Store) -> None:
    """Laptops that were set up from one image: each has the beginning of its id as well, this one too."""
    other = replace(told(2, machine="bench-1"), key=LedgerKey("fedcba98" * 4, 2))
    day = _day(store, told(1), other)
    assert (day.own, list(_ids(day))) == ("bench-1 (0123)", ["bench-1 (fedc)", "bench-2"])


def test_a_copied_data_folder(store: Store) -> None:
    """It has one id on two computers, whose names tell them apart."""
    copy = replace(told(1, machine="bench-9"), key=LedgerKey(OWN, 1))
    day = _day(store, copy)
    assert (day.own, list(_ids(day))) == ("bench-1", ["bench-9"])


def test_a_data_folder_that_was_set_back(store: Store) -> None:
    """What it had bound comes back from the others, under its own name."""
    back = replace(told(1, machine="bench-1"), key=LedgerKey(OWN, 1))
    day = _day(store, back)
    assert (day.own, _ids(day)) == ("bench-1", {"bench-1": ["SPK9001"]})
