"""A burst of keys, as a scanner sends them that acts as a keyboard: what arrived, how fast, how it ended.

`burst_detector` detects bursts; `diagnosis` tells from them what is wrong with a scanner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.barcode.scan_rules import EndKey

LONGEST_BETWEEN_LINES = 100
"""Milliseconds within which an end key or a character after an end key is of the same code."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key: the text that it made, and the milliseconds since the key before, by its stamps.

    Some scanners send Shift as a key of its own, as late as any other: the longest such gap since the character
    before counts.
    """

    text: str
    gap: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Keys too fast for a person, and the silence after them.

    `ends`: the keys that ended it, in order; none where there was only silence, and two where a scanner sends both
    Return and line feed. `caps_lock`: whether Caps Lock was on; None where that can't be told. `in_field`: the scan
    field had the keys, so that a code without an end key is still in it.
    """

    strokes: tuple[Stroke, ...]
    ends: tuple[EndKey, ...] = ()
    caps_lock: bool | None = None
    in_field: bool = False

    @property
    def text(self) -> str:
        """What arrived, without its end."""
        return "".join(stroke.text for stroke in self.strokes)

    @property
    def longest_gap(self) -> int:
        """The longest time between two keys, in milliseconds; 0 for a single one."""
        return max(self.gaps, default=0)

    @property
    def gaps(self) -> tuple[int, ...]:
        """The milliseconds before each key but the first."""
        return tuple(stroke.gap for stroke in self.strokes[1:])
