"""What rows are sorted by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.sheet.status import RowStatus
from bindtool.core.sheet_view.sorting import ARRIVAL, Column, RowOrder

NOW = datetime(2026, 11, 25, 9, 41, tzinfo=UTC)
READY = RowStatus(State.READY)
ROW = Row(7, "SPK26113F21A0", "智能音箱-3F21A0", Source.SCANNED, NOW)
REFUSED = ROW.with_outcome(Outcome(State.REFUSED, Answer(NOW, 4000, "Device refused", "2026112509Log")))


def words(row: Row, status: RowStatus) -> str:
    """Say something of each row."""
    return f"{row.number} is {status.state}"


@pytest.mark.parametrize(
    ("by", "key"),
    [
        (Column.NUMBER, 7),
        (Column.DEVICE_ID, "SPK26113F21A0"),
        (Column.LABEL, "智能音箱-3F21A0"),
        (Column.MESSAGE, "7 is ready"),
        (Column.LOG_ID, "2026112509Log"),
        (Column.TIME, NOW.timestamp()),
    ],
)
def test_a_row_is_sorted_by_what_its_cell_shows(by: Column, key: object) -> None:
    """A time counts as a moment, whatever the clock on the wall says; the words of a message are handed in."""
    assert list(RowOrder(by).keys([REFUSED], lambda _: READY, words)) == [key]


@pytest.mark.parametrize("by", [Column.LOG_ID, Column.TIME])
def test_a_row_without_an_answer_has_nothing_there(by: Column) -> None:
    """Nothing is the same in each column."""
    assert list(RowOrder(by).keys([ROW], lambda _: READY, words)) == [""]


def test_rows_have_the_times_of_their_own_answers() -> None:
    """Of those that share one, of those that don't, and of those between them that have none."""
    later = ROW.with_outcome(Outcome(State.BOUND, Answer(NOW + timedelta(seconds=5), 0)))
    rows = [REFUSED, ROW, REFUSED, later, REFUSED]
    at = NOW.timestamp()
    assert list(RowOrder(Column.TIME).keys(rows, lambda _: READY)) == [at, "", at, at + 5, at]


def test_states_go_by_how_much_they_need_a_hand() -> None:
    """Refused ones first, bound ones last; held ones before those that a tick does not help."""
    held = RowStatus(State.INCOMPLETE, Message.of("reason.odd_one"), held=True)
    statuses = [held, *map(RowStatus, State)]

    def key(status: RowStatus) -> Any:
        return next(RowOrder(Column.STATUS).keys([ROW], lambda _: status))

    assert [("held" if one.held else one.state.value) for one in sorted(statuses, key=key)] == [
        "refused",
        "unknown",
        "unsent",
        "held",
        "incomplete",
        "ready",
        "waiting",
        "sending",
        "bound",
    ]


def test_by_itself_the_newest_is_on_top() -> None:
    """Nobody has to ask for the order of arrival."""
    assert RowOrder() == ARRIVAL == RowOrder(Column.NUMBER, descending=True)
