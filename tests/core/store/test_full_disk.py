"""A disk without room: said as such from whichever step it comes, and nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store import Store
from bindtool.core.store.connection import open_for_writing
from tests.core.store.samples import Clock, row
from tests.small_disk import SmallDisk, needs_small_disk, small_disk

pytestmark = needs_small_disk

KIB = 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Give an empty disk of half a mebibyte."""
    with small_disk(tmp_path / "small", 512) as disk:
        yield disk


@pytest.mark.parametrize("leave", [0, 4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB, 40 * KIB, 64 * KIB])
def test_a_first_start_without_room(disk: SmallDisk, clock: Clock, leave: int) -> None:
    """Wherever the room ends while the tables are made, it is the room that is named; later all is well."""
    path = disk.path / "bindtool.db"
    disk.fill(leave)
    with pytest.raises(StoreFailed, match=r"store\.disk_full"):
        Store(path, clock)
    disk.make_room()
    with Store(path, clock) as store:
        assert store.sheets.create().result().sheet_id == 1


@pytest.mark.parametrize("leave", [0, 4 * KIB, 16 * KIB])
def test_a_later_start_without_room(disk: SmallDisk, clock: Clock, leave: int) -> None:
    """The room is named, and the rows of the day before are there once there is some."""
    path = disk.path / "bindtool.db"
    with Store(path, clock) as store:
        sheet_id = store.sheets.create(put=[row(1), row(2)]).result().sheet_id
    disk.fill(leave)
    with pytest.raises(StoreFailed, match=r"store\.disk_full"):
        Store(path, clock)
    disk.make_room()
    with Store(path, clock) as store:
        assert [found.number for found in store.sheets.load(sheet_id)] == [1, 2]


def save_until_it_fails(store: Store, sheet_id: int) -> tuple[int, BaseException]:
    """Save one row after another; return the number of the one that could not be saved, and why."""
    for number in count(1):
        failure = store.sheets.save(sheet_id, [row(number)]).exception(30)
        if failure is not None:
            return number, failure
    raise AssertionError


@pytest.mark.parametrize("leave", [32 * KIB, 60 * KIB, 100 * KIB])
def test_room_that_ends_during_work(disk: SmallDisk, clock: Clock, leave: int) -> None:
    """Each row that was said to be saved is there; with room again the same store goes on."""
    path = disk.path / "bindtool.db"
    with Store(path, clock) as store:
        sheet_id = store.sheets.create().result().sheet_id
        disk.fill(leave)
        number, failure = save_until_it_fails(store, sheet_id)
        assert isinstance(failure, StoreFailed)
        assert failure.id == "store.disk_full"
        assert [found.number for found in store.sheets.load(sheet_id)] == list(range(1, number))
        disk.make_room()
        store.sheets.save(sheet_id, [row(number)]).result()
    with Store(path, clock) as store:
        assert [found.number for found in store.sheets.load(sheet_id)] == list(range(1, number + 1))
    with closing(open_for_writing(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
