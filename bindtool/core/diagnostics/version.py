"""The version of bindtool: its number, the commit it was built from, and the versions of Qt and Python.

The build has recorded the commit (`packaging/build_steps.py`). Loads neither Qt nor git.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool import __version__

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Version:
    """`commit` is "" if unknown, `qt` is "" if PySide6 is not installed."""

    bindtool: str
    commit: str
    qt: str
    python: str


def this_version(resources: Path, qt: str | None = None) -> Version:
    """Return the running version.

    Args:
        resources: the folder with the build's commit file.
        qt: the version of PySide6 if loaded; None for the installed version.
    """
    try:
        commit = (resources / "commit").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        commit = ""
    qt = installed("PySide6-Essentials") if qt is None else qt
    return Version(__version__, commit, qt, sys.version.split()[0])


def installed(distribution: str) -> str:
    """Return the version of an installed distribution, "" if it is not installed."""
    # For callers that have not loaded the library itself; slower than asking the library.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
