"""Which rows are wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Note, NoteReason, Row, Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet.status import RowStatus
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter

NOW = datetime(2026, 11, 25, 9, 41, tzinfo=UTC)
ANSWER = Answer(NOW, 4000, "Device refused", "2026112509Log")
ROW = Row(1, "SPK26113F21A0", "智能音箱-3F21A0", Source.SCANNED, NOW)
REFUSED = replace(ROW, outcome=Outcome(State.REFUSED, answer=ANSWER))


@pytest.mark.parametrize("state", State)
def test_what_is_to_handle_is_refused_unknown_or_not_sent(state: State) -> None:
    """After a run those need a hand that did not get bound; without a wish every row is shown."""
    assert EVERY_ROW.wants(ROW, RowStatus(state, None))
    wanted = {State.REFUSED, State.UNKNOWN, State.UNSENT}
    assert TO_HANDLE.wants(ROW, RowStatus(state, None)) is (state in wanted)


def test_held_rows_are_told_from_other_incomplete_ones() -> None:
    """Both are shown as incomplete; only one of them can be ticked."""
    reason = Message.of("reason.odd_one")
    held, broken = RowStatus(State.INCOMPLETE, reason, held=True), RowStatus(State.INCOMPLETE, reason)
    assert RowFilter(held=True).wants(ROW, held)
    assert not RowFilter(held=True).wants(ROW, broken)
    assert RowFilter(held=False).wants(ROW, broken)


@pytest.mark.parametrize("text", ["3f21a0", "音箱", "device REFUSED", "0925LOG", "09LOG"])
def test_text_is_sought_in_id_label_message_and_log_id(text: str) -> None:
    """Whatever a person has in hand finds the row, in whatever case."""
    wanted = RowFilter(text=text).wants(REFUSED, RowStatus(State.REFUSED, None))
    assert wanted is (text != "0925LOG")


def test_a_row_without_an_answer_is_found_by_its_id() -> None:
    """Where nothing was sent there is no message to look into."""
    assert RowFilter(text="spk").wants(ROW, RowStatus(State.READY, None))
    assert not RowFilter(text="refused").wants(ROW, RowStatus(State.READY, None))


def test_words_are_sought_where_a_row_has_some() -> None:
    """What stands beside the state in the window's language finds a row; a row that says nothing is not asked."""
    asked: list[int] = []

    def words(row: Row, _status: RowStatus) -> str:
        asked.append(row.number)
        return "换一个标签"

    sought = RowFilter(text="标签")
    bound = replace(ROW, number=2, outcome=Outcome(State.BOUND, replace(ANSWER, code=0, message="")))
    assert not sought.wants(ROW, RowStatus(State.READY), words)
    assert not sought.wants(bound, RowStatus(State.BOUND), words)
    assert asked == []
    for number, (row, status) in enumerate(
        [
            (replace(ROW, note=Note.of(NoteReason.CHANGED_SPACES)), RowStatus(State.READY)),
            (replace(bound, note=Note.of(NoteReason.CHANGED_SPACES)), RowStatus(State.BOUND)),
            (ROW, RowStatus(State.INCOMPLETE, Message.of("reason.odd_one"))),
            (replace(ROW, outcome=Outcome().begun(1)), RowStatus(State.SENDING)),
            (replace(ROW, outcome=Outcome().settled(State.UNKNOWN)), RowStatus(State.UNKNOWN)),
            (REFUSED, RowStatus(State.REFUSED)),
        ]
    ):
        assert sought.wants(row, status, words), number


def test_a_whole_sheet_is_chosen_from() -> None:
    """The numbers come in the order of arrival, or in the order of those that are the only ones to look at."""
    sheet = Sheet(
        replace(
            ROW,
            number=number,
            device_id=f"SPK{number}",
            saved=True,
            outcome=Outcome(State.BOUND if number % 2 else State.READY),
        )
        for number in range(1, 13)
    )
    assert EVERY_ROW.choose(sheet) == list(range(1, 13))
    bound = RowFilter(frozenset({State.BOUND}), text="spk1")
    assert bound.choose(sheet) == [1, 11]
    assert bound.choose(sheet, among=[12, 11, 3, 1]) == [11, 1]
    assert RowFilter(held=True).choose(sheet) == []


@pytest.mark.parametrize(
    ("one", "other", "narrower"),
    [
        (RowFilter(text="3F2"), RowFilter(text="3f"), True),
        (RowFilter(text="3f"), RowFilter(text="3f2"), False),
        (TO_HANDLE, EVERY_ROW, True),
        (EVERY_ROW, TO_HANDLE, False),
        (RowFilter(frozenset({State.REFUSED})), TO_HANDLE, True),
        (RowFilter(frozenset({State.BOUND})), TO_HANDLE, False),
        (RowFilter(held=True), EVERY_ROW, True),
        (EVERY_ROW, RowFilter(held=True), False),
        (RowFilter(held=False), RowFilter(held=True), False),
    ],
)
def test_a_wish_narrows_another(one: RowFilter, other: RowFilter, narrower: bool) -> None:
    """A narrower one wants nothing that the other does not want."""
    assert one.narrows(other) is narrower
