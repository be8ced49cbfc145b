"""Messages and questions of the window: a queue, whose first notice is shown in the message bar.

Decides a notice's place in the queue, and which older notices it removes. An answer is not queued behind others:
`passing_news` shows it over the page. The queue outlives the bar and a change of language, and so must the object
that a button calls; that of an answer need not, since the answer goes with its widgets. The controllers decide what
deserves a notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.messages import Message, Parameter
from bindtool.core.common.safe_text import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bindtool.core.binding.advice import Action, Advice
    from bindtool.core.common.errors import BindtoolError
    from bindtool.i18n.catalogue import Texts

    Words = str | Message | Callable[[Texts], str]
    """A text that is the same in every language, or a message or function for a text in each."""


class Kind(Enum):
    """The purpose of a notice."""

    LINE = auto()
    """Information."""
    OFFER = auto()
    """A question that can wait; closing it answers nothing."""
    ADVICE = auto()
    """Advice on a run, or on the next step."""
    NEWS = auto()
    """Progress of an operation that can be stopped, or its result."""
    ERROR = auto()
    """An error."""
    QUESTION = auto()
    """A question about the user's latest action; Esc withdraws it."""
    ANSWER = auto()
    """The result of the user's latest action. It disappears by itself."""


ANYWHERE = frozenset({Kind.ERROR, Kind.QUESTION})
"""Kinds shown on every page; the others belong to the sheet's page."""

_STAYS = frozenset({Kind.ADVICE, Kind.ERROR})
"""Kinds that stay when one of their buttons is pressed, until the user clears them; the action may have failed."""

_ANSWERS = {
    "question.close": ("question.close.yes", "question.close.no"),
    "question.delete_bound": ("question.delete_bound.yes", "question.delete_bound.no"),
    "question.delete_old_sheets": ("question.delete_old_sheets.yes", "question.delete_old_sheets.no"),
    "question.new_sheet": ("question.new_sheet.yes", "question.new_sheet.no"),
}

_COUNTED: Mapping[str | None, str] = MappingProxyType({
    "action.continue": "action.continue_n",
    "action.send_unknown_again": "action.send_unknown_again_n",
})  # fmt: skip
"""The words of an `Action` with a number of devices; the module of actions is too much for the first picture."""

_CAN_WAIT = frozenset({Kind.LINE, Kind.OFFER, Kind.ADVICE})

_GOES_BEFORE: Mapping[Kind, frozenset[Kind]] = MappingProxyType({
    Kind.LINE: frozenset(),
    Kind.OFFER: frozenset({Kind.LINE, Kind.ADVICE}),
    Kind.ADVICE: _CAN_WAIT,
    Kind.NEWS: _CAN_WAIT | {Kind.NEWS},
    Kind.ERROR: frozenset(Kind),
    Kind.QUESTION: frozenset(Kind),
    Kind.ANSWER: frozenset(),
})  # fmt: skip
"""The kinds that a new notice is put before. Those reappear once it is gone."""

_ENDS: Mapping[Kind, frozenset[Kind]] = MappingProxyType({
    Kind.LINE: frozenset(),
    Kind.OFFER: frozenset(),
    Kind.ADVICE: frozenset({Kind.LINE, Kind.ANSWER}),
    Kind.NEWS: frozenset({Kind.ANSWER}),
    Kind.ERROR: frozenset({Kind.LINE, Kind.ANSWER}),
    Kind.QUESTION: frozenset({Kind.ANSWER}),
    Kind.ANSWER: frozenset(),
})  # fmt: skip
"""The kinds that a new notice makes outdated, and removes."""


@dataclass(frozen=True, slots=True)
class Option:
    """A button: its name, and its callback.

    `shown`: a changing text to show instead of the name. `quiet`: it is the less important of two.
    """

    words: Words
    press: Callable[[], object]
    shown: Words | None = None
    quiet: bool = False


_numbers = count()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice; its `name` is unique in the queue. `wrong`: it reports a problem. `number`: unique among all
    notices.
    """

    name: str
    kind: Kind
    words: Words
    options: tuple[Option, ...] = ()
    title: Words = ""
    extra: Words = ""
    wrong: bool = False
    number: int = field(default_factory=_numbers.__next__)


class Notices(QObject):
    """The queue of notices.

    Signals:
        changed(): another notice is first, or a notice's text changed.
        asked(): a question about the user's latest action was added.
        acted(Action): a button of an advice or an error was pressed.
    """

    changed = Signal()
    asked = Signal()
    acted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._queue: list[Notice] = []

    @property
    def first(self) -> Notice | None:
        """The notice shown on the sheet's page."""
        return next((one for one in self._queue if one.kind is not Kind.ANSWER), None)

    @property
    def first_anywhere(self) -> Notice | None:
        """The notice shown on other pages."""
        return next((one for one in self._queue if one.kind in ANYWHERE), None)

    @property
    def answer(self) -> Notice | None:
        """The answer shown over the page."""
        return next((one for one in self._queue if one.kind is Kind.ANSWER), None)

    def shows(self, name: str) -> bool:
        """Return whether the sheet's page shows this notice."""
        return self.first is not None and self.first.name == name

    @property
    def asks(self) -> bool:
        """Whether the sheet's page shows a question about the user's latest action."""
        return self.first is not None and self.first.kind is Kind.QUESTION

    def contains(self, name: str) -> bool:
        """Return whether a notice is in the queue, shown or waiting."""
        return any(one.name == name for one in self._queue)

    # notices

    def show_line(self, line: Message) -> None:
        """Show information, unless an advice or an error is in the queue."""
        if not any(one.kind in _STAYS for one in self._queue):
            self._put(Notice("line", Kind.LINE, line))

    def queue_line(self, name: str, line: Message, *options: Option) -> None:
        """Queue information that can wait: it is shown when nothing precedes it, unless it has been removed by
        then.
        """
        self._put(Notice(name, Kind.LINE, line, options))

    def show_answer(self, line: Message, *options: Option, name: str = "answer") -> None:
        """Show the result of the user's latest action for some seconds; the message bar is unchanged.

        `options`: its buttons. `name`: for withdrawing it.
        """
        self.clear(Kind.ANSWER)
        self._put(Notice(name, Kind.ANSWER, line, options))

    def show_advice(self, advice: Advice, extra: Words = "") -> None:
        """Show advice; `extra`: the server's own message and code, shown with the meaning of the code."""

        def body(texts: Texts) -> str:
            words = texts.say(advice.body)
            return words if advice.more is None else texts.together(texts.say(advice.more), words)

        n = advice.n
        options = (
            self._action(advice.quiet, quiet=True),
            self._action(advice.primary, None if n is None else Message.of(_COUNTED[advice.primary], n=n)),
        )
        code = advice.code

        def explained(texts: Texts) -> str:
            return texts.together(*(texts.say(each) for each in (extra, code) if isinstance(each, Message)))

        more = extra if code is None else explained
        self._put(Notice("advice", Kind.ADVICE, body, _those(*options), advice.title, more, wrong=not advice.calm))

    def show_error(
        self,
        error: BindtoolError,
        primary: Action | None = None,
        quiet: Action | None = None,
        extra: str = "",
        *,
        name: str = "error",
    ) -> None:
        """Show an error and its remedy. `name`: for an error that doesn't replace other errors."""
        options = _those(self._action(quiet, quiet=True), self._action(primary))
        self._put(Notice(name, Kind.ERROR, error.hint, options, error.title, extra, wrong=True))

    def _action(self, action: Action | None, shown: Message | None = None, *, quiet: bool = False) -> Option | None:
        if action is None:
            return None
        return Option(Message.of(action.value), partial(self.acted.emit, action), shown, quiet)

    # questions

    def show_offer(self, name: str, words: Words, *options: Option) -> None:
        """Ask a question that can wait; it replaces a question of the same name in its place."""
        self._put(Notice(name, Kind.OFFER, "", options, words))

    def show_news(self, name: str, words: Words, *options: Option) -> None:
        """Report progress, or a result; replaces as `show_offer` does."""
        self._put(Notice(name, Kind.NEWS, words, options))

    def show_question(self, name: str, agreed: Callable[[], object], /, **values: Parameter) -> None:
        """Ask a question of `_ANSWERS`; call `agreed` if its first answer is pressed.

        The second answer names what stays as it is, and has the focus: no key of a scanner agrees.
        """
        title, body = Message.pair(name, **values)
        yes, no = (Message.of(answer, **values) for answer in _ANSWERS[name])
        self._put(Notice(name, Kind.QUESTION, body, (Option(yes, agreed), Option(no, lambda: None)), title))
        self.asked.emit()

    def update_question(self, name: str, /, **values: Parameter) -> None:
        """Change the values in an open question; it keeps its place, buttons and focus."""
        if self.contains(name):
            title, body = Message.pair(name, **values)
            self._queue = [
                replace(one, words=body, title=title) if one.name == name else one for one in self._queue
            ]
            self.changed.emit()

    # removal

    def take(self, notice: Notice, option: Option) -> None:
        """Carry out a notice's button."""
        if notice.kind not in _STAYS:
            self.withdraw(notice.name)
        option.press()

    def withdraw(self, name: str) -> None:
        """Remove a notice; does nothing if there is none of that name."""
        self._keep(lambda one: one.name != name)

    def take_back(self) -> None:
        """Remove the notice shown; a question stays unanswered."""
        if self.first is not None:
            self.withdraw(self.first.name)

    def clear(self, *kinds: Kind) -> None:
        """Remove the notices of these kinds; by default all information, advice, errors and answers, but no
        question.
        """
        gone = kinds or (Kind.LINE, Kind.ADVICE, Kind.ERROR, Kind.ANSWER)
        self._keep(lambda one: one.kind not in gone)

    def _keep(self, stays: Callable[[Notice], bool]) -> None:
        kept = [one for one in self._queue if stays(one)]
        if len(kept) < len(self._queue):
            self._queue = kept
            self.changed.emit()

    def _put(self, notice: Notice) -> None:
        """Insert a notice at its place; a notice that replaces another never goes behind the other's place."""
        places = [at for at, one in enumerate(self._queue) if one.name == notice.name]
        places += [at for at, one in enumerate(self._queue) if one.kind in _GOES_BEFORE[notice.kind]]
        place = min(places, default=len(self._queue))
        before, after = (
            [one for one in part if one.name != notice.name and one.kind not in _ENDS[notice.kind]]
            for part in (self._queue[:place], self._queue[place:])
        )
        self._queue = [*before, notice, *after]
        self.changed.emit()


def _those(*options: Option | None) -> tuple[Option, ...]:
    return tuple(option for option in options if option is not None)


def words_in(texts: Texts, words: Words) -> str:
    """Return the text in the language of `texts`, with invisible characters escaped."""
    match words:
        case str():
            return escaped(words, keep="\n")
        case Message():
            return texts.say(words)
        case _:
            return words(texts)
