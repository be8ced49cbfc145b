"""What else lies in a shared folder: files of nobody, half-written, hostile and forged ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bindtool.core.common.output_files import SharedFileName
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.reports.history_export import entries_file
from bindtool.core.shared_ledger.folder.files import FolderFiles, digest_of, writer_of
from tests.core.shared_ledger.folder_desk import OTHER, Bench
from tests.core.store.samples import told

Benches = tuple[Bench, Bench]

STRANGER = "c" * 32


def put(
    folder: Path, entries: Sequence[SharedEntry], *, data: bytes = b"", bench: str = STRANGER
) -> SharedFileName:
    """Put a file of another bench into the folder, whole, and return its name."""
    data = data or entries_file(entries)
    name = SharedFileName(bench, writer_of("line-9"), 0, digest_of(data))
    FolderFiles(folder).put(name, data)
    return name


def test_files_that_are_none_of_ours(folder: Path, pair: Benches) -> None:
    """They are neither read nor touched."""
    one, _ = pair
    others = {
        "history.csv": b"bench,entry",
        "Thumbs.db": b"\x00",
        f"bindtool-{STRANGER}.jsonl": entries_file([told(1, bench=STRANGER)]),
    }
    for name, data in others.items():
        (folder / name).write_bytes(data)
    one.bind("SPK1")
    assert one.news == []
    assert {name: (folder / name).read_bytes() for name in others} == others


def test_a_file_that_is_half_there(folder: Path, pair: Benches) -> None:
    """Somebody copies it in place: it is taken once it is whole."""
    one, _ = pair
    name = put(folder, [told(number, bench=STRANGER) for number in (1, 2)])
    path = folder / str(name)
    whole = path.read_bytes()
    for length in (0, 1, 300, len(whole) - 1):
        path.write_bytes(whole[:length])
        one.sync.run()
        one.sync.run()
        assert one.news == []
    path.write_bytes(whole)
    one.sync.run()
    assert one.heard == ["SPK9001", "SPK9002"]


def test_a_file_that_can_not_be_read(folder: Path, pair: Benches) -> None:
    """Such as one that a virus scanner has open; it is tried again."""
    one, _ = pair
    name = put(folder, [told(1, bench=STRANGER)])
    path = folder / str(name)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(2**30)
    one.sync.run()
    assert one.news == []
    with path.open("r+b") as file:
        file.truncate(size)
    one.sync.run()
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
        entries_file([replace(told(1, bench=STRANGER), label="pat_" + "x" * 32)]),
        entries_file([replace(told(1, bench=STRANGER), channel=OTHER)]),
        entries_file([told(1, bench="d" * 32)]),
        entries_file([replace(told(1, bench=STRANGER), device_id="a\0")]),
    ],
)
def test_a_hostile_file(folder: Path, pair: Benches, data: bytes) -> None:
    """Its name is right, and it brings nothing; a bench speaks for itself only."""
    one, other = pair
    put(folder, [], data=data)
    one.bind("SPK1")
    other.sync.run()
    assert (one.news, other.heard) == ([], ["SPK1"])


def test_lines_that_can_not_be_believed(folder: Path, pair: Benches) -> None:
    """A time that no computer can show, no label and a label of 5,000 characters: those beside them are taken."""
    one, _ = pair
    late = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8)))
    forged = [
        replace(told(1, bench=STRANGER), bound_at=late),
        replace(told(2, bench=STRANGER), bound_at=late.replace(year=2300)),
        replace(told(3, bench=STRANGER), label=""),
        replace(told(4, bench=STRANGER), label="x" * 5000),
    ]
    put(folder, [*forged, told(5, bench=STRANGER)])
    one.sync.run()
    assert one.heard == ["SPK9005"]


def test_a_hostile_line(folder: Path, pair: Benches) -> None:
    """Those beside it are taken."""
    one, _ = pair
    good = entries_file([told(1, bench=STRANGER)])
    put(folder, [], data=good + b"{\n" + good.replace(b'"entry": 1', b'"entry": -1'))
    one.sync.run()
    assert one.heard == ["SPK9001"]


def test_a_file_that_claims_to_be_of_this_bench(folder: Path, pair: Benches) -> None:
    """It takes nothing away and is left alone, but for what this bench has put there itself."""
    one, _ = pair
    one.bind("SPK1")
    forged = told(1, bench=one.store.benches.bench_id)
    data = entries_file([forged])
    name = SharedFileName(one.store.benches.bench_id, writer_of("line-1"), 0, digest_of(data))
    FolderFiles(folder).put(name, data)
    one.sync.run()
    assert str(name) in one.files
    assert len(one.files) == 2
    assert one.heard == ["SPK9001"]
