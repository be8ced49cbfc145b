"""A question inside a panel, before what can't be undone; dialogs that fit, and dialogs that are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QDialog, QWidget

from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QBoxLayout

    from bindtool.i18n.catalogue import Texts


class InlineConfirm(QWidget):
    """Out of sight until `show`; either answer puts it away.

    Args:
        question: what is asked.
        yes: what the answer that goes on is called.
        texts: the words for the other answer.

    Signals:
        confirmed: the person wants it.
    """

    confirmed = Signal()

    def __init__(self, question: str, yes: str, texts: Texts) -> None:
        super().__init__()
        self.setAccessibleName(question)
        self.yes = ActionButton(yes)
        self.no = ActionButton(texts("ask_first.no"), clicked=self.hide)
        layouts.row((line(question), 1), self.yes, self.no, on=self, spacing=12)
        self.yes.clicked.connect(self.hide)
        self.yes.clicked.connect(self.confirmed)
        self.hide()


class FittingDialog(QDialog):
    """As high as what it says, at any time: Qt leaves wrapped lines out when it fits a window to its content."""

    _column: QBoxLayout
    """All that is in it. Kept by whoever makes it: asked for in the event, PySide crashes."""

    def event(self, event: QEvent) -> bool:
        """Grow and shrink with the content."""
        taken = super().event(event)
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            self.setFixedHeight(self._column.totalHeightForWidth(self.width()))
        return taken


def open_once(dialog: QDialog) -> None:
    """Show a dialog; once it has been answered or closed, it goes."""
    dialog.finished.connect(dialog.deleteLater)
    # By its class: some dialogs have an `open` of another kind.
    QDialog.open(dialog)
