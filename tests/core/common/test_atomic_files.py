"""A file is there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from bindtool.core.common.atomic_files import check_writable, put_new, write_atomically, write_error
from bindtool.core.common.errors import BadInput
from tests.small_disk import needs_small_disk, small_disk


def test_a_file_holds_the_bytes(tmp_path: Path) -> None:
    """One that was not there holds what was written, one that was there nothing else, and none lies beside it."""
    path = tmp_path / "清单.csv"
    for data in (b"a longer text", b"two"):
        write_atomically(path, data)
        assert path.read_bytes() == data
        assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """The error names the path and gives the system's words."""
    path = tmp_path / "nowhere" / "report.csv"
    with pytest.raises(BadInput) as caught:
        write_atomically(path, b"")
    assert caught.value.id == "file.unwritable"
    assert caught.value.title.values == {"path": str(path), "why": "No such file or directory"}


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    """A folder in the file's place stays, and the error says so."""
    with pytest.raises(BadInput, match=r"file\.unwritable"):
        write_atomically(tmp_path, b"")
    assert tmp_path.is_dir()


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no limit on a file's size to stand for a full disk"
)
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """Where the bytes do not fit, the old file stays and no half one lies beside it."""
    import resource

    path = tmp_path / "report.csv"
    path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(BadInput, match="File too large"):
            write_atomically(path, bytes(4096))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_name_takes_no_others_place(tmp_path: Path) -> None:
    """The same bytes count as put; others keep their file, and the new one has a number."""
    assert put_new(tmp_path, "a.csv", b"one") == tmp_path / "a.csv"
    assert put_new(tmp_path, "a.csv", b"one") == tmp_path / "a.csv"
    assert put_new(tmp_path, "a.csv", b"two") == tmp_path / "a-2.csv"
    assert put_new(tmp_path, "a.csv", b"three") == tmp_path / "a-3.csv"
    assert put_new(tmp_path, "a.csv", b"two") == tmp_path / "a-2.csv"
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {
        "a.csv": b"one",
        "a-2.csv": b"two",
        "a-3.csv": b"three",
    }


def test_a_name_that_was_free_a_moment_ago(tmp_path: Path) -> None:
    """Another one's file stays, and a number is added."""

    def link(temporary: Path, path: Path) -> None:
        if path.name == "a.csv":
            path.write_bytes(b"another's")
        os.link(temporary, path)

    assert put_new(tmp_path, "a.csv", b"one", link) == tmp_path / "a-2.csv"
    assert (tmp_path / "a.csv").read_bytes() == b"another's"
    assert (tmp_path / "a-2.csv").read_bytes() == b"one"


def test_a_share_that_knows_no_links(tmp_path: Path) -> None:
    """The file is renamed."""

    def link(_temporary: Path, _path: Path) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    assert put_new(tmp_path, "a.csv", b"one", link) == tmp_path / "a.csv"
    assert put_new(tmp_path, "a.csv", b"two", link) == tmp_path / "a-2.csv"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a-2.csv", "a.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="making a link needs a right on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that a link points to is replaced, not the link."""
    target = tmp_path / "target.csv"
    target.write_bytes(b"old")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@needs_small_disk
def test_a_link_to_another_disk(tmp_path: Path) -> None:
    """Saving through a link to another file system works: the file is written beside the link's target."""
    with small_disk(tmp_path / "disk", 64) as disk:
        target = disk.path / "target.csv"
        target.write_bytes(b"old")
        link = tmp_path / "link.csv"
        link.symlink_to(target)
        write_atomically(link, b"new")
        assert (link.is_symlink(), target.read_bytes()) == (True, b"new")
        assert [path.name for path in disk.path.iterdir()] == ["target.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    """Who was kept from reading the old file is kept from reading the new one."""
    path = tmp_path / "report.csv"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="making a link needs a right on Windows")
def test_what_cannot_be_written_is_told_beforehand(tmp_path: Path) -> None:
    """A missing folder, a link that leads to itself and a name that is none are refused, and nothing is left."""
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    for path in (tmp_path / "nowhere" / "report.csv", loop / "report.csv", tmp_path / "a\0b.csv"):
        for act in (check_writable, lambda path: write_atomically(path, b"")):
            with pytest.raises(BadInput, match=r"file\.unwritable"):
                act(path)
    check_writable(tmp_path / "new.csv")
    check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == [loop]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """A pipe, as /dev/stdout may be one, gets the bytes and is still there."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, b"row\r\n")
    reader.join()
    assert read == [b"row\r\n"]
    assert pipe.is_fifo()


class Refusal(PermissionError):
    """What Windows says when a file may not be replaced."""

    winerror = 5


def test_a_file_that_another_program_has_open(tmp_path: Path) -> None:
    """Windows refuses to replace it; where nothing lies there yet, it is the folder that may not be written."""
    path = tmp_path / "report.xlsx"
    refusal = Refusal(13, "Access is denied")
    assert write_error(path, refusal).id == "file.unwritable"
    path.touch()
    assert write_error(path, refusal).id == "file.in_use"
    assert write_error(path, PermissionError(13, "Permission denied")).id == "file.unwritable"
