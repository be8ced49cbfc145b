"""Work at the window without a mouse, a whole day of it, and without a keyboard, through the display of a desktop.

A window manager has to be there when Qt starts, so the stories run in a process of their own: they stand in
`day_by_keyboard.py`, `ways_by_keyboard.py` and `day_by_mouse.py`.
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
@pytest.mark.parametrize("stories", ["day_by_keyboard.py", "ways_by_keyboard.py", "day_by_mouse.py"])
def test_work_without_one_of_them(stories: str) -> None:
    """They hold: 120 scans without a dialog and one event of a mouse, all else by keys; a list without one key."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(STORIES / stories), "-q", "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
