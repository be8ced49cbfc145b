"""A burst of keys, as a scanner sends them that acts as a keyboard: what arrived, how fast, how it ended.

`burst_detector` detects bursts; `diagnosis` tells from them what is wrong with a scanner.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bindtool.values import value

if TYPE_CHECKING:
    from bindtool.core.barcode.scan_rules import EndKey


@value(frozen=True, slots=True)
class Stroke:
    """One key: the text that it made, and when, in milliseconds of the system's time stamp for key events."""

    text: str
    at: int


@value(frozen=True, slots=True)
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
        moments = [stroke.at for stroke in self.strokes]
        return max((later - earlier for earlier, later in pairwise(moments)), default=0)
