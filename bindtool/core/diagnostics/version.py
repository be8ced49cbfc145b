"""Which bindtool this is: its version, the commit that it was made from, and what it runs on.

Nothing is loaded to find out: neither Qt nor git. The build has noted the commit (`packaging/build_steps.py`).
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
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


def this_version(resources: Path) -> Version:
    """Return what runs here; `resources`: the folder in which the build has left its notes."""
    try:
        commit = (resources / "commit").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        commit = ""
    return Version(__version__, commit, installed("PySide6-Essentials"), platform.python_version())


def installed(distribution: str) -> str:
    """Return the version of an installed distribution, "" where it is not there."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
