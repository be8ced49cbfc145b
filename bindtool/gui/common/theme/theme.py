"""Colours (light, dark, high contrast), sizes, and the few kinds of widgets.

All colours on screen are here; `stylesheet` applies them, and `reports.print_layout` has those on paper. Widgets
name a `Tone` (the meaning of a colour) and a `StyleKind` (the kind of a button or a box); `icons` has the tone of
each state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

from bindtool.gui.common.theme import high_contrast, stylesheet
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


BODY_POINTS = 10.5
LINE_POINTS = 12.0
"""Text of an emphasised line or a section title."""
FIELD_POINTS = 16.0
"""Text of the scan field, and the title of a page or a dialog; of the scan bar in a window lower than `LOW`."""
STRIP_POINTS = 24.0
"""Text that is readable from two metres away."""

TIGHT = 4
"""Pixels between parts of one unit, such as a field and its hint."""
GAP = 8
"""Between items of a row."""
STEP = 12
"""Between buttons, and between the parts of a dialog."""
MARGIN = 16
"""Around the window's bars, and between the fields of a form."""
PAGE = 24
"""Around a page or a dialog."""
SECTION = 32
"""Between unrelated parts."""

RADII = {"small": 4, "medium": 6, "large": 10}
"""Corner radii in pixels: small for fields and ticks, medium for buttons and banners, large for cards, sections."""
LOW = 600
"""Pixels: in a lower window, as on a small screen with large scaling, the scan bar shrinks."""
TARGET = 44
"""Minimum height in pixels of a control that is pressed with gloves on."""


TEXT_SIZES = (85, 100, 110, 125, 150)
"""The text sizes to choose from, in percent."""
USUAL_SIZE = 100

_PERCENT, _POINTS, _LENGTHS = "text size", "points", "lengths"
"""Property names: of the application, and of a widget with a text size or lengths of its own."""
_SETTERS: Mapping[str, Callable[[QWidget, int], None]] = MappingProxyType({
    "fixed_width": QWidget.setFixedWidth,
    "fixed_height": QWidget.setFixedHeight,
    "minimum_width": QWidget.setMinimumWidth,
    "minimum_height": QWidget.setMinimumHeight,
    "maximum_width": QWidget.setMaximumWidth,
    "maximum_height": QWidget.setMaximumHeight,
})  # fmt: skip

_HALF = 0.5


class Tone(StrEnum):
    """The meaning of a colour."""

    PLAIN = "plain"
    QUIET = "quiet"
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    HELD = "held"
    BUSY = "busy"


class StyleKind(StrEnum):
    """The kind of a button or a box."""

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


class Scheme(StrEnum):
    """The colour scheme the user has chosen."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEMES = MappingProxyType({
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
})  # fmt: skip
_PRESSED = frozenset({StyleKind.PRIMARY, StyleKind.NORMAL, StyleKind.FLAT})


@dataclass(frozen=True, slots=True)
class _Colours:
    """Colours of a text or an icon, of its background, and of a flash; each a pair: light, dark."""

    ink: tuple[str, str]
    tint: tuple[str, str]
    flash: tuple[str, str] = ("", "")


_TONES: Mapping[Tone, _Colours] = MappingProxyType({
    Tone.PLAIN: _Colours(("#1b1f24", "#e8eaed"), ("#eef0f3", "#262a30")),
    Tone.QUIET: _Colours(("#565e69", "#a9b0ba"), ("#eef0f3", "#262a30")),
    Tone.GOOD: _Colours(("#14692f", "#63d489"), ("#e4f3e8", "#1b3323"), ("#c3ebcd", "#1d4f2f")),
    Tone.BAD: _Colours(("#b0221b", "#ff958b"), ("#fbe9e7", "#3d2322"), ("#f9cdc8", "#6a2a27")),
    Tone.UNSURE: _Colours(("#7d4a00", "#f2bc57"), ("#fbf0d9", "#382d18"), ("#f7dda3", "#564013")),
    Tone.HELD: _Colours(("#7d4a00", "#f2bc57"), ("#fbf0d9", "#382d18"), ("#f7dda3", "#564013")),
    Tone.BUSY: _Colours(("#1c5a9e", "#86b9f7"), ("#e4eefa", "#1f2f43")),
})  # fmt: skip
_ROLES: Mapping[QPalette.ColorRole, tuple[str, str]] = MappingProxyType({
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
})  # fmt: skip
_RIM = ("#838a95", "#6f7681")
"""The edge of a field or a button; `Mid` only separates adjacent areas."""
_WRITTEN = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


def palette(*, dark: bool) -> QPalette:
    """Return the window's palette; disabled controls are paler, but still readable since they give the reason."""
    made = QPalette()
    for role, pair in _ROLES.items():
        made.setColor(role, QColor(pair[dark]))
    for role in _WRITTEN:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_TONES[Tone.QUIET].ink[dark]))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, made.mid().color())
    return made


def is_dark(palette: QPalette) -> bool:
    """Return whether a palette is the dark one; reads a role that no style sheet changes in a widget's palette."""
    return palette.alternateBase().color().lightnessF() < _HALF


def text_colour(tone: Tone, palette: QPalette) -> QColor:
    """Return the text and icon colour of a tone: at least 4.5:1 with the base, the window and the tints."""
    return _colour(palette, palette.shadow(), _TONES[tone].ink)


def tint(tone: Tone, palette: QPalette) -> QColor:
    """Return the background colour of a tone; in high contrast, the palette's only background."""
    return _colour(palette, palette.alternateBase(), _TONES[tone].tint)


def flash(tone: Tone, palette: QPalette) -> QColor:
    """Return the background colour of a flash; only for tones that judge."""
    return _colour(palette, palette.alternateBase(), _TONES[tone].flash)


def border_colour(palette: QPalette) -> QColor:
    """Return the colour of a control's edge: at least 3:1 with the base and the window."""
    return _colour(palette, palette.shadow(), _RIM)


def focus_colour(palette: QPalette) -> QColor:
    """Return the colour of the focus ring: at least 3:1 with every background, tints too."""
    return _colour(palette, palette.highlight(), _TONES[Tone.BUSY].ink)


def _colour(palette: QPalette, contrast: QBrush, pair: tuple[str, str]) -> QColor:
    """Return the colour for a palette: `contrast` if it is a high-contrast one, else the light or dark one of the
    pair.
    """
    return contrast.color() if high_contrast.is_contrast_palette(palette) else QColor(pair[is_dark(palette)])


def application(arguments: Sequence[str]) -> QApplication:
    """Create the application in the style Fusion; `arguments`: the command line from the program's name on.

    A later `setStyle` would return the style, and resolving its class takes Python 5 ms.
    """
    return QApplication([*arguments, "-style", "Fusion"])


def apply(app: QApplication, scheme: Scheme = Scheme.SYSTEM, text_size: int = USUAL_SIZE) -> Appearance:
    """Apply text size (in percent) and colour scheme; the scheme SYSTEM follows the system's changes."""
    apply_text_size(app, text_size)
    made = Appearance(app)
    made.use_scheme(scheme)
    app.styleHints().colorSchemeChanged.connect(lambda now: made.change(lambda: made.set_system_scheme(now)))
    return made


def show_focus(app: QApplication) -> None:
    """Show the focus ring from now on; at start-up only after the first paint: its class takes 5 ms to create."""
    from bindtool.gui.common.theme.focus_ring import FocusRing

    FocusRing(app)


def appearance() -> Appearance:
    """Return the `Appearance` that `apply` has created."""
    return cast("Appearance", cast("QApplication", QApplication.instance()).findChild(Appearance))


class Appearance(QObject):
    """Keeps the application in the chosen colours and text size.

    While the system asks for high contrast, that takes precedence over the chosen scheme.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._scheme = Scheme.SYSTEM
        self._system = self._app.styleHints().colorScheme()
        self._changing = False

    @property
    def scheme(self) -> Scheme:
        return self._scheme

    def use_scheme(self, scheme: Scheme) -> None:
        """Use another scheme from now on, for the window frame too if the system draws it."""
        hints = self._app.styleHints()
        self._scheme = scheme
        hints.setColorScheme(_SCHEMES[scheme])
        self.set_system_scheme(hints.colorScheme())

    def change(self, act: Callable[[], object]) -> None:
        """Call `act`, which changes the look of all windows, in the next iteration of the event loop, and repaint
        after it.

        The style sheet is removed in this iteration, half of the work. Effects of `act` happen at once.
        """
        if self._changing:
            act()
            return
        windows = [one for one in self._app.topLevelWidgets() if one.isVisible() and one.updatesEnabled()]
        for window in windows:
            window.setUpdatesEnabled(False)
        self._app.setStyleSheet("")

        def finish() -> None:
            self._changing = True
            try:
                act()
            finally:
                self._changing = False
                for window in filter(isValid, windows):
                    window.setUpdatesEnabled(True)

        QTimer.singleShot(0, finish)

    def set_system_scheme(self, scheme: Qt.ColorScheme) -> None:
        """Set the system's current colour scheme."""
        self._system = scheme
        self._update()

    @property
    def text_size(self) -> int:
        """The text size in percent, one of `TEXT_SIZES`."""
        return round(100 * scale())

    def use_text_size(self, percent: int) -> None:
        """Use another text size from now on."""
        apply_text_size(self._app, percent)

    def _update(self) -> None:
        app = self._app
        scheme = self._system if self._scheme is Scheme.SYSTEM else _SCHEMES[self._scheme]
        dark = scheme is Qt.ColorScheme.Dark
        # Without a palette of its own the application has the system's.
        app.setPalette(QPalette())
        if high_contrast.is_wanted(app.palette(), self._system):
            apply_palette(app, high_contrast.contrast_palette(app.palette()))
        else:
            apply_scheme(app, dark=dark)


def apply_scheme(app: QApplication, *, dark: bool) -> None:
    """Apply the light or the dark colours, whatever the system's scheme."""
    apply_palette(app, palette(dark=dark))


def apply_palette(app: QApplication, colours: QPalette) -> None:
    """Set the application's palette and the matching style sheet."""
    app.setPalette(colours)
    sheet = _style_sheet(colours)
    if sheet != app.styleSheet():
        _put_on(app, sheet)


def _put_on(app: QApplication, sheet: str) -> None:
    # If the new sheet replaced the old one, Qt would restyle each widget once for each of its ancestors.
    app.setStyleSheet("")
    app.setStyleSheet(sheet)
    # It has reset each widget's font to the one at its first show.
    for widget in app.allWidgets():
        points = widget.property(_POINTS)
        if points is not None and widget.font().pointSizeF() != points * scale():
            _set_points(widget, points)


def set_style(widget: QWidget, kind: StyleKind | None = None, tone: Tone | None = None) -> None:
    """Set a widget's kind and tone (a label's kind before it is shown); None leaves either unchanged."""
    for name, chosen in (("kind", kind), ("tone", tone)):
        if chosen is not None:
            widget.setProperty(name, str(chosen))
    if isinstance(widget, QAbstractButton) and kind in _PRESSED:
        widget.setMinimumHeight(TARGET)
    # Qt reads the properties when it shows the widget. Polished before that, it would forget a font set later.
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        font = widget.font()
        # The event polishes the widget without Python having to resolve the style's class.
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Polish))
        if widget.font().pointSizeF() != font.pointSizeF():
            # The style sheet has reset the font size to the one at the widget's first show.
            widget.setFont(font)
        widget.update()


def apply_text_size(app: QApplication, percent: int) -> None:
    """Scale all texts to a percentage of the normal size, and adjust each widget's lengths to them."""
    app.setProperty(_PERCENT, percent)
    font = app.font()
    font.setPointSizeF(BODY_POINTS * percent / 100)
    app.setFont(font)
    _put_on(app, app.styleSheet())
    for widget in app.allWidgets():
        _resize(widget)
        if type(widget).__module__.startswith("bindtool."):
            # Some of our widgets choose their layout by the width of their text.
            app.postEvent(widget, QResizeEvent(widget.size(), widget.size()))


def scale() -> float:
    """Return the text scale: 1.0 is the normal size."""
    return int(cast("QApplication", QApplication.instance()).property(_PERCENT) or USUAL_SIZE) / 100


def scaled(pixels: int) -> int:
    """Return a length scaled with the text size."""
    return round(pixels * scale())


def resize_text(widget: QWidget, points: float, *, bold: bool = False) -> None:
    """Set the size of a widget's text, in points at the normal text size."""
    widget.setProperty(_POINTS, points)
    font = widget.font()
    font.setBold(bold)
    widget.setFont(font)
    _set_points(widget, points)


def _set_points(widget: QWidget, points: float) -> None:
    font = widget.font()
    font.setPointSizeF(points * scale())
    widget.setFont(font)


def resize(widget: QWidget, **lengths: int) -> None:
    """Set lengths of a widget that scale with the text size: `fixed_width`, `maximum_height` and so on.

    In pixels at the normal text size; `lines`: the height of that many lines.
    """
    widget.setProperty(_LENGTHS, {**(widget.property(_LENGTHS) or {}), **lengths})
    _resize(widget)


def _resize(widget: QWidget) -> None:
    for name, length in (widget.property(_LENGTHS) or {}).items():
        if name == "lines":
            widget.setMinimumHeight(length * widget.fontMetrics().lineSpacing() + 2)
        else:
            _SETTERS[name](widget, min(scaled(length), widget.screen().availableSize().width()))


def _style_sheet(colours: QPalette) -> str:
    role = QPalette.ColorRole
    named = {
        "accent": colours.color(role.Highlight),
        "deeper": colours.color(role.Highlight).darker(118),
        "deepest": colours.color(role.Highlight).darker(140),
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
