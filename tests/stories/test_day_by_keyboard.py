"""Work at the window through the display of a desktop: without a mouse, without a keyboard, in few presses.

A window manager has to be there when Qt starts, so the stories run in a process of their own: they stand in
`day_by_keyboard.py`, `ways_by_keyboard.py`, `day_by_mouse.py` and `first_times.py`.
"""

from __future__ import annotations

import pytest

from tests.stories.desktop import needs_desktop, run_stories

pytestmark = [needs_desktop, pytest.mark.long]


@pytest.mark.usefixtures("desktop")
@pytest.mark.parametrize(
    "stories", ["day_by_keyboard.py", "ways_by_keyboard.py", "day_by_mouse.py", "first_times.py"]
)
def test_work_on_a_desktop(stories: str) -> None:
    """They hold: 40 scans without a dialog and one event of a mouse, all else by keys; a list without one key.

    And the first times take no more presses and no more screens than they did.
    """
    run_stories(stories)
