"""Whether a Linux desktop asks for high contrast in a setting of its own and leaves its colours as they are.

GNOME does so, and Qt 6.9 has no word for it. The desktop's portal says what is set, and when it changes: nobody
waits for its answer, and where there is no portal nothing is asked for. Loaded on Linux only, since it needs
QtDBus.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusError, QDBusMessage, QDBusVariant

_PORTAL = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings")
_SETTINGS = (
    ("org.freedesktop.appearance", "contrast"),  # 1: higher contrast
    ("org.gnome.desktop.a11y.interface", "high-contrast"),  # before portals had that: True
)


class DesktopContrast(QObject):
    """Asks the desktop, and listens to it.

    Signals:
        changed(bool): whether it wants high contrast; at first it does not.
    """

    changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = [_Setting(self, *setting) for setting in _SETTINGS]
        self._wanted = False

    def begin(self, bus: QDBusConnection | None = None) -> None:
        """Ask, and return at once. `bus`: None is that of the session."""
        bus = bus or QDBusConnection.sessionBus()
        for setting in self._settings:
            setting.changed.connect(self._update)
            setting.begin(bus)

    def _update(self) -> None:
        wanted = any(setting.on for setting in self._settings)
        if wanted is not self._wanted:
            self._wanted = wanted
            self.changed.emit(wanted)


class _Setting(QObject):
    """One of the portal's settings, off until it says otherwise.

    Signals:
        changed(): `on` may have changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject, group: str, key: str) -> None:
        super().__init__(parent)
        self.on = False
        self._name = [group, key]

    def begin(self, bus: QDBusConnection) -> None:
        """Listen first: what changes meanwhile comes too."""
        bus.connect(*_PORTAL, "SettingChanged", self, _slot("hear(QDBusMessage)"))
        # Older portals have no ReadOne.
        question = QDBusMessage.createMethodCall(*_PORTAL, "Read")
        question.setArguments(self._name)
        bus.callWithCallback(question, self, _slot("take(QDBusMessage)"), _slot("miss(QDBusError,QDBusMessage)"))

    @Slot(QDBusMessage)
    def hear(self, message: QDBusMessage) -> None:
        """Take a change of this setting among all that change."""
        if message.arguments()[:2] == self._name:
            self.take(message)

    @Slot(QDBusMessage)
    def take(self, message: QDBusMessage) -> None:
        """Take a value, which comes last and in one wrapping or two."""
        value = message.arguments()[-1]
        while isinstance(value, QDBusVariant):
            value = value.variant()
        self.on = value == 1
        self.changed.emit()

    @Slot(QDBusError, QDBusMessage)
    def miss(self, error: QDBusError, message: QDBusMessage) -> None:
        """There is no portal, or none that knows the setting."""


def _slot(signature: str) -> bytes:
    # A str: whatever PySide says of its arguments, it takes no bytes here.
    return cast("bytes", SLOT(signature))
