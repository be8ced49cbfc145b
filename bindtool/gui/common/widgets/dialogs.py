"""An inline confirmation before an action that can't be undone; the size, place and lifetime of dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QObject, QRect, QSize, Signal
from PySide6.QtWidgets import QBoxLayout, QDialog, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from PySide6.QtGui import QScreen

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


_FRAME = QMargins(8, 40, 8, 8)
"""Pixels that a window frame may take: its size is known only after the window is shown."""


def _room_on(screen: QScreen) -> QRect:
    """Return the part of a screen that a dialog may cover, without its frame."""
    return screen.availableGeometry().marginsRemoved(_FRAME)


class DialogPlacer(QObject):
    """Opens each dialog over the middle of its window, with all of it on the screen, also where it grows.

    Qt itself guesses the frame's size, so it would open the same dialog in another place the next time.
    """

    def __init__(self, window: QWidget) -> None:
        # Not a child of the window: a change of language deletes its children.
        super().__init__()
        self._window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Place a dialog before it is shown, and move it up if it has grown beyond the screen."""
        if isinstance(watched, QDialog):
            if event.type() == QEvent.Type.Show and not event.spontaneous():
                place = watched.geometry()
                place.moveCenter(self._window.geometry().center())
                # Before it is shown, a dialog may be on the primary screen, where its window is not.
                watched.windowHandle().setScreen(self._window.screen())
                _move(watched, place, self._window.screen())
            elif event.type() == QEvent.Type.Resize and watched.isVisible():
                _move(watched, watched.geometry(), watched.screen())
        return False


def _move(dialog: QDialog, place: QRect, screen: QScreen) -> None:
    """Move a dialog there, or as near as a screen has room."""
    room = _room_on(screen)
    place.moveLeft(max(room.left(), min(place.left(), room.right() + 1 - place.width())))
    place.moveTop(max(room.top(), min(place.top(), room.bottom() + 1 - place.height())))
    dialog.setGeometry(place)


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
            self.setFixedHeight(min(needed, _room_on(self.screen()).height()))
        return super().eventFilter(watched, event)


def resize_within_screen(dialog: QDialog, size: QSize) -> None:
    """Resize a dialog to `size`, or to the part of it that fits on the screen."""
    dialog.resize(size.boundedTo(_room_on(dialog.screen()).size()))


def open_once(dialog: QDialog) -> None:
    """Open a dialog, and delete it once it is answered or closed."""
    dialog.finished.connect(dialog.deleteLater)
    # Called on the class: some dialogs override `open`.
    QDialog.open(dialog)
