"""The icons of the window: one for each state of a row and a few for its controls, in the colour of their tone.

Decides which icon and which tone belong to what. The files are in `resources/icons` and are black; the colours
are `theme`'s. An icon is never shown without its word.
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
"""More than all icons in all colours, light and dark."""
_IN_BUTTON = 16
"""Pixels at the usual size of texts."""
_DRAWN_ANEW = frozenset({QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange})
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)


class Mark(StrEnum):
    """An icon. Those of states have the states' names; "state." and the name make the id of the word."""

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
        """Return the icon for a row; `held`: it is incomplete for a reason that one tick removes."""
        return cls.HELD if held and state is State.INCOMPLETE else cls(state.value)

    @property
    def tone(self) -> Tone:
        """What its colour says."""
        return _TONES.get(self, Tone.QUIET)

    def icon(self, palette: QPalette, tone: Tone | None = None) -> QIcon:
        """Return it for a palette, in its own tone unless another is given; it is drawn once for each colour."""
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
    """A label with an icon, whose colour changes with the palette; in its own tone, unless another is given."""

    def __init__(self, size: int, mark: Mark | None = None, tone: Tone | None = None) -> None:
        super().__init__()
        self._size = size
        self._tone = tone
        theme.resize(self, fixed_width=size, fixed_height=size)
        self.show_mark(mark)

    @property
    def mark(self) -> Mark | None:
        """The icon that is shown."""
        return self._mark

    def show_mark(self, mark: Mark | None, tone: Tone | None = None) -> None:
        """Show another icon, or none; from now on in another tone, where one is given."""
        self._mark = mark
        self._tone = tone or self._tone
        if mark is None:
            self.clear()
            return
        icon = mark.icon(self.palette(), self._tone)
        size = theme.scaled(self._size)
        self.setPixmap(icon.pixmap(QSize(size, size), self.devicePixelRatioF()))

    def event(self, event: QEvent) -> bool:
        """Draw again in the colour of a new palette, as large as texts, and at the scale of another display."""
        if event.type() in _DRAWN_ANEW:
            self.show_mark(self._mark)
        return super().event(event)


class MarkButton(QToolButton):
    """A flat button of a bar: an icon, whose colour changes with the palette, or words, or both."""

    def __init__(self, mark: Mark | None) -> None:
        super().__init__()
        self._mark = mark
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_style(self, StyleKind.FLAT)
        self._draw()

    def show_words(self, words: str) -> None:
        """Say beside the icon what it means."""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setText(f" {words}")  # Qt leaves no room between the two

    def _draw(self) -> None:
        if self._mark is not None:
            self.setIcon(self._mark.icon(self.palette(), Tone.PLAIN))
            self.setIconSize(QSize(theme.scaled(_IN_BUTTON), theme.scaled(_IN_BUTTON)))

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the colour of a new palette, and as large as texts."""
        if event.type() in _DRAWN_ANEW:
            self._draw()
        super().changeEvent(event)


class ToneDelegate(QStyledItemDelegate):
    """Draws the cells of a table; words keep the colour of their tone while they are selected, as icons do.

    PySide's types know no attribute of a style option.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Take the colour that the words have where they are not selected; Qt has one for all."""
        super().initStyleOption(option, index)
        view: Any = option
        palette = view.palette
        palette.setBrush(QPalette.ColorRole.HighlightedText, palette.text())
        view.palette = palette


def app_icon() -> QIcon:
    """Return the program's own icon."""
    drawing = asset("icons", "bindtool.svg").read_bytes()
    icon = QIcon()
    renderer = QSvgRenderer(drawing)
    for size in _APP_SIZES:
        icon.addPixmap(_pixmap(renderer, size))
    return icon


class _Engine(QIconEngine):
    """Draws an icon in each size once, when it is first shown: it has exactly the pixels of its display.

    Where its control is disabled or selected Qt would grey it out; the colour is right for both.
    """

    def __init__(self, drawing: bytes) -> None:
        super().__init__()
        self._drawing = drawing
        self._pixmaps: dict[int, QPixmap] = {}

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        """Return the square that there is room for."""
        edge = min(size.width(), size.height())
        return QSize(edge, edge)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the picture of so many pixels."""
        edge = min(size.width(), size.height())
        if edge not in self._pixmaps:
            self._pixmaps[edge] = _pixmap(QSvgRenderer(self._drawing), edge)
        return self._pixmaps[edge]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint it, as a table does."""
        painter.drawPixmap(rect, self.pixmap(rect.size() * painter.device().devicePixelRatio(), mode, state))

    def clone(self) -> QIconEngine:
        """Return another one; Qt asks for it where an icon is changed."""
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
