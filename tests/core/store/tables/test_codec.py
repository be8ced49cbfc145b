"""Columns hold what values say, whatever a scanner, a person or a server sends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row
from bindtool.core.store.tables.codec import (
    Column,
    answer_columns,
    answer_from,
    intake_columns,
    outcome_columns,
    outcome_from,
    own_columns,
    rows_from,
    storable,
)
from tests.core.store.samples import ANSWER, START, row

ANSWER_NAMES = ("answered_at", "code", "message", "log_id", "http_status")
ROW_NAMES = ("number", "device_id", "label", "source", "added_at", "operator", "arrived", "note", "held")
OUTCOME_NAMES = ("state", "attempts", "request", "lost", *ANSWER_NAMES, "refused_with")


def record(names: tuple[str, ...], columns: tuple[object, ...]) -> sqlite3.Row:
    """Return columns as SQLite gives them back."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        places = ", ".join(f"? AS {name}" for name in names)
        found = connection.execute(f"SELECT {places}", columns).fetchone()
    assert isinstance(found, sqlite3.Row)
    return found


def columns_of(one: Row) -> tuple[Column, ...]:
    """Return the columns of a row, in the order that the table has."""
    number, device_id, label, arrived = own_columns(one)
    source, added_at, operator, *reasons = intake_columns(one)
    return number, device_id, label, source, added_at, operator, arrived, *reasons


@given(st.text())
def test_whole_texts_stay_as_they_are(text: str) -> None:
    """Nothing that UTF-8 can hold is changed."""
    assert storable(text) == text


@given(st.text(st.characters(categories=["Cs", "Ll"])))
def test_half_characters_are_made_storable(text: str) -> None:
    """Whatever surrogates a text has, the rest of it can be stored."""
    assert [letter for letter in storable(text) if letter.islower()] == [c for c in text if c.islower()]
    storable(text).encode("utf-8")


def test_halves_are_joined() -> None:
    """Two halves make the character that they stand for, a lone one is replaced."""
    assert storable("\ud83d\ude00 \ud83d!") == "😀 \ufffd!"


answers = st.builds(
    Answer,
    time=st.just(START),
    code=st.none() | st.integers(),
    message=st.text(),
    log_id=st.text(),
    http_status=st.none() | st.integers(100, 599),
)


@given(st.none() | answers)
def test_an_answer_comes_back(answer: Answer | None) -> None:
    """An answer's code may be an integer of any size, and no answer is none again."""
    assert answer_from(record(ANSWER_NAMES, answer_columns(answer))) == answer


@given(
    st.builds(
        Outcome,
        state=st.sampled_from(State),
        answer=st.none() | answers,
        attempts=st.integers(0, 1000),
        request=st.none() | st.integers(1, 100_000),
        lost=st.booleans(),
        refused_with=st.integers(0, 10_000),
    ),
    st.booleans(),
)
def test_an_outcome_comes_back(outcome: Outcome, refused_since: bool) -> None:
    """Every state, with and without an answer, is the same after a restart."""
    outcome = replace(outcome, refused_since=outcome.lost and refused_since)
    assert outcome_from(record(OUTCOME_NAMES, outcome_columns(outcome))) == outcome


def test_times_keep_their_offset() -> None:
    """A report says when it was on the laptop's clock, not in Greenwich."""
    answer = answer_from(record(ANSWER_NAMES, answer_columns(ANSWER)))
    assert answer is not None
    assert answer.time.isoformat() == "2026-11-25T09:30:05+08:00"


def row_record(row: Row) -> sqlite3.Row:
    """Return a row as the table holds it."""
    columns = (1, *columns_of(row), *outcome_columns(row.outcome))
    return record(("sheet_id", *ROW_NAMES, *OUTCOME_NAMES), columns)


def test_rows_share_what_they_have_in_common() -> None:
    """Rows of one request come back with one outcome; others have their own."""
    sent = Outcome(State.BOUND, ANSWER, 1, 7)
    rows = [
        replace(row(1, outcome=sent), saved=True, arrived="SPK0001"),
        replace(row(2, outcome=sent), saved=True),
        replace(row(3), saved=True),
        replace(row(4, outcome=sent), saved=True),
    ]
    found = list(rows_from(map(row_record, rows)))

    assert found == rows
    assert found[0].outcome is found[1].outcome is found[3].outcome
    assert found[0].arrived is found[0].device_id
    assert list(rows_from([])) == []


def test_however_many_outcomes_a_sheet_has_each_row_has_its_own() -> None:
    """Refused rows have an answer each, and only so many are remembered."""
    rows = [
        replace(row(number, outcome=Outcome(State.REFUSED, ANSWER, 1, number)), saved=True) for number in range(300)
    ]
    assert list(rows_from(map(row_record, rows))) == rows
