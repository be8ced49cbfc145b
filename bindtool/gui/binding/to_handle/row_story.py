"""The details of a row that needs handling: the server's answer, the position of its box, the remedy.

Decides which facts to show, puts them into words, and shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from bindtool.core.api.codes import meaning
from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Row, Source
from bindtool.core.sheet_view.triage import neighbours
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import headline, line
from bindtool.i18n.row_text import answer_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.sheet.sheet import Sheet
    from bindtool.i18n.catalogue import Texts


_TITLES = {State.REFUSED: "refusals.title_refused", State.UNKNOWN: "refusals.title_unknown"}
_ARRIVALS = {
    Source.SCANNED: ("refusals.scanned", "refusals.scanned_by"),
    Source.PASTED: ("refusals.pasted", "refusals.pasted_by"),
    Source.TYPED: ("refusals.typed", "refusals.typed_by"),
    Source.FILE: ("refusals.file", "refusals.file_by"),
}
_MARK_SIZE = 20
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


@dataclass(frozen=True, slots=True)
class Story:
    """The texts about a row, "" for those that don't apply.

    `mark`: the icon of its state. `row`: its number and id. `title`: the event. `answer`: the server's own message
    with its code. `meaning`: the code's meaning. `came`: how and when it was scanned. `place`: the rows before and
    after it. `advice`: the remedy. `log_id`, and whose it is: `sharing`.
    """

    mark: Mark
    row: str
    title: str
    answer: str
    meaning: str
    came: str
    place: str
    advice: str
    log_id: str
    sharing: str


class RowStoryView(QScrollArea):
    """A row's texts; scrolls if the window is small.

    Args:
        copy: copies the facts that support asks for about this row.
        scan_again, take_back: take the next scan for this row; cancel that.
    """

    def __init__(
        self,
        texts: Texts,
        copy: Callable[[], object],
        scan_again: Callable[[], object],
        take_back: Callable[[], object],
    ) -> None:
        super().__init__()
        self._texts = texts
        self.setAccessibleName(texts("refusals.details"))
        self.setWidgetResizable(True)
        # The widgets in it have the focus, and it scrolls to them.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._mark = MarkLabel(_MARK_SIZE)
        self._row = headline(points=theme.BODY_POINTS)
        self._title = line()
        self._answer = _selectable()
        self._meaning = line()
        self._place = headline(points=theme.BODY_POINTS)
        self._came = line(tone=Tone.QUIET)
        self._advice = line()
        self._log_id = _selectable()
        self._sharing = line(tone=Tone.QUIET)
        copy_button = ActionButton(texts("refusals.copy"), StyleKind.LINK, clicked=copy)
        self._scan = ActionButton(texts("refusals.scan_again"), StyleKind.LINK, clicked=scan_again)
        self._take_back = ActionButton(texts("refusals.take_back"), StyleKind.LINK, clicked=take_back)
        inside = QWidget()
        layouts.column(
            layouts.row(self._mark, (self._row, 1), spacing=theme.GAP),
            self._title,
            self._answer,
            self._meaning,
            self._place,
            self._came,
            self._advice,
            self._log_id,
            self._sharing,
            layouts.row(copy_button, self._scan, self._take_back, 1, spacing=theme.GAP),
            1,
            on=inside,
            spacing=theme.TIGHT,
            margins=(0, 0, theme.GAP, 0),
        )
        self.setWidget(inside)

    def show_story(self, story: Story) -> None:
        """Show another row's texts."""
        self._mark.show_mark(story.mark)
        words = {
            self._row: story.row,
            self._title: story.title,
            self._answer: story.answer,
            self._meaning: story.meaning,
            self._place: story.place,
            self._came: story.came,
            self._advice: story.advice,
            self._log_id: story.log_id,
            self._sharing: story.sharing,
        }
        for label, text in words.items():
            label.setText(text)
            label.setVisible(bool(text))
        theme.set_style(self._title, tone=story.mark.tone)
        self.setAccessibleDescription(self._texts.together(*words.values()))

    def show_actions(self, *, scan: bool, why_not_scan: str, awaited: bool) -> None:
        """Show the button to scan the row again if `scan`, or to cancel that while its scan is awaited."""
        self._scan.setVisible(scan)
        self._scan.allow(not why_not_scan, why_not_scan)
        self._take_back.setVisible(awaited)


def _selectable() -> QLabel:
    label = line()
    label.setTextInteractionFlags(_SELECTABLE)
    return label


_END = 6
"""The number of characters at an id's end that identify a box; those before are the same on all boxes."""

_UNKNOWN = {
    Behaviour.NOT_CHECKED: "advice.unknown.hint",
    Behaviour.ADDS: "advice.unknown_adds.hint",
    Behaviour.REPLACES: "advice.unknown_replaces.hint",
}


def story_of(texts: Texts, sheet: Sheet, number: int, sharing: str, who: str, behaviour: Behaviour) -> Story:
    """Return the texts for the row `number`.

    `sharing`: whose its log id is. `who`: the person to ask, "" if not given. `behaviour`: the channel's known
    behaviour, which decides the effect of sending again.
    """
    row, state = sheet[number], sheet.status(number).state
    answer = row.outcome.answer
    log_id = answer.log_id if answer is not None else ""
    means = meaning(answer.code, who) if answer is not None else None
    return Story(
        mark=Mark.of(state),
        row=texts("refusals.row", row=number, device_id=row.device_id),
        title=texts(_title(row, state)),
        answer=answer_words(texts, answer) if answer is not None and answer.code else "",
        meaning=texts.say(means) if means is not None else "",
        came=_arrival(texts, row),
        place=_neighbours(texts, *neighbours(sheet, number)),
        advice=texts.say(_what_to_do(row, state, who, behaviour)),
        log_id=texts("refusals.log_id", log_id=log_id) if log_id else texts("refusals.no_log_id"),
        sharing=sharing,
    )


def _title(row: Row, state: State) -> str:
    if row.outcome.refused_since:
        return "refusals.title_refused_since"
    return _TITLES.get(state, "refusals.title_unsent")


def _what_to_do(row: Row, state: State, who: str, behaviour: Behaviour) -> Message:
    match state:
        case State.UNKNOWN if row.outcome.refused_since:
            return Message.of("refusals.do_refused_since", who=who)
        case State.REFUSED:
            return Message.of("refusals.do_refused", who=who)
        case State.UNKNOWN:
            return Message.of(_UNKNOWN[behaviour], n=1)
        case _:
            return Message.of("refusals.do_unsent")


def _arrival(texts: Texts, row: Row) -> str:
    time = f"{row.added_at:%m-%d %H:%M}"
    alone, by_somebody = _ARRIVALS[row.source]
    return texts(by_somebody, time=time, operator=row.operator) if row.operator else texts(alone, time=time)


def _neighbours(texts: Texts, before: Row | None, after: Row | None) -> str:
    if before is not None and after is not None:
        return texts("refusals.between", before=_short_id(before), after=_short_id(after))
    if before is not None:
        return texts("refusals.last", before=_short_id(before))
    return texts("refusals.first", after=_short_id(after)) if after is not None else texts("refusals.only")


def _short_id(row: Row) -> str:
    cut = row.device_id[-_END:]
    return cut if cut == row.device_id else f"…{cut}"
