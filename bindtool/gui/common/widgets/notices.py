"""What is said and asked in the window: a queue, of which the message bar shows the first notice.

Decides what goes before what, and what a newer notice ends. An answer waits for no other: `passing_news` shows it
over the page. The queue outlasts the bar and a change of language, and so must whoever a button calls; of an
answer nobody has to, since it goes with its widgets. What is worth a notice is decided by the controllers.
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
    "A text that is the same in every language, or has words in each."


class Kind(Enum):
    """What a notice is to a person."""

    LINE = auto()
    """Good to know."""
    OFFER = auto()
    """A question that can wait; closing it answers nothing."""
    ADVICE = auto()
    """What to do about a run, or next."""
    NEWS = auto()
    """What is just happening and can be stopped, or has come of it."""
    ERROR = auto()
    """What went wrong."""
    QUESTION = auto()
    """About what a person has just wanted; Esc withdraws it."""
    ANSWER = auto()
    """What has come of what a person has just done. It passes."""


ANYWHERE = frozenset({Kind.ERROR, Kind.QUESTION})
"""These are seen on every page; the others are about the sheet."""

_STAYS = frozenset({Kind.ADVICE, Kind.ERROR})
"""These stay when a button of theirs is pressed, until somebody clears them; it may not have worked."""

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
"""What a notice goes before when it comes. What is put back in the queue by that is seen again later."""

_ENDS: Mapping[Kind, frozenset[Kind]] = MappingProxyType({
    Kind.LINE: frozenset(),
    Kind.OFFER: frozenset(),
    Kind.ADVICE: frozenset({Kind.LINE, Kind.ANSWER}),
    Kind.NEWS: frozenset({Kind.ANSWER}),
    Kind.ERROR: frozenset({Kind.LINE, Kind.ANSWER}),
    Kind.QUESTION: frozenset({Kind.ANSWER}),
    Kind.ANSWER: frozenset(),
})  # fmt: skip
"""What is out of date when a notice comes."""


@dataclass(frozen=True, slots=True)
class Option:
    """A button: what it is called, and what it does.

    `shown`: what is written on it, where that changes and its name does not. `quiet`: it is the lesser one of two.
    """

    words: Words
    press: Callable[[], object]
    shown: Words | None = None
    quiet: bool = False


_numbers = count()


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; of each `name` there is one in the queue. `wrong`: something is. `number`: no other has it."""

    name: str
    kind: Kind
    words: Words
    options: tuple[Option, ...] = ()
    title: Words = ""
    extra: Words = ""
    wrong: bool = False
    number: int = field(default_factory=_numbers.__next__)


class Notices(QObject):
    """The queue.

    Signals:
        changed(): another notice is the first, or has other words.
        asked(): a person is asked about what they have just wanted.
        acted(Action): an action of an advice or an error was pressed.
    """

    changed = Signal()
    asked = Signal()
    acted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._queue: list[Notice] = []

    @property
    def first(self) -> Notice | None:
        """What is seen on the sheet's page."""
        return next((one for one in self._queue if one.kind is not Kind.ANSWER), None)

    @property
    def first_anywhere(self) -> Notice | None:
        """What is seen on other pages."""
        return next((one for one in self._queue if one.kind in ANYWHERE), None)

    @property
    def answer(self) -> Notice | None:
        """What passes over the page."""
        return next((one for one in self._queue if one.kind is Kind.ANSWER), None)

    def shows(self, name: str) -> bool:
        """Tell whether a notice is the one that is seen on the sheet's page."""
        return self.first is not None and self.first.name == name

    @property
    def asks(self) -> bool:
        """Whether what is seen is about what a person has just wanted."""
        return self.first is not None and self.first.kind is Kind.QUESTION

    def contains(self, name: str) -> bool:
        """Tell whether a notice is there, seen or waiting."""
        return any(one.name == name for one in self._queue)

    # what is said

    def show_line(self, line: Message) -> None:
        """Say what is good to know, unless there is something to do first."""
        if not any(one.kind in _STAYS for one in self._queue):
            self._put(Notice("line", Kind.LINE, line))

    def queue_line(self, name: str, line: Message, *options: Option) -> None:
        """Say what is good to know and can wait: it is seen when nothing else is, unless that has ended it."""
        self._put(Notice(name, Kind.LINE, line, options))

    def show_answer(self, line: Message, *options: Option, name: str = "answer") -> None:
        """Say what has come of what a person has just done, for some seconds; what stands in the bar stays there.

        `options`: can be pressed as long as it is seen. `name`: for whoever may have to withdraw it.
        """
        self.clear(Kind.ANSWER)
        self._put(Notice(name, Kind.ANSWER, line, options))

    def show_advice(self, advice: Advice, extra: Words = "") -> None:
        """Say what to do; `extra`: the server's own words and code, with which the meaning of the code stands."""

        def body(texts: Texts) -> str:
            words = texts.say(advice.body)
            return words if advice.more is None else texts.together(texts.say(advice.more), words)

        n = advice.n
        options = (
            self._action(advice.quiet, quiet=True),
            self._action(advice.primary, None if n is None else Message.of(f"action.{advice.primary}_n", n=n)),
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
        """Say what went wrong and what to do about it. `name`: for one that does not take the place of others."""
        options = _those(self._action(quiet, quiet=True), self._action(primary))
        self._put(Notice(name, Kind.ERROR, error.hint, options, error.title, extra, wrong=True))

    def _action(self, action: Action | None, shown: Message | None = None, *, quiet: bool = False) -> Option | None:
        if action is None:
            return None
        return Option(Message.of(f"action.{action}"), partial(self.acted.emit, action), shown, quiet)

    # what is asked

    def show_offer(self, name: str, words: Words, *options: Option) -> None:
        """Ask what can wait; a question of the same name is replaced in its place."""
        self._put(Notice(name, Kind.OFFER, "", options, words))

    def show_news(self, name: str, words: Words, *options: Option) -> None:
        """Say what is just happening, or what has come of it; as `show_offer`."""
        self._put(Notice(name, Kind.NEWS, words, options))

    def show_question(self, name: str, agreed: Callable[[], object], /, **values: Parameter) -> None:
        """Ask `<name>.title`, explain with `<name>.body`, and call `agreed` if `<name>.yes` is pressed.

        `<name>.no` says what stays as it is, and has the focus: no key of a scanner agrees.
        """
        title, body, yes, no = (Message.of(f"{name}.{part}", **values) for part in ("title", "body", "yes", "no"))
        self._put(Notice(name, Kind.QUESTION, body, (Option(yes, agreed), Option(no, lambda: None)), title))
        self.asked.emit()

    def update_question(self, name: str, /, **values: Parameter) -> None:
        """Change the values in a question that is not answered yet; it keeps its place, buttons and focus."""
        if self.contains(name):
            title, body = (Message.of(f"{name}.{part}", **values) for part in ("title", "body"))
            self._queue = [
                replace(one, words=body, title=title) if one.name == name else one for one in self._queue
            ]
            self.changed.emit()

    # what goes

    def take(self, notice: Notice, option: Option) -> None:
        """Do what a button of a notice says."""
        if notice.kind not in _STAYS:
            self.withdraw(notice.name)
        option.press()

    def withdraw(self, name: str) -> None:
        """Remove a notice; nothing happens where there is none of that name."""
        self._keep(lambda one: one.name != name)

    def take_back(self) -> None:
        """Remove the notice that is seen; a question stays unanswered."""
        if self.first is not None:
            self.withdraw(self.first.name)

    def clear(self, *kinds: Kind) -> None:
        """Remove the notices of these kinds; where none is named, all that say something, and no question."""
        gone = kinds or (Kind.LINE, Kind.ADVICE, Kind.ERROR, Kind.ANSWER)
        self._keep(lambda one: one.kind not in gone)

    def _keep(self, stays: Callable[[Notice], bool]) -> None:
        kept = [one for one in self._queue if stays(one)]
        if len(kept) < len(self._queue):
            self._queue = kept
            self.changed.emit()

    def _put(self, notice: Notice) -> None:
        """Put a notice where it belongs; one that renews another never goes behind where that one was."""
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
    """Return words in the language of `texts`, with nothing unseen in them."""
    match words:
        case str():
            return escaped(words, keep="\n")
        case Message():
            return texts.say(words)
        case _:
            return words(texts)
