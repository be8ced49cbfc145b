"""Shows the result of the user's latest action over the page for some seconds, without moving anything.

`message_bar` shows notices that need attention. The controllers decide what is an answer, and hand it to `notices`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QFrame, QLineEdit, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.buttons import BarButton, remove_buttons
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.common.widgets.notices import Kind, Notice, Notices, words_in

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

LASTS = 10_000
"""Milliseconds until it disappears; starts anew while the mouse or the focus is on a button of it."""

_MARK_SIZE = 20
_MOVED = frozenset({QEvent.Type.Resize, QEvent.Type.Move})


class PassingNews(QFrame):
    """The newest answer, at the lower left of the widget it covers.

    Args:
        frame: its parent, which contains all pages; it is drawn above them.
        lasts: milliseconds until it disappears.
    """

    def __init__(self, texts: Texts, notices: Notices, frame: QWidget, *, lasts: int = LASTS) -> None:
        super().__init__(frame)
        self._texts = texts
        self._notices = notices
        self._frame = self._over = frame
        self._shown: Notice | None = None
        self._buttons: list[BarButton] = []
        self._fading = QTimer(self, singleShot=True, interval=lasts)
        self._fading.timeout.connect(self._fade)
        self.setAccessibleName(texts("notice.answer_name"))
        theme.set_style(self, StyleKind.SECTION)
        self._words = line()
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._options = layouts.row(spacing=theme.GAP)
        self._close = MarkButton(Mark.CLOSE)
        self._close.setAccessibleName(texts("notice.answer_close"))
        self._close.setToolTip(texts("notice.answer_close"))
        self._close.clicked.connect(self._dismiss)
        self._row = layouts.row(
            MarkLabel(_MARK_SIZE, Mark.INFO, Tone.BUSY),
            (self._words, 1),
            self._options,
            self._close,
            on=self,
            spacing=theme.GAP,
            margins=(theme.STEP, theme.TIGHT, theme.TIGHT, theme.TIGHT),
        )
        self.hide()
        notices.changed.connect(self.show_answer)

    def lie_over(self, widget: QWidget) -> None:
        """Cover another widget from now on."""
        self._over.removeEventFilter(self)
        self._over = widget
        if self.isVisible():
            widget.installEventFilter(self)
            self._place()

    def show_answer(self) -> None:
        """Show the newest answer; hide if there is none."""
        before, self._shown = self._shown, self._notices.answer
        if self._shown is before:
            return
        self._remove_buttons()
        if self._shown is None:
            self._over.removeEventFilter(self)
            self.hide()
            return
        for place, option in enumerate(self._shown.options):
            button = BarButton(words_in(self._texts, option.words), clicked=lambda _, at=place: self._press(at))
            self._buttons.append(button)
            self._options.addWidget(button)
            button.show()
        words = words_in(self._texts, self._shown.words)
        self._words.setText(words)
        self.setAccessibleDescription(words)
        self.show()
        self.raise_()
        self._place()
        # Only while visible: the filter sees every event of the table.
        self._over.installEventFilter(self)
        self._fading.start()
        announce(self, words)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the covered widget."""
        if event.type() in _MOVED:
            self._place()
        return False

    def _place(self) -> None:
        """Take the lowest place that covers no button and no field."""
        over = QRect(self._over.mapTo(self._frame, QPoint()), self._over.size())
        self._words.setWordWrap(False)
        # A wrapped label needs a little more width than its text.
        width = min(self._row.sizeHint().width() + theme.PAGE, over.width() // 2)
        self._words.setWordWrap(True)
        height = max(self._row.heightForWidth(width), self._row.minimumSize().height())
        # If a panel takes nearly all the space, use the frame's bottom edge.
        bottom = over.bottom() if over.height() > height + 2 * theme.GAP else self._frame.rect().bottom()
        lowest = QRect(over.left() + theme.GAP, bottom - theme.GAP - height, width, height)
        taken = self._taken()
        places = (lowest.translated(0, -up) for up in range(0, lowest.top(), theme.GAP))
        self.setGeometry(next((one for one in places if not any(map(one.intersects, taken))), lowest))

    def _taken(self) -> list[QRect]:
        """Return the rectangles of the visible buttons and fields."""
        shown = (
            one
            for kind in (QAbstractButton, QLineEdit)
            for one in self._frame.findChildren(kind)
            if one.isVisible() and not self.isAncestorOf(one)
        )
        return [QRect(one.mapTo(self._frame, QPoint()), one.size()) for one in shown]

    def _remove_buttons(self) -> None:
        remove_buttons(self._buttons, self._options)

    def _press(self, place: int) -> None:
        if self._shown is not None:
            self._notices.take(self._shown, self._shown.options[place])

    def _dismiss(self) -> None:
        self._notices.clear(Kind.ANSWER)

    def _fade(self) -> None:
        if any(button.underMouse() or button.hasFocus() for button in (*self._buttons, self._close)):
            self._fading.start()
        else:
            self._dismiss()
