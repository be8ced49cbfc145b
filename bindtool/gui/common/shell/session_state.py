"""The profile that is open in the window and what its next scan is for, with one owner each: others ask or listen.

They have no widgets and outlast them. Which profile is opened, and when, is for `main_window.controller`; what a
scan does in each mode is for `scanning.controller`.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile

_MINUTE = 60_000


class SessionState(QObject):
    """What is open in the window.

    Signals:
        profile_opened(profile): a profile was opened, be it the same one once more (a `Profile`; None for none).
        profile_changed(profile): as before, and whenever something else is set or known of the open profile.
    """

    profile_opened = Signal(object)
    profile_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._profile: Profile | None = None

    @property
    def profile(self) -> Profile | None:
        """The open profile; None without one."""
        return self._profile

    def open_profile(self, profile: Profile | None) -> None:
        """Open a profile; its sheet is open already."""
        self._profile = profile
        self.profile_opened.emit(profile)
        self.profile_changed.emit(profile)

    def change_profile(self, profile: Profile) -> None:
        """Use the open profile with other values from now on."""
        self._profile = profile
        self.profile_changed.emit(profile)


class InputMode(Enum):
    """What the next scan is for."""

    SCAN = auto()
    """It becomes a new row."""
    SCAN_AGAIN = auto()
    """It becomes the id of a row that is there."""
    LOOK_UP = auto()
    """It adds nothing, and what is known of its device is shown."""
    TEST = auto()
    """It is on the scanner's test page, which says how it arrived."""


_FORGETTABLE = frozenset({InputMode.SCAN_AGAIN, InputMode.LOOK_UP})
"""What a person may forget on the way to the next box; these end by themselves."""


class InputModeService(QObject):
    """The input mode of the window; where none is entered, a scan is a new row.

    Args:
        lasts: milliseconds after which a mode that can be forgotten ends, since it was entered or last used.

    Signals:
        left(mode), entered(mode): the `InputMode` that was, and then the one that is in force now; the same one
            where it is entered once more.
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
        """The number of the row that the next scan is for; None in any other mode than "scan again"."""
        return self._row

    def enter(self, mode: InputMode, row: int | None = None) -> None:
        """Enter a mode, and leave the one before; `row`: for "scan again" alone."""
        before, self._mode, self._row = self._mode, mode, row
        self._idle.stop()
        self.go_on()
        self.left.emit(before)
        self.entered.emit(mode)

    def leave(self, *modes: InputMode) -> None:
        """Let a scan be a new row again; where `modes` are named, only if one of them is in force."""
        if self._mode is not InputMode.SCAN and (not modes or self._mode in modes):
            self.enter(InputMode.SCAN)

    def go_on(self) -> None:
        """The mode is in use: it lasts as long again."""
        if self._mode in _FORGETTABLE:
            self._idle.start()
