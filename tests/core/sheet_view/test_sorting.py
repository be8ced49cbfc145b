"""What rows are sorted by."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.sheet.status import RowStatus
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.sorting import ARRIVAL, RowOrder, natural

NOW = datetime(2026, 11, 25, 9, 41, tzinfo=UTC)
READY = RowStatus(State.READY)
ROW = Row(7, "SPK26113F21A0", "智能音箱-3F21A0", Source.SCANNED, NOW)
REFUSED = replace(ROW, outcome=Outcome(State.REFUSED, Answer(NOW, 4000, "Device refused", "2026112509Log")))


def words(row: Row, status: RowStatus) -> str:
    """Say something of each row."""
    return f"{row.number} is {status.state}"


@pytest.mark.parametrize(
    ("by", "key"),
    [
        (Column.NUMBER, 7),
        (Column.DEVICE_ID, natural("SPK26113F21A0")),
        (Column.LABEL, natural("智能音箱-3F21A0")),
        (Column.MESSAGE, "7 is ready"),
        (Column.LOG_ID, "2026112509Log"),
        (Column.TIME, NOW.timestamp()),
    ],
)
def test_a_row_is_sorted_by_what_its_cell_shows(by: Column, key: object) -> None:
    """A time counts as a moment, whatever the clock on the wall says; the words of a message are handed in."""
    assert list(RowOrder(by).keys([REFUSED], lambda _: READY, words)) == [key]


def test_a_row_without_an_answer_has_no_log_id() -> None:
    """Nothing is the same in each column."""
    assert list(RowOrder(Column.LOG_ID).keys([ROW], lambda _: READY, words)) == [""]


def test_rows_have_the_times_of_their_own_answers() -> None:
    """Of those that share one, of those that don't, and those between them that have none that of their scan."""
    later = replace(ROW, outcome=Outcome(State.BOUND, Answer(NOW + timedelta(seconds=5), 0)))
    rows = [REFUSED, ROW, REFUSED, later, REFUSED]
    at = NOW.timestamp()
    assert list(RowOrder(Column.TIME).keys(rows, lambda _: READY)) == [at, ROW.added_at.timestamp(), at, at + 5, at]


@pytest.mark.parametrize(
    "ascending",
    [
        ["SPK", "SPK2", "SPK9", "SPK10", "SPK100", "SPL1", "TV1"],
        ["item007", "item8", "item0010"],
        ["1楼-2", "1楼-12", "2楼-3", "10楼-1"],
        ["2F 客厅", "10F 客厅"],
        ["智能音箱-3F10B0", "智能音箱-3F9A10", "智能音箱-3FA000"],
        ["A4:CF:12:09", "A4:CF:12:10", "A4:CF:12:9F", "A4:CF:12:A0"],
        ["C02X9", "C02Y1", "C0A1X", "C9A1Z"],
        ["SPK 1", "SPK-1", "SPK1", "SPKA"],
    ],
)
def test_numbers_are_sorted_by_their_size(ascending: list[str]) -> None:
    """In ids and labels; serial numbers of one length stay as they are counted, in hex too."""
    ids = list(reversed(ascending))
    ids.sort(key=natural)
    assert ids == ascending


@given(st.lists(st.text(string.ascii_letters + string.digits, min_size=4, max_size=4), min_size=2))
def test_letters_and_digits_of_one_length_are_sorted_as_they_are_written(ids: list[str]) -> None:
    """Whoever gives out serial numbers counts so."""
    assert sorted(ids, key=natural) == sorted(ids)


def test_no_text_is_nothing_and_a_long_one_is_one() -> None:
    """A row without an id comes last; a cell of a list may have any length."""
    assert natural("") == ""
    assert natural("0") != ""
    assert natural("1" * 2_000_000)[1:].endswith("1" * 2_000_000)


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
