"""An inline confirmation before an action that can't be undone; dialogs that fit their content, and dialogs created
anew each time.
"""

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
    """Hidden until `show`; either answer hides it again.

    Args:
        question: the text of the question.
        yes: the text of the confirming button.
        texts: the catalogue for the other button's text.
        no: the other button's text, if "keep" would be wrong.

    Signals:
        confirmed: the confirming button was pressed.
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
"""Pixels of the screen's height that a window frame takes."""


class FittingDialog(QDialog):
    """Resizes to its content at any time: Qt ignores wrapped lines when it fits a window to its content.

    Scrolls if the screen is lower. `content`: the widget that holds the dialog's column.
    """

    _column: QBoxLayout
    """The column of all content. The subclass that creates it sets this: looked up in the event, PySide crashes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = QWidget()
        self._scroll = layouts.ScrollsIfLow(self.content)
        layouts.column(self._scroll, on=self)
        self.content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Resize with the content."""
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            needed = self._column.totalHeightForWidth(self.width())
            self.setFixedHeight(min(needed, self.screen().availableSize().height() - _AROUND))
        return super().eventFilter(watched, event)


def resize_within_screen(dialog: QDialog, size: QSize) -> None:
    """Resize a dialog to `size`, or to the part of it that fits on the screen."""
    dialog.resize(size.boundedTo(dialog.screen().availableSize() - QSize(0, _AROUND)))


def open_once(dialog: QDialog) -> None:
    """Open a dialog, and delete it once it is answered or closed."""
    dialog.finished.connect(dialog.deleteLater)
    # Called on the class: some dialogs override `open`.
    QDialog.open(dialog)
