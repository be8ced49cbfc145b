"""The message bar: shows the first notice of the queue, with buttons that a scanner's Return can't press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QWidget
from shiboken6 import isValid

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce, come_before
from bindtool.gui.common.widgets.buttons import BarButton, remove_buttons
from bindtool.gui.common.widgets.labels import headline, line
from bindtool.gui.common.widgets.notices import Kind, Notice, Notices, words_in

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bindtool.gui.common.widgets.notices import Words
    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 24
_LONGEST_NAME = 40
"""Characters; a longer value is shortened on its button, and whole in the tool tip."""
_NARROWEST = 240
"""Pixels: the minimum width of the text beside its buttons."""

_URGENT = frozenset({Kind.ADVICE, Kind.ERROR})


class MessageBar(QFrame):
    """Shows one notice at a time."""

    def __init__(self, texts: Texts, notices: Notices) -> None:
        super().__init__()
        self._texts = texts
        self._notices = notices
        self._everything = True
        self._shown: Notice | None = None
        self._said: dict[str, int] = {}
        self._focus_before: QWidget | None = None
        self.setAccessibleName(texts("notice.name"))
        self._mark = MarkLabel(_MARK_SIZE)
        self._title = headline(points=theme.BODY_POINTS)
        self._body = line()
        self._extra = line(tone=Tone.QUIET)
        for label in (self._body, self._extra):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[BarButton] = []
        self._close = MarkButton(Mark.CLOSE)
        self._close.clicked.connect(self._dismiss)
        self._words = layouts.column(1, self._title, self._body, self._extra, 1, spacing=0)
        self._options = layouts.row(spacing=theme.GAP)
        self._lines = layouts.OneLine(self._words, self._options)
        layouts.row(
            self._mark,
            (self._lines, 1),
            self._close,
            on=self,
            spacing=theme.GAP,
            margins=(theme.STEP, theme.TIGHT, theme.GAP, theme.TIGHT),
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()
        notices.changed.connect(self.show_first)
        notices.asked.connect(self._take_focus)

    def show_everything(self, everything: bool) -> None:
        """Show notices about the sheet too, or only those shown on every page."""
        self._everything = everything
        self.show_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the layout anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the buttons beside the text or below it, whichever makes the bar lower."""
        beside = theme.STEP + _MARK_SIZE + self._close.sizeHint().width() + 3 * theme.GAP
        room, options = self.width() - beside, self._options.sizeHint()
        behind = room - options.width() - theme.PAGE
        high = self._words.heightForWidth(max(behind, _NARROWEST))
        below = self._words.heightForWidth(room) + theme.TIGHT + options.height()
        self._lines.stand(beside=behind >= _NARROWEST and max(high, options.height()) <= below)

    def _take_focus(self) -> None:
        """Focus the last option, which does nothing: the question interrupts the user's own action."""
        self._focus_before = QApplication.focusWidget()
        self._buttons[-1].setFocus()

    def show_first(self) -> None:
        """Show the notice that is now first."""
        notices = self._notices
        before, self._shown = self._shown, notices.first if self._everything else notices.first_anywhere
        notice = self._shown
        if notice is before:
            return
        if notice is None:
            self._remove_buttons()
            self.hide()
            return
        names = [self._say(option.words) for option in notice.options]
        # A notice that only reports progress keeps its buttons, and their focus.
        goes_on = before is not None and before.name == notice.name
        goes_on = goes_on and names == [button.accessibleName() for button in self._buttons]
        if not goes_on:
            self._remove_buttons()
            for place, option in enumerate(notice.options):
                self._add_button(place, StyleKind.FLAT if option.quiet else StyleKind.NORMAL)
            come_before(self._close, self._buttons)
        for button, name, option in zip(self._buttons, names, notice.options, strict=True):
            _name_button(button, name, name if option.shown is None else self._say(option.shown))
        self._show_words(notice)
        self._fit()
        self.show()
        is_new = self._said.get(notice.name) != notice.number
        if is_new and not (goes_on and notice.kind in {Kind.OFFER, Kind.NEWS}):
            announce(self, self.accessibleDescription(), urgent=notice.kind in _URGENT)
        self._said[notice.name] = notice.number

    def _show_words(self, notice: Notice) -> None:
        words = {self._title: notice.title, self._body: notice.words, self._extra: notice.extra}
        texts = {label: self._say(text) for label, text in words.items()}
        for label, text in texts.items():
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleDescription(" ".join(filter(None, texts.values())))
        tone = Tone.UNSURE if notice.wrong else Tone.HELD if notice.kind is Kind.LINE else Tone.BUSY
        self._mark.show_mark(Mark.WARNING if notice.wrong else Mark.INFO, tone)
        theme.set_style(self, StyleKind.BANNER, tone)
        close = self._texts("offer.close" if notice.kind in {Kind.OFFER, Kind.QUESTION} else "button.close")
        self._close.setAccessibleName(close)
        self._close.setToolTip(close)

    def _say(self, words: Words) -> str:
        return words_in(self._texts, words)

    def _add_button(self, place: int, kind: StyleKind) -> None:
        button = BarButton("", kind, clicked=lambda: self._press(place))
        self._buttons.append(button)
        self._options.addWidget(button)
        # The layout would show it only with the next event.
        button.show()

    def _remove_buttons(self) -> None:
        before, self._focus_before = self._focus_before, None
        # A cell's editor may have been deleted meanwhile.
        if before is not None and isValid(before) and any(button.hasFocus() for button in self._buttons):
            before.setFocus()
        remove_buttons(self._buttons, self._options)

    def _press(self, place: int) -> None:
        if self._shown is not None:
            self._notices.take(self._shown, self._shown.options[place])

    def _dismiss(self) -> None:
        if self._shown is not None:
            self._notices.withdraw(self._shown.name)


def _name_button(button: BarButton, name: str, shown: str) -> None:
    cut = shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…"
    button.setText(cut.replace("&", "&&"))
    button.setAccessibleName(name)
    button.setToolTip(shown if cut != shown else "")
