"""How far a run is, on the window's button in Windows' task bar, by Windows' own calls."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from bindtool.gui.binding.taskbar_progress import show_on_taskbar

if TYPE_CHECKING:
    from tests.gui.conftest import Show


@pytest.mark.qt_log_ignore("Unable to open monitor interface")  # Wine's
@pytest.mark.skipif(sys.platform != "win32", reason="Windows' call is Windows'")
def test_windows_takes_it(show: Show) -> None:
    """Each part of a run is taken, and so is its end; whatever Windows refuses is an error."""
    window = QWidget()
    show(window)
    tell = show_on_taskbar(window)
    assert [tell(part) for part in (0.0, 0.5, 1.0, None, 0.1, None)] == [None] * 6
