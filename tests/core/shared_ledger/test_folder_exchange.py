"""Benches that share a folder know the same in the end, whatever else lies in it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bindtool.core.errors import LedgerFailed
from bindtool.core.history_file import entries_file
from bindtool.core.shared_ledger.folder_exchange import LOOK
from bindtool.core.shared_ledger.folder_files import FileName, FolderFiles, digest_of, writer_of
from tests.core.shared_ledger.folder_desk import OTHER, Bench, bind
from tests.core.store.samples import ANSWER, CHANNEL, START
from tests.core.store.test_benches import foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bindtool.core.shared_entry import SharedEntry
    from bindtool.core.shared_ledger.exchange import Exchange

STRANGER = "c" * 32

Benches = tuple[Bench, Bench]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shared folder."""
    path = tmp_path / "共享 share"
    path.mkdir()
    return path


@pytest.fixture
def make(tmp_path: Path, folder: Path) -> Iterator[Callable[..., Bench]]:
    """Make benches by the names of their computers; all are closed in the end."""
    made: list[Bench] = []

    def make(machine: str, **options: object) -> Bench:
        made.append(Bench(tmp_path / f"{machine}.db", folder, machine, **options))  # type: ignore[arg-type]  # handed on
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def two(make: Callable[..., Bench]) -> Benches:
    """Two benches."""
    return make("line-1"), make("line-2")


def put(folder: Path, entries: Sequence[SharedEntry], *, data: bytes = b"", bench: str = STRANGER) -> FileName:
    """Put a file of another bench into the folder, whole, and return its name."""
    data = data or entries_file(entries)
    name = FileName(bench, writer_of("line-9"), 0, digest_of(data))
    FolderFiles(folder).put(name, data)
    return name


# ---------------------------------------------------------------- in step


def test_what_one_has_bound_the_other_knows(two: Benches) -> None:
    """With all that is known of it; once, and nothing is told back."""
    one, other = two
    way: Exchange = one.exchange
    bind(one.store, ["SPK1", "SPK2"])
    assert way.waiting() == 2
    way.run()
    assert way.waiting() == 0
    other.exchange.run()
    assert tuple(other.news) == one.store.benches.all_of([CHANNEL], "line-1")
    assert one.knows == other.knows == {("SPK1", "Speaker 1"), ("SPK2", "Speaker 2")}
    for bench in (other, one, other):
        bench.exchange.run()
    assert (other.files, one.news, len(other.news)) == ([], [], 2)


def test_only_what_its_channels_have(folder: Path, make: Callable[..., Bench]) -> None:
    """Neither told nor taken in; a channel that is added later brings its earlier entries."""
    one = make("line-1", channels=(CHANNEL, OTHER))
    other = make("line-2")
    bind(one.store, ["SPK1"])
    bind(one.store, ["SPK2"], OTHER)
    bind(other.store, ["SPK3"], OTHER)
    for bench in (one, other):
        bench.exchange.run()
    assert (one.heard, other.heard, other.files) == ([], ["SPK1"], [])
    other.channels = (CHANNEL, OTHER)
    other.start()
    other.exchange.run()
    one.exchange.run()
    assert (one.heard, other.heard) == (["SPK3"], ["SPK1", "SPK2"])


def test_nothing_is_written_or_read_without_need(folder: Path, two: Benches) -> None:
    """Not at the next start either."""
    one, other = two
    one.bind("SPK1")
    other.exchange.run()
    (name,) = one.files
    before = (folder / name).stat()
    os.utime(folder / name, ns=(0, before.st_mtime_ns))
    for bench in two:
        bench.exchange.run()
        bench.close()
        bench.open()
        bench.exchange.run()
    after = (folder / name).stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_atime_ns) == (before.st_ino, before.st_mtime_ns, 0)
    assert one.files == [name]


def test_a_ledger_is_told_in_parts(folder: Path, make: Callable[..., Bench]) -> None:
    """Only the last one is written anew, and takes the place of what it was before."""
    one, other = make("line-1", part_size=3), make("line-2", part_size=3)
    one.bind("SPK1", "SPK2", "SPK3", "SPK4")
    first, second = one.files
    other.exchange.run()
    one.bind("SPK5")
    assert first in one.files
    assert second not in one.files
    one.bind("SPK6", "SPK7")
    assert len(one.files) == 3
    other.exchange.run()
    assert other.heard == [f"SPK{number}" for number in range(1, 8)]
    for name in one.files:
        assert len((folder / name).read_text(encoding="utf-8").splitlines()) <= 3


def test_a_file_is_an_export(folder: Path, two: Benches) -> None:
    """`history import` takes it, and so does anybody's spreadsheet."""
    one, _ = two
    one.bind("SPK1")
    (line,) = (folder / one.files[0]).read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert (found["device_id"], found["machine"], found["operator"]) == ("SPK1", "line-1", "A12")
    assert (found["status"], found["code"], found["job"]) == ("bound", 0, "WO-7")


def test_a_sheet_that_was_deleted(two: Benches) -> None:
    """Its job is said no more, and the part is read from its beginning; nothing is news twice."""
    one, other = two
    sheet_id = bind(one.store, ["SPK1"])
    one.exchange.run()
    other.exchange.run()
    one.store.close_sheet(sheet_id).result()
    one.store.delete_sheet(sheet_id, START + timedelta(days=1)).result()
    one.bind("SPK2")
    other.exchange.run()
    assert other.heard == ["SPK1", "SPK2"]
    assert len(one.files) == 1


# ---------------------------------------------------------------- the folder fails


def test_a_folder_that_can_not_be_reached(folder: Path, two: Benches) -> None:
    """Nothing is lost, and the next time goes on."""
    one, other = two
    away = folder.with_name("away")
    for bench in two:
        bench.exchange.run()
    folder.rename(away)
    bind(one.store, ["SPK1"])
    for bench in (one, one, other):
        with pytest.raises(LedgerFailed, match=r"ledger\.folder_unreachable"):
            bench.exchange.run()
    assert one.exchange.waiting() == 1
    away.rename(folder)
    one.exchange.run()
    other.exchange.run()
    assert other.heard == ["SPK1"]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_folder_that_was_emptied(folder: Path, two: Benches, restarted: bool) -> None:
    """Or moved, or set back: all is told again, though it was told once."""
    one, other = two
    one.bind("SPK1")
    shutil.rmtree(folder)
    folder.mkdir()
    if restarted:
        one.close()
        one.open()
    one.exchange.run()
    other.exchange.run()
    assert other.heard == ["SPK1"]


def test_a_file_that_a_server_has_cut(folder: Path, two: Benches) -> None:
    """At the next start it is put there again; until then nobody takes it for whole."""
    one, other = two
    one.bind("SPK1", "SPK2")
    path = folder / one.files[0]
    path.write_bytes(path.read_bytes()[:-9])
    other.exchange.run()
    one.exchange.run()
    other.exchange.run()
    assert other.heard == []
    one.close()
    one.open()
    one.exchange.run()
    other.exchange.run()
    assert other.heard == ["SPK1", "SPK2"]


def test_where_nothing_can_be_put(folder: Path, two: Benches) -> None:
    """What others have told is taken in all the same."""
    one, other = two
    other.bind("SPK9")
    bind(one.store, ["SPK1"])
    data = entries_file(one.store.benches.all_of([CHANNEL], "line-1"))
    name = FileName(one.store.benches.bench_id, writer_of("line-1"), 0, digest_of(data))
    (folder / str(name)).mkdir()
    with pytest.raises(LedgerFailed):
        one.exchange.run()
    assert (one.heard, one.exchange.waiting()) == (["SPK9"], 1)
    (folder / str(name)).rmdir()
    one.exchange.run()
    other.exchange.run()
    assert other.heard == ["SPK1"]


# ---------------------------------------------------------------- what else lies there


def test_files_that_are_none_of_ours(folder: Path, two: Benches) -> None:
    """They are neither read nor touched."""
    one, _ = two
    others = {
        "history.csv": b"bench,entry",
        "Thumbs.db": b"\x00",
        f"bindtool-{STRANGER}.jsonl": entries_file([foreign(1, bench=STRANGER)]),
    }
    for name, data in others.items():
        (folder / name).write_bytes(data)
    one.bind("SPK1")
    assert one.news == []
    assert {name: (folder / name).read_bytes() for name in others} == others


def test_a_file_that_is_half_there(folder: Path, two: Benches) -> None:
    """Somebody copies it, and not aside: it is taken once it is whole."""
    one, _ = two
    name = put(folder, [foreign(number, bench=STRANGER) for number in (1, 2)])
    path = folder / str(name)
    whole = path.read_bytes()
    for length in (0, 1, 300, len(whole) - 1):
        path.write_bytes(whole[:length])
        one.exchange.run()
        one.exchange.run()
        assert one.news == []
    path.write_bytes(whole)
    one.exchange.run()
    assert one.heard == ["SPK9001", "SPK9002"]


def test_a_file_that_can_not_be_read(folder: Path, two: Benches) -> None:
    """Such as one that a virus scanner has open; it is tried again."""
    one, _ = two
    name = put(folder, [foreign(1, bench=STRANGER)])
    path = folder / str(name)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(2**30)
    one.exchange.run()
    assert one.news == []
    with path.open("r+b") as file:
        file.truncate(size)
    one.exchange.run()
    assert one.heard == ["SPK9001"]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"\xff\xfe",
        b"{}",
        b"device_id,label\r\n1,2\r\n",
        b"[" * 100_000,
        b'{"bench": "' + STRANGER.encode() + b'"}\n',
        entries_file([replace(foreign(1, bench=STRANGER), label="pat_" + "x" * 32)]),
        entries_file([replace(foreign(1, bench=STRANGER), channel=OTHER)]),
        entries_file([foreign(1, bench="d" * 32)]),
        entries_file([replace(foreign(1, bench=STRANGER), device_id="a\0")]),
    ],
)
def test_a_hostile_file(folder: Path, two: Benches, data: bytes) -> None:
    """Its name is right, and it brings nothing; a bench speaks for itself only."""
    one, other = two
    put(folder, [], data=data)
    one.bind("SPK1")
    other.exchange.run()
    assert (one.news, other.heard) == ([], ["SPK1"])


def test_a_hostile_line(folder: Path, two: Benches) -> None:
    """Those beside it are taken."""
    one, _ = two
    good = entries_file([foreign(1, bench=STRANGER)])
    put(folder, [], data=good + b"{\n" + good.replace(b'"entry": 1', b'"entry": -1'))
    one.exchange.run()
    assert one.heard == ["SPK9001"]


def test_a_file_that_claims_to_be_of_this_bench(folder: Path, two: Benches) -> None:
    """It takes nothing away and is left alone, but for what this bench has put there itself."""
    one, _ = two
    one.bind("SPK1")
    forged = foreign(1, bench=one.store.benches.bench_id)
    data = entries_file([forged])
    name = FileName(one.store.benches.bench_id, writer_of("line-1"), 0, digest_of(data))
    FolderFiles(folder).put(name, data)
    one.exchange.run()
    assert str(name) in one.files
    assert len(one.files) == 2
    assert one.heard == ["SPK9001"]


# ---------------------------------------------------------------- killed, copied


def test_killed_before_the_old_file_was_gone(folder: Path, two: Benches) -> None:
    """It goes at the next start; so does what was written aside."""
    one, _ = two
    one.bind("SPK1")
    (old,) = one.files
    data = (folder / old).read_bytes()
    one.bind("SPK2")
    (folder / old).write_bytes(data)
    aside = folder / f".bindtool-{one.store.benches.bench_id}-{writer_of('line-1')}-0011223344556677.tmp"
    aside.write_bytes(data[:100])
    one.close()
    one.open()
    one.exchange.run()
    assert old not in one.files
    assert len(one.files) == 1
    assert not aside.exists()
    # Restored by a copy that knows no better, it is left to it.
    for _ in range(3):
        (folder / old).write_bytes(data)
        one.exchange.run()
    assert old in one.files


def test_killed_before_it_was_noted(two: Benches) -> None:
    """What is in the folder is told again, and is no news."""
    one, other = two
    one.bind("SPK1")
    other.exchange.run()
    (name,) = one.files
    one.store.benches.begin_anew("folder", [CHANNEL]).result()
    one.close()
    one.open()
    assert one.exchange.waiting() == 1
    one.exchange.run()
    other.exchange.run()
    assert (one.files, one.exchange.waiting(), other.heard) == ([name], 0, ["SPK1"])


def test_what_is_left_while_nothing_can_be_put(folder: Path, two: Benches) -> None:
    """An old file is not taken away before the new one is there."""
    one, _ = two
    one.bind("SPK1")
    (old,) = one.files
    one.close()
    one.open()
    bind(one.store, ["SPK2"])
    data = entries_file(one.store.benches.all_of([CHANNEL], "line-1"))
    name = FileName(one.store.benches.bench_id, writer_of("line-1"), 0, digest_of(data))
    (folder / str(name)).mkdir()
    for _ in range(2):
        with pytest.raises(LedgerFailed):
            one.exchange.run()
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
            bench.exchange.run()
        files = one.files
        for bench in benches * 3:
            bench.exchange.run()
        assert one.files == files
        assert {device_id for device_id, _ in third.knows} == {"SPK1", "SPK2", "SPK3"}
        assert one.knows == copy.knows == third.knows
        assert (one.heard, copy.heard) == (["SPK3"], ["SPK2"])
    finally:
        copy.close()


def test_a_computer_that_was_renamed(two: Benches) -> None:
    """It tells all under its new name; nothing of it is news."""
    one, other = two
    one.bind("SPK1")
    other.exchange.run()
    one.machine = "line-7"
    one.start()
    one.exchange.run()
    other.exchange.run()
    assert (other.heard, len(one.files)) == (["SPK1"], 2)


# ---------------------------------------------------------------- waiting


def test_it_is_waited_until_there_is_something(two: Benches) -> None:
    """`wake` ends it at once."""
    woken, wake = socket.socketpair()
    with woken, wake:
        done = threading.Event()

        def wait() -> None:
            two[0].exchange.wait(woken.fileno(), 600)
            done.set()

        thread = threading.Thread(target=wait)
        thread.start()
        wake.send(b"!")
        assert done.wait(LOOK / 2)
        thread.join()
        woken.recv(1)
        two[0].exchange.wait(woken.fileno(), 0)
