"""Checks whether there is a display, and gives other programs, such as a browser, their own libraries.

A module of its own, since the window's start and the command line both call it before anything of Qt is loaded.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LIBRARIES = "LD_LIBRARY_PATH"

_ON_A_DISPLAY = frozenset({"xcb", "wayland", "wayland-egl"})
"""Qt platforms that need a display; any other named platform, such as "offscreen", brings its own."""


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Return whether Qt can show a window. Windows and macOS always have a display."""
    if platform in {"win32", "darwin"} or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return True
    named = environ.get("QT_QPA_PLATFORM", "")
    return any(name.partition(":")[0] not in _ON_A_DISPLAY for name in named.split(";") if name)


@contextmanager
def other_programs_libraries() -> Iterator[None]:
    """Give programs started in the context their own libraries: a frozen program puts its own first."""
    own, before = os.environ.get(_LIBRARIES), os.environ.get(f"{_LIBRARIES}_ORIG")
    if own is None or not hasattr(sys, "frozen"):
        yield
        return
    os.environ[_LIBRARIES] = before or ""
    try:
        yield
    finally:
        os.environ[_LIBRARIES] = own
