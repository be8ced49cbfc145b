"""The message bar between scan bar and table: what has happened, what it means, and what to do.

Decides which of several messages is shown: what has just come of what a person did, for some seconds, then the most
severe, and of two alike the newer one. What is worth a message, and what its actions do, is decided by the
controllers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import BarButton
from bindtool.gui.common.widgets.labels import headline, line

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.binding.advice import Action, Advice
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.common.messages import Message
    from bindtool.i18n.catalogue import Texts

    Choice = tuple[str, Callable[[], object]]
    "The id of a button's text, and what it does."

    Contents = dict["Severity", Callable[[Texts], "_Content"]]
    "The messages, in whichever language they are to be shown."

_MARK_SIZE = 24

ANSWER_LASTS = 10_000
"""Milliseconds for which an answer is seen, and again where the mouse or the keyboard is on a button of it."""


class Severity(IntEnum):
    """How severe a message is. What answers a person, who has just done something, comes before the rest."""

    LINE = 1
    ADVICE = 2
    ERROR = 3
    ANSWER = 4


@dataclass(frozen=True, slots=True)
class _Content:
    mark: Mark
    title: str
    body: str
    extra: str = ""
    primary: Action | None = None
    quiet: Action | None = None
    n: int | None = None
    choices: tuple[Choice, ...] = ()


class MessageBar(QFrame):
    """One message at a time.

    Args:
        contents: the messages, where they shall outlast the bar; an answer does not.
        answer_lasts: milliseconds.

    Signals:
        acted(Action): one of its actions was pressed; the message stays until somebody clears it.
        announced(str, Severity): a message has come and is seen, in words.
    """

    acted = Signal(object)
    announced = Signal(str, object)

    def __init__(self, texts: Texts, contents: Contents | None = None, *, answer_lasts: int = ANSWER_LASTS) -> None:
        super().__init__()
        self._texts = texts
        self._contents: Contents = {} if contents is None else contents
        self._contents.pop(Severity.ANSWER, None)
        self._fading = QTimer(self, singleShot=True, interval=answer_lasts)
        self._fading.timeout.connect(self._fade)
        self._actions: dict[BarButton, Action] = {}
        self._choices: dict[BarButton, Callable[[], object]] = {}
        self._gives_way = False
        self.setAccessibleName(texts("notice.name"))
        self._mark = MarkLabel(_MARK_SIZE)
        self._title = headline(points=theme.BODY_POINTS)
        self._body = line()
        self._extra = line(tone=Tone.QUIET)
        for label in (self._body, self._extra):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._quiet = self._action_button(StyleKind.FLAT)
        self._primary = self._action_button(StyleKind.NORMAL)
        self._close = MarkButton(Mark.CLOSE)
        self._close.setAccessibleName(texts("button.close"))
        self._close.setToolTip(texts("button.close"))
        self._close.clicked.connect(self.dismiss)
        layouts.row(
            self._mark,
            layouts.Gap(theme.TIGHT),
            (layouts.column(1, self._title, self._body, self._extra, 1, spacing=theme.TIGHT // 2), 1),
            layouts.Gap(theme.GAP),
            self._quiet,
            self._primary,
            self._close,
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.GAP, theme.GAP, theme.GAP),
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def _action_button(self, kind: StyleKind) -> BarButton:
        button = BarButton("", kind)
        button.clicked.connect(lambda: self._press(button))
        return button

    def _press(self, button: BarButton) -> None:
        choose = self._choices.get(button)
        if choose is None:
            self.acted.emit(self._actions[button])
        else:
            self.clear(Severity.ANSWER)
            choose()

    @property
    def severity(self) -> Severity | None:
        """How severe the message that is seen is; None where there is none."""
        return max(self._contents, default=None)

    def show_advice(self, advice: Advice, extra: Message | str = "") -> None:
        """Show what to do about a run; `extra`: the server's own words and code."""

        def content(texts: Texts) -> _Content:
            title, body = texts.say(advice.title), texts.say(advice.body)
            if advice.more is not None:
                body = texts.together(texts.say(advice.more), body)
            more = extra if isinstance(extra, str) else texts.say(extra)
            return _Content(Mark.WARNING, title, body, more, advice.primary, advice.quiet, advice.n)

        self._take(Severity.ADVICE, content)

    def show_error(
        self, error: BindtoolError, primary: Action | None = None, quiet: Action | None = None, extra: str = ""
    ) -> None:
        """Show what went wrong and what to do about it; an advice comes back when it is closed."""
        self._take(
            Severity.ERROR,
            lambda texts: _Content(
                Mark.WARNING, texts.say(error.title), texts.say(error.hint), extra, primary, quiet
            ),
        )

    def show_line(self, line: Message) -> None:
        """Show a line that is good to know, unless something more severe stands here."""
        if not self._contents.keys() & {Severity.ADVICE, Severity.ERROR}:
            self._take(Severity.LINE, lambda texts: _Content(Mark.INFO, "", texts.say(line)))

    def show_answer(self, line: Message, *choices: Choice) -> object:
        """Show what has come of what the person has just done, for some seconds; then what stood here comes back.

        `choices`: at most two, which can be pressed as long as it is seen. Returns what `withdraw` takes.
        """

        def content(texts: Texts) -> _Content:
            return _Content(Mark.INFO, "", texts.say(line), choices=choices)

        self._take(Severity.ANSWER, content)
        self._fading.start()
        return content

    def withdraw(self, answer: object) -> None:
        """Remove an answer, if it is still there."""
        if self._contents.get(Severity.ANSWER) is answer:
            self.clear(Severity.ANSWER)

    def give_way(self, gives_way: bool) -> None:
        """Let a question be seen in this place, unless an error or an answer stands there; it comes back later."""
        self._gives_way = gives_way
        self.show_most_severe()

    def dismiss(self) -> None:
        """Remove the message that is seen."""
        if self._contents:
            del self._contents[max(self._contents)]
            self.show_most_severe()

    def clear(self, *severities: Severity) -> None:
        """Remove messages of these severities, or all where none is named."""
        for severity in severities or tuple(Severity):
            self._contents.pop(severity, None)
        self.show_most_severe()

    def _take(self, severity: Severity, content: Callable[[Texts], _Content]) -> None:
        self._contents.pop(Severity.LINE, None)
        if severity > Severity.LINE:
            self._contents.pop(Severity.ANSWER, None)
        self._contents[severity] = content
        self.show_most_severe()
        if severity is self.severity and not self.isHidden():
            self.announced.emit(self.accessibleDescription(), severity)

    def _fade(self) -> None:
        if any(button.underMouse() or button.hasFocus() for button in self._choices):
            self._fading.start()
        else:
            self.clear(Severity.ANSWER)

    def show_most_severe(self) -> None:
        """Show the most severe message of those that there are."""
        if not self._contents:
            self.hide()
            return
        content = self._contents[max(self._contents)](self._texts)
        words = {self._title: content.title, self._body: content.body, self._extra: content.extra}
        for label, text in words.items():
            label.setText(text)
            label.setVisible(bool(text))
        self._choices.clear()
        for button, action in ((self._primary, content.primary), (self._quiet, content.quiet)):
            button.setVisible(action is not None)
            if action is not None:
                self._actions[button] = action
                button.rename(self._texts(f"action.{action}"))
        for button, (name, choose) in zip((self._primary, self._quiet), content.choices, strict=False):
            self._choices[button] = choose
            button.rename(self._texts(name))
            button.show()
        if content.n is not None:
            # A name stays the same, whatever the number.
            self._primary.setText(self._texts(f"action.{content.primary}_n", n=content.n))
        self._mark.show_mark(content.mark)
        theme.set_style(self, StyleKind.BANNER, content.mark.tone)
        self.setAccessibleDescription(" ".join(text for text in words.values() if text))
        self.setVisible(not self._gives_way or max(self._contents) >= Severity.ERROR)
