"""Dialogs open over the middle of the window and on the screen; each size has a display of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.desktop import desktop, needs_desktop

pytestmark = [needs_desktop, pytest.mark.unmeasured]


@pytest.mark.parametrize("size", ["1366x768", "910x480"])
def test_dialogs_open_in_one_place(size: str) -> None:
    """The last one is the first again at 150 %, less a task bar; the story is in `dialogs.py`."""
    story = Path(__file__).with_name("dialogs.py")
    with desktop(size) as display:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", str(story), "-q", "-p", "no:cacheprovider"],
            env={**os.environ, "DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
