"""What is known of a row that needs a hand, in words: what happened, where its box stands, what to do.

Decides which facts are told, and how. They are shown by `row_story_view`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.triage import neighbours
from bindtool.gui.binding.to_handle.row_story_view import Story
from bindtool.gui.common.theme.icons import Mark
from bindtool.i18n.row_text import answer_words

if TYPE_CHECKING:
    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.i18n.catalogue import Texts

_END = 6
"""Letters at the end of an id by which a box is found; those before are alike on all of them."""

_UNKNOWN = {
    Behaviour.NOT_CHECKED: "advice.unknown.body",
    Behaviour.ADDS: "advice.unknown_adds.body",
    Behaviour.REPLACES: "advice.unknown_replaces.body",
}


def story_of(texts: Texts, sheet: Sheet, number: int, sharing: str, who: str, behaviour: Behaviour) -> Story:
    """Return the words for the row `number`.

    `sharing`: whose its log id is. `who`: who to ask, "" for nobody named. `behaviour`: what is known of the
    channel, which tells what sending again does.
    """
    row, state = sheet[number], sheet.status(number).state
    answer = row.outcome.answer
    log_id = answer.log_id if answer is not None else ""
    return Story(
        mark=Mark.of(state),
        row=texts("refusals.row", row=number, device_id=row.device_id),
        title=texts("refusals.title_refused_since" if row.outcome.refused_since else f"refusals.title_{state}"),
        answer=answer_words(texts, answer) if answer is not None and answer.code else "",
        came=_arrival(texts, row),
        place=_neighbours(texts, *neighbours(sheet, number)),
        advice=texts.say(_what_to_do(row, state, who, behaviour)),
        log_id=texts("refusals.log_id", log_id=log_id) if log_id else texts("refusals.no_log_id"),
        sharing=sharing,
    )


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
    if row.operator:
        return texts(f"refusals.{row.source}_by", time=time, operator=row.operator)
    return texts(f"refusals.{row.source}", time=time)


def _neighbours(texts: Texts, before: Row | None, after: Row | None) -> str:
    if before is not None and after is not None:
        return texts("refusals.between", before=_short_id(before), after=_short_id(after))
    if before is not None:
        return texts("refusals.last", before=_short_id(before))
    return texts("refusals.first", after=_short_id(after)) if after is not None else texts("refusals.only")


def _short_id(row: Row) -> str:
    cut = row.device_id[-_END:]
    return cut if cut == row.device_id else f"…{cut}"
