"""Files that are taken from under an open store: nothing is said to be saved that nobody will find."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.outcome import State
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, Clock, devices, row, sending, settled
from tests.core.store.unprivileged import posix

pytestmark = posix  # Windows keeps open files from being moved


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """Give a data folder."""
    return DataFolder(tmp_path / "data")


@pytest.fixture
def store(folder: DataFolder, clock: Clock) -> Iterator[Store]:
    """An open store in it, whose lock is held."""
    with folder.writing() as lock, Store(folder.database, clock, lock) as store:
        yield store


def why(written: Future[None]) -> str:
    """Return what a write failed with."""
    failure = written.exception(30)
    assert isinstance(failure, StoreFailed)
    return failure.id


def test_a_folder_that_is_moved_and_put_back(store: Store, folder: DataFolder) -> None:
    """What is written meanwhile counts as not saved; with the folder in its place it can be written again."""
    sheet_id = store.sheets.create().result(30).sheet_id
    away = folder.path.with_name("away")
    folder.path.rename(away)
    assert why(store.sheets.save(sheet_id, [row(1)])) == "store.gone"
    away.rename(folder.path)
    store.sheets.save(sheet_id, [row(1)]).result(30)
    assert [found.number for found in store.sheets.load(sheet_id)] == [1]


def test_without_its_lock(store: Store, folder: DataFolder) -> None:
    """Another may write here: nothing leaves, no row is added, and none that it may be sending is called ready.

    An answer that has come is written down.
    """
    sheet_id = store.sheets.create(put=[row(1)]).result(30).sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result(30)
    store.runs.begin_request(run_id, 1, sending(1)).result(30)
    (folder.path / "lock").unlink()
    assert why(store.runs.begin_request(run_id, 2, sending(1, request=2))) == "folder.lock_lost"
    assert why(store.sheets.save(sheet_id, [row(2)])) == "folder.lock_lost"
    with pytest.raises(StoreFailed):
        store.sheets.create().result(30)
    with pytest.raises(StoreFailed):
        store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result(30)
    assert why(store.runs.withdraw_request(run_id, 1)) == "folder.lock_lost"
    assert why(store.sheets.recover()) == "folder.lock_lost"
    assert [found.outcome.state for found in store.sheets.load(sheet_id)] == [State.SENDING]
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result(30)
    assert [found.outcome.state for found in store.sheets.load(sheet_id)] == [State.BOUND]


def test_a_lock_of_somebody_else(store: Store, folder: DataFolder) -> None:
    """A file of that name that is not the one that is locked keeps nobody out."""
    lock = folder.path / "lock"
    lock.unlink()
    lock.touch()
    assert why(store.sheets.save(1, [row(1)])) == "folder.lock_lost"
