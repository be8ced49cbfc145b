"""Labels of a page: its header, lines that wrap, and a line that is elided with "…" where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts


def line(text: str = "", tone: Tone = Tone.PLAIN, *, wraps: bool = True) -> QLabel:
    """Return a text of the body's size."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if tone is not Tone.PLAIN:
        theme.set_style(label, tone=tone)
    return label


def headline(text: str = "", points: float = theme.FIELD_POINTS) -> QLabel:
    """Return a title, or that of a section with `theme.LINE_POINTS`."""
    label = line(text)
    # No tone is set: the style sheet would undo the size.
    theme.resize_text(label, points, bold=True)
    return label


class Header(QWidget):
    """What a page, a panel or a dialog begins with: its title, what it is about, and at the right the way out.

    Args:
        title: its title, where that stays the same.
        about: a line below it; none where it is empty.
        beside: what can be pressed, the way out last.
        points: the size of the title; a panel's is that of a section.
    """

    def __init__(
        self, title: str = "", about: str = "", *beside: QWidget, points: float = theme.FIELD_POINTS
    ) -> None:
        super().__init__()
        self._title = headline(title, points)
        self._about = line(tone=Tone.QUIET)
        words = layouts.column(1, self._title, self._about, 1, spacing=theme.TIGHT)
        buttons = ((one, 0, Qt.AlignmentFlag.AlignTop) for one in beside)
        layouts.row((words, 1), *buttons, on=self, spacing=theme.GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_about(about)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_title(self, title: str) -> None:
        self._title.setText(title)

    def show_about(self, about: str, tone: Tone = Tone.QUIET) -> None:
        """Show another line below the title, or none."""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        theme.set_style(self._about, tone=tone)


def details_line(name: str) -> QLabel:
    """Return a label for details of what is selected; always two lines high, so that nothing moves."""
    label = line(tone=Tone.QUIET)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    theme.resize(label, lines=2)
    return label


_SHORTEST = 24


class ElidedLabel(QLabel):
    """A label of one line that gives way. `text()` is always the whole text.

    Args:
        text: what it says at first.
        tone: what its colour says.
        name: what a screen reader calls it, where it has a name.
        points: the size of the text; 0 for the body's.
        bold: whether the text is bold; with `points` only.
    """

    def __init__(
        self, text: str = "", tone: Tone = Tone.PLAIN, *, name: str = "", points: float = 0, bold: bool = False
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        if points:
            theme.resize_text(self, points, bold=bold)
        if tone is not Tone.PLAIN:
            theme.set_style(self, tone=tone)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text. Where the label has a name, a screen reader takes the text as what is said of it."""
        super().setText(text)
        if self.accessibleName():
            self.setAccessibleDescription(text)
        self._set_whole_as_tool_tip()

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of a line and hardly any width."""
        return QSize(_SHORTEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether the text still has room."""
        super().resizeEvent(event)
        self._set_whole_as_tool_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.contentsRect(), self.alignment(), shown)

    def _set_whole_as_tool_tip(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        self.setToolTip("" if fits else self.text())
