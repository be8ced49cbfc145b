"""Labels of a page: its header, wrapped lines, and a line elided with "…" if it does not fit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts


def line(text: str = "", tone: Tone = Tone.PLAIN, *, wraps: bool = True) -> QLabel:
    """Return a label of body text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if tone is not Tone.PLAIN:
        theme.set_style(label, tone=tone)
    return label


def headline(text: str = "", points: float = theme.FIELD_POINTS) -> QLabel:
    """Return a title label; for a section's title, pass `theme.LINE_POINTS`."""
    label = line(text)
    # Without a tone: setting one would make the style sheet reset the size.
    theme.resize_text(label, points, bold=True)
    return label


class Header(QWidget):
    """The head of a page, a panel or a dialog: title, subtitle, and buttons at the right.

    Args:
        title: the title, if it is fixed.
        about: the subtitle; "" for none.
        beside: the buttons, the closing one last.
        points: the size of the title; a panel's has the size of a section's.
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
        """Change or remove the subtitle."""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        theme.set_style(self._about, tone=tone)


def details_line(name: str) -> QLabel:
    """Return a label for details of the selection; always two lines high, so that nothing moves."""
    label = line(tone=Tone.QUIET)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    theme.resize(label, lines=2)
    return label


_SHORTEST = 24


class ElidedLabel(QLabel):
    """A one-line label that can shrink below its text. `text()` is always the whole text.

    Args:
        text: the initial text.
        tone: the tone of its colour.
        name: the accessible name, if it has one.
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
        """Set the text. If the label has a name, the text becomes its accessible description."""
        super().setText(text)
        if self.accessibleName():
            self.setAccessibleDescription(text)
        self._set_whole_as_tool_tip()

    def minimumSizeHint(self) -> QSize:
        """Return the height of a line and hardly any width."""
        return QSize(_SHORTEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide the text anew."""
        super().resizeEvent(event)
        self._set_whole_as_tool_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the elided text."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.contentsRect(), self.alignment(), shown)

    def _set_whole_as_tool_tip(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        self.setToolTip("" if fits else self.text())
