"""The open sheet of a window, on a real database whose disk the test can hold back or let fail."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import BadInput, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row, Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet_view.columns import Column
from bindtool.core.store import Store
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.table_model import SheetTableModel
from tests.core.store.samples import ANSWER, START, row
from tests.gui.clocks import HandClock
from tests.gui.disks import SlowDisk, refusing
from tests.gui.loop import PATIENCE, finish

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567", label_template="音箱-{id:-4}")
TOKEN = "pat_" + "x" * 40
OTHER = Profile(name="Line 3", connector_id="7412345678901234568")


@pytest.fixture
def store(database: Path, clock: HandClock) -> Iterator[SlowDisk]:
    """Give an open database, empty, whose disk can be held back."""
    with SlowDisk(database, clock) as store:
        yield store


@pytest.fixture
def sheet(document: SheetDocument, qtbot: QtBot) -> SheetDocument:
    """Give the document with an empty sheet on it that belongs to no profile yet."""
    finish(qtbot, document.open(None))
    return document


def settle_down(document: SheetDocument, qtbot: QtBot) -> None:
    """Wait until the disk has everything."""
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)


def told(spy: QSignalSpy) -> list[object]:
    """Return what a signal with one value has told, in order."""
    return [spy.at(at)[0] for at in range(spy.count())]


def shown(model: SheetTableModel, number: int) -> tuple[str, str]:
    """Return the status and the message of a row, as the table has them."""
    at = model.row_of(number)
    return model.data(model.index(at, Column.STATUS)), model.data(model.index(at, Column.MESSAGE))


def ids(document: SheetDocument) -> dict[int, str]:
    """Return the ids of the sheet by number."""
    return {row.number: row.device_id for row in document.sheet}


def on_disk(document: SheetDocument, store: Store) -> tuple[Row, ...]:
    """Return the rows as the database has them."""
    assert document.head is not None
    return store.sheets.load(document.head.sheet_id)


def edit(model: SheetTableModel, number: int, column: Column, text: str) -> None:
    """Type a text into a cell."""
    model.setData(model.index(model.row_of(number), column), text)


# ---------------------------------------------------------------- scans


def test_a_scan_is_drawn_at_once_and_ready_once_the_disk_has_it(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """Until the disk has the row it is "saving", can't be sent, and nobody is told that it was added."""
    store.sheets.hold = True
    added = QSignalSpy(sheet.added)

    sheet.scan("SPK26113F2001")

    assert shown(model, 1) == ("incomplete", "saving")
    assert sheet.sheet.jobs() == ()
    assert added.count() == 0
    saving = [sheet.saving]
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        store.sheets.release()
    assert shown(model, 1) == ("ready", "")
    assert [*saving, sheet.saving] == [True, False]
    assert [job.number for job in sheet.sheet.jobs()] == [1]
    assert told(added) == [sheet.sheet[1]]
    assert on_disk(sheet, store) == (sheet.sheet[1],)


def test_a_row_is_ready_with_its_newest_text_only(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """Edited while it is being saved, a row waits for the text that it shows now."""
    store.sheets.hold = True
    sheet.scan("SPK26113F2001")
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        store.sheets.release()
        edit(model, 1, Column.LABEL, "kitchen")

    assert shown(model, 1) == ("incomplete", "saving")
    assert sheet.saving
    with qtbot.waitSignal(sheet.changed, timeout=PATIENCE):
        store.sheets.release()
    assert shown(model, 1) == ("ready", "")
    assert on_disk(sheet, store)[0].label == "kitchen"


def test_scans_wait_for_nobody(sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot) -> None:
    """Fifty scans on a disk that stands still are all in the table, and on disk in their order when it goes on."""
    store.sheets.hold = True
    added = QSignalSpy(sheet.added)
    for number in range(50):
        sheet.scan(f"SPK{number:04}")
    assert model.rowCount() == 50

    store.sheets.release(50)
    qtbot.waitUntil(lambda: added.count() == 50, timeout=PATIENCE)

    assert [row.device_id for row in on_disk(sheet, store)] == [f"SPK{number:04}" for number in range(50)]
    assert [row.number for row in told(added)] == list(range(1, 51))  # type: ignore[attr-defined]


def test_a_row_deleted_before_the_disk_had_it_is_not_announced(
    sheet: SheetDocument, store: SlowDisk, qtbot: QtBot
) -> None:
    """Nobody hears of a row that is gone, and it is on no disk."""
    store.sheets.hold = True
    added = QSignalSpy(sheet.added)
    sheet.scan("SPK1")
    sheet.delete([1])
    store.sheets.release(2)
    settle_down(sheet, qtbot)
    sheet.scan("SPK2")
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        store.sheets.release()

    assert [row.number for row in told(added)] == [2]  # type: ignore[attr-defined]
    assert ids(sheet) == {2: "SPK2"}
    assert on_disk(sheet, store) == (sheet.sheet[2],)


def test_a_repeat_is_no_row_and_leads_to_the_first(sheet: SheetDocument, store: SlowDisk, qtbot: QtBot) -> None:
    """The same device again, with the spaces of another scanner, tells of the row that is there."""
    sheet.scan("0012")
    settle_down(sheet, qtbot)
    repeated, changed = QSignalSpy(sheet.repeated), QSignalSpy(sheet.changed)

    sheet.scan(" 0012\t")

    assert told(repeated) == [sheet.sheet[1]]
    assert changed.count() == 0
    assert len(on_disk(sheet, store)) == 1


@pytest.mark.parametrize(("text", "reason"), [(" \t", "reason.id_missing"), (TOKEN, "reason.id_is_token")])
def test_what_is_no_scan_is_turned_away(sheet: SheetDocument, store: SlowDisk, text: str, reason: str) -> None:
    """Nothing, and an access token, make no row; the token is not written anywhere."""
    rejected = QSignalSpy(sheet.rejected)

    sheet.scan(text)

    assert told(rejected) == [Message.of(reason)]
    assert on_disk(sheet, store) == ()
    assert len(sheet.sheet) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SN:SPK1;MAC:00:11:22", "several values in one code; leave only the device ID"),
        ("https://example.com/d?sn=SPK1", "a web address; leave only the device ID"),
        ('{"sn":"SPK1"}', "several parts in one code (JSON); leave only the device ID"),
        ("(01)09501101530003(21)SPK1", "several parts in one code (GS1); leave only the device ID"),
        ("SPK1 SPK2", "has a space or a separator; leave one device ID"),
        ("S" * 257, "257 characters; an ID has at most 256"),
    ],
)
def test_what_is_no_id_as_a_whole_is_kept_and_not_sent(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot, text: str, words: str
) -> None:
    """A text with parts is a row that says what is wrong with it, on disk too, until somebody corrects it."""
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        sheet.scan(text)

    assert shown(model, 1) == ("incomplete", words)
    assert sheet.sheet.jobs() == ()
    assert on_disk(sheet, store)[0].arrived == text
    edit(model, 1, Column.DEVICE_ID, "SPK1")
    settle_down(sheet, qtbot)
    assert shown(model, 1) == ("ready", "")


def test_without_a_sheet_nothing_is_taken(document: SheetDocument) -> None:
    """Before the first sheet is open, scans and details are refused instead of lost."""
    assert not document.takes_scans
    with pytest.raises(BadInput) as caught:
        document.scan("SPK1")
    assert caught.value.id == "sheet.not_open"
    with pytest.raises(BadInput):
        document.describe(job="WO-7", expected=None, operator="A12")


# ---------------------------------------------------------------- lists and edits


def test_an_id_in_another_case_is_held(sheet: SheetDocument, qtbot: QtBot) -> None:
    """GIVEN an id WHEN a scan, a list or an edit brings it in another case THEN that row is held until a tick."""
    sheet.scan("SN0001")
    sheet.scan("sn0001")
    sheet.take([Arrival("Sn0001"), Arrival("SN0002")], Source.PASTED)
    EditCommands(sheet).type(4, Column.DEVICE_ID, "sN0001")
    settle_down(sheet, qtbot)
    held = [row.held for row in sheet.sheet]
    assert held == [None, *[Hold.of(HoldReason.OTHER_CASE, row=1)] * 3]
    sheet.include([2])
    settle_down(sheet, qtbot)
    assert sheet.sheet.counts()[State.READY] == 2


def test_an_id_pasted_over_another_is_held_where_a_list_would_hold_it(sheet: SheetDocument, qtbot: QtBot) -> None:
    """GIVEN eleven ids that are alike WHEN another kind is pasted over one THEN it is held; typed, it is not."""
    sheet.take([Arrival(f"SPK26113F2{n:03X}") for n in range(11)], Source.PASTED)
    settle_down(sheet, qtbot)
    edits = EditCommands(sheet)
    edits.write({1: {Column.DEVICE_ID: "6901234567892"}})
    edits.type(2, Column.DEVICE_ID, "6901234567908")
    assert [sheet.sheet[number].held_for for number in (1, 2)] == [HoldReason.ODD_ONE_OUT, None]


def test_a_paste_of_a_thousand_is_one_insertion_and_one_undo(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """A list comes in one piece, with its labels, and goes in one piece; redo brings it back as it was."""
    sheet.scan("SPK")
    inserted = QSignalSpy(model.rowsAboutToBeInserted)
    arrivals = [Arrival(f"{number:020}", f"label {number}" if number % 2 else "") for number in range(1000)]

    assert sheet.take(arrivals, Source.PASTED) == 1000
    assert (inserted.count(), model.rowCount()) == (1, 1001)
    settle_down(sheet, qtbot)
    pasted = on_disk(sheet, store)
    assert pasted == tuple(sheet.sheet)
    assert [(row.device_id, row.label) for row in pasted[1:3]] == [
        ("0" * 20, "000000"),
        ("0" * 19 + "1", "label 1"),
    ]

    sheet.undo()
    settle_down(sheet, qtbot)
    assert ids(sheet) == {1: "SPK"}
    assert on_disk(sheet, store) == tuple(sheet.sheet)

    sheet.redo()
    settle_down(sheet, qtbot)
    assert on_disk(sheet, store) == tuple(sheet.sheet) == pasted


def test_the_repeats_of_a_list_are_rows_with_a_reason(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """No line is dropped; a repeat becomes a device once its first row is deleted."""
    assert sheet.take([Arrival("SPK1"), Arrival("SPK2"), Arrival("SPK1")], Source.FILE) == 3
    settle_down(sheet, qtbot)
    assert shown(model, 3) == ("duplicate", "the same ID as row 1")

    sheet.delete([1])
    settle_down(sheet, qtbot)

    assert shown(model, 3) == ("ready", "")
    assert [row.source for row in on_disk(sheet, store)] == [Source.FILE, Source.FILE]


def test_nothing_to_take_is_no_edit(sheet: SheetDocument) -> None:
    """An empty paste, undo and redo with nothing to take back, and including nothing, leave all as it is."""
    changed, failed = QSignalSpy(sheet.changed), QSignalSpy(sheet.failed)

    assert sheet.take([], Source.PASTED) == 0
    sheet.undo()
    sheet.redo()
    sheet.include([])

    assert (changed.count(), failed.count()) == (0, 0)
    assert not sheet.undo_stack.can_undo


def test_edits_and_their_undo_reach_the_disk(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """A typed id is marked as typed and its label follows; a typed label stays; both can be taken back."""
    sheet.scan("SPK000001")
    sheet.scan("SPK000002")
    settle_down(sheet, qtbot)
    scanned = on_disk(sheet, store)

    edit(model, 1, Column.DEVICE_ID, "SPK000009")
    edit(model, 2, Column.LABEL, " kitchen ")
    settle_down(sheet, qtbot)
    edited = on_disk(sheet, store)
    assert [(row.device_id, row.label, row.source) for row in edited] == [
        ("SPK000009", "000009", Source.TYPED),
        ("SPK000002", "kitchen", Source.SCANNED),
    ]

    sheet.undo()
    sheet.undo()
    settle_down(sheet, qtbot)
    assert on_disk(sheet, store) == tuple(sheet.sheet) == scanned
    sheet.redo()
    sheet.redo()
    settle_down(sheet, qtbot)
    assert on_disk(sheet, store) == tuple(sheet.sheet) == edited


def test_deleted_rows_come_back_with_undo(sheet: SheetDocument, store: SlowDisk, qtbot: QtBot) -> None:
    """On the disk too they are gone and come back under their numbers."""
    sheet.take([Arrival(f"SPK{number}") for number in range(1, 6)], Source.PASTED)
    settle_down(sheet, qtbot)

    sheet.delete([2, 4])
    settle_down(sheet, qtbot)
    assert [row.number for row in on_disk(sheet, store)] == [1, 3, 5]

    sheet.undo()
    settle_down(sheet, qtbot)
    assert ids(sheet) == {number: f"SPK{number}" for number in range(1, 6)}
    assert on_disk(sheet, store) == tuple(sheet.sheet)


def test_a_token_typed_into_a_cell_is_turned_away(
    sheet: SheetDocument, model: SheetTableModel, qtbot: QtBot
) -> None:
    """The cell keeps what it had."""
    sheet.scan("SPK1")
    settle_down(sheet, qtbot)
    rejected = QSignalSpy(sheet.rejected)

    edit(model, 1, Column.DEVICE_ID, TOKEN)

    assert told(rejected) == [Message.of("reason.id_is_token")]
    assert ids(sheet) == {1: "SPK1"}


def test_rows_of_a_run_are_nobody_elses(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """Deleting, editing and undoing them is refused with a reason, and changes neither the table nor the disk."""
    sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)
    settle_down(sheet, qtbot)
    before = on_disk(sheet, store)
    sheet.sheet.take_up([1])
    failed = QSignalSpy(sheet.failed)

    sheet.delete([1, 2])
    edit(model, 1, Column.LABEL, "kitchen")
    sheet.undo()

    assert [error.id for error in told(failed)] == ["edit.under_way"] * 3  # type: ignore[attr-defined]
    assert on_disk(sheet, store) == tuple(sheet.sheet) == before
    sheet.delete([2])
    settle_down(sheet, qtbot)
    assert [row.number for row in on_disk(sheet, store)] == [1]


def test_held_rows_are_included_by_one_tick(
    sheet: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """Only rows that are held change; undo holds them again."""
    assert sheet.head is not None
    held = Hold.of(HoldReason.ODD_ONE_OUT)
    store.sheets.save(sheet.head.sheet_id, [replace(row(1), held=held), row(2)]).result(30)
    finish(qtbot, sheet.open(None))
    assert shown(model, 1) == ("held", "looks different from the others")

    sheet.include([2])
    assert not sheet.undo_stack.can_undo
    sheet.include([1, 2])
    settle_down(sheet, qtbot)
    assert shown(model, 1) == ("ready", "let in; was held: looks different from the others")
    assert [row.held for row in on_disk(sheet, store)] == [None, None]
    assert [row.let_in for row in on_disk(sheet, store)] == [held, None]
    ticks = [model.data(model.index(at, Column.STATUS), Qt.ItemDataRole.CheckStateRole) for at in range(2)]
    assert sorted(ticks, key=str) == [Qt.CheckState.Checked, None]

    sheet.undo()
    settle_down(sheet, qtbot)
    assert shown(model, 1) == ("held", "looks different from the others")


def test_what_a_run_found_out_is_drawn(sheet: SheetDocument, model: SheetTableModel, qtbot: QtBot) -> None:
    """The rows have their outcomes, wherever they stand; a row that is gone is passed over."""
    sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)
    settle_down(sheet, qtbot)
    changed = QSignalSpy(sheet.changed)

    sheet.settle({2: Outcome().begun(1).settled(State.BOUND, ANSWER), 9: Outcome().begun(1)})

    assert changed.count() == 1
    assert shown(model, 2) == ("bound", "")


# ---------------------------------------------------------------- a disk that fails


def test_a_disk_that_fails_stops_scanning_and_loses_nothing(
    sheet: SheetDocument, database: Path, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """What is on disk stays, rows that are not stay in the table as "saving", and no more scans are taken."""
    sheet.scan("SPK1")
    settle_down(sheet, qtbot)
    added = QSignalSpy(sheet.added)

    with refusing(database, "INSERT ON sheet_row"), qtbot.waitSignal(sheet.disk_failed, timeout=PATIENCE) as failed:
        sheet.scan("SPK2")

    assert isinstance(failed.args[0], StoreFailed)
    assert failed.args[0].id == "store.failed"
    assert not sheet.takes_scans
    assert sheet.saving
    assert added.count() == 0
    assert ids(sheet) == {1: "SPK1", 2: "SPK2"}
    assert shown(model, 2) == ("incomplete", "saving")
    assert [job.number for job in sheet.sheet.jobs()] == [1]
    assert [row.device_id for row in on_disk(sheet, store)] == ["SPK1"]


def test_with_room_again_the_disk_catches_up(
    sheet: SheetDocument, database: Path, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """What only the table had is written: a scan, a pasted row, an edit, a deletion, the job; then scans go on."""
    sheet.scan("SPK1")
    sheet.scan("SPK2")
    settle_down(sheet, qtbot)
    added, failed = QSignalSpy(sheet.added), QSignalSpy(sheet.disk_failed)
    with refusing(database, "INSERT ON sheet_row", "DELETE ON sheet_row", "UPDATE ON sheet"):
        sheet.scan("SPK3")
        sheet.take([Arrival("SPK4")], Source.PASTED)
        sheet.delete([1])
        edit(model, 2, Column.LABEL, "Shelf 2")
        sheet.describe(job="WO-7", expected=None, operator="")
        qtbot.waitUntil(lambda: failed.count() == 5, timeout=PATIENCE)
        assert not finish(qtbot, sheet.catch_up())
    assert (sheet.takes_scans, sheet.saving, added.count()) == (False, True, 0)

    assert finish(qtbot, sheet.catch_up())

    assert (sheet.takes_scans, sheet.saving) == (True, False)
    assert told(added) == [sheet.sheet[3]]
    assert {row.number: (row.device_id, row.label) for row in on_disk(sheet, store)} == {
        2: ("SPK2", "Shelf 2"),
        3: ("SPK3", sheet.sheet[3].label),
        4: ("SPK4", sheet.sheet[4].label),
    }
    assert store.sheets.current("") == sheet.head
    assert [job.number for job in sheet.sheet.jobs()] == [2, 3, 4]
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        sheet.scan("SPK5")


def test_what_is_edited_while_the_disk_catches_up(
    sheet: SheetDocument, database: Path, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """Rows that are deleted or edited then are so on the disk too: what they were before never comes after it."""
    with refusing(database, "INSERT ON sheet_row"), qtbot.waitSignal(sheet.disk_failed, timeout=PATIENCE):
        sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)

    def edit_both() -> None:
        edit(model, 1, Column.LABEL, "Shelf 1")
        sheet.delete([2])

    def in_the_next_turn() -> None:
        asyncio.get_running_loop().call_soon(edit_both)

    store.sheets.described = in_the_next_turn
    assert finish(qtbot, sheet.catch_up())
    settle_down(sheet, qtbot)

    assert [(row.device_id, row.label) for row in on_disk(sheet, store)] == [("SPK1", "Shelf 1")]
    assert [job.device.label for job in sheet.sheet.jobs()] == ["Shelf 1"]


def test_impatient_hands_catch_up_once(
    sheet: SheetDocument, database: Path, model: SheetTableModel, qtbot: QtBot
) -> None:
    """Pressed twice, a scan is told as added once, and its row can be edited and saved as any other."""
    added = QSignalSpy(sheet.added)
    with refusing(database, "INSERT ON sheet_row"), qtbot.waitSignal(sheet.disk_failed, timeout=PATIENCE):
        sheet.scan("SPK1")

    async def twice() -> tuple[bool, bool]:
        return await asyncio.gather(sheet.catch_up(), sheet.catch_up())

    assert tuple(finish(qtbot, twice())) == (True, True)
    assert added.count() == 1
    edit(model, 1, Column.LABEL, "Shelf 1")
    settle_down(sheet, qtbot)
    assert [job.device.label for job in sheet.sheet.jobs()] == ["Shelf 1"]


@pytest.mark.parametrize("leave", ["open", "renew"])
def test_no_sheet_is_left_with_rows_that_the_disk_lacks(
    sheet: SheetDocument, database: Path, store: SlowDisk, qtbot: QtBot, leave: str
) -> None:
    """While the disk fails the sheet stays open; with room it is written before another one takes its place."""
    old = sheet.head
    assert old is not None
    move_on = {"open": lambda: sheet.open(PROFILE), "renew": sheet.renew}[leave]
    with refusing(database, "INSERT ON sheet_row"):
        sheet.scan("SPK1")
        assert not finish(qtbot, move_on())
    assert (sheet.head, ids(sheet)) == (old, {1: "SPK1"})

    assert finish(qtbot, move_on())

    assert [row.device_id for row in store.sheets.load(old.sheet_id)] == ["SPK1"]
    assert sheet.takes_scans


@pytest.mark.parametrize("leave", ["open", "renew"])
def test_a_sheet_that_can_not_be_made(
    sheet: SheetDocument, database: Path, store: SlowDisk, qtbot: QtBot, leave: str
) -> None:
    """The one that is open stays, on the disk too, and takes no scans until it is known to reach the disk."""
    old = sheet.head
    failed = QSignalSpy(sheet.disk_failed)
    with refusing(database, "INSERT ON sheet"):
        assert not finish(qtbot, {"open": lambda: sheet.open(PROFILE), "renew": sheet.renew}[leave]())
    assert failed.count() == 1
    assert not sheet.takes_scans
    assert sheet.head == old == store.sheets.current("")
    assert finish(qtbot, sheet.catch_up())
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        sheet.scan("SPK1")


def test_a_failure_elsewhere_stops_scanning_as_well(sheet: SheetDocument, qtbot: QtBot) -> None:
    """A run that could not be written down says so here: the next scan would not fare better."""
    failed = QSignalSpy(sheet.disk_failed)
    sheet.fail(StoreFailed("store.disk_full", path="", detail=""))
    assert not sheet.takes_scans
    assert failed.count() == 1


def test_details_that_can_not_be_written_are_told(sheet: SheetDocument, database: Path, qtbot: QtBot) -> None:
    """The head of the sheet is on the disk or somebody hears of it."""
    with refusing(database, "UPDATE ON sheet"), qtbot.waitSignal(sheet.disk_failed, timeout=PATIENCE):
        sheet.describe(job="WO-7", expected=None, operator="")
    assert not sheet.takes_scans


# ---------------------------------------------------------------- sheets and profiles


def test_all_is_there_after_a_restart(
    sheet: SheetDocument, database: Path, store: SlowDisk, clock: HandClock, qtbot: QtBot
) -> None:
    """Another start finds the rows, the job, the expected number and the operator; no number is given twice."""
    sheet.describe(job="WO-7", expected=209, operator="A12")
    sheet.scan("0012")
    sheet.scan("SN:1;MAC:2")
    sheet.scan("SPK3")
    sheet.delete([3])
    settle_down(sheet, qtbot)
    head, rows = sheet.head, tuple(sheet.sheet)
    assert [row.operator for row in rows] == ["A12", "A12"]
    store.close()

    with Store(database, clock) as later:
        found = later.sheets.current(profile="")
        assert found == head
        assert found is not None
        assert later.sheets.load(found.sheet_id) == rows
        assert later.sheets.last_number(found.sheet_id) == 3


def test_numbers_go_on_where_they_were(sheet: SheetDocument, qtbot: QtBot) -> None:
    """A new row after a restart does not get the number of one that was deleted."""
    sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)
    sheet.delete([2])
    finish(qtbot, sheet.open(None))

    sheet.scan("SPK3")

    assert ids(sheet) == {1: "SPK1", 3: "SPK3"}


@pytest.mark.parametrize(
    ("first", "then", "stays"), [(None, None, True), (None, PROFILE, True), (PROFILE, OTHER, False)]
)
def test_a_scan_while_a_sheet_is_read(
    document: SheetDocument,
    store: SlowDisk,
    qtbot: QtBot,
    first: Profile | None,
    then: Profile | None,
    *,
    stays: bool,
) -> None:
    """It is read in a thread; the scan goes to the sheet that is still open, and is there if it stays so."""
    finish(qtbot, document.open(first))
    document.scan("SPK1")
    settle_down(document, qtbot)
    old, loop, scanned = document.head, asyncio.get_running_loop(), threading.Event()
    assert old is not None

    def scan() -> None:
        document.scan("SPK2")
        document.describe(job="WO-7", expected=None, operator="A12")
        scanned.set()

    def meanwhile() -> None:
        loop.call_soon_threadsafe(scan)
        assert scanned.wait(PATIENCE / 1000)

    store.sheets.meanwhile = meanwhile
    added = QSignalSpy(document.added)

    assert finish(qtbot, document.open(then))

    settle_down(document, qtbot)
    assert [row.device_id for row in store.sheets.load(old.sheet_id)] == ["SPK1", "SPK2"]
    assert added.count() == 1
    assert ids(document) == ({1: "SPK1", 2: "SPK2"} if stays else {})
    assert document.sheet.next_number == (3 if stays else 1)
    assert document.head is not None
    assert document.head.job == ("WO-7" if stays else "")
    assert document.head.profile == (then.name if then else "")


def test_a_sheet_that_is_left_goes_at_once(document: SheetDocument, qtbot: QtBot) -> None:
    """With all its rows and without a look for garbage, which would stop the window."""
    finish(qtbot, document.open(PROFILE))
    document.scan("SPK1")
    settle_down(document, qtbot)
    old = weakref.ref(document.sheet)
    assert not gc.isenabled()

    finish(qtbot, document.open(OTHER))

    assert old() is None


def test_details_hold_for_what_comes(sheet: SheetDocument, store: SlowDisk, qtbot: QtBot) -> None:
    """Job, expected number and operator are on disk; rows that are there keep the operator who scanned them."""
    head_changed = QSignalSpy(sheet.head_changed)
    sheet.scan("SPK1")
    sheet.describe(job="WO-7", expected=209, operator="A12")
    sheet.scan("SPK2")
    settle_down(sheet, qtbot)
    finish(qtbot, sheet.open(None))

    assert head_changed.count() == 2
    assert [row.operator for row in on_disk(sheet, store)] == ["", "A12"]
    assert sheet.head == store.sheets.current(profile="")
    assert sheet.head is not None
    assert (sheet.head.job, sheet.head.expected, sheet.head.operator) == ("WO-7", 209, "A12")


def test_each_profile_has_its_sheet(document: SheetDocument, model: SheetTableModel, qtbot: QtBot) -> None:
    """Another profile opens another sheet with its own labels and the same operator; the first one is kept."""
    finish(qtbot, document.open(PROFILE))
    document.describe(job="WO-7", expected=None, operator="A12")
    document.scan("SPK26113F2001")

    finish(qtbot, document.open(OTHER))
    assert (ids(document), model.rowCount()) == ({}, 0)
    assert document.head is not None
    assert (document.head.profile, document.head.operator, document.head.job) == ("Line 3", "A12", "")
    document.scan("SPK26113F2001")
    assert document.sheet[1].label == "3F2001"

    finish(qtbot, document.open(PROFILE))
    assert {row.device_id: row.label for row in document.sheet} == {"SPK26113F2001": "音箱-2001"}
    assert document.head.job == "WO-7"


def test_what_was_scanned_before_there_was_a_profile_is_taken_along(
    sheet: SheetDocument, store: SlowDisk, qtbot: QtBot
) -> None:
    """The first profile gets the sheet that was begun without one; on the disk it belongs to it."""
    sheet.scan("SPK1")
    before = sheet.head

    finish(qtbot, sheet.open(PROFILE))

    assert before is not None
    assert sheet.head == replace(before, profile="Line 2") == store.sheets.current(profile="Line 2")
    assert ids(sheet) == {1: "SPK1"}
    assert store.sheets.current(profile="") is None
    finish(qtbot, sheet.open(OTHER))
    assert ids(sheet) == {}


def test_an_empty_sheet_without_a_profile_stays_behind(sheet: SheetDocument, store: SlowDisk, qtbot: QtBot) -> None:
    """There is nothing to take along."""
    before = sheet.head

    finish(qtbot, sheet.open(PROFILE))

    assert sheet.head != before
    assert store.sheets.current(profile="") == before


def test_opening_waits_for_the_disk(sheet: SheetDocument, store: SlowDisk, qtbot: QtBot) -> None:
    """A scan that is on its way when another profile is opened comes along; its number is not given again."""
    store.sheets.hold = True
    sheet.scan("SPK1")
    opening = asyncio.get_running_loop().create_task(sheet.open(PROFILE))
    with qtbot.waitSignal(sheet.added, timeout=PATIENCE):
        store.sheets.release()
    qtbot.waitUntil(opening.done, timeout=PATIENCE)

    store.sheets.hold = False
    sheet.scan("SPK2")
    settle_down(sheet, qtbot)

    assert sheet.head is not None
    assert sheet.head.profile == "Line 2"
    assert {row.number: row.device_id for row in on_disk(sheet, store)} == {1: "SPK1", 2: "SPK2"}
    assert [job.number for job in sheet.sheet.jobs()] == [1, 2]


def test_a_new_sheet_leaves_the_old_one_on_disk(
    document: SheetDocument, store: SlowDisk, model: SheetTableModel, qtbot: QtBot
) -> None:
    """The new one is empty, counts from 1, and has the same profile and operator; the job is a new one."""
    finish(qtbot, document.open(PROFILE))
    document.describe(job="WO-7", expected=2, operator="A12")
    document.scan("SPK1")
    old = document.head
    assert old is not None

    finish(qtbot, document.renew())

    new = document.head
    assert new is not None
    assert new.sheet_id != old.sheet_id
    assert (new.profile, new.operator, new.job, new.expected) == ("Line 2", "A12", "", None)
    assert model.rowCount() == 0
    assert [row.device_id for row in store.sheets.load(old.sheet_id)] == ["SPK1"]
    document.scan("SPK1")
    assert document.sheet[1].added_at == START
    settle_down(document, qtbot)
    finish(qtbot, document.open(PROFILE))
    assert document.head == new


def test_no_scan_is_taken_into_a_sheet_that_is_being_left(
    sheet: SheetDocument, store: SlowDisk, qtbot: QtBot
) -> None:
    """From the wish for a new one until that is open: who scans is told, and nothing is left where nobody binds."""
    took: list[bool] = []
    sheet.head_changed.connect(lambda: took.append(sheet.takes_scans))
    store.sheets.hold = True
    sheet.scan("SPK1")
    renewing = asyncio.get_running_loop().create_task(sheet.renew())
    qtbot.waitUntil(lambda: not sheet.takes_scans, timeout=PATIENCE)
    store.sheets.meanwhile = lambda: took.append(sheet.takes_scans)
    store.sheets.release()
    qtbot.waitUntil(renewing.done, timeout=PATIENCE)
    assert took == [False, True]


def test_scans_are_taken_again_where_no_new_sheet_could_be_made(
    sheet: SheetDocument, database: Path, qtbot: QtBot
) -> None:
    """Once the disk has room, they go into the sheet that has stayed open."""
    with refusing(database, "INSERT ON sheet"):
        assert not finish(qtbot, sheet.renew())
    assert not sheet.takes_scans
    assert finish(qtbot, sheet.catch_up())
    assert sheet.takes_scans


# ---------------------------------------------------------------- what was bound before


@pytest.fixture
def bound_before(store: SlowDisk) -> str:
    """Let a device have been bound on the profile's channel; give what is said of it."""
    earlier = store.sheets.create(profile="Line 2", origin="list.csv", put=[row(1)]).result().sheet_id
    run_id = store.runs.begin(earlier, PROFILE.channel, {1: Device("SPK0001", "Speaker 1")}).result()
    store.runs.begin_request(run_id, 1, {1: Outcome().begun(1)}).result()
    store.runs.settle(run_id, {1: Outcome().begun(1).settled(State.BOUND, ANSWER)}, 1).result()
    return "bound 11-25 as “Speaker 1”; tick it to bind again"


def test_a_device_bound_before_is_held_however_it_comes(
    document: SheetDocument, model: SheetTableModel, bound_before: str, qtbot: QtBot
) -> None:
    """Scanned, in a list, or typed into a cell; on another channel it is new."""
    finish(qtbot, document.open(PROFILE))
    document.scan("SPK0001")
    document.delete([1])
    document.take([Arrival("SPK0001"), Arrival("SPK0002")], Source.PASTED)
    document.delete([2])
    edit(model, 3, Column.LABEL, "kitchen")
    settle_down(document, qtbot)
    assert shown(model, 3) == ("ready", "")
    edit(model, 3, Column.DEVICE_ID, "SPK0001")
    settle_down(document, qtbot)
    assert shown(model, 3) == ("held", bound_before)
    document.include([3])
    edit(model, 3, Column.LABEL, "hall")
    settle_down(document, qtbot)
    assert shown(model, 3) == ("ready", f"let in; was held: {bound_before}")
    finish(qtbot, document.open(OTHER))
    document.scan("SPK0001")
    settle_down(document, qtbot)
    assert shown(model, 1) == ("ready", "")


def test_rows_scanned_without_a_profile_are_looked_up_when_there_is_one(
    sheet: SheetDocument, model: SheetTableModel, bound_before: str, qtbot: QtBot
) -> None:
    """Without a channel nobody can tell; with it the row is held, on the disk too; a tick holds for good."""
    sheet.scan("SPK0001")
    sheet.scan("SPK0002")
    settle_down(sheet, qtbot)
    assert shown(model, 1) == ("ready", "")
    finish(qtbot, sheet.open(PROFILE))
    assert (shown(model, 1), shown(model, 2)) == (("held", bound_before), ("ready", ""))
    sheet.include([1])
    settle_down(sheet, qtbot)
    finish(qtbot, sheet.open(PROFILE))
    assert shown(model, 1) == ("ready", f"let in; was held: {bound_before}")


def bind_with_signs(store: SlowDisk, *ids: str) -> None:
    """Let devices have been bound on the profile's channel."""
    rows = [row(number, device_id) for number, device_id in enumerate(ids, 1)]
    earlier = store.sheets.create(profile="Line 2", origin="list.csv", put=rows).result().sheet_id
    run_id = store.runs.begin(earlier, PROFILE.channel, {one.number: Device(one.device_id, "Hall") for one in rows})
    sent = {one.number: Outcome().begun(1) for one in rows}
    store.runs.begin_request(run_id.result(), 1, sent).result()
    bound = {number: outcome.settled(State.BOUND, ANSWER) for number, outcome in sent.items()}
    store.runs.settle(run_id.result(), bound, 1).result()


def test_signs_that_ids_of_the_channel_have(document: SheetDocument, store: SlowDisk, qtbot: QtBot) -> None:
    """GIVEN three bound ids with a slash WHEN another one comes in THEN it goes; a run teaches more signs."""
    bind_with_signs(store, "UV/1", "UV/2", "UV/3", "UV#1")
    finish(qtbot, document.open(PROFILE))
    document.scan("UV/4")
    document.take([Arrival("UV/5"), Arrival("UV#5")], Source.PASTED)
    assert [each.held_for for each in document.sheet] == [None, None, HoldReason.ID_SIGN]
    bind_with_signs(store, "UV#2", "UV#3")
    finish(qtbot, document.learn_signs())
    document.scan("UV#6")
    assert document.sheet[4].held is None
    settle_down(document, qtbot)
    finish(qtbot, document.open(OTHER))
    document.scan("UV/4")
    assert document.sheet[1].held_for is HoldReason.ID_SIGN
    settle_down(document, qtbot)


def test_a_block_that_is_pasted_over_rows_is_judged_as_a_whole(sheet: SheetDocument, qtbot: QtBot) -> None:
    """Cells and the rows below them are one list: a value that stands three times in both is held in each."""
    sheet.take([Arrival(f"SPK000{n}") for n in range(4)], Source.PASTED)
    over = {number: {Column.DEVICE_ID: "SPK0009"} for number in (1, 2)}
    EditCommands(sheet).write(over, [Arrival("SPK0009"), Arrival("SPK0010")])
    assert [each.number for each in sheet.sheet if each.held_for is HoldReason.ID_REPEATED] == [1, 2, 5]
    settle_down(sheet, qtbot)
