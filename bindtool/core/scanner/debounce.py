"""A scanner's bounce: the same code twice in a row for one press of the trigger.

A code that comes again later, or after another one, was scanned again, and the sheet has to say so. The limit is
`ScannerRules.bounce` of `scan_rules`. A module of its own: it judges texts, from a keyboard or a
serial port alike, and no keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock


class Debouncer:
    """Finds a code that a scanner has sent twice for one press of its trigger."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = ""
        self._at = 0.0

    def is_bounce(self, text: str, within: int) -> bool:
        """Record a code, and return whether the same one came less than `within` milliseconds ago."""
        code, now = text.strip(), self._clock.monotonic()
        same, since = code == self._last, now - self._at
        self._last, self._at = code, now
        return same and since * 1000 < within
