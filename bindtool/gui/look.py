"""How the window looks: its colours, light and dark, its sizes, and the few kinds of buttons and boxes.

Owns every colour and every style sheet. Widgets name a `Tone` (what a colour says) and a `Kind` (what a thing is);
which state has which tone is for `icons`.
"""

from __future__ import annotations

from enum import StrEnum
from string import Template
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QApplication, QWidget

BODY_POINTS = 10.5
LINE_POINTS = 12.0
FIELD_POINTS = 16.0
STRIP_POINTS = 24.0

GAP = 8
MARGIN = 16
TARGET = 44
"""The height in pixels of what is pressed with gloves on."""


_HALF = 0.5


class Tone(StrEnum):
    """What a colour says."""

    PLAIN = "plain"
    QUIET = "quiet"
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    HELD = "held"
    BUSY = "busy"


class Kind(StrEnum):
    """What a button or a box is."""

    PRIMARY = "primary"
    NORMAL = "normal"
    FLAT = "flat"
    LINK = "link"
    FIELD = "field"
    PROGRESS = "progress"
    BAR = "bar"
    FOOT = "foot"
    BANNER = "banner"
    SHEET = "sheet"
    PILL = "pill"
    PRACTICE = "practice"


# Each pair: light, dark.
_INKS: Mapping[Tone, tuple[str, str]] = MappingProxyType(
    {
        Tone.PLAIN: ("#1b1f24", "#e8eaed"),
        Tone.QUIET: ("#565e69", "#a9b0ba"),
        Tone.GOOD: ("#14692f", "#63d489"),
        Tone.BAD: ("#b0221b", "#ff958b"),
        Tone.UNSURE: ("#7d4a00", "#f2bc57"),
        Tone.HELD: ("#45557a", "#adbddd"),
        Tone.BUSY: ("#1c5a9e", "#86b9f7"),
    }
)
_TINTS: Mapping[Tone, tuple[str, str]] = MappingProxyType(
    {
        Tone.PLAIN: ("#eef0f3", "#262a30"),
        Tone.QUIET: ("#eef0f3", "#262a30"),
        Tone.GOOD: ("#e4f3e8", "#1b3323"),
        Tone.BAD: ("#fbe9e7", "#3d2322"),
        Tone.UNSURE: ("#fbf0d9", "#382d18"),
        Tone.HELD: ("#e7ebf3", "#282f3d"),
        Tone.BUSY: ("#e4eefa", "#1f2f43"),
    }
)
_FLASHES: Mapping[Tone, tuple[str, str]] = MappingProxyType(
    {
        Tone.GOOD: ("#c3ebcd", "#1d4f2f"),
        Tone.BAD: ("#f9cdc8", "#6a2a27"),
        Tone.UNSURE: ("#f7dda3", "#564013"),
        Tone.HELD: ("#c9d5ea", "#38455f"),
    }
)
_ROLES: Mapping[QPalette.ColorRole, tuple[str, str]] = MappingProxyType(
    {
        QPalette.ColorRole.Window: ("#f3f4f6", "#1e2126"),
        QPalette.ColorRole.Base: ("#ffffff", "#16181c"),
        QPalette.ColorRole.AlternateBase: ("#f7f8fa", "#1b1e23"),
        QPalette.ColorRole.Button: ("#f7f8fa", "#2a2e35"),
        QPalette.ColorRole.WindowText: _INKS[Tone.PLAIN],
        QPalette.ColorRole.Text: _INKS[Tone.PLAIN],
        QPalette.ColorRole.ButtonText: _INKS[Tone.PLAIN],
        QPalette.ColorRole.PlaceholderText: _INKS[Tone.QUIET],
        QPalette.ColorRole.BrightText: ("#ffffff", "#ffffff"),
        QPalette.ColorRole.ToolTipBase: ("#ffffff", "#2a2e35"),
        QPalette.ColorRole.ToolTipText: _INKS[Tone.PLAIN],
        QPalette.ColorRole.Highlight: ("#1c5a9e", "#2f6db8"),
        QPalette.ColorRole.HighlightedText: ("#ffffff", "#ffffff"),
        QPalette.ColorRole.Accent: ("#1c5a9e", "#2f6db8"),
        QPalette.ColorRole.Link: _INKS[Tone.BUSY],
        QPalette.ColorRole.LinkVisited: _INKS[Tone.BUSY],
        QPalette.ColorRole.Light: ("#ffffff", "#3a3f48"),
        QPalette.ColorRole.Midlight: ("#e6e8ec", "#30353d"),
        QPalette.ColorRole.Mid: ("#c6cad1", "#3a3f48"),
        QPalette.ColorRole.Dark: ("#9aa1ac", "#0f1114"),
        QPalette.ColorRole.Shadow: ("#6b7280", "#000000"),
    }
)
_WRITTEN = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


def palette(*, dark: bool) -> QPalette:
    """Return the colours of the window; what is disabled is quieter, and still readable since it says why."""
    made = QPalette()
    for role, pair in _ROLES.items():
        made.setColor(role, QColor(pair[dark]))
    for role in _WRITTEN:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_INKS[Tone.QUIET][dark]))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, made.mid().color())
    return made


def is_dark(palette: QPalette) -> bool:
    """Tell whether a palette is the dark one; asked of a role that no style sheet changes in a widget's palette."""
    return palette.alternateBase().color().lightnessF() < _HALF


def ink(tone: Tone, palette: QPalette) -> QColor:
    """Return the colour to write or draw in: at least 4.5:1 on the base, the window and the tints."""
    return QColor(_INKS[tone][is_dark(palette)])


def tint(tone: Tone, palette: QPalette) -> QColor:
    """Return the colour of a surface that says the same as the ink on it."""
    return QColor(_TINTS[tone][is_dark(palette)])


def flash(tone: Tone, palette: QPalette) -> QColor:
    """Return the colour of a surface for a moment in which it says something; for tones that judge."""
    return QColor(_FLASHES[tone][is_dark(palette)])


def apply(app: QApplication) -> None:
    """Dress the program: Fusion, the body's size, and the system's colour scheme, which it follows from now on."""
    hints = app.styleHints()
    app.setStyle("Fusion")
    font = app.font()
    font.setPointSizeF(BODY_POINTS)
    app.setFont(font)

    def follow(scheme: Qt.ColorScheme) -> None:
        wear(app, dark=scheme is Qt.ColorScheme.Dark)

    follow(hints.colorScheme())
    hints.colorSchemeChanged.connect(follow)


def wear(app: QApplication, *, dark: bool) -> None:
    """Put on the light or the dark colours, whatever the system's scheme is."""
    colours = palette(dark=dark)
    app.setPalette(colours)
    app.setStyleSheet(_style_sheet(colours))


def dress(widget: QWidget, kind: Kind | None = None, tone: Tone | None = None) -> None:
    """Say what a widget is and in which tone; what is None stays as it was."""
    for name, value in (("kind", kind), ("tone", tone)):
        if value is not None:
            widget.setProperty(name, str(value))
    if kind is Kind.PRIMARY:
        widget.setMinimumHeight(TARGET)
    # Qt reads the properties when it shows the widget. Done before that, it would forget a font that is set later.
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        widget.update()


def resize_text(widget: QWidget, points: float, *, bold: bool = False) -> None:
    """Give a widget's text its size."""
    font = widget.font()
    font.setPointSizeF(points)
    font.setBold(bold)
    widget.setFont(font)


def _style_sheet(colours: QPalette) -> str:
    role = QPalette.ColorRole
    named = {
        "accent": colours.color(role.Highlight),
        "deeper": colours.color(role.Highlight).darker(118),
        "on_accent": colours.color(role.HighlightedText),
        "edge": colours.color(role.Mid),
        "soft": colours.color(role.Midlight),
        "base": colours.color(role.Base),
        "window": colours.color(role.Window),
        "plain": ink(Tone.PLAIN, colours),
        "quiet": ink(Tone.QUIET, colours),
        "link": ink(Tone.BUSY, colours),
        "unsure": ink(Tone.UNSURE, colours),
        "selected": tint(Tone.BUSY, colours),
        "stripe": colours.color(role.AlternateBase),
    }
    sheets = [_KINDS.substitute({name: colour.name() for name, colour in named.items()})]
    for tone in Tone:
        colour, ground = ink(tone, colours).name(), tint(tone, colours).name()
        sheets.append(_TONES.substitute(tone=tone.value, ink=colour, tint=ground))
    return "".join(sheets)


# Where two rules fit, the later one wins: the ring shows where the keyboard is.
_KINDS = Template("""
QLineEdit { background: $base; color: $plain; border: 1px solid $edge; border-radius: 4px; padding: 0 7px; }
QLineEdit:focus { border: 2px solid $accent; padding: 0 6px; }
QLineEdit:disabled { background: $window; color: $quiet; }
QAbstractSpinBox QLineEdit, QAbstractItemView QLineEdit { border: 0; padding: 0 2px; }
QCheckBox::indicator:unchecked {
    width: 14px; height: 14px; background: $base; border: 1px solid $quiet; border-radius: 3px;
}
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border: 2px solid $accent; border-radius: 6px;
    padding: 6px 20px; font-weight: bold;
}
QPushButton[kind="primary"]:hover { background: $deeper; border-color: $deeper; }
QPushButton[kind="primary"]:pressed { background: $accent; }
QPushButton[kind="primary"]:disabled { background: $soft; color: $quiet; border-color: $soft; }
QPushButton[kind="normal"] {
    background: $base; color: $plain; border: 1px solid $edge; border-radius: 6px; padding: 7px 15px;
}
QPushButton[kind="normal"]:hover { background: $soft; }
QPushButton[kind="normal"]:disabled { background: $window; color: $quiet; }
*[kind="flat"] {
    background: transparent; color: $plain; border: 2px solid transparent; border-radius: 6px; padding: 6px 10px;
}
*[kind="flat"]:hover, *[kind="flat"]:pressed { background: $soft; }
*[kind="link"] { background: transparent; color: $link; border: 0; padding: 0; }
*[kind="link"]:hover, *[kind="link"]:focus { text-decoration: underline; }
*[kind="flat"]::menu-indicator { image: none; width: 0; }
QPushButton:focus { outline: 0; }
QPushButton[kind="primary"]:focus { border: 3px solid $plain; padding: 5px 19px; }
QPushButton[kind="normal"]:focus { border: 2px solid $plain; padding: 6px 14px; }
MarkButton[kind="flat"]:checked { background: $selected; border: 2px solid $accent; }
*[kind="flat"]:focus { border: 2px solid $accent; }
QLineEdit[kind="field"] {
    background: $base; color: $plain; border: 2px solid $edge; border-radius: 6px; padding: 0 10px;
    placeholder-text-color: $quiet;
}
QLineEdit[kind="field"]:focus { border-color: $accent; }
QLineEdit[kind="field"]:read-only { background: $soft; color: $quiet; }
QTabBar::tab {
    background: transparent; color: $quiet; border: 0; border-bottom: 3px solid transparent;
    padding: 0 14px; min-height: 41px;
}
QTabBar::tab:hover { background: $soft; }
QTabBar::tab:selected { color: $plain; border-bottom-color: $accent; }
QTabBar::tab:focus { border: 2px solid $accent; border-bottom-width: 3px; padding: 0 12px; min-height: 39px; }
QProgressBar[kind="progress"] { background: $edge; border: 0; border-radius: 5px; }
QProgressBar[kind="progress"]::chunk { background: $accent; border-radius: 5px; }
QTableView {
    border: 0; selection-background-color: $selected; selection-color: $plain;
    alternate-background-color: $stripe; background: $base;
}
QTableView::item { padding: 0 8px; }
QTableView::item:focus { border: 2px solid $accent; }
QHeaderView { background: $window; }
QHeaderView::section {
    background: $window; color: $quiet; border: 0; border-bottom: 1px solid $edge; padding: 7px 11px;
}
*[kind="bar"] { background: $base; border: 0; border-bottom: 1px solid $edge; }
*[kind="foot"] { background: $window; border: 0; border-top: 1px solid $edge; }
*[kind="practice"] { border: 6px solid $unsure; }
*[kind="sheet"] { background: $base; border: 0; border-top: 2px solid $accent; }
""")

_TONES = Template("""
QLabel[tone="$tone"] { color: $ink; }
*[kind="banner"][tone="$tone"] { background: $tint; border: 0; border-left: 4px solid $ink; }
QLabel[kind="pill"][tone="$tone"] {
    background: $tint; border: 1px solid $ink; border-radius: 6px; padding: 2px 10px; font-weight: bold;
}
""")
