"""Whether there is somewhere to show a window.

A module of its own, since it is asked before anything of Qt is loaded, by the window's start and the command line
alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ON_A_DISPLAY = frozenset({"xcb", "wayland", "wayland-egl"})
"""Qt's platforms that need a display; any other one that is named, such as "offscreen", brings its own."""


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Tell whether Qt can show a window. Windows and macOS always have somewhere to show it."""
    if platform in {"win32", "darwin"} or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return True
    named = environ.get("QT_QPA_PLATFORM", "")
    return any(name.partition(":")[0] not in _ON_A_DISPLAY for name in named.split(";") if name)
