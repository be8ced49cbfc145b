"""Merges requests made within a moment into one call.

A run reports hundreds of results a second, too many to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = 100
"""Milliseconds from one call to the next."""

BEHIND = 30
"""Milliseconds by which drawing is delayed: by then a scan is on disk, and its sound need not wait for drawing."""


class Throttle(QObject):
    """Calls `act` once for all requests, at most every `moment` milliseconds.

    `behind`: milliseconds that the first request waits too.
    """

    def __init__(self, parent: QObject, act: Callable[[], None], moment: int = MOMENT, *, behind: int = 0) -> None:
        super().__init__(parent)
        self._act = act
        self._moment = moment
        self._behind = behind
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._do)

    def request_now(self) -> None:
        """Call `act` in the next iteration of the event loop."""
        self._timer.start(0)

    def request(self) -> None:
        """Call `act` within a moment."""
        # Never restart a running timer: under constant requests `act` would never be called.
        if not self._timer.isActive():
            since = self._since.elapsed() if self._since.isValid() else self._moment
            self._timer.start(max(self._behind, self._moment - since))

    def cancel(self) -> None:
        """Cancel the pending request."""
        self._timer.stop()

    def _do(self) -> None:
        self._since.start()
        self._act()


def cancel_below(root: QObject) -> None:
    """Cancel the pending requests of all throttles below `root`."""
    for throttle in root.findChildren(Throttle):
        throttle.cancel()
