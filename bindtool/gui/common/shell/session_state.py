"""The open profile, and the input mode for the next scan, each with a single owner: others query it or listen to
it.

Both are independent of widgets and outlive them. `main_window.controller` decides which profile is opened, and
when; `scanning.controller` decides how a scan is handled in each mode.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile

_MINUTE = 60_000


class SessionState(QObject):
    """State of the window's session.

    Signals:
        profile_opened(profile): a profile was opened, perhaps the same one again (a `Profile`; None for none).
        profile_changed(profile): as `profile_opened`, and whenever the open profile's values change.
    """

    profile_opened = Signal(object)
    profile_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._profile: Profile | None = None

    @property
    def profile(self) -> Profile | None:
        """The open profile; None if no profile is open."""
        return self._profile

    def open_profile(self, profile: Profile | None) -> None:
        """Make a profile the open one; its sheet must be open already."""
        self._profile = profile
        self.profile_opened.emit(profile)
        self.profile_changed.emit(profile)

    def change_profile(self, profile: Profile) -> None:
        """Replace the open profile by one with new values."""
        self._profile = profile
        self.profile_changed.emit(profile)


class InputMode(Enum):
    """The use of the next scan."""

    SCAN = auto()
    """The scan becomes a new row."""
    SCAN_AGAIN = auto()
    """The scan becomes the id of an existing row."""
    LOOK_UP = auto()
    """The scan adds nothing; the window shows the device's records."""
    TEST = auto()
    """The scan goes to the scanner's test page, which reports how it arrived."""


_FORGETTABLE = frozenset({InputMode.SCAN_AGAIN, InputMode.LOOK_UP})
"""Modes a person may forget on the way to the next box; these time out."""


class InputModeService(QObject):
    """The input mode of the window; by default a scan is a new row.

    Args:
        lasts: milliseconds after which a mode that may be forgotten times out, counted from its last use.

    Signals:
        left(mode), entered(mode): the previous `InputMode`, and then the current one; both are the same mode if it
            is entered again.
    """

    left = Signal(object)
    entered = Signal(object)

    def __init__(self, *, lasts: int = _MINUTE) -> None:
        super().__init__()
        self._mode = InputMode.SCAN
        self._row: int | None = None
        self._idle = QTimer(self, singleShot=True, interval=lasts)
        self._idle.timeout.connect(self.leave)

    @property
    def mode(self) -> InputMode:
        return self._mode

    @property
    def row(self) -> int | None:
        """The number of the row that takes the next scan; None in any mode but "scan again"."""
        return self._row

    def enter(self, mode: InputMode, row: int | None = None) -> None:
        """Leave the current mode and enter another; `row`: in "scan again" only."""
        before, self._mode, self._row = self._mode, mode, row
        self._idle.stop()
        self.go_on()
        self.left.emit(before)
        self.entered.emit(mode)

    def leave(self, *modes: InputMode) -> None:
        """Return to scanning new rows; if `modes` are given, only from one of them."""
        if self._mode is not InputMode.SCAN and (not modes or self._mode in modes):
            self.enter(InputMode.SCAN)

    def go_on(self) -> None:
        """Restart the mode's timeout, since it is in use."""
        if self._mode in _FORGETTABLE:
            self._idle.start()
