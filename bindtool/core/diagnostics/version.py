"""Which bindtool this is: its version, the commit that it was made from, and what it runs on.

Nothing is loaded to find out: neither Qt nor git. The build has noted the commit (`packaging/build_steps.py`).
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
    """`commit` is "" where nobody knows it, `qt` is "" where PySide6 is not installed."""

    bindtool: str
    commit: str
    qt: str
    python: str


def this_version(resources: Path, qt: str | None = None) -> Version:
    """Return what runs here.

    Args:
        resources: the folder in which the build has left its notes.
        qt: the version of PySide6, where it is loaded; None for that which is installed.
    """
    try:
        commit = (resources / "commit").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        commit = ""
    qt = installed("PySide6-Essentials") if qt is None else qt
    return Version(__version__, commit, qt, sys.version.split()[0])


def installed(distribution: str) -> str:
    """Return the version of an installed distribution, "" where it is not there."""
    # For those who have not loaded the library itself, and takes longer than to ask that.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
