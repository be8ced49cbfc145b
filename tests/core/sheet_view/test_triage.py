"""What needs a hand, by cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.filters import Cause, RowFilter, cause_of, of_cause
from bindtool.core.sheet_view.triage import group, neighbours

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NO_ANSWER = Outcome(State.UNKNOWN, lost=True)
NOT_SENT = Outcome(State.UNSENT)


def refused(code: int) -> Outcome:
    """Return the outcome of a row that was refused with a code."""
    return Outcome(State.REFUSED, Answer(NOON, code, f"message {code}", "log"), attempts=1)


def sheet_of(*outcomes: Outcome | None) -> Sheet:
    """Return a sheet of rows with these outcomes; None makes a row without an id."""
    return Sheet(
        Row(
            number,
            f"SPK{number}" if outcome is not None else "",
            f"label {number}",
            Source.SCANNED,
            NOON,
            saved=True,
            outcome=outcome or Outcome(),
        )
        for number, outcome in enumerate(outcomes, 1)
    )


def cause(sheet: Sheet, number: int) -> Cause | None:
    """Return the cause of a row."""
    return cause_of(sheet[number], sheet.status(number))


def test_the_cause_of_a_row() -> None:
    """A refused one has its code, an unknown one and one that was not sent have none; the others need no hand."""
    sheet = sheet_of(refused(4000), NO_ANSWER, NOT_SENT, Outcome(State.BOUND), Outcome(), None)
    assert [cause(sheet, number) for number in range(1, 7)] == [
        Cause(State.REFUSED, 4000),
        Cause(State.UNKNOWN),
        Cause(State.UNSENT),
        None,
        None,
        None,
    ]


def test_a_lost_answer_before_a_code() -> None:
    """A row that may be bound is one of the unknown ones, whatever the last answer said."""
    sheet = sheet_of(Outcome(State.UNKNOWN, Answer(NOON, 4000, "no"), attempts=2, lost=True))
    assert cause(sheet, 1) == Cause(State.UNKNOWN)


def test_a_refusal_of_which_no_answer_is_kept() -> None:
    """It is a cause of its own, without a code."""
    assert cause(sheet_of(Outcome(State.REFUSED)), 1) == Cause(State.REFUSED)


def test_groups() -> None:
    """The most frequent cause comes first, of two alike the newer one; in each the newest row comes first."""
    sheet = sheet_of(
        refused(4000), NO_ANSWER, refused(4100), refused(4000), Outcome(State.BOUND), NOT_SENT, refused(4000)
    )
    assert list(group(sheet).items()) == [
        (Cause(State.REFUSED, 4000), [7, 4, 1]),
        (Cause(State.UNSENT), [6]),
        (Cause(State.REFUSED, 4100), [3]),
        (Cause(State.UNKNOWN), [2]),
    ]


def test_nothing_to_handle() -> None:
    """A sheet in which all went well has no groups."""
    assert group(sheet_of(Outcome(State.BOUND), Outcome())) == {}


def test_the_rows_of_one_cause() -> None:
    """The filter wants these, and no others."""
    sheet = sheet_of(refused(4000), refused(4100), NO_ANSWER)
    wanted = of_cause(Cause(State.REFUSED, 4100))
    assert [row.number for row in sheet if wanted.wants(row, sheet.status(row.number))] == [2]
    assert not replace(wanted, text="elsewhere").wants(sheet[2], sheet.status(2))
    assert (wanted.choose(sheet), wanted.choose(sheet, among=[1])) == ([2], [])
    assert wanted.narrows(RowFilter(frozenset({State.REFUSED, State.UNKNOWN})))
    assert wanted.narrows(wanted)
    assert not wanted.narrows(of_cause(Cause(State.REFUSED, 4000)))
    assert not RowFilter(frozenset({State.REFUSED})).narrows(wanted), "rows of other causes would be missing"


def test_neighbours() -> None:
    """The rows before and after in the order of scanning; one without an id helps nobody to find a box."""
    sheet = sheet_of(Outcome(), None, refused(4000), None, Outcome(), Outcome())
    assert neighbours(sheet, 3) == (sheet[1], sheet[5])
    assert neighbours(sheet, 1) == (None, sheet[3])
    assert neighbours(sheet, 6) == (sheet[5], None)
