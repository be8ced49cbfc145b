"""Which bindtool this is."""

from __future__ import annotations

import platform
from pathlib import Path

from bindtool import __version__
from bindtool.core.diagnostics.version import installed, this_version


def test_what_runs_here(tmp_path: Path) -> None:
    """Version and Python are those of this process, the commit is the build's; Qt is found without loading it."""
    (tmp_path / "commit").write_text("0123456789ab\n", encoding="ascii")
    found = this_version(tmp_path)
    assert (found.bindtool, found.commit, found.python) == (__version__, "0123456789ab", platform.python_version())
    assert found.qt.startswith("6.")
    assert this_version(tmp_path, "6.1.2").qt == "6.1.2"


def test_no_commit(tmp_path: Path) -> None:
    """Where the build has noted none, or there is rubbish, nobody knows it."""
    assert this_version(tmp_path).commit == ""
    (tmp_path / "commit").write_bytes(b"\xff")
    assert this_version(tmp_path).commit == ""


def test_what_is_not_installed() -> None:
    """A library that is not there has no version."""
    assert installed("no-such-library-of-bindtool") == ""
