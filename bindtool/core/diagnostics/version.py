"""Which bindtool this is: its version, the commit that it was made from, and what it runs on.

Nothing is loaded to find out: neither Qt nor git.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bindtool import __version__

_SHORT = 12
"""Characters of a commit that are shown; enough to tell any two apart."""


@dataclass(frozen=True, slots=True)
class Version:
    """`commit` is "" where nobody knows it, `qt` is "" where PySide6 is not installed."""

    bindtool: str
    commit: str
    qt: str
    python: str


def this_version() -> Version:
    """Return what runs here."""
    package = Path(__file__).resolve().parents[2]
    commit = commit_of(package.parent) or noted_commit(package)
    return Version(__version__, commit, installed("PySide6-Essentials"), platform.python_version())


def system() -> str:
    """Return the name and the version of the operating system, such as "Linux-6.12.0-x86_64-with-glibc2.41"."""
    return platform.platform()


def installed(distribution: str) -> str:
    """Return the version of an installed distribution, "" where it is not there."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def commit_of(checkout: Path) -> str:
    """Return the commit that a checkout is at, shortened; "" where `checkout` is none or has no commit yet.

    Git's own files are read (gitrepository-layout), since git may be missing or refuse another user's folder.
    """
    try:
        folder = _git_folder(checkout / ".git")
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        name = head.removeprefix("ref: ")
        commit = head if name == head else _resolve(_common_folder(folder), name)
    except (OSError, ValueError):
        return ""
    return commit[:_SHORT]


def noted_commit(package: Path) -> str:
    """Return the commit that was noted in the folder `package` when bindtool was packed; "" for none."""
    try:
        return (package / "commit").read_text(encoding="ascii").strip()[:_SHORT]
    except (OSError, ValueError):
        return ""


def _git_folder(path: Path) -> Path:
    """In a worktree `.git` is a file that names the folder."""
    if path.is_file():
        return path.parent / path.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
    return path


def _common_folder(folder: Path) -> Path:
    """A worktree keeps its branches in the folder of the main one."""
    pointer = folder / "commondir"
    return folder / pointer.read_text(encoding="utf-8").strip() if pointer.exists() else folder


def _resolve(folder: Path, name: str) -> str:
    loose = folder / name
    if loose.exists():
        return loose.read_text(encoding="utf-8").strip()
    packed = (folder / "packed-refs").read_text(encoding="utf-8").splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
