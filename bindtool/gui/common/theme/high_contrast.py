"""High contrast: whether the system or a Linux desktop asks for it, and a palette of the system's own colours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import SLOT, QObject, Qt, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusError, QDBusMessage, QDBusVariant
from PySide6.QtGui import QPalette

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

READABLE = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of a text of the body's size with its background."""
VISIBLE = 3.0
"""WCAG 2.2, 1.4.11: the least contrast of an icon, or of the edge of a control."""

_STRAIGHT = 0.04045
"""Up to here the curve of sRGB is a straight line."""

_NEARLY_ALL = 20.0
"""Of 21. Black on the usual light grey of windows has 18."""

_BACKGROUND_ROLES = (
    QPalette.ColorRole.Window,
    QPalette.ColorRole.Base,
    QPalette.ColorRole.AlternateBase,
    QPalette.ColorRole.Button,
    QPalette.ColorRole.Light,
    QPalette.ColorRole.Midlight,
    QPalette.ColorRole.ToolTipBase,
)
_TEXT_ROLES = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.BrightText,
    QPalette.ColorRole.PlaceholderText,
    QPalette.ColorRole.ToolTipText,
    QPalette.ColorRole.Link,
    QPalette.ColorRole.LinkVisited,
    QPalette.ColorRole.Mid,
    QPalette.ColorRole.Dark,
    QPalette.ColorRole.Shadow,
)
_SELECTION_ROLES = (QPalette.ColorRole.Highlight, QPalette.ColorRole.Accent)


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of WCAG 2.2 of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_wanted(system: QPalette, scheme: Qt.ColorScheme, platform: str = sys.platform) -> bool:
    """Tell whether the system asks for high contrast.

    On Windows Qt calls the scheme unknown while a contrast theme is on, whatever its colours are. Elsewhere such
    a theme is known by its colours: text and window as far apart as can be.
    """
    if platform == "win32" and scheme is Qt.ColorScheme.Unknown:
        return True
    return contrast(system.windowText().color(), system.window().color()) >= _NEARLY_ALL


def black_and_white(system: QPalette, *, dark: bool) -> QPalette:
    """Return the system's palette with black and white as background and text."""
    made = QPalette(system)
    background, foreground = (
        (Qt.GlobalColor.black, Qt.GlobalColor.white) if dark else (Qt.GlobalColor.white, Qt.GlobalColor.black)
    )
    made.setColor(QPalette.ColorRole.Window, background)
    made.setColor(QPalette.ColorRole.WindowText, foreground)
    return made


def contrast_palette(system: QPalette) -> QPalette:
    """Return the window's palette; disabled widgets have the same text colour, since they say why they are."""
    background, foreground = system.window().color(), system.windowText().color()
    selection, selection_text = system.highlight().color(), system.highlightedText().color()
    if contrast(selection, background) < VISIBLE or contrast(selection_text, selection) < READABLE:
        selection, selection_text = foreground, background
    made = QPalette()
    for roles, colour in (
        (_BACKGROUND_ROLES, background),
        (_TEXT_ROLES, foreground),
        (_SELECTION_ROLES, selection),
    ):
        for role in roles:
            made.setColor(role, colour)
    made.setColor(QPalette.ColorRole.HighlightedText, selection_text)
    return made


def is_contrast_palette(palette: QPalette) -> bool:
    """Tell whether a palette is one of high contrast; asked of roles that no style sheet changes in a widget."""
    return palette.alternateBase().color() == palette.midlight().color()


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= _STRAIGHT else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
