"""Does something once for all who ask for it within a moment.

A run answers hundreds of times a second, and nobody reads ten numbers in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = 100
"""Milliseconds from one time to the next."""

BEHIND = 30
"""Milliseconds by which drawing stays behind: the disk has a scan by then, and its sound has not waited for it."""


class Throttle(QObject):
    """Does `act`, once for all who asked for it since it was done last, `moment` milliseconds ago or more.

    `behind`: milliseconds that the first who asks waits as well.
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
        """Have it done in the next turn of the event loop."""
        self._timer.start(0)

    def request(self) -> None:
        """Have it done within a moment."""
        # Never postponed once it is requested: with requests all the time it would never be done.
        if not self._timer.isActive():
            since = self._since.elapsed() if self._since.isValid() else self._moment
            self._timer.start(max(self._behind, self._moment - since))

    def cancel(self) -> None:
        """Forget what was requested."""
        self._timer.stop()

    def _do(self) -> None:
        self._since.start()
        self._act()


def cancel_below(root: QObject) -> None:
    """Forget what was requested of all that belongs to `root`."""
    for throttle in root.findChildren(Throttle):
        throttle.cancel()
