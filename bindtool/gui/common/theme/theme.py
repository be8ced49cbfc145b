"""Colours, light, dark and of high contrast, sizes, and the few kinds of widgets.

Every colour on a screen is here; where they go is written in `stylesheet`, and those on paper are in
`reports.print_layout`. Widgets name a `Tone` (what a colour says) and a `StyleKind` (what a button or a box is);
which state has which tone is in `icons`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractButton

from bindtool.gui.common.theme import high_contrast, stylesheet
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QBrush
    from PySide6.QtWidgets import QApplication, QWidget

BODY_POINTS = 10.5
LINE_POINTS = 12.0
"""Of a line that stands out, and the title of a section."""
FIELD_POINTS = 16.0
"""Of the scan field, and the title of a page or a dialog; of the scan bar in a window that is lower than `LOW`."""
STRIP_POINTS = 24.0
"""What is read from two metres away."""

TIGHT = 4
"""Pixels between what belongs to one thing, such as a field and its hint."""
GAP = 8
"""Between things of one row."""
STEP = 12
"""Between buttons, and between the parts of a dialog."""
MARGIN = 16
"""Around the window's bars, and between the fields of a form."""
PAGE = 24
"""Around a page or a dialog."""
SECTION = 32
"""Between what has nothing to do with each other."""

RADII = {"small": 4, "medium": 6, "large": 10}
"""Pixels by which corners are round: of fields and ticks, of buttons and banners, of cards and sections."""
LOW = 600
"""Pixels: in a window that is lower, as on a small screen that shows everything larger, the scan bar shrinks."""
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


class StyleKind(StrEnum):
    """What a button or a box is."""

    PRIMARY = "primary"
    NORMAL = "normal"
    FLAT = "flat"
    LINK = "link"
    CARD = "card"
    SECTION = "section"
    FIELD = "field"
    PROGRESS = "progress"
    BAR = "bar"
    FOOT = "foot"
    SIDE = "side"
    BANNER = "banner"
    SHEET = "sheet"
    BESIDE = "beside"
    PILL = "pill"
    PRACTICE = "practice"


_PRESSED = frozenset({StyleKind.PRIMARY, StyleKind.NORMAL, StyleKind.FLAT})


@dataclass(frozen=True, slots=True)
class _Colours:
    """Of a text or an icon, of the background that goes with it, and of a flash; each a pair: light, dark."""

    ink: tuple[str, str]
    tint: tuple[str, str]
    flash: tuple[str, str] = ("", "")


_TONES: Mapping[Tone, _Colours] = MappingProxyType(
    {
        Tone.PLAIN: _Colours(("#1b1f24", "#e8eaed"), ("#eef0f3", "#262a30")),
        Tone.QUIET: _Colours(("#565e69", "#a9b0ba"), ("#eef0f3", "#262a30")),
        Tone.GOOD: _Colours(("#14692f", "#63d489"), ("#e4f3e8", "#1b3323"), ("#c3ebcd", "#1d4f2f")),
        Tone.BAD: _Colours(("#b0221b", "#ff958b"), ("#fbe9e7", "#3d2322"), ("#f9cdc8", "#6a2a27")),
        Tone.UNSURE: _Colours(("#7d4a00", "#f2bc57"), ("#fbf0d9", "#382d18"), ("#f7dda3", "#564013")),
        Tone.HELD: _Colours(("#45557a", "#adbddd"), ("#e7ebf3", "#282f3d"), ("#c9d5ea", "#38455f")),
        Tone.BUSY: _Colours(("#1c5a9e", "#86b9f7"), ("#e4eefa", "#1f2f43")),
    }
)
_ROLES: Mapping[QPalette.ColorRole, tuple[str, str]] = MappingProxyType(
    {
        QPalette.ColorRole.Window: ("#f3f4f6", "#1e2126"),
        QPalette.ColorRole.Base: ("#ffffff", "#16181c"),
        QPalette.ColorRole.AlternateBase: ("#f7f8fa", "#1b1e23"),
        QPalette.ColorRole.Button: ("#f7f8fa", "#2a2e35"),
        QPalette.ColorRole.WindowText: _TONES[Tone.PLAIN].ink,
        QPalette.ColorRole.Text: _TONES[Tone.PLAIN].ink,
        QPalette.ColorRole.ButtonText: _TONES[Tone.PLAIN].ink,
        QPalette.ColorRole.PlaceholderText: _TONES[Tone.QUIET].ink,
        QPalette.ColorRole.BrightText: ("#ffffff", "#ffffff"),
        QPalette.ColorRole.ToolTipBase: ("#ffffff", "#2a2e35"),
        QPalette.ColorRole.ToolTipText: _TONES[Tone.PLAIN].ink,
        QPalette.ColorRole.Highlight: ("#1c5a9e", "#2f6db8"),
        QPalette.ColorRole.HighlightedText: ("#ffffff", "#ffffff"),
        QPalette.ColorRole.Accent: ("#1c5a9e", "#2f6db8"),
        QPalette.ColorRole.Link: _TONES[Tone.BUSY].ink,
        QPalette.ColorRole.LinkVisited: _TONES[Tone.BUSY].ink,
        QPalette.ColorRole.Light: ("#ffffff", "#3a3f48"),
        QPalette.ColorRole.Midlight: ("#e6e8ec", "#30353d"),
        QPalette.ColorRole.Mid: ("#c6cad1", "#3a3f48"),
        QPalette.ColorRole.Dark: ("#9aa1ac", "#0f1114"),
        QPalette.ColorRole.Shadow: ("#6b7280", "#000000"),
    }
)
_RIM = ("#838a95", "#6f7681")
"""The edge of a field or a button; `Mid` only separates neighbours."""
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
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_TONES[Tone.QUIET].ink[dark]))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, made.mid().color())
    return made


def is_dark(palette: QPalette) -> bool:
    """Tell whether a palette is the dark one; asked of a role that no style sheet changes in a widget's palette."""
    return palette.alternateBase().color().lightnessF() < _HALF


def text_colour(tone: Tone, palette: QPalette) -> QColor:
    """Return the text and icon colour of a tone: at least 4.5:1 on the base, the window and the tints."""
    return _colour(palette, palette.shadow(), _TONES[tone].ink)


def tint(tone: Tone, palette: QPalette) -> QColor:
    """Return the background colour of a tone; in high contrast, the only background there is."""
    return _colour(palette, palette.alternateBase(), _TONES[tone].tint)


def flash(tone: Tone, palette: QPalette) -> QColor:
    """Return the background colour of a flash; for tones that judge."""
    return _colour(palette, palette.alternateBase(), _TONES[tone].flash)


def border_colour(palette: QPalette) -> QColor:
    """Return the colour of a control's edge: at least 3:1 on the base and the window."""
    return _colour(palette, palette.shadow(), _RIM)


def focus_colour(palette: QPalette) -> QColor:
    """Return the colour of the focus ring: at least 3:1 on every background, tints too."""
    return _colour(palette, palette.highlight(), _TONES[Tone.BUSY].ink)


def _colour(palette: QPalette, contrast: QBrush, pair: tuple[str, str]) -> QColor:
    """Return the colour for a palette: `contrast` where that is one of high contrast, else that of the pair."""
    return contrast.color() if high_contrast.is_contrast_palette(palette) else QColor(pair[is_dark(palette)])


def apply(app: QApplication) -> SystemColours:
    """Style the program: Fusion, the size of texts, and the system's colours, which it follows from now on."""
    hints = app.styleHints()
    app.setStyle("Fusion")
    font = app.font()
    font.setPointSizeF(BODY_POINTS)
    app.setFont(font)
    system_colours = SystemColours(app)
    system_colours.set_style(hints.colorScheme())
    hints.colorSchemeChanged.connect(system_colours.set_style)
    return system_colours


class SystemColours(QObject):
    """Keeps the program in the system's colours."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._asked = False

    def set_contrast_wanted(self, asked: bool) -> None:
        """Use high contrast, or not, where the system's colours don't tell."""
        self._asked = asked
        self.set_style(self._app.styleHints().colorScheme())

    def set_style(self, scheme: Qt.ColorScheme) -> None:
        """Use the colours that the system has now."""
        app, dark = self._app, scheme is Qt.ColorScheme.Dark
        # Without a palette of its own the program has the system's.
        app.setPalette(QPalette())
        if high_contrast.is_wanted(app.palette(), scheme):
            apply_palette(app, high_contrast.contrast_palette(app.palette()))
        elif self._asked:
            system = high_contrast.black_and_white(app.palette(), dark=dark)
            apply_palette(app, high_contrast.contrast_palette(system))
        else:
            apply_scheme(app, dark=dark)


def apply_scheme(app: QApplication, *, dark: bool) -> None:
    """Use the light or the dark colours, whatever the system's scheme is."""
    apply_palette(app, palette(dark=dark))


def apply_palette(app: QApplication, colours: QPalette) -> None:
    """Set a palette for the program, and the style sheet that goes with it."""
    app.setPalette(colours)
    app.setStyleSheet(_style_sheet(colours))


def set_style(widget: QWidget, kind: StyleKind | None = None, tone: Tone | None = None) -> None:
    """Say what a widget is and in which tone; what is None stays as it was."""
    for name, value in (("kind", kind), ("tone", tone)):
        if value is not None:
            widget.setProperty(name, str(value))
    if isinstance(widget, QAbstractButton) and kind in _PRESSED:
        widget.setMinimumHeight(TARGET)
    # Qt reads the properties when it shows the widget. Done before that, it would forget a font that is set later.
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        style, font = widget.style(), widget.font()
        style.unpolish(widget)
        style.polish(widget)
        if widget.font().pointSizeF() != font.pointSizeF():
            # The style sheet has put back the size that the widget had when it was shown.
            widget.setFont(font)
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
        "rim": border_colour(colours),
        "focus": focus_colour(colours),
        "soft": colours.color(role.Midlight),
        "base": colours.color(role.Base),
        "window": colours.color(role.Window),
        "plain": text_colour(Tone.PLAIN, colours),
        "quiet": text_colour(Tone.QUIET, colours),
        "link": text_colour(Tone.BUSY, colours),
        "unsure": text_colour(Tone.UNSURE, colours),
        "selected": tint(Tone.BUSY, colours),
        "stripe": colours.color(role.AlternateBase),
    }
    names = {name: colour.name() for name, colour in named.items()}
    names |= {name: f"{pixels}px" for name, pixels in RADII.items()}
    names["arrows"] = asset("arrows", "on_dark" if is_dark(colours) else "on_light").as_posix()
    sheets = [stylesheet.KINDS.substitute(names)]
    if high_contrast.is_contrast_palette(colours):
        sheets.append(stylesheet.HIGH_CONTRAST.substitute(names))
    for tone in Tone:
        colour, background = text_colour(tone, colours).name(), tint(tone, colours).name()
        sheets.append(stylesheet.TONES.substitute(names, tone=tone.value, text_colour=colour, tint=background))
    return "".join(sheets)
