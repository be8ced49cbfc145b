"""A question inside a panel, before what can't be undone; dialogs that fit, and dialogs that are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtWidgets import QBoxLayout, QDialog, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts


class InlineConfirm(QWidget):
    """Out of sight until `show`; either answer puts it away.

    Args:
        question: what is asked.
        yes: what the answer that goes on is called.
        texts: the words for the other answer.
        no: what that is called, where it does not keep what the question names.

    Signals:
        confirmed: the person wants it.
    """

    confirmed = Signal()

    def __init__(self, question: str, yes: str, texts: Texts, *, no: str = "") -> None:
        super().__init__()
        self.setAccessibleName(question)
        self.yes = ActionButton(yes)
        self.no = ActionButton(no or texts("ask_first.no"), clicked=self.hide)
        layouts.row((line(question), 1), self.yes, self.no, on=self, spacing=theme.STEP)
        self.yes.clicked.connect(self.hide)
        self.yes.clicked.connect(self.confirmed)
        self.hide()


_AROUND = 48
"""Pixels that a window's frame takes of the screen's height."""


class FittingDialog(QDialog):
    """As high as what it says, at any time: Qt leaves wrapped lines out when it fits a window to its content.

    Where the screen is lower than that, it scrolls. `content`: what the dialog's column stands on.
    """

    _column: QBoxLayout
    """All that is in it. Kept by whoever makes it: asked for in the event, PySide crashes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = QWidget()
        self._scroll = layouts.ScrollsIfLow(self.content)
        layouts.column(self._scroll, on=self)
        self.content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow and shrink with the content."""
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            needed = self._column.totalHeightForWidth(self.width())
            self.setFixedHeight(min(needed, self.screen().availableSize().height() - _AROUND))
        return super().eventFilter(watched, event)


def resize_within_screen(dialog: QDialog, size: QSize) -> None:
    """Give a dialog a size, or what the screen has of it."""
    dialog.resize(size.boundedTo(dialog.screen().availableSize() - QSize(0, _AROUND)))


def open_once(dialog: QDialog) -> None:
    """Show a dialog; once it has been answered or closed, it goes."""
    dialog.finished.connect(dialog.deleteLater)
    # By its class: some dialogs have an `open` of another kind.
    QDialog.open(dialog)
