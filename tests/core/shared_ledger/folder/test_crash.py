"""A shared folder after a bench was killed, copied or renamed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.folder.files import writer_of
from tests.core.shared_ledger.folder_desk import Bench, bind
from tests.core.store.samples import ANSWER, CHANNEL

Benches = tuple[Bench, Bench]


def test_killed_before_the_old_file_was_gone(folder: Path, pair: Benches) -> None:
    """It goes at the next start; so does a temporary file."""
    one, _ = pair
    one.bind("SPK1")
    (old,) = one.files
    data = (folder / old).read_bytes()
    one.bind("SPK2")
    (folder / old).write_bytes(data)
    aside = folder / f".bindtool-{one.store.benches.bench_id}-{writer_of('line-1')}-0011223344556677.tmp"
    aside.write_bytes(data[:100])
    one.restart()
    one.sync.run()
    assert old not in one.files
    assert len(one.files) == 1
    assert not aside.exists()
    # Restored by a copy that knows no better, it is left to it.
    for _ in range(3):
        (folder / old).write_bytes(data)
        one.sync.run()
    assert old in one.files


def test_killed_before_it_was_noted(pair: Benches) -> None:
    """What is in the folder is read again, and is no news."""
    one, other = pair
    one.bind("SPK1")
    other.sync.run()
    (name,) = one.files
    one.store.benches.begin_anew("folder", [CHANNEL]).result()
    one.restart()
    assert one.sync.waiting() == 1
    one.sync.run()
    other.sync.run()
    assert (one.files, one.sync.waiting(), other.heard) == ([name], 0, ["SPK1"])


def test_what_is_left_while_nothing_can_be_put(pair: Benches) -> None:
    """An old file is not taken away before the new one is there."""
    one, _ = pair
    one.bind("SPK1")
    (old,) = one.files
    one.restart()
    bind(one.store, ["SPK2"])
    one.blocked()
    for _ in range(2):
        with pytest.raises(LedgerFailed):
            one.sync.run()
    assert old in one.files


@pytest.mark.parametrize("machine", ["line-1", "line-2"])
def test_a_copied_data_folder(tmp_path: Path, folder: Path, make: Callable[..., Bench], machine: str) -> None:
    """It is another bench of the same name, on another computer or on one that is called the same."""
    one, third = make("line-1"), make("line-3")
    one.bind("SPK1")
    one.close()
    shutil.copy(one.path, tmp_path / "copy.db")
    one.open()
    copy = Bench(tmp_path / "copy.db", folder, machine)
    try:
        bind(one.store, ["SPK2"])
        bind(copy.store, ["SPK3"], at=ANSWER.time + timedelta(hours=1))
        benches = (one, copy, third)
        for bench in benches * 3:
            bench.sync.run()
        files = one.files
        for bench in benches * 3:
            bench.sync.run()
        assert one.files == files
        assert {device_id for device_id, _ in third.knows} == {"SPK1", "SPK2", "SPK3"}
        assert one.knows == copy.knows == third.knows
        assert (one.heard, copy.heard) == (["SPK3"], ["SPK2"])
    finally:
        copy.close()


def test_a_computer_that_was_renamed(pair: Benches) -> None:
    """It tells all under its new name; nothing of it is news."""
    one, other = pair
    one.bind("SPK1")
    other.sync.run()
    one.machine = "line-7"
    one.start()
    one.sync.run()
    other.sync.run()
    assert (other.heard, len(one.files)) == (["SPK1"], 2)
