"""Layout helpers: rows, columns, and a page that scrolls if the window is small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from bindtool.gui.common.theme import theme


@dataclass(frozen=True, slots=True)
class Gap:
    """A fixed gap in pixels."""

    pixels: int


Part = QWidget | QLayout | Gap | int | tuple[QWidget | QLayout, int] | tuple[QWidget, int, Qt.AlignmentFlag]
"""An item of a row or a column. A number is its stretch factor: alone it is a spacer."""

Box = TypeVar("Box", bound="QBoxLayout")

NO_MARGINS = (0, 0, 0, 0)


def row(
    *parts: Part,
    on: QWidget | None = None,
    spacing: int = theme.GAP,
    margins: tuple[int, int, int, int] = NO_MARGINS,
) -> QHBoxLayout:
    """Return `parts` in a horizontal layout. `on`: the widget it is set on. `spacing` and `margins` in pixels."""
    return _fill(QHBoxLayout(on) if on is not None else QHBoxLayout(), parts, spacing, margins)


def column(
    *parts: Part,
    on: QWidget | None = None,
    spacing: int = theme.GAP,
    margins: tuple[int, int, int, int] = NO_MARGINS,
) -> QVBoxLayout:
    """Return `parts` in a vertical layout; arguments as for `row`."""
    return _fill(QVBoxLayout(on) if on is not None else QVBoxLayout(), parts, spacing, margins)


def field_row(*fields: QWidget | tuple[QWidget, int], on: QWidget | None = None) -> QHBoxLayout:
    """Return form fields side by side, tops aligned; each with its stretch factor, by default an equal one."""
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
    """Text with buttons at its right, or below it if there is no room beside."""

    def __init__(self, words: QLayout, actions: QLayout) -> None:
        super().__init__(QBoxLayout.Direction.TopToBottom)
        self._parts = (words, actions)
        self.addLayout(words, 1)
        self.addLayout(actions)
        self.stand(beside=False)

    def stand(self, *, beside: bool) -> None:
        """Put the buttons beside the text or below it."""
        self.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self.setSpacing(theme.PAGE if beside else theme.TIGHT)

    def minimumSize(self) -> QSize:
        """Allow less width than both side by side: the buttons move below the text then."""
        return QSize(max(part.minimumSize().width() for part in self._parts), super().minimumSize().height())


class ScrollsIfLow(QScrollArea):
    """Shows a widget at its own size, and scrolls if there is less height.

    The caller must keep a reference: Python's garbage collection has deleted an area that only Qt held, with its
    content.
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
        # Qt shows every widget it is given.
        content.setHidden(hidden)
        self.setHidden(hidden)
        self.verticalScrollBar().rangeChanged.connect(self.updateGeometry)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show and hide together with the content, and update the surrounding layout when the content's size hint
        changes.
        """
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
        """Give the content all the space available."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Set the content to the height its wrapped lines need; Qt would set its preferred height."""
        room, layout = self.viewport().size(), self.widget().layout()
        if layout is not None:
            wraps = layout.hasHeightForWidth()
            needed = layout.minimumHeightForWidth(room.width()) if wraps else layout.minimumSize().height()
            self.widget().resize(room.width(), max(room.height(), needed))

    def sizeHint(self) -> QSize:
        """Return the content's size hint plus the scroll bar."""
        return self.widget().sizeHint() + QSize(self._bar_width, 0)

    def minimumSizeHint(self) -> QSize:
        """Return the content's width and hardly any height."""
        least = max(self.widget().minimumSizeHint().width(), self.widget().minimumWidth())
        return QSize(least + self._bar_width, super().minimumSizeHint().height())

    @property
    def _bar_width(self) -> int:
        bar = self.verticalScrollBar()
        return bar.sizeHint().width() if bar.maximum() > 0 else 0


class ScrollPage(QScrollArea):
    """Shows one centred column, of limited width so that lines stay short in a large window.

    Args:
        content: the column's widget.
        widest: its maximum width in pixels, so that a line of text stays easy to read.
    """

    def __init__(self, content: QWidget, widest: int) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to the widgets on it, and it scrolls to them
        self._widest = widest
        theme.resize(content, maximum_width=widest)
        page = QWidget()
        # The content grows first, up to its maximum width; both sides share the rest.
        row(1, (content, 1000), 1, on=page)
        self.setWidget(page)

    def fill_page(self, page: QWidget, *head: Part) -> QVBoxLayout:
        """Fill a page with this area; return the page's column, for a fixed footer. `head`: fixed parts above.

        Best called while the area is nearly empty: a widget that gets another parent is restyled with its children.
        """
        above = [self._in_line(head, theme.PAGE, theme.GAP)] if head else []
        return column(*above, (self, 1), on=page, spacing=0)

    def foot(self, *parts: Part) -> QVBoxLayout:
        """Return a footer with a line above it, as wide as the content."""
        edge = QFrame()
        edge.setFrameStyle(QFrame.Shape.HLine | QFrame.Shadow.Plain)
        edge.setForegroundRole(QPalette.ColorRole.Mid)
        return column(edge, self._in_line(parts, theme.STEP, theme.MARGIN), spacing=0)

    def _in_line(self, parts: tuple[Part, ...], above: int, below: int) -> QHBoxLayout:
        content = QWidget()
        theme.resize(content, maximum_width=self._widest)
        column(*parts, on=content, spacing=theme.STEP, margins=(theme.SECTION, above, theme.SECTION, below))
        line, bar = row(1, (content, 1000), 1), self.verticalScrollBar()
        # Keep the footer aligned with the content, with or without a scroll bar beside that.
        bar.rangeChanged.connect(
            lambda _, end: line.setContentsMargins(0, 0, bar.sizeHint().width() if end else 0, 0)
        )
        return line
