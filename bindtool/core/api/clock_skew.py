"""The server's clock, as an answer gives it, and how far this computer's clock is from it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bindtool.core.api.responses import HttpReply

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.api.responses import Reply

CLOCK_TOLERANCE = 5
"""Minutes that this computer's clock may be off before a person is told."""


def read_date(text: str) -> datetime | None:
    """Return the moment that a header names (RFC 9110, 5.6.7), aware; None where it names none."""
    # With the first answer: a window that opens has none.
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def minutes_off(reply: HttpReply, asked_at: datetime) -> int | None:
    """Return how many minutes this computer's clock is off; None where the answer tells no time.

    The server named its time between `asked_at` and the answer's arrival, which may be hours later on a laptop
    that was asleep: only what lies outside of them counts.
    """
    theirs = read_date(reply.headers.get("date", ""))
    if theirs is None:
        return None
    first, last = sorted((asked_at, reply.time))
    off = max(first - theirs, theirs - last)
    return max(0, round(off.total_seconds() / 60))


class ClockWatch:
    """Looks at the answers of a run until one has a time in it."""

    def __init__(self) -> None:
        self._done = False

    def look(self, reply: Reply, asked_at: datetime) -> int | None:
        """Return the minutes that the clock is off, once, if it is more than tolerable; else None."""
        if self._done or not isinstance(reply, HttpReply):
            return None
        minutes = minutes_off(reply, asked_at)
        self._done = minutes is not None
        return minutes if minutes is not None and minutes > CLOCK_TOLERANCE else None
