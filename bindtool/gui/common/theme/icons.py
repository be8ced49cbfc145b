"""The icons of the window: one for each row state and a few for controls, in the colour of their tone.

Maps states and controls to icons and tones. The files in `resources/icons` are black; `theme` has the colours. An
icon is never shown without its word.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QStyledItemDelegate, QStyleOptionViewItem, QToolButton

from bindtool.core.model.outcome import State
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

_MOST_ICONS = 128
"""More than all icons in all colours, light and dark, together."""
_IN_BUTTON = 16
"""Pixels at the normal text size."""
_DRAWN_ANEW = frozenset({QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange})
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)


class Mark(StrEnum):
    """An icon. Icons of states have the states' values."""

    INCOMPLETE = "incomplete"
    HELD = "held"
    READY = "ready"
    SENDING = "sending"
    WAITING = "waiting"
    BOUND = "bound"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNSENT = "unsent"
    LISTENING = "listening"
    REPEAT = "repeat"
    LOOK_UP = "look_up"
    WARNING = "warning"
    INFO = "info"
    CLOSE = "close"
    FIND = "find"
    FILE = "file"
    EDIT = "edit"
    PRACTICE = "practice"
    BARCODE = "barcode"
    PERSON = "person"
    MORE = "more"

    @classmethod
    def of(cls, state: State, *, held: bool = False) -> Mark:
        """Return the icon for a row; `held`: the row is incomplete for a reason that one tick removes."""
        return cls.HELD if held and state is State.INCOMPLETE else cls(state.value)

    @property
    def tone(self) -> Tone:
        """The tone of its colour."""
        return _TONES.get(self, Tone.QUIET)

    def icon(self, palette: QPalette, tone: Tone | None = None) -> QIcon:
        """Return the icon drawn for a palette, in its own tone unless another is given; cached per colour."""
        return _icon(self, theme.text_colour(tone or self.tone, palette).name())


_TONES = {
    Mark.INCOMPLETE: Tone.HELD,
    Mark.HELD: Tone.HELD,
    Mark.READY: Tone.PLAIN,
    Mark.SENDING: Tone.BUSY,
    Mark.WAITING: Tone.BUSY,
    Mark.BOUND: Tone.GOOD,
    Mark.REFUSED: Tone.BAD,
    Mark.UNKNOWN: Tone.UNSURE,
    Mark.UNSENT: Tone.HELD,
    Mark.LISTENING: Tone.GOOD,
    Mark.REPEAT: Tone.UNSURE,
    Mark.LOOK_UP: Tone.BUSY,
    Mark.WARNING: Tone.UNSURE,
    Mark.INFO: Tone.HELD,
}


class MarkLabel(QLabel):
    """A label with an icon that follows the palette; in the icon's own tone unless another is given."""

    def __init__(self, size: int, mark: Mark | None = None, tone: Tone | None = None) -> None:
        super().__init__()
        self._size = size
        self._tone = tone
        theme.resize(self, fixed_width=size, fixed_height=size)
        self.show_mark(mark)

    @property
    def mark(self) -> Mark | None:
        """The icon shown."""
        return self._mark

    def show_mark(self, mark: Mark | None, tone: Tone | None = None) -> None:
        """Show another icon, or none; with a `tone`, change to that from now on."""
        self._mark = mark
        self._tone = tone or self._tone
        if mark is None:
            self.clear()
            return
        icon = mark.icon(self.palette(), self._tone)
        size = theme.scaled(self._size)
        self.setPixmap(icon.pixmap(QSize(size, size), self.devicePixelRatioF()))

    def event(self, event: QEvent) -> bool:
        """Redraw when the palette, the text size or the display's scale changes."""
        if event.type() in _DRAWN_ANEW:
            self.show_mark(self._mark)
        return super().event(event)


class MarkButton(QToolButton):
    """A flat tool button with text, an icon that follows the palette, or both."""

    def __init__(self, mark: Mark | None) -> None:
        super().__init__()
        self._mark = mark
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_style(self, StyleKind.FLAT)
        self._draw()

    def show_words(self, words: str) -> None:
        """Show text beside the icon."""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setText(f" {words}")  # Qt leaves no space between icon and text

    def _draw(self) -> None:
        if self._mark is not None:
            self.setIcon(self._mark.icon(self.palette(), Tone.PLAIN))
            self.setIconSize(QSize(theme.scaled(_IN_BUTTON), theme.scaled(_IN_BUTTON)))

    def changeEvent(self, event: QEvent) -> None:
        """Redraw when the palette or the text size changes."""
        if event.type() in _DRAWN_ANEW:
            self._draw()
        super().changeEvent(event)


class ToneDelegate(QStyledItemDelegate):
    """Draws a table's cells; selected text keeps its tone's colour, as icons do.

    PySide's types know no attribute of a style option.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Use the unselected text colour for selected cells too, where Qt would have one colour for all."""
        super().initStyleOption(option, index)
        view: Any = option
        palette = view.palette
        palette.setBrush(QPalette.ColorRole.HighlightedText, palette.text())
        view.palette = palette


def app_icon() -> QIcon:
    """Return the application icon."""
    drawing = asset("icons", "bindtool.svg").read_bytes()
    icon = QIcon()
    renderer = QSvgRenderer(drawing)
    for size in _APP_SIZES:
        icon.addPixmap(_pixmap(renderer, size))
    return icon


class _Engine(QIconEngine):
    """Draws an icon once per size, when it is first shown, with exactly the pixels of its display.

    Qt would grey out the icon of a disabled or selected control; the colour is right for both already.
    """

    def __init__(self, drawing: bytes) -> None:
        super().__init__()
        self._drawing = drawing
        self._pixmaps: dict[int, QPixmap] = {}

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        """Return the largest square that fits."""
        edge = min(size.width(), size.height())
        return QSize(edge, edge)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a pixmap of this size."""
        edge = min(size.width(), size.height())
        if edge not in self._pixmaps:
            self._pixmaps[edge] = _pixmap(QSvgRenderer(self._drawing), edge)
        return self._pixmaps[edge]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint the icon; used by tables."""
        painter.drawPixmap(rect, self.pixmap(rect.size() * painter.device().devicePixelRatio(), mode, state))

    def clone(self) -> QIconEngine:
        """Return a new engine; Qt clones one before it changes an icon."""
        return _Engine(self._drawing)


@lru_cache(maxsize=_MOST_ICONS)
def _icon(mark: Mark, colour: str) -> QIcon:
    text = asset("icons", f"{mark}.svg").read_text(encoding="utf-8")
    return QIcon(_Engine(text.replace("currentColor", colour).encode()))


def _pixmap(renderer: QSvgRenderer, size: int) -> QPixmap:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return QPixmap.fromImage(image)
