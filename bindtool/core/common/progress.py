"""Progress of reading a long list, and how whoever waits for it can cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ReadingStopped(Exception):
    """The person cancelled: nothing was read."""


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """What a reader calls every few hundred rows, in whatever thread it runs.

    Args:
        progress: takes how much is done, from 0 to 1.
        cancelled: tells whether to stop.
    """

    progress: Callable[[float], None] = lambda _done: None
    cancelled: Callable[[], bool] = lambda: False

    def at(self, done: float) -> None:
        """Tell how much is done, from 0 to 1.

        Raises:
            ReadingStopped: the person has cancelled.
        """
        if self.cancelled():
            raise ReadingStopped
        self.progress(min(1.0, done))

    def between(self, begin: float, end: float) -> ReadingProgress:
        """Return the progress of a part of the work: its 0 is `begin`, its 1 is `end`."""
        return ReadingProgress(lambda done: self.progress(begin + done * (end - begin)), self.cancelled)

    def quietly(self) -> ReadingProgress:
        """Return one that can still stop the work and is not told how far it is."""
        return ReadingProgress(cancelled=self.cancelled)
