"""Whether there is somewhere to show a window."""

from __future__ import annotations

import pytest

from bindtool.display_check import has_display


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "win32", True),
        ({}, "darwin", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, "linux", True),
        ({"QT_QPA_PLATFORM": "xcb"}, "linux", False),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "linux", False),
        ({"QT_QPA_PLATFORM": "wayland;offscreen"}, "linux", True),
    ],
)
def test_whether_there_is_a_display(environ: dict[str, str], platform: str, expected: bool) -> None:
    """Linux says it in the environment, and Qt can be told to do without."""
    assert has_display(environ, platform) is expected
