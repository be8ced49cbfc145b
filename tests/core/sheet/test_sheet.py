"""The rows of a sheet: which may be sent and why not, and edits of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.device import MAX_ID_LENGTH, Device
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row, Source
from bindtool.core.sheet.sheet import Edit, Sheet, edited
from bindtool.core.sheet.status import RowStatus, Tally, text_problem

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HELD = Hold.of(HoldReason.ODD_ONE_OUT)
SAME_LABEL = Hold.of(HoldReason.LABEL_IN_ROW, row=1)
READY = RowStatus(State.READY)
OK = Answer(NOON, 0, "", "log-1", 200)
BAD = Answer(NOON, 4000, "invalid", "log-2", 200)
BOUND = Outcome(State.BOUND, OK, attempts=1, request=1)
REFUSED = Outcome(State.REFUSED, BAD, attempts=2, request=2)
UNKNOWN = Outcome(State.UNKNOWN, Answer(NOON), attempts=3, request=3, lost=True)
SENDING = Outcome(State.SENDING, attempts=1, request=1)


def row(number: int, device_id: str = "", label: str = "L", **more: object) -> Row:
    """Return a row that the disk has."""
    made = Row(number, device_id or f"A{number}", label, Source.SCANNED, NOON, saved=True)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of Row


def sheet_of(*rows: Row) -> Sheet:
    """Return a sheet with these rows and nothing to take back."""
    return Sheet(rows)


def ids(sheet: Sheet) -> list[str]:
    """Return the ids in order."""
    return [each.device_id for each in sheet]


# ---------------------------------------------------------------- how a row stands


def test_a_list_is_counted_by_how_its_rows_stand() -> None:
    """Of those that are asked about and there; one that a run has sent was fit."""
    sheet = sheet_of(
        row(1),
        row(2, outcome=BOUND),
        row(3, held=HELD),
        row(4, "A1"),
        row(5, label=""),
        row(6, "A6", label=""),
        row(7),
    )
    sheet.remove([7])
    assert sheet.tally(range(2, 8)) == Tally(added=1, held=1, repeats=1, incomplete=2)
    assert sheet.tally([]) == Tally()


@pytest.mark.parametrize(
    ("unfit", "reason"),
    [
        (row(1, saved=False), Message.of("reason.saving")),
        (row(1, "x" * (MAX_ID_LENGTH + 1)), Message.of("reason.id_too_long", length=257, limit=256)),
        (row(1, "SN:1;MAC:2"), Message.of("reason.parts_pairs")),
        (row(1, '{"sn": "SPK1"}'), Message.of("reason.parts_json")),
        (row(1, "(01)06901234567892(21)SPK1"), Message.of("reason.parts_gs1")),
        (row(1, "https://example.com/d?sn=SPK1"), Message.of("reason.parts_url")),
        (row(1, "SPK\x071"), Message.of("reason.id_control", codes="U+0007")),
        (row(1, label=" "), Message.of("reason.label_missing")),
        (row(1, held=HELD), HELD.message),
    ],
)
def test_why_a_row_is_incomplete(unfit: Row, reason: Message) -> None:
    """It has a reason, and is not sent."""
    sheet = sheet_of(unfit)
    assert sheet.status(1) == RowStatus(State.INCOMPLETE, reason, held=reason == HELD.message)
    assert sheet.held() == sheet.held_for(HELD.reason) == int(reason == HELD.message)
    assert sheet.held_for(HoldReason.BEYOND_ASCII) == 0
    assert sheet.jobs() == ()


def test_a_row_without_an_id_says_why_it_has_none() -> None:
    """A cell of a list that had lost its digits gives no id; no tick makes one, a typed id does."""
    lost = Hold.of(HoldReason.CELL_DIGITS, cell="B7", text="1234567890123450")
    sheet = sheet_of(replace(row(1, held=lost), device_id=""), replace(row(2), device_id=""))
    assert sheet.status(1) == RowStatus(State.INCOMPLETE, lost.message)
    assert sheet.status(2).reason == Message.of("reason.id_missing")
    assert sheet.held() == 0
    sheet.change([replace(sheet[1], device_id="A1", held=None)])
    sheet.mark_saved([1])
    assert sheet.status(1) == READY


def test_a_text_without_an_id() -> None:
    """An empty text and one with parts are no ids; an ordinary one is."""
    assert text_problem(replace(row(1), device_id="")) == Message.of("reason.id_missing")
    assert text_problem(row(1, "https://x.example/?sn=1")) == Message.of("reason.parts_url")
    assert text_problem(row(1, "SPK1")) is None
    assert text_problem(row(1, "SPK 1", arrived="SN:SPK 1;")) is None


def test_a_code_that_the_rule_did_not_fit() -> None:
    """It says what was looked for, and no tick makes an id of it; a plain text is one after a tick."""
    code = sheet_of(row(1, "MAC:1;IP:2", held=HELD, arrived="MAC:1;IP:2"))
    plain = sheet_of(row(1, "SPK1", held=HELD, arrived="SPK1"))
    assert code.status(1) == RowStatus(State.INCOMPLETE, HELD.message)
    assert plain.status(1) == RowStatus(State.INCOMPLETE, HELD.message, held=True)
    assert code.held() == 0
    code.change([replace(code[1], held=None)])
    code.mark_saved([1])
    assert code.status(1).reason == Message.of("reason.parts_pairs")


def test_an_id_that_a_rule_has_taken_out() -> None:
    """It is not taken apart again, spaces and all."""
    sheet = sheet_of(row(1, "SPK 1", arrived="SN:SPK 1;MAC:2"))
    assert sheet.status(1) == READY


def test_rows_held_alike() -> None:
    """All that a tick lets go for the reasons of some rows; of a value that stands there often, its first row."""
    often, sign = Hold.of(HoldReason.ID_REPEATED, n=3), Hold.of(HoldReason.ID_SIGN, sign="/")
    held = [("A", often), ("A", often), ("B", often), ("A/1", sign), ("A#1", Hold.of(HoldReason.ID_SIGN, sign="#"))]
    rows = [replace(row(n, one), held=why) for n, (one, why) in enumerate([*held, ("C", None)], 1)]
    sheet = Sheet(replace(one, saved=True) for one in rows)
    assert [sheet.held_alike([number]) for number in (1, 2, 4, 6)] == [[1, 3], [], [4, 5], []]
    assert sheet.held_alike([1, 4]) == [1, 3, 4, 5]
    assert sheet.held_alike([]) == []


def test_a_repeat_names_its_first_row() -> None:
    """The first of equal ids may go; it is found by its id, whichever order the rows came in."""
    sheet = sheet_of(row(3, "A"), row(1, "A"), row(2, "B"))
    assert ids(sheet) == ["A", "B", "A"]
    assert sheet.status(1) == READY
    assert sheet.status(3) == RowStatus(State.INCOMPLETE, Message.of("reason.repeat", row=1))
    assert sheet.first_with("A") == sheet[1]
    assert sheet.first_with("C") is None


def test_a_row_held_for_the_case_of_its_id() -> None:
    """It is held while another row has the id in another case, and names it; one tick lets it go for good."""
    held = Hold.of(HoldReason.OTHER_CASE, row=1)
    sheet = sheet_of(row(1, "SN1"), row(2, "sn1", held=held), row(3, "sn1"), row(4, "Sn1", held=held))
    assert [one.number for one in sheet.alike("sN1")] == [1, 2, 3, 4]
    assert sheet.status(1) == READY
    assert sheet.status(2) == RowStatus(State.INCOMPLETE, held.message, held=True)
    assert sheet.status(3).reason == Message.of("reason.repeat", row=2)
    assert [job.number for job in sheet.jobs()] == [1]
    edit, changed = sheet.remove([1])
    assert changed == {2, 3, 4}
    assert sheet.status(2).reason == Hold.of(HoldReason.OTHER_CASE, row=4).message
    sheet.remove([4])
    assert sheet.status(2) == READY
    sheet.change([], edit.before)
    assert sheet.status(2).held
    sheet.change([replace(sheet[2], held=None)])
    sheet.mark_saved([2])
    assert sheet.status(2) == READY


def test_a_row_held_for_its_label() -> None:
    """It is held while another device has the label, and names its row; the same device's other row is none."""
    sheet = sheet_of(row(1, "A"), row(2, "B"), row(3, "C", held=SAME_LABEL), row(4, "C", label="M"))
    assert [each.number for each in sheet.with_label("L")] == [1, 2, 3]
    assert sheet.status(3) == RowStatus(State.INCOMPLETE, SAME_LABEL.message, held=True)
    _, changed = sheet.change([replace(sheet[1], label="M")])
    assert (changed, sheet.status(3).reason) == ({1, 3}, Hold.of(HoldReason.LABEL_IN_ROW, row=2).message)
    edit, changed = sheet.remove([2])
    assert (changed, sheet.status(3)) == ({3}, READY)
    sheet.change([], edit.before)
    assert sheet.status(3).held
    sheet.change([replace(sheet[3], held=None)])
    sheet.mark_saved([3])
    assert sheet.status(3) == READY


@pytest.mark.parametrize("outcome", [BOUND, REFUSED, UNKNOWN])
def test_a_row_that_was_sent(outcome: Outcome) -> None:
    """Its state is the outcome's, whatever its texts are."""
    sheet = sheet_of(row(1, label="", outcome=outcome))
    assert sheet.status(1) == RowStatus(outcome.state)


def test_counts() -> None:
    """Each row counts once, by the state that is shown; held ones are incomplete."""
    sheet = sheet_of(row(1), row(2, held=HELD), row(3, "A1"), row(4, outcome=BOUND))
    assert dict(sheet.counts()) == {State.READY: 1, State.INCOMPLETE: 2, State.BOUND: 1}


@pytest.mark.parametrize(
    "odd",
    [
        row(1200),
        row(1200, "A1"),
        row(1200, "a b"),
        row(1200, label=""),
        row(1200, held=HELD),
        row(1200, saved=False),
        row(1200, outcome=REFUSED),
    ],
    ids=["none", "repeat", "parts", "no label", "held", "not on disk", "refused"],
)
def test_a_long_list_is_judged_as_its_rows_are(odd: Row) -> None:
    """All at once, or one by one: each row stands just so, and what may be sent is the same."""
    rows = [*map(row, range(1, 1200)), odd]
    one_by_one, at_once = sheet_of(*rows), sheet_of(*rows)
    standing = [one_by_one.status(each.number) for each in rows]
    assert list(at_once.statuses(range(1, 1201))) == standing
    assert at_once.counts() == one_by_one.counts()
    assert [job.number for job in at_once.jobs()] == [n for n, status in enumerate(standing, 1) if status == READY]


def test_numbers() -> None:
    """A new row gets the next number, higher than that of any row that was ever there."""
    assert Sheet().next_number == 1
    assert Sheet([row(4)]).next_number == 5
    assert Sheet([row(4)], next_number=9).next_number == 9
    sheet = sheet_of(row(1), row(2))
    sheet.remove([2])
    assert (len(sheet), 2 in sheet, 1 in sheet, sheet.next_number) == (1, False, True, 3)


# ---------------------------------------------------------------- what may be sent


def test_jobs() -> None:
    """Ready and unsent rows go, in the order of arrival, each with what is known of it."""
    unsent = Outcome(State.UNSENT, attempts=1)
    sheet = sheet_of(row(1), row(2, outcome=unsent), row(3, outcome=REFUSED), row(4, outcome=BOUND))
    assert sheet.jobs() == (Job(1, Device("A1", "L"), Outcome()), Job(2, Device("A2", "L"), unsent))


def test_jobs_of_other_states() -> None:
    """Refused and unknown ones go when asked for; bound ones and those under way never do."""
    outcomes = [REFUSED, UNKNOWN, BOUND, SENDING]
    sheet = sheet_of(*(row(number, outcome=outcome) for number, outcome in enumerate(outcomes, 1)))
    assert [job.number for job in sheet.jobs(frozenset(State))] == [1, 2]


@pytest.mark.parametrize("edited", [{"label": ""}, {"saved": False}, {"held": HELD}])
def test_a_row_that_was_sent_and_could_not_be_now(edited: dict[str, object]) -> None:
    """An unknown row whose label is gone, or whose newest text the disk lacks, does not go again as it is."""
    sheet = sheet_of(replace(row(1, outcome=UNKNOWN), **edited))  # type: ignore[arg-type]  # fields of Row
    assert sheet.jobs(frozenset({State.UNKNOWN})) == ()


UNTOUCHED = row(1, outcome=Outcome(State.UNSENT, attempts=1))


@pytest.mark.parametrize(
    "rows",
    [
        [UNTOUCHED],
        [],
        [replace(UNTOUCHED, device_id="B1")],
        [replace(UNTOUCHED, label="other")],
        [replace(UNTOUCHED, held=HELD)],
        [replace(UNTOUCHED, saved=False)],
        [replace(UNTOUCHED, outcome=Outcome(State.UNSENT, attempts=2))],
        [replace(UNTOUCHED, outcome=REFUSED)],
    ],
    ids=["untouched", "gone", "id", "label", "held", "not on disk", "sent meanwhile", "refused meanwhile"],
)
def test_jobs_that_are_unchanged(rows: list[Row]) -> None:
    """They are those that would be made again just as they were."""
    states = frozenset({State.UNSENT})
    jobs = sheet_of(UNTOUCHED).jobs(states)
    sheet = sheet_of(*rows)
    assert sheet.unchanged(jobs, states) == tuple(job for job in sheet.jobs(states) if job in jobs)
    assert len(sheet.unchanged(jobs, states)) == (rows == [UNTOUCHED])


def test_one_device_is_never_sent_twice_in_a_run() -> None:
    """A refused row whose id an earlier row has by now stays behind."""
    sheet = sheet_of(row(1, "B"), row(2, "A", outcome=REFUSED))
    sheet.change([replace(sheet[1], device_id="A")])
    sheet.mark_saved([1])
    assert [job.number for job in sheet.jobs(frozenset(State))] == [1]


# ---------------------------------------------------------------- edits


def test_added_rows_are_told() -> None:
    """Rows come to the end; the edit says what a database has to write."""
    sheet = sheet_of(row(1, "A"))
    edit, changed = sheet.change([], [row(2, "A"), row(3, "B")])
    assert (edit.after, edit.drop) == ((row(2, "A"), row(3, "B")), ())
    assert changed == {1, 2, 3}


def test_a_repeat_stops_being_one() -> None:
    """When the first row goes, its repeat may be sent and is among the changed ones."""
    sheet = sheet_of(row(1, "A"), row(2, "A"), row(3, "B"))
    assert sheet.status(2).state is State.INCOMPLETE
    edit, changed = sheet.remove([1])
    assert (edit.after, edit.drop) == ((), (1,))
    assert changed == {2}
    assert sheet.status(2) == READY


def test_an_edited_id_is_a_device_of_its_own() -> None:
    """What became of the old id, a lost answer too, does not stay with the new one."""
    sheet = sheet_of(row(1, outcome=UNKNOWN))
    edit, changed = sheet.change([replace(sheet[1], device_id="B")])
    assert sheet[1] == row(1, "B", saved=False)
    assert (edit.after, edit.drop, changed) == ((sheet[1],), (), {1})


@pytest.mark.parametrize(("outcome", "after"), [(BOUND, Outcome()), (REFUSED, Outcome()), (UNKNOWN, UNKNOWN)])
def test_an_edited_label(outcome: Outcome, after: Outcome) -> None:
    """The device was not sent under the new label; a lost answer is not forgotten."""
    sheet = sheet_of(row(1, outcome=outcome))
    sheet.change([replace(sheet[1], label="new")])
    assert sheet[1].outcome == after


def test_rows_changed_and_added_in_one_step() -> None:
    """A block that is longer than the sheet."""
    sheet = sheet_of(row(1), row(2))
    edit, changed = sheet.change([replace(sheet[2], label="new")], [row(3, saved=False)])
    assert (edit.after, edit.drop, changed) == ((sheet[2], sheet[3]), (), {2, 3})
    assert [(each.number, each.label) for each in sheet] == [(1, "L"), (2, "new"), (3, "L")]


def test_a_tick_changes_no_outcome() -> None:
    """A row that is no longer held is to be saved, and may then be sent."""
    sheet = sheet_of(row(1, held=HELD))
    sheet.change([replace(sheet[1], held=None)])
    assert sheet.status(1) == RowStatus(State.INCOMPLETE, Message.of("reason.saving"))
    assert sheet.mark_saved([1, 7]) == {1}
    assert sheet.status(1) == READY


TAKEN: list[Callable[[Sheet], object]] = [
    lambda sheet: sheet.remove([1]),
    lambda sheet: sheet.change([replace(sheet[1], label="new")]),
]


@pytest.mark.parametrize("edit", TAKEN)
def test_rows_that_a_run_has(edit: Callable[[Sheet], object]) -> None:
    """They can't be edited or deleted until the run ends, and nothing changes."""
    sheet = sheet_of(row(1))
    sheet.take_up([1])
    assert sheet.is_taken(1)
    with pytest.raises(BadInput) as caught:
        edit(sheet)
    assert caught.value.title == Message.of("edit.under_way.title", row=1)
    assert list(sheet) == [row(1)]
    sheet.take_up([])
    edit(sheet)
    assert list(sheet) != [row(1)]


def test_a_row_under_way_is_taken() -> None:
    """The outcome alone says so too."""
    sheet = sheet_of(row(1, outcome=SENDING), row(2))
    assert (sheet.is_taken(1), sheet.is_taken(2)) == (True, False)


def test_outcomes_of_rows_that_are_gone() -> None:
    """They are passed over; the others are drawn anew."""
    sheet = sheet_of(row(1), row(2))
    assert sheet.status(2) == READY
    assert sheet.settle({2: BOUND, 9: REFUSED}) == {2}
    assert sheet.status(2) == RowStatus(State.BOUND)


def test_an_edit_says_what_a_database_has_to_forget() -> None:
    """The rows that are not there afterwards; taken back, those that were not there before."""
    old, renamed, new = row(1), row(1, label="M"), row(2)
    assert Edit((old,), (renamed, new)).drop == ()
    assert Edit((renamed, new), (old,)).drop == (2,)


def test_the_outcome_of_an_edited_row() -> None:
    """It stays with the id and the label that were sent; a lost answer stays with the id."""
    bound, lost = row(1, outcome=BOUND), row(1, outcome=UNKNOWN)
    assert edited(bound, replace(bound, held=None)) == replace(bound, saved=False)
    assert edited(bound, replace(bound, label="M")).outcome == Outcome()
    assert edited(lost, replace(lost, label="M")).outcome == UNKNOWN
    assert edited(lost, replace(lost, device_id="B")).outcome == Outcome()
