"""The files of a shared folder are whole or not there, and nothing else in it is touched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.common.output_files import SharedFileName
from bindtool.core.shared_ledger.folder.files import MOST_BYTES, FolderFiles, digest_of, writer_of

BENCH = "b" * 32
DATA = b"one\n"
NAME = SharedFileName(BENCH, writer_of("line-1"), 3, digest_of(DATA))

not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such thing in a folder")


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    """A folder with one file."""
    files = FolderFiles(tmp_path)
    files.put(NAME, DATA)
    return files


def test_a_file_is_found_again(files: FolderFiles, tmp_path: Path) -> None:
    """Under a name that says whose it is; nothing lies beside it."""
    assert [path.name for path in tmp_path.iterdir()] == [str(NAME)]
    assert files.names() == {NAME}
    assert files.read(NAME) == DATA
    assert files.stamp(NAME) == (len(DATA), (tmp_path / str(NAME)).stat().st_mtime_ns)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "history.csv",
        str(NAME).upper(),
        f"{NAME}.tmp",
        f"{NAME}\n",
        str(NAME).replace("-3-", "-03-"),
        str(NAME).replace("-3-", "-" + "9" * 17 + "-"),
        str(NAME).replace("-3-", "-٣-"),
        f"Copy of {NAME}",
    ],
)
def test_names_that_are_none_of_ours(name: str) -> None:
    """They are left alone."""
    assert SharedFileName.parse(name) is None


def test_a_name_is_read_as_it_was_written() -> None:
    """And a computer's name may have any characters."""
    assert SharedFileName.parse(str(NAME)) == NAME
    assert len(writer_of("工位\ud83d")) == 8


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """It is not made: where a share is missing, nobody would see what is put there."""
    files = FolderFiles(tmp_path / "share")
    for call in (files.names, lambda: files.put(NAME, DATA), lambda: files.clear(BENCH, NAME.writer)):
        with pytest.raises(LedgerFailed) as caught:
            call()
        assert caught.value.title.values == {"path": str(tmp_path / "share"), "detail": "No such file or directory"}
    assert files.read(NAME) is None
    assert files.stamp(NAME) == (0, 0)
    files.remove(NAME)
    assert not (tmp_path / "share").exists()


def test_what_can_not_be_put(files: FolderFiles, tmp_path: Path) -> None:
    """Nothing is left beside it."""
    other = SharedFileName(BENCH, NAME.writer, 4, NAME.digest)
    (tmp_path / str(other)).mkdir()
    with pytest.raises(LedgerFailed):
        files.put(other, DATA)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([str(NAME), str(other)])


@not_on_windows
def test_links_pipes_and_folders_are_no_files(files: FolderFiles, tmp_path: Path) -> None:
    """None is followed, waited for or opened; a file is put in the place of a link, not where it leads."""
    target = tmp_path / "target"
    target.write_bytes(DATA)
    link, pipe, folder = (SharedFileName(BENCH, NAME.writer, part, NAME.digest) for part in (5, 6, 7))
    (tmp_path / str(link)).symlink_to(target)
    os.mkfifo(tmp_path / str(pipe))
    (tmp_path / str(folder)).mkdir()
    assert files.names() == {NAME}
    assert [files.read(name) for name in (link, pipe, folder)] == [None] * 3
    for name in (link, pipe):
        files.put(name, b"new")
        assert files.read(name) == b"new"
    assert target.read_bytes() == DATA


def test_a_file_that_is_too_large(files: FolderFiles, tmp_path: Path) -> None:
    """It is not read."""
    with (tmp_path / str(NAME)).open("r+b") as file:
        file.truncate(MOST_BYTES + 1)
    assert files.read(NAME) is None


def test_what_a_killed_bench_has_left(files: FolderFiles, tmp_path: Path) -> None:
    """It is taken away by the same bench on the same computer only."""
    other = tmp_path / f".bindtool-{BENCH}-{writer_of('line-2')}-0123456789abcdef.tmp"
    other.write_bytes(b"")
    mine = tmp_path / f".bindtool-{BENCH}-{NAME.writer}-0123456789abcdef.tmp"
    mine.write_bytes(b"")
    stubborn = tmp_path / f".bindtool-{BENCH}-{NAME.writer}-folder.tmp"
    stubborn.mkdir()
    files.clear(BENCH, NAME.writer)
    assert {path.name for path in tmp_path.iterdir()} == {str(NAME), other.name, stubborn.name}
    files.remove(NAME)
    assert files.names() == frozenset()
