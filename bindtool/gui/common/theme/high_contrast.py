"""High contrast: whether the system asks for it, and a palette of the system's own colours."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

READABLE = 4.5
"""WCAG 2.2, 1.4.3: the minimum contrast of body text with its background."""
VISIBLE = 3.0
"""WCAG 2.2, 1.4.11: the minimum contrast of an icon or a control's edge."""

_STRAIGHT = 0.04045
"""sRGB's transfer function is linear up to this value."""

_NEARLY_ALL = 20.0
"""Contrast, of at most 21. Black on the usual light grey of windows has 18."""

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
    """Return the WCAG 2.2 contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_wanted(system: QPalette, scheme: Qt.ColorScheme, platform: str = sys.platform) -> bool:
    """Return whether the system asks for high contrast.

    On Windows Qt reports the colour scheme as unknown while a contrast theme is on, whatever its colours. Elsewhere
    a high-contrast theme is recognised by the contrast between text and window, close to the maximum.
    """
    if platform == "win32" and scheme is Qt.ColorScheme.Unknown:
        return True
    return contrast(system.windowText().color(), system.window().color()) >= _NEARLY_ALL


def contrast_palette(system: QPalette) -> QPalette:
    """Return the high-contrast palette of the window; disabled widgets keep the normal text colour, since they give
    the reason why they are disabled.
    """
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
    """Return whether a palette is high-contrast; reads only roles that no style sheet changes in a widget's
    palette.
    """
    return palette.alternateBase().color() == palette.midlight().color()


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= _STRAIGHT else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
