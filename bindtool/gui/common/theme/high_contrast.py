"""High contrast: whether the system asks for it, and a palette of the system's own colours."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

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
