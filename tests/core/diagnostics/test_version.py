"""Which bindtool this is."""

from __future__ import annotations

import platform
import subprocess
from typing import TYPE_CHECKING

import pytest

from bindtool import __version__
from bindtool.core.diagnostics.version import commit_of, installed, noted_commit, system, this_version
from tests.checkout import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it says."""
    person = ["-c", "user.name=x", "-c", "user.email=x@example.invalid", "-c", "init.defaultBranch=main"]
    command = ["git", *person, "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout with one commit."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=x")
    return folder


def test_what_runs_here() -> None:
    """Version and Python are those of this process; Qt is found without loading it."""
    found = this_version()
    assert (found.bindtool, found.python) == (__version__, platform.python_version())
    assert found.qt.startswith("6.")
    assert found.commit == (commit_of(ROOT) or noted_commit(ROOT / "bindtool"))


def test_what_is_not_installed() -> None:
    """A library that is not there has no version."""
    assert installed("no-such-library-of-bindtool") == ""


def test_the_commit_of_a_branch(checkout: Path) -> None:
    """The branch names the commit, in a file of its own or packed with others."""
    commit = git(checkout, "rev-parse", "--short=12", "HEAD")
    assert commit_of(checkout) == commit
    git(checkout, "tag", "other")
    git(checkout, "pack-refs", "--all")
    assert not (checkout / ".git" / "refs" / "heads" / "main").exists()
    assert commit_of(checkout) == commit


def test_the_commit_without_a_branch(checkout: Path) -> None:
    """A detached head is the commit itself."""
    git(checkout, "checkout", "--quiet", "--detach")
    assert commit_of(checkout) == git(checkout, "rev-parse", "--short=12", "HEAD")


def test_the_commit_of_a_worktree(checkout: Path, tmp_path: Path) -> None:
    """A second worktree has its own head and the branches of the first."""
    git(checkout, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    assert commit_of(tmp_path / "side") == git(checkout, "rev-parse", "--short=12", "HEAD")


def test_no_commit(tmp_path: Path) -> None:
    """Neither outside a checkout nor before the first commit is there one."""
    assert commit_of(tmp_path) == ""
    git(tmp_path, "init", "--quiet")
    assert commit_of(tmp_path) == ""
    (tmp_path / ".git" / "packed-refs").write_text("# pack-refs with: peeled\n", encoding="utf-8")
    assert commit_of(tmp_path) == ""


def test_what_it_runs_on() -> None:
    """The system by its name; nobody's name and no machine's is in it."""
    assert system().startswith(platform.system())
    assert platform.node() not in system()


def test_what_was_noted_when_it_was_packed(tmp_path: Path) -> None:
    """A package has no checkout; its making leaves the commit in a file. Without one, or with rubbish: unknown."""
    assert noted_commit(tmp_path) == ""
    (tmp_path / "commit").write_text("0123456789abcdef0123\n", encoding="ascii")
    assert noted_commit(tmp_path) == "0123456789ab"
    (tmp_path / "commit").write_bytes(b"\xff")
    assert noted_commit(tmp_path) == ""
