"""Which rows are wanted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bindtool.core.message import Message
from bindtool.core.outcome import Answer, Outcome, State
from bindtool.core.row import Row, Source
from bindtool.core.row_filter import EVERY_ROW, TO_HANDLE, RowFilter
from bindtool.core.sheet import Standing

NOW = datetime(2026, 11, 25, 9, 41, tzinfo=UTC)
ANSWER = Answer(NOW, 4000, "Device refused", "2026112509Log")
ROW = Row(1, "SPK26113F21A0", "智能音箱-3F21A0", Source.SCANNED, NOW)
REFUSED = ROW.with_outcome(Outcome(State.REFUSED, answer=ANSWER))


@pytest.mark.parametrize("state", State)
def test_every_row_wants_every_state(state: State) -> None:
    """Without a wish every row is shown."""
    assert EVERY_ROW.wants(ROW, Standing(state, None))


@pytest.mark.parametrize("state", State)
def test_what_is_to_handle_is_refused_unknown_or_not_sent(state: State) -> None:
    """After a run those need a hand that did not get bound."""
    wanted = {State.REFUSED, State.UNKNOWN, State.UNSENT}
    assert TO_HANDLE.wants(ROW, Standing(state, None)) is (state in wanted)


def test_held_rows_are_told_from_other_incomplete_ones() -> None:
    """Both are shown as incomplete; only one of them can be ticked."""
    reason = Message.of("reason.odd_one")
    held, broken = Standing(State.INCOMPLETE, reason, held=True), Standing(State.INCOMPLETE, reason)
    assert RowFilter(held=True).wants(ROW, held)
    assert not RowFilter(held=True).wants(ROW, broken)
    assert RowFilter(held=False).wants(ROW, broken)


@pytest.mark.parametrize("text", ["3f21a0", "音箱", "device REFUSED", "0925LOG", "09LOG"])
def test_text_is_sought_in_id_label_message_and_log_id(text: str) -> None:
    """Whatever a person has in hand finds the row, in whatever case."""
    wanted = RowFilter(text=text).wants(REFUSED, Standing(State.REFUSED, None))
    assert wanted is (text != "0925LOG")


def test_a_row_without_an_answer_is_found_by_its_id() -> None:
    """Where nothing was sent there is no message to look into."""
    assert RowFilter(text="spk").wants(ROW, Standing(State.READY, None))
    assert not RowFilter(text="refused").wants(ROW, Standing(State.READY, None))
