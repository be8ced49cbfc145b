"""How widgets stand: in rows and columns, and on a page that scrolls where the window is small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from bindtool.gui.common.theme import theme


@dataclass(frozen=True, slots=True)
class Gap:
    """So many pixels that stay free."""

    pixels: int


Part = QWidget | QLayout | Gap | int | tuple[QWidget | QLayout, int] | tuple[QWidget, int, Qt.AlignmentFlag]
"""What stands in a row or a column. A number is its share of the room that is left: alone it is a space."""

Box = TypeVar("Box", bound="QBoxLayout")

NO_MARGINS = (0, 0, 0, 0)


def row(
    *parts: Part,
    on: QWidget | None = None,
    spacing: int = theme.GAP,
    margins: tuple[int, int, int, int] = NO_MARGINS,
) -> QHBoxLayout:
    """Return `parts` from left to right. `on`: the widget that they fill. In pixels."""
    return _fill(QHBoxLayout(on) if on is not None else QHBoxLayout(), parts, spacing, margins)


def column(
    *parts: Part,
    on: QWidget | None = None,
    spacing: int = theme.GAP,
    margins: tuple[int, int, int, int] = NO_MARGINS,
) -> QVBoxLayout:
    """Return `parts` from top to bottom; as `row`."""
    return _fill(QVBoxLayout(on) if on is not None else QVBoxLayout(), parts, spacing, margins)


def field_row(*fields: QWidget | tuple[QWidget, int], on: QWidget | None = None) -> QHBoxLayout:
    """Return form fields side by side, their tops in line; each has its share of the room, else an equal one."""
    shares = (field if isinstance(field, tuple) else (field, 1) for field in fields)
    return row(*((field, share, Qt.AlignmentFlag.AlignTop) for field, share in shares), on=on, spacing=theme.MARGIN)


def _fill(box: Box, parts: tuple[Part, ...], spacing: int, margins: tuple[int, int, int, int]) -> Box:
    box.setContentsMargins(*margins)
    box.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            box.addStretch(part)
            continue
        if isinstance(part, Gap):
            box.addSpacing(part.pixels)
            continue
        one, stretch, *where = part if isinstance(part, tuple) else (part, 0)
        if isinstance(one, QLayout):
            box.addLayout(one, stretch)
        else:
            box.addWidget(one, stretch, *where)
    return box


class OneLine(QBoxLayout):
    """Words, and at their right what can be pressed; or below them, where there is no room beside."""

    def __init__(self, words: QLayout, actions: QLayout) -> None:
        super().__init__(QBoxLayout.Direction.TopToBottom)
        self._parts = (words, actions)
        self.addLayout(words, 1)
        self.addLayout(actions)
        self.stand(beside=False)

    def stand(self, *, beside: bool) -> None:
        """Choose how the two stand."""
        self.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self.setSpacing(theme.PAGE if beside else theme.TIGHT)

    def minimumSize(self) -> QSize:
        """Let a window become narrower than the two beside each other: they will stand below each other then."""
        return QSize(max(part.minimumSize().width() for part in self._parts), super().minimumSize().height())


class ScrollsIfLow(QScrollArea):
    """Shows a widget as it would be by itself, and scrolls where there is less height than that needs.

    To be kept by whoever makes it: Python's garbage collection has deleted one that only Qt had, with all in it.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        hidden = content.isHidden() and content.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        self.setWidget(content)
        content.installEventFilter(self)
        # Qt shows whatever it is given.
        content.setHidden(hidden)
        self.setHidden(hidden)
        self.verticalScrollBar().rangeChanged.connect(self.updateGeometry)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Come and go with the widget, and let the layout around know when it needs another size."""
        match event.type():
            case QEvent.Type.ShowToParent:
                self.show()
            case QEvent.Type.HideToParent:
                self.hide()
            case QEvent.Type.LayoutRequest:
                self.updateGeometry()
                self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the widget all the room there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """By itself Qt gives a widget with lines that wrap the height that it would like, not what it needs."""
        room, layout = self.viewport().size(), self.widget().layout()
        if layout is not None:
            wraps = layout.hasHeightForWidth()
            needed = layout.minimumHeightForWidth(room.width()) if wraps else layout.minimumSize().height()
            self.widget().resize(room.width(), max(room.height(), needed))

    def sizeHint(self) -> QSize:
        """Ask for what the widget asks for, and the bar."""
        return self.widget().sizeHint() + QSize(self._bar_width, 0)

    def minimumSizeHint(self) -> QSize:
        """Have the widget's width, and hardly any height."""
        least = max(self.widget().minimumSizeHint().width(), self.widget().minimumWidth())
        return QSize(least + self._bar_width, super().minimumSizeHint().height())

    @property
    def _bar_width(self) -> int:
        bar = self.verticalScrollBar()
        return bar.sizeHint().width() if bar.maximum() > 0 else 0


class ScrollPage(QScrollArea):
    """Shows one column in the middle, and keeps its lines short where the window is large.

    Args:
        content: the column.
        widest: pixels that it takes at most, so that a line of text stays easy to read.
    """

    def __init__(self, content: QWidget, widest: int) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is on it, and it scrolls there
        self._widest = widest
        theme.resize(content, maximum_width=widest)
        page = QWidget()
        # The content grows first, to its widest; the rest is for both sides.
        row(1, (content, 1000), 1, on=page)
        self.setWidget(page)

    def fill_page(self, page: QWidget, *head: Part) -> QVBoxLayout:
        """Fill a page; return its column, for what stays in place below while this scrolls. `head`: as that, above.

        Best done while there is little in here: what gets another parent is styled again, with its children.
        """
        above = [self._in_line(head, theme.PAGE, theme.GAP)] if head else []
        return column(*above, (self, 1), on=page, spacing=0)

    def foot(self, *parts: Part) -> QVBoxLayout:
        """Return what stands below an edge, as wide as the content."""
        edge = QFrame()
        edge.setFrameStyle(QFrame.Shape.HLine | QFrame.Shadow.Plain)
        edge.setForegroundRole(QPalette.ColorRole.Mid)
        return column(edge, self._in_line(parts, theme.STEP, theme.MARGIN), spacing=0)

    def _in_line(self, parts: tuple[Part, ...], above: int, below: int) -> QHBoxLayout:
        content = QWidget()
        theme.resize(content, maximum_width=self._widest)
        column(*parts, on=content, spacing=theme.STEP, margins=(theme.SECTION, above, theme.SECTION, below))
        line, bar = row(1, (content, 1000), 1), self.verticalScrollBar()
        # It stays in line with the content, whether that has a scroll bar beside it or not.
        bar.rangeChanged.connect(
            lambda _, end: line.setContentsMargins(0, 0, bar.sizeHint().width() if end else 0, 0)
        )
        return line
