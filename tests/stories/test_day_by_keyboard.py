"""Work at the window without a mouse, a whole day of it, with keys that come through the display, on a desktop.

A window manager has to be there when Qt starts, so the stories run in a process of their own: they stand in
`day_by_keyboard.py` and `ways_by_keyboard.py`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.desktop import needs_desktop

STORIES = Path(__file__).parent

pytestmark = [needs_desktop, pytest.mark.unmeasured]


@pytest.mark.usefixtures("desktop")
@pytest.mark.parametrize("stories", ["day_by_keyboard.py", "ways_by_keyboard.py"])
def test_work_without_a_mouse(stories: str) -> None:
    """They hold: 400 scans without a dialog and without one event of a mouse, and all else by keys too."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(STORIES / stories), "-q", "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
