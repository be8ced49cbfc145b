"""The display's own key repeat, which would type a character again while a busy computer holds a key down.

A scanner lets each key go within milliseconds; xdotool, on a computer that is short of time, may not.
"""

from __future__ import annotations

import ctypes
import os


def turn_off() -> None:
    """Let no key repeat by itself on the display of this process, until its end."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(os.environ["DISPLAY"].encode()))
    assert display.value is not None
    x11.XAutoRepeatOff(display)
    x11.XCloseDisplay(display)
