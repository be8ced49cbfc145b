"""A whole day at the window without a mouse, with keys that come through the display, on a desktop.

A window manager has to be there when Qt starts, so the story runs in a process of its own: `day_by_keyboard.py`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.desktop import needs_desktop

STORY = Path(__file__).with_name("day_by_keyboard.py")

pytestmark = needs_desktop


@pytest.mark.usefixtures("desktop")
def test_a_day_by_keyboard() -> None:
    """It holds: 400 scans without a dialog, and not one event of a mouse."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(STORY), "-q", "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
