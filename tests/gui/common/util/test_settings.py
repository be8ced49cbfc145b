"""The file of what windows remember, whatever lies in its place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bindtool.gui.common.util.settings import settings_in


def remembers(folder: Path) -> bool:
    """Tell whether a value is there at the next start."""
    settings = settings_in(folder)
    settings.setValue("profile", "Line 2")
    settings.sync()
    return bool(settings_in(folder).value("profile") == "Line 2")


def test_what_windows_remember(tmp_path: Path) -> None:
    """The file comes with the first value, and stays."""
    assert remembers(tmp_path)
    assert [path.name for path in tmp_path.glob("window*")] == ["window.ini"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_or_an_endless_file_in_its_place(tmp_path: Path) -> None:
    """Neither is waited for or taken in: it is put aside, and the window begins anew."""
    path = tmp_path / "window.ini"
    os.mkfifo(path)
    assert remembers(tmp_path)
    with path.open("wb") as file:
        file.truncate(1 << 32)
    assert remembers(tmp_path)
    assert path.stat().st_size < 1000
    assert (tmp_path / "window.ini.unread").stat().st_size == 1 << 32
