"""The file next to a data folder's lock says who has it, as long as it is true."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import lock_holder_file, other_account
from tests.core.store.unprivileged import as_nobody, open_folder, posix


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of the file."""
    return tmp_path / "lock.holder"


def test_it_is_there_as_long_as_it_is_true(path: Path) -> None:
    """Account and process, a line each, and nothing else; it is no other account's."""
    path.write_text("left behind by a crash\n1\n", encoding="utf-8")
    with lock_holder_file(path):
        account, process, end = path.read_text(encoding="utf-8").split("\n")
        assert account
        assert (process, end) == (str(os.getpid()), "")
        assert other_account(path) == ""
    assert not path.exists()


@posix
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be somebody else")
def test_whoever_somebody_becomes() -> None:
    """The account that the process runs as counts, whatever its environment says."""
    with open_folder() as folder:
        folder.chmod(0o777)
        path = folder / "lock.holder"
        with as_nobody(), lock_holder_file(path):
            assert other_account(path) == ""
            left = path.read_text(encoding="utf-8")
        path.write_text(left, encoding="utf-8")
        assert other_account(path) == "nobody"


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("陈\n4711\n", "陈"),
        ("", ""),
        ("chen", ""),
        ("chen\n47", ""),
        ("chen\n\n", ""),
        ("chen\n4711\nmore\n", ""),
        ("chen\n4711\n" + "\n" * 70_000, ""),
        ("\n4711\n", ""),
        ("che\x1b[2Jn\n4711\n", ""),
        (f"{'c' * 101}\n4711\n", ""),
    ],
)
def test_what_may_stand_in_it(path: Path, written: str, account: str) -> None:
    """Others may write in the folder: half a file, or none of ours, names nobody."""
    path.write_text(written, encoding="utf-8")
    assert other_account(path) == account


def test_nothing_that_can_be_read(path: Path) -> None:
    """No file, or one that is no text."""
    assert other_account(path) == ""
    path.write_bytes(b"\xff\n1\n")
    assert other_account(path) == ""


def test_a_place_that_can_not_be_written(path: Path) -> None:
    """Work goes on without it."""
    path.mkdir()
    with lock_holder_file(path):
        assert other_account(path) == ""
    assert path.is_dir()


@posix
def test_an_account_without_a_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its number tells it apart."""
    monkeypatch.setattr(os, "geteuid", lambda: 4242424242)
    with lock_holder_file(path):
        assert path.read_text(encoding="utf-8").startswith("4242424242\n")


@posix
def test_windows_knows_the_account_in_another_way(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no list of accounts there that Python can look into."""
    monkeypatch.setitem(sys.modules, "pwd", None)
    monkeypatch.setattr(os, "getlogin", lambda: "chen")
    with lock_holder_file(path):
        assert path.read_text(encoding="utf-8").startswith("chen\n")
        assert other_account(path) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_in_its_place_does_not_hang(path: Path) -> None:
    """Whoever may write in the folder may have put one there: it names nobody."""
    os.mkfifo(path)
    assert other_account(path) == ""
