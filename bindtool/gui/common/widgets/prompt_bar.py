"""Questions in one line under the scan field, with buttons that a scanner's Return can't press.

`Questions` holds what is asked, and outlasts the bar that shows it: whoever answers must do so too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy

from bindtool.core.common.messages import Message
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import headline
from bindtool.gui.common.widgets.tab_order import come_before

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from bindtool.core.common.messages import Parameter
    from bindtool.i18n.catalogue import Texts

    Words = str | Message | Callable[[Texts], str]
    "A text that is the same in every language, or has words in each."

_MARK_SIZE = 24
_LONGEST_CHOICE = 40
"""Characters; a longer value is cut on its button and whole in its tool tip."""


@dataclass(frozen=True, slots=True)
class _Question:
    """`answered` gets the place of the choice that was pressed. `wanted`: about what a person has just wanted."""

    words: Words
    choices: tuple[Words, ...]
    answered: Callable[[int], None]
    wanted: bool = False


class Questions(QObject):
    """One question at a time, by the name of whoever asks; a newer one waits until the older one is gone.

    Signals:
        changed(): another question is the first, or has other words.
        wanted(): the first one is about what a person has just wanted.
    """

    changed = Signal()
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._questions: dict[str, _Question] = {}

    @property
    def asking(self) -> str:
        """The name of the question that is shown, "" for none."""
        return next(iter(self._questions), "")

    @property
    def first(self) -> _Question | None:
        """The question that is shown."""
        return self._questions.get(self.asking)

    @property
    def is_wanted(self) -> bool:
        """Whether what is shown is about what a person has just wanted."""
        return self.first is not None and self.first.wanted

    def holds(self, name: str) -> bool:
        """Tell whether the question of that name is open, shown or waiting."""
        return name in self._questions

    def offer(self, name: str, words: Words, choices: Sequence[Words], answered: Callable[[int], None]) -> None:
        """Ask a question with these answers; `answered` gets the place of the one pressed, once.

        A question of the same name is replaced in its place. Closing the bar answers nothing.
        """
        self._questions[name] = _Question(words, tuple(choices), answered)
        self.changed.emit()

    def tell(self, name: str, words: Words, choices: Sequence[Words], answered: Callable[[int], None]) -> None:
        """Say what is just happening, or what has come of what a person did; as `offer`.

        It comes before all offers, which are back when it is gone, and behind what a person was asked.
        """
        self.offer(name, words, choices, answered)
        if not self.is_wanted and self.asking != name:
            self._questions = {name: self._questions[name], **self._questions}
            self.changed.emit()

    def ask(self, name: str, agreed: Callable[[], None], /, **values: Parameter) -> None:
        """Ask `<name>.title`, explain with `<name>.body`, and call `agreed` if `<name>.yes` is pressed.

        It comes before all that wait, and Esc withdraws it. "No" has the focus: no key of a scanner agrees.
        """
        title, body, yes = (Message.of(f"{name}.{part}", **values) for part in ("title", "body", "yes"))
        question = _Question(
            lambda texts: f"{texts.say(title)} {texts.say(body)}",
            (yes, Message.of("question.no")),
            lambda place: None if place else agreed(),
            wanted=True,
        )
        self._questions.pop(name, None)
        self._questions = {name: question, **self._questions}
        self.wanted.emit()

    def withdraw(self, name: str) -> None:
        """Withdraw a question; nothing happens where there is none of that name."""
        if self._questions.pop(name, None) is not None:
            self.changed.emit()

    def take_back(self) -> None:
        """Leave the question unanswered that is shown."""
        self.withdraw(self.asking)

    def answer(self, place: int) -> None:
        """Answer the question that is shown."""
        question = self.first
        self.take_back()
        if question is not None:
            question.answered(place)


class PromptBar(QFrame):
    """Shows the first of the questions.

    Signals:
        asks(bool): there is a question to be seen, or none any more.
        announced(str): the question that is seen now.
    """

    asks = Signal(bool)
    announced = Signal(str)

    def __init__(self, texts: Texts, questions: Questions) -> None:
        super().__init__()
        self._texts = texts
        self._questions = questions
        self.setAccessibleName(texts("offer.name"))
        theme.set_style(self, StyleKind.BANNER, Tone.BUSY)
        self._question = headline(points=theme.LINE_POINTS)
        self._close = MarkButton(Mark.CLOSE)
        self._close.setAccessibleName(texts("offer.close"))
        self._close.setToolTip(texts("offer.close"))
        self._close.clicked.connect(questions.take_back)
        self._buttons: list[ActionButton] = []
        self._asked = ""
        self._focus_before: QWidget | None = None
        self._choices = layouts.row(spacing=theme.GAP)
        self._lines = layouts.OneLine(layouts.row((self._question, 1)), self._choices, self._question_width)
        layouts.row(
            MarkLabel(_MARK_SIZE, Mark.INFO),
            (self._lines, 1),
            self._close,
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.GAP, theme.GAP, theme.GAP),
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()
        questions.changed.connect(self.show_first)
        questions.wanted.connect(self._show_wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See again whether one line will do."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        margins = self.contentsMargins()
        beside = _MARK_SIZE + self._close.sizeHint().width() + 2 * theme.GAP + theme.MARGIN + theme.GAP
        self._lines.fit(self.width() - beside - margins.left() - margins.right())

    def _question_width(self) -> int:
        return self._question.fontMetrics().horizontalAdvance(self._question.text())

    def _show_wanted(self) -> None:
        """Show what a person has just wanted, with the focus on the last choice."""
        self._focus_before = QApplication.focusWidget()
        self.show_first()
        self._buttons[-1].setFocus()

    def show_first(self) -> None:
        """Show the question that is the first now; one that only tells how far something is keeps its buttons."""
        first = self._questions.first
        asked, self._asked = self._asked, self._questions.asking
        choices = [] if first is None else list(map(self._say, first.choices))
        if (
            first is not None
            and asked == self._asked
            and choices == [one.accessibleName() for one in self._buttons]
        ):
            self._show_words(first)
            return
        if self._focus_before is not None and any(button.hasFocus() for button in self._buttons):
            self._focus_before.setFocus()
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        while self._choices.count():
            self._choices.takeAt(0)
        self.asks.emit(first is not None)
        if first is None:
            self.hide()
            return
        self._show_words(first)
        for place, choice in enumerate(choices):
            cut = choice if len(choice) <= _LONGEST_CHOICE else f"{choice[:_LONGEST_CHOICE]}…"
            button = ActionButton(cut.replace("&", "&&"))
            button.setAccessibleName(choice)
            button.setToolTip(choice if cut != choice else "")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _, place=place: self._questions.answer(place))
            self._buttons.append(button)
            self._choices.addWidget(button)
            # A layout would show it only with the next event.
            button.show()
        self._choices.addStretch(1)
        self._fit()
        come_before(self._close, self._buttons)
        self.show()
        self.announced.emit(self.accessibleDescription())

    def _show_words(self, question: _Question) -> None:
        words = self._say(question.words)
        self._question.setText(words)
        self.setAccessibleDescription(words)

    def _say(self, words: Words) -> str:
        match words:
            case str():
                return words
            case Message():
                return self._texts.say(words)
            case _:
                return words(self._texts)
