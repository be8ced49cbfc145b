"""Dialogs open over the middle of the window and on the screen; each size has a display of its own."""

from __future__ import annotations

import pytest

from tests.stories.desktop import desktop, needs_desktop, run_stories

pytestmark = [needs_desktop, pytest.mark.long]


@pytest.mark.parametrize("size", ["1366x768", "910x480"])
def test_dialogs_open_in_one_place(size: str) -> None:
    """The last one is the first again at 150 %, less a task bar; the story is in `dialogs.py`."""
    with desktop(size) as display:
        run_stories("dialogs.py", DISPLAY=display)
