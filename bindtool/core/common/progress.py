"""Reports the progress of reading a long list, and lets the user cancel it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ReadingStopped(Exception):
    """The user cancelled: nothing was read."""


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """Callbacks that a reader calls every few hundred rows, in its own thread.

    Args:
        progress: called with the fraction done, from 0 to 1.
        cancelled: returns whether to stop.
    """

    progress: Callable[[float], None] = lambda _done: None
    cancelled: Callable[[], bool] = lambda: False

    def at(self, done: float) -> None:
        """Report the fraction done, from 0 to 1.

        Raises:
            ReadingStopped: the user has cancelled.
        """
        if self.cancelled():
            raise ReadingStopped
        self.progress(min(1.0, done))

    def between(self, begin: float, end: float) -> ReadingProgress:
        """Return the progress of a part of the work, mapping 0 to `begin` and 1 to `end`."""
        return ReadingProgress(lambda done: self.progress(begin + done * (end - begin)), self.cancelled)

    def quietly(self) -> ReadingProgress:
        """Return a progress that can still cancel the work but reports nothing."""
        return ReadingProgress(cancelled=self.cancelled)
