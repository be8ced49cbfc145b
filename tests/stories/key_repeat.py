"""The display's own key repeat, which would repeat a character while a busy computer holds a key down.

A scanner releases each key within milliseconds; xdotool, on a busy computer, may not.
"""

from __future__ import annotations

import ctypes
import os


def turn_off() -> None:
    """Disable key repeat on the display of this process, until its end."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(os.environ["DISPLAY"].encode()))
    assert display.value is not None
    x11.XAutoRepeatOff(display)
    x11.XCloseDisplay(display)
