"""A burst of keys from a scanner that acts as a keyboard: its characters, its speed and its end.

`burst_detector` detects bursts; `diagnosis` finds a scanner's faults in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.scanner.scan_rules import EndKey

LONGEST_BETWEEN_LINES = 100
"""Milliseconds within which an end key, or a character after an end key, belongs to the same code."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key: its text, and the milliseconds since the key before, by their timestamps.

    Some scanners send Shift as a key of its own, with the same delay as any other: the longest such gap since the
    last character counts.
    """

    text: str
    gap: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Keys too fast for a person, and the pause after them.

    `ends`: the keys that ended it, in order; none if a pause did, and two if a scanner sends both Return and line
    feed. `caps_lock`: whether Caps Lock was on; None if unknown. `in_field`: the scan field had the focus, so that
    a code without an end key is still in it.
    """

    strokes: tuple[Stroke, ...]
    ends: tuple[EndKey, ...] = ()
    caps_lock: bool | None = None
    in_field: bool = False

    @property
    def text(self) -> str:
        """The characters, without the end keys."""
        return "".join(stroke.text for stroke in self.strokes)

    @property
    def longest_gap(self) -> int:
        """The longest time between two keys, in milliseconds; 0 for a single one."""
        return max(self.gaps, default=0)

    @property
    def gaps(self) -> tuple[int, ...]:
        """The milliseconds before each key but the first."""
        return tuple(stroke.gap for stroke in self.strokes[1:])
