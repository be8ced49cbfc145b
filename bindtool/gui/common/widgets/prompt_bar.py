"""Questions in one line under the scan field, with buttons that a scanner's Return can't press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QSizePolicy

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.tab_order import come_before

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from bindtool.core.common.messages import Parameter
    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 24
_LONGEST_CHOICE = 40
"""Characters; a longer value is cut on its button and whole in its tool tip."""


class PromptBar(QFrame):
    """One question at a time, by the name of whoever asks; a newer one waits until the older one is gone.

    Signals:
        asks(bool): there is a question to be seen, or none any more.
        announced(str): the question that is seen now.
    """

    asks = Signal(bool)
    announced = Signal(str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._offers: dict[str, tuple[str, tuple[str, ...], Callable[[int], None]]] = {}
        self.setAccessibleName(texts("offer.name"))
        theme.set_style(self, StyleKind.BANNER, Tone.UNSURE)
        self._question = QLabel()
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        self._question.setWordWrap(True)
        theme.resize_text(self._question, theme.LINE_POINTS, bold=True)
        mark = MarkLabel(_MARK_SIZE)
        mark.show_mark(Mark.INFO)
        self._close = MarkButton(Mark.CLOSE)
        self._close.setAccessibleName(texts("offer.close"))
        self._close.setToolTip(texts("offer.close"))
        self._close.clicked.connect(self._dismiss)
        self._buttons: list[ActionButton] = []
        self._asked = ""
        self._focus_before: QWidget | None = None
        self._choices = layouts.row(spacing=theme.GAP)
        words = layouts.column(self._question, self._choices)
        layouts.row(
            mark,
            (words, 1),
            self._close,
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.GAP, theme.GAP, theme.GAP),
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def asking(self) -> str:
        """The name of the question that is shown, "" for none."""
        return next(iter(self._offers), "")

    @property
    def is_question(self) -> bool:
        """Whether what is seen is about what a person has just wanted."""
        return bool(self._offers) and self.asking == self._asked

    def holds(self, name: str) -> bool:
        """Tell whether the question of that name is open, shown or waiting."""
        return name in self._offers

    def offer(self, name: str, question: str, choices: Sequence[str], answered: Callable[[int], None]) -> None:
        """Ask a question with these answers; `answered` gets the place of the one pressed, once.

        A question of the same name is replaced in its place. Closing the bar answers nothing.
        """
        self._offers[name] = (question, tuple(choices), answered)
        self._show_first()

    def ask(self, name: str, question: str, choices: Sequence[str], answered: Callable[[int], None]) -> None:
        """Ask about what a person has just requested: before all that wait, with the focus on the last choice."""
        waiting = {other: offer for other, offer in self._offers.items() if other != name}
        self._offers = {name: (question, tuple(choices), answered), **waiting}
        self._focus_before = QApplication.focusWidget()
        self._asked = name
        self._show_first()
        self._buttons[-1].setFocus()

    def take_back(self) -> None:
        """Leave what `ask` has asked unanswered; nothing happens where it has asked nothing."""
        self.withdraw(self._asked)

    def withdraw(self, name: str) -> None:
        """Withdraw a question; nothing happens where there is none of that name."""
        if self._offers.pop(name, None) is not None:
            self._show_first()

    def _dismiss(self) -> None:
        self.withdraw(self.asking)

    def _answer(self, place: int) -> None:
        name = self.asking
        _, _, answered = self._offers[name]
        self.withdraw(name)
        answered(place)

    def _show_first(self) -> None:
        if self._focus_before is not None and any(button.hasFocus() for button in self._buttons):
            self._focus_before.setFocus()
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        while self._choices.count():
            self._choices.takeAt(0)
        self.asks.emit(bool(self._offers))
        if not self._offers:
            self.hide()
            return
        question, choices, _ = self._offers[self.asking]
        self._question.setText(question)
        self.setAccessibleDescription(question)
        for place, choice in enumerate(choices):
            cut = choice if len(choice) <= _LONGEST_CHOICE else f"{choice[:_LONGEST_CHOICE]}…"
            button = ActionButton(cut.replace("&", "&&"))
            button.setAccessibleName(choice)
            button.setToolTip(choice if cut != choice else "")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _, place=place: self._answer(place))
            self._buttons.append(button)
            self._choices.addWidget(button)
            # A layout would show it only with the next event.
            button.show()
        self._choices.addStretch(1)
        come_before(self._close, self._buttons)
        self.show()
        self.announced.emit(question)


def ask(prompt_bar: PromptBar, texts: Texts, name: str, agreed: Callable[[], None], /, **values: Parameter) -> None:
    """Ask `<name>.title`, explain with `<name>.body`, and call `agreed` if `<name>.yes` is pressed.

    "No" has the focus, and Esc withdraws the question: nothing that a scanner types agrees to anything.
    """
    words = f"{texts(f'{name}.title', **values)} {texts(f'{name}.body', **values)}"
    answers = (texts(f"{name}.yes", **values), texts("question.no"))
    prompt_bar.ask(name, words, answers, lambda place: None if place else agreed())
