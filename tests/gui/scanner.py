"""A scanner that acts as a keyboard, as far as the window can tell: its bursts."""

from __future__ import annotations

from bindtool.core.burst import Burst, Stroke
from bindtool.core.scan_rules import EndKey

RETURN = EndKey.RETURN


def burst(text: str, *ends: EndKey, caps_lock: bool | None = None, in_field: bool = True) -> Burst:
    """Return the keys of a scan, 2 ms apart."""
    strokes = tuple(Stroke(key, at * 2) for at, key in enumerate(text))
    return Burst(strokes, ends, caps_lock, in_field)
