"""The words for a row, an entry of the ledger, a channel or a duration: the same wherever they appear.

It decides which fact about it to state. The sentences come from `catalogue`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.core.api.codes import MEANINGS, WAITED_OUT
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import escaped, first_few
from bindtool.core.model.outcome import UNDER_WAY, Answer, State
from bindtool.core.sheet.status import REPEAT, RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bindtool.core.model.row import Row
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.reports.csv_writer import ReportLine
    from bindtool.i18n.catalogue import Texts

_NAMED = 4
"""Benches to name."""

_MINUTE = 60

_TAIL = 4
"""Characters shown of a long id."""

_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        State.INCOMPLETE: ("state.incomplete", "state.incomplete.do"),
        State.READY: ("state.ready", "state.ready.do"),
        State.SENDING: ("state.sending", "state.sending.do"),
        State.WAITING: ("state.waiting", "state.waiting.do"),
        State.BOUND: ("state.bound", "state.bound.do"),
        State.REFUSED: ("state.refused", "state.refused.do"),
        State.UNKNOWN: ("state.unknown", "state.unknown.do"),
        State.UNSENT: ("state.unsent", "state.unsent.do"),
        "held": ("state.held", "state.held.do"),
        "duplicate": ("state.duplicate", "state.duplicate.do"),
    }
)
"""The words of each state, and what to do about it; held rows and repeats, which are INCOMPLETE, have
their own."""


def state_of(status: RowStatus) -> str:
    """Return the state of a row for `state_words`: a held row and a repeat, both INCOMPLETE, have their own.

    "Incomplete" would send the reader of a repeat to look for a gap.
    """
    if status.reason is not None and status.reason.id == REPEAT:
        return "duplicate"
    return "held" if status.held else status.state


def state_words(texts: Texts, state: str) -> str:
    """Return the words of a state; `state` is a `State`, "held" or "duplicate"."""
    return texts(_STATES[state][0])


def row_remedy(texts: Texts, row: Row, status: RowStatus) -> str:
    """Return what to do about the state of a row."""
    if status.state is State.UNKNOWN and row.outcome.refused_since:
        return texts.say(Message.of("refusals.do_refused_since", who=""))
    return texts(_STATES[state_of(status)][1])


def row_message(texts: Texts, row: Row, status: RowStatus) -> str:
    """Return the remark on a row besides its state; "" if the state is enough."""
    if status.reason is not None:
        return texts.say(status.reason)
    answer = row.outcome.answer
    if status.state is State.WAITING and answer is not None and answer.code in WAITED_OUT:
        return texts.together(texts("message.waiting"), texts(MEANINGS[answer.code], who=""))
    if status.state in UNDER_WAY:
        # An earlier answer would look like this one's.
        return texts("message.sending" if status.state is State.SENDING else "message.waiting")
    if answer is not None and answer.code not in {None, 0}:
        words = answer_words(texts, answer)
        if row.outcome.refused_with:
            return texts("message.refused_with", n=row.outcome.refused_with, answer=words)
        return texts("message.refused_since", answer=words) if row.outcome.refused_since else words
    if status.state is State.UNKNOWN:
        return texts("message.no_answer")
    if row.let_in is not None:
        return texts("note.let_in", why=texts.say(row.let_in.message))
    return texts.say(row.note.message) if row.note is not None else ""


def answer_words(texts: Texts, answer: Answer) -> str:
    """Return the server's own message with its code; "" for an answer without a code."""
    said = answer_said(answer)
    return texts.say(said) if said is not None else ""


def answer_said(answer: Answer) -> Message | None:
    """Return the message that `answer_words` translates; None for an answer without a code."""
    if answer.code is None:
        return None
    if not answer.message:
        return Message.of("message.code", code=answer.code)
    return Message.of("message.answer", code=answer.code, message=answer.message)


def by_words(texts: Texts, operator: str, machine: str = "") -> str:
    """Return the operator of a device, and the other bench if `machine` is one; "" if unknown."""
    if not machine:
        return texts("look_up.by", operator=operator) if operator else ""
    if not operator:
        return texts("look_up.at", bench=machine)
    return texts("look_up.at_by", bench=machine, operator=operator)


def since_words(texts: Texts, since: datetime | None) -> str:
    """Return since when a rebuilt database may lack data; None for any time."""
    return texts("gap.first_day") if since is None else since.strftime("%Y-%m-%d %H:%M")


def benches_words(texts: Texts, others: Mapping[str, int]) -> str:
    """Return the names of other benches with their numbers of devices; of many only the first few."""
    named = [texts("list.counted", name=machine, n=n) for machine, n in others.items()]
    return texts("list.separator").join(first_few(named, _NAMED))


def site_words(site: str) -> str:
    """Return the short name of a site: "coze.cn" for https://api.coze.cn, the host of any other."""
    return urlsplit(site).netloc.removeprefix("api.")


def tail(text: str) -> str:
    """Return the end of a long id, as "…3456"; a short one whole."""
    return text if len(text) <= _TAIL + 2 else f"…{text[-_TAIL:]}"


def developer_words(texts: Texts, profile: Profile) -> str:
    """Return the owner of the devices: "Developer A (UID …7126)", or the token's own account."""
    if not profile.user_id:
        return texts("head.own_account")
    uid = texts("head.uid", uid=tail(profile.user_id))
    return texts("head.developer", name=texts.name(profile.user_name), uid=uid) if profile.user_name else uid


def counts_words(counts: Iterable[tuple[str, int]]) -> str:
    """Return the frequency of each value, as "OK 12 · NG 4"."""
    return " · ".join(f"{escaped(text)} {n}" for text, n in counts)


def duration_words(texts: Texts, seconds: int) -> str:
    """Return a duration in words, rounded."""
    if seconds < _MINUTE:
        return texts("duration.seconds", seconds=seconds)
    minutes = seconds // _MINUTE
    if minutes < _MINUTE:
        return texts("duration.minutes", minutes=minutes)
    return texts("duration.hours", hours=minutes // _MINUTE, minutes=minutes % _MINUTE)


def report_lines(texts: Texts, rows: Iterable[tuple[Row, RowStatus]], profile: str) -> Iterator[ReportLine]:
    """Yield a line for each row and its status; `profile` is the name to show in it."""
    # Words of rows are needed more often than reports.
    from bindtool.core.reports.csv_writer import ReportLine

    for row, status in rows:
        answered = row.outcome.answer is not None and row.outcome.answer.message
        # The server's own words are unchanged if there is nothing to add.
        outcome = row.outcome
        ours = status.reason is not None or outcome.refused_since or outcome.refused_with
        alone = status.state not in UNDER_WAY and not ours
        reason = "" if answered and alone else row_message(texts, row, status)
        yield ReportLine(row, status.state, reason, profile)
