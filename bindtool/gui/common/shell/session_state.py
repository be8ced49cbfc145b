"""The profile that is open in the window, and its one owner: others ask it or listen to it.

It has no widgets and outlasts them. Which profile is opened, and when, is for `main_window.controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile


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
