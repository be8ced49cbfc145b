"""The open sheet of a window, on a real database whose disk the test can hold back or let fail."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import BadInput, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row, SheetHead, Source
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

T = TypeVar("T")

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567", label_template="音箱-{id:-4}")
TOKEN = "pat_" + "x" * 40
OTHER = Profile(name="Line 3", connector_id="7412345678901234568")


@pytest.fixture
def sheet(document: SheetDocument, qtbot: QtBot) -> SheetDocument:
    """Give the document with an empty sheet on it that belongs to no profile yet."""
    finish(qtbot, document.open(None))
    return document


class Desk:
    """The document, its table and its disk, and somebody who waits."""

    def __init__(
        self, document: SheetDocument, store: SlowDisk, model: SheetTableModel, database: Path, qtbot: QtBot
    ) -> None:
        self.document = document
        self.store = store
        self.model = model
        self.database = database
        self.qtbot = qtbot

    def finish(self, work: Coroutine[object, object, T]) -> T:
        """Run a coroutine to its end."""
        return finish(self.qtbot, work)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def hears(self, signal: SignalInstance) -> AbstractContextManager[Any]:
        """Wait for a signal at the end of the context."""
        return self.qtbot.waitSignal(signal, timeout=PATIENCE)

    def settle(self) -> None:
        """Wait until the disk has everything."""
        self.until(lambda: not self.document.saving)

    def edit(self, number: int, column: Column, text: str) -> None:
        """Type a text into a cell."""
        self.model.setData(self.model.index(self.model.row_of(number), column), text)

    def shown(self, number: int) -> tuple[str, str]:
        """Return the status and the message of a row, as the table has them."""
        at = self.model.row_of(number)
        cells = (self.model.index(at, column) for column in (Column.STATUS, Column.MESSAGE))
        return tuple(self.model.data(cell) for cell in cells)

    @property
    def head(self) -> SheetHead:
        """The head of the open sheet."""
        assert self.document.head is not None
        return self.document.head

    @property
    def ids(self) -> dict[int, str]:
        """The ids of the sheet by number."""
        return {row.number: row.device_id for row in self.document.sheet}

    @property
    def on_disk(self) -> tuple[Row, ...]:
        """The rows as the database has them."""
        return self.store.sheets.load(self.head.sheet_id)


@pytest.fixture
def desk(document: SheetDocument, store: SlowDisk, model: SheetTableModel, database: Path, qtbot: QtBot) -> Desk:
    """Give all of it."""
    return Desk(document, store, model, database, qtbot)


def told(spy: QSignalSpy) -> list[object]:
    """Return what a signal with one value has told, in order."""
    return [spy.at(at)[0] for at in range(spy.count())]


# ---------------------------------------------------------------- scans


def test_a_scan_is_drawn_at_once_and_ready_once_the_disk_has_it(desk: Desk, sheet: SheetDocument) -> None:
    """Until the disk has the row it is "saving", can't be sent, and nobody is told that it was added."""
    desk.store.sheets.hold = True
    added = QSignalSpy(sheet.added)

    sheet.scan("SPK26113F2001")

    assert desk.shown(1) == ("incomplete", "saving")
    assert sheet.sheet.jobs() == ()
    assert added.count() == 0
    saving = [sheet.saving]
    with desk.hears(sheet.added):
        desk.store.sheets.release()
    assert desk.shown(1) == ("ready", "")
    assert [*saving, sheet.saving] == [True, False]
    assert [job.number for job in sheet.sheet.jobs()] == [1]
    assert told(added) == [sheet.sheet[1]]
    assert desk.on_disk == (sheet.sheet[1],)


def test_a_row_is_ready_with_its_newest_text_only(desk: Desk, sheet: SheetDocument) -> None:
    """Edited while it is being saved, a row waits for the text that it shows now."""
    desk.store.sheets.hold = True
    sheet.scan("SPK26113F2001")
    with desk.hears(sheet.added):
        desk.store.sheets.release()
        desk.edit(1, Column.LABEL, "kitchen")

    assert desk.shown(1) == ("incomplete", "saving")
    assert sheet.saving
    with desk.hears(sheet.changed):
        desk.store.sheets.release()
    assert desk.shown(1) == ("ready", "")
    assert desk.on_disk[0].label == "kitchen"


def test_scans_wait_for_nobody(desk: Desk, sheet: SheetDocument) -> None:
    """Fifty scans on a disk that stands still are all in the table, and on disk in their order when it goes on."""
    desk.store.sheets.hold = True
    added = QSignalSpy(sheet.added)
    for number in range(50):
        sheet.scan(f"SPK{number:04}")
    assert desk.model.rowCount() == 50

    desk.store.sheets.release(50)
    desk.until(lambda: added.count() == 50)

    assert [row.device_id for row in desk.on_disk] == [f"SPK{number:04}" for number in range(50)]
    assert [row.number for row in told(added)] == list(range(1, 51))  # type: ignore[attr-defined]


def test_a_row_deleted_before_the_disk_had_it_is_not_announced(desk: Desk, sheet: SheetDocument) -> None:
    """Nobody hears of a row that is gone, and it is on no disk."""
    desk.store.sheets.hold = True
    added = QSignalSpy(sheet.added)
    sheet.scan("SPK1")
    sheet.delete([1])
    desk.store.sheets.release(2)
    desk.settle()
    sheet.scan("SPK2")
    with desk.hears(sheet.added):
        desk.store.sheets.release()

    assert [row.number for row in told(added)] == [2]  # type: ignore[attr-defined]
    assert desk.ids == {2: "SPK2"}
    assert desk.on_disk == (sheet.sheet[2],)


def test_a_repeat_is_no_row_and_leads_to_the_first(desk: Desk, sheet: SheetDocument) -> None:
    """The same device again, with the spaces of another scanner, tells of the row that is there."""
    sheet.scan("0012")
    desk.settle()
    repeated, changed = QSignalSpy(sheet.repeated), QSignalSpy(sheet.changed)

    sheet.scan(" 0012\t")

    assert told(repeated) == [sheet.sheet[1]]
    assert changed.count() == 0
    assert len(desk.on_disk) == 1


@pytest.mark.parametrize(("text", "reason"), [(" \t", "reason.id_missing"), (TOKEN, "reason.id_is_token")])
def test_what_is_no_scan_is_turned_away(desk: Desk, sheet: SheetDocument, text: str, reason: str) -> None:
    """Nothing, and an access token, make no row; the token is not written anywhere."""
    rejected = QSignalSpy(sheet.rejected)

    sheet.scan(text)

    assert told(rejected) == [Message.of(reason)]
    assert desk.on_disk == ()
    assert len(sheet.sheet) == 0


def test_what_is_no_id_as_a_whole_is_kept_and_not_sent(desk: Desk, sheet: SheetDocument) -> None:
    """A text with parts is a row that says what is wrong with it, on disk too, until somebody corrects it."""
    text = "SN:SPK1;MAC:00:11:22"
    with desk.hears(sheet.added):
        sheet.scan(text)

    assert desk.shown(1) == ("incomplete", "several values in one code; leave only the device ID")
    assert sheet.sheet.jobs() == ()
    assert desk.on_disk[0].arrived == text
    desk.edit(1, Column.DEVICE_ID, "SPK1")
    desk.settle()
    assert desk.shown(1) == ("ready", "")


def test_without_a_sheet_nothing_is_taken(document: SheetDocument) -> None:
    """Before the first sheet is open, scans and details are refused instead of lost."""
    assert not document.takes_scans
    with pytest.raises(BadInput) as caught:
        document.scan("SPK1")
    assert caught.value.id == "sheet.not_open"
    with pytest.raises(BadInput):
        document.describe(job="WO-7", expected=None, operator="A12")


# ---------------------------------------------------------------- lists and edits


def test_an_id_in_another_case_is_held(desk: Desk, sheet: SheetDocument) -> None:
    """GIVEN an id WHEN a scan, a list or an edit brings it in another case THEN that row is held until a tick."""
    sheet.scan("SN0001")
    sheet.scan("sn0001")
    sheet.take([Arrival("Sn0001"), Arrival("SN0002")], Source.PASTED)
    EditCommands(sheet).type(4, Column.DEVICE_ID, "sN0001")
    desk.settle()
    held = [row.held for row in sheet.sheet]
    assert held == [None, *[Hold.of(HoldReason.OTHER_CASE, row=1)] * 3]
    sheet.include([2])
    desk.settle()
    assert sheet.sheet.counts()[State.READY] == 2


def test_an_id_pasted_over_another_is_held_where_a_list_would_hold_it(desk: Desk, sheet: SheetDocument) -> None:
    """GIVEN eleven ids that are alike WHEN another kind is pasted over one THEN it is held; typed, it is not."""
    sheet.take([Arrival(f"SPK26113F2{n:03X}") for n in range(11)], Source.PASTED)
    desk.settle()
    edits = EditCommands(sheet)
    edits.write({1: {Column.DEVICE_ID: "6901234567892"}})
    edits.type(2, Column.DEVICE_ID, "6901234567908")
    assert [sheet.sheet[number].held_for for number in (1, 2)] == [HoldReason.ODD_ONE_OUT, None]


def test_a_paste_of_a_thousand_is_one_insertion(desk: Desk, sheet: SheetDocument) -> None:
    """A list comes in one piece, with its labels."""
    sheet.scan("SPK")
    inserted = QSignalSpy(desk.model.rowsAboutToBeInserted)
    arrivals = [Arrival(f"{number:020}", f"label {number}" if number % 2 else "") for number in range(1000)]

    assert sheet.take(arrivals, Source.PASTED) == 1000
    assert (inserted.count(), desk.model.rowCount()) == (1, 1001)
    desk.settle()
    pasted = desk.on_disk
    assert pasted == tuple(sheet.sheet)
    assert [(row.device_id, row.label) for row in pasted[1:3]] == [
        ("0" * 20, "000000"),
        ("0" * 19 + "1", "label 1"),
    ]


def test_each_edit_its_undo_and_its_redo_reach_the_disk(desk: Desk, sheet: SheetDocument) -> None:
    """A list, a typed id, whose label follows, a typed label, and deleted rows, each under its number."""
    arrivals = [Arrival(f"SPK00000{number}") for number in range(1, 6)]
    acts: list[Callable[[], object]] = [
        lambda: sheet.take(arrivals, Source.FILE),
        lambda: desk.edit(1, Column.DEVICE_ID, "SPK000009"),
        lambda: desk.edit(2, Column.LABEL, " kitchen "),
        lambda: sheet.delete([3, 5]),
    ]
    states: list[tuple[Row, ...]] = [()]
    for act in acts:
        act()
        desk.settle()
        states.append(desk.on_disk)

    assert [(row.number, row.device_id, row.label, row.source) for row in states[-1]] == [
        (1, "SPK000009", "000009", Source.TYPED),
        (2, "SPK000002", "kitchen", Source.FILE),
        (4, "SPK000004", "000004", Source.FILE),
    ]
    for move, later in ((sheet.undo, states[-2::-1]), (sheet.redo, states[1:])):
        for expected in later:
            move()
            desk.settle()
            assert desk.on_disk == tuple(sheet.sheet) == expected


def test_the_repeats_of_a_list_are_rows_with_a_reason(desk: Desk, sheet: SheetDocument) -> None:
    """No line is dropped; a repeat becomes a device once its first row is deleted."""
    assert sheet.take([Arrival("SPK1"), Arrival("SPK2"), Arrival("SPK1")], Source.FILE) == 3
    desk.settle()
    assert desk.shown(3) == ("duplicate", "the same ID as row 1")

    sheet.delete([1])
    desk.settle()

    assert desk.shown(3) == ("ready", "")
    assert [row.source for row in desk.on_disk] == [Source.FILE, Source.FILE]


def test_nothing_to_take_is_no_edit(sheet: SheetDocument) -> None:
    """An empty paste, undo and redo with nothing to take back, and including nothing, leave all as it is."""
    changed, failed = QSignalSpy(sheet.changed), QSignalSpy(sheet.failed)

    assert sheet.take([], Source.PASTED) == 0
    sheet.undo()
    sheet.redo()
    sheet.include([])

    assert (changed.count(), failed.count()) == (0, 0)
    assert not sheet.undo_stack.can_undo


def test_a_token_typed_into_a_cell_is_turned_away(desk: Desk, sheet: SheetDocument) -> None:
    """The cell keeps what it had."""
    sheet.scan("SPK1")
    rejected = QSignalSpy(sheet.rejected)

    desk.edit(1, Column.DEVICE_ID, TOKEN)

    assert told(rejected) == [Message.of("reason.id_is_token")]
    assert desk.ids == {1: "SPK1"}


def test_rows_of_a_run_are_nobody_elses(desk: Desk, sheet: SheetDocument) -> None:
    """Deleting, editing and undoing them is refused with a reason, and changes neither the table nor the disk."""
    sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)
    desk.settle()
    before = desk.on_disk
    sheet.sheet.take_up([1])
    failed = QSignalSpy(sheet.failed)

    sheet.delete([1, 2])
    desk.edit(1, Column.LABEL, "kitchen")
    sheet.undo()

    assert [error.id for error in told(failed)] == ["edit.under_way"] * 3  # type: ignore[attr-defined]
    assert desk.on_disk == tuple(sheet.sheet) == before
    sheet.delete([2])
    desk.settle()
    assert [row.number for row in desk.on_disk] == [1]


def test_held_rows_are_included_by_one_tick(desk: Desk, sheet: SheetDocument) -> None:
    """Only rows that are held change; undo holds them again."""
    held = Hold.of(HoldReason.ODD_ONE_OUT)
    desk.store.sheets.save(desk.head.sheet_id, [replace(row(1), held=held), row(2)]).result(30)
    desk.finish(sheet.open(None))
    assert desk.shown(1) == ("held", "looks different from the others")

    sheet.include([2])
    assert not sheet.undo_stack.can_undo
    sheet.include([1, 2])
    desk.settle()
    assert desk.shown(1) == ("ready", "let in; was held: looks different from the others")
    assert [row.held for row in desk.on_disk] == [None, None]
    assert [row.let_in for row in desk.on_disk] == [held, None]
    ticks = [
        desk.model.data(desk.model.index(at, Column.STATUS), Qt.ItemDataRole.CheckStateRole) for at in range(2)
    ]
    assert sorted(ticks, key=str) == [Qt.CheckState.Checked, None]

    sheet.undo()
    desk.settle()
    assert desk.shown(1) == ("held", "looks different from the others")


# ---------------------------------------------------------------- a disk that fails


def test_a_disk_that_fails_stops_scanning_and_loses_nothing(desk: Desk, sheet: SheetDocument) -> None:
    """What is on disk stays, rows that are not stay in the table as "saving", and no more scans are taken."""
    sheet.scan("SPK1")
    desk.settle()
    added = QSignalSpy(sheet.added)

    with refusing(desk.database, "INSERT ON sheet_row"), desk.hears(sheet.disk_failed) as failed:
        sheet.scan("SPK2")

    assert failed.args[0].id == "store.failed"
    assert (sheet.takes_scans, sheet.saving, added.count()) == (False, True, 0)
    assert desk.ids == {1: "SPK1", 2: "SPK2"}
    assert desk.shown(2) == ("incomplete", "saving")
    assert [job.number for job in sheet.sheet.jobs()] == [1]
    assert [row.device_id for row in desk.on_disk] == ["SPK1"]


def test_with_room_again_the_disk_catches_up(desk: Desk, sheet: SheetDocument) -> None:
    """What only the table had is written: a scan, a pasted row, an edit, a deletion, the job; then scans go on."""
    sheet.scan("SPK1")
    sheet.scan("SPK2")
    desk.settle()
    added, failed = QSignalSpy(sheet.added), QSignalSpy(sheet.disk_failed)
    with refusing(desk.database, "INSERT ON sheet_row", "DELETE ON sheet_row", "UPDATE ON sheet"):
        sheet.scan("SPK3")
        sheet.take([Arrival("SPK4")], Source.PASTED)
        sheet.delete([1])
        desk.edit(2, Column.LABEL, "Shelf 2")
        sheet.describe(job="WO-7", expected=None, operator="")
        desk.until(lambda: failed.count() == 5)
        assert not desk.finish(sheet.catch_up())
    assert (sheet.takes_scans, sheet.saving, added.count()) == (False, True, 0)

    assert desk.finish(sheet.catch_up())

    assert (sheet.takes_scans, sheet.saving) == (True, False)
    assert told(added) == [sheet.sheet[3]]
    assert {row.number: (row.device_id, row.label) for row in desk.on_disk} == {
        2: ("SPK2", "Shelf 2"),
        3: ("SPK3", sheet.sheet[3].label),
        4: ("SPK4", sheet.sheet[4].label),
    }
    assert desk.store.sheets.current("") == sheet.head
    assert [job.number for job in sheet.sheet.jobs()] == [2, 3, 4]
    with desk.hears(sheet.added):
        sheet.scan("SPK5")


def test_what_is_edited_while_the_disk_catches_up(desk: Desk, sheet: SheetDocument) -> None:
    """Rows that are deleted or edited then are so on the disk too: what they were before never comes after it."""
    with refusing(desk.database, "INSERT ON sheet_row"), desk.hears(sheet.disk_failed):
        sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)

    def edit_both() -> None:
        desk.edit(1, Column.LABEL, "Shelf 1")
        sheet.delete([2])

    def in_the_next_turn() -> None:
        asyncio.get_running_loop().call_soon(edit_both)

    desk.store.sheets.described = in_the_next_turn
    assert desk.finish(sheet.catch_up())
    desk.settle()

    assert [(row.device_id, row.label) for row in desk.on_disk] == [("SPK1", "Shelf 1")]
    assert [job.device.label for job in sheet.sheet.jobs()] == ["Shelf 1"]


def test_impatient_hands_catch_up_once(desk: Desk, sheet: SheetDocument) -> None:
    """Pressed twice, a scan is told as added once, and its row can be edited and saved as any other."""
    added = QSignalSpy(sheet.added)
    with refusing(desk.database, "INSERT ON sheet_row"), desk.hears(sheet.disk_failed):
        sheet.scan("SPK1")

    async def twice() -> tuple[bool, bool]:
        return await asyncio.gather(sheet.catch_up(), sheet.catch_up())

    assert tuple(desk.finish(twice())) == (True, True)
    assert added.count() == 1
    desk.edit(1, Column.LABEL, "Shelf 1")
    desk.settle()
    assert [job.device.label for job in sheet.sheet.jobs()] == ["Shelf 1"]


@pytest.mark.parametrize("leave", ["open", "renew"])
def test_no_sheet_is_left_with_rows_that_the_disk_lacks(desk: Desk, sheet: SheetDocument, leave: str) -> None:
    """While the disk fails the sheet stays open; with room it is written before another one takes its place."""
    old = desk.head
    move_on = {"open": lambda: sheet.open(PROFILE), "renew": sheet.renew}[leave]
    with refusing(desk.database, "INSERT ON sheet_row"):
        sheet.scan("SPK1")
        assert not desk.finish(move_on())
    assert (sheet.head, desk.ids) == (old, {1: "SPK1"})

    assert desk.finish(move_on())

    assert [row.device_id for row in desk.store.sheets.load(old.sheet_id)] == ["SPK1"]
    assert sheet.takes_scans


@pytest.mark.parametrize("leave", ["open", "renew"])
def test_a_sheet_that_can_not_be_made(desk: Desk, sheet: SheetDocument, leave: str) -> None:
    """The one that is open stays, on the disk too, and takes no scans until it is known to reach the disk."""
    old = sheet.head
    failed = QSignalSpy(sheet.disk_failed)
    with refusing(desk.database, "INSERT ON sheet"):
        assert not desk.finish({"open": lambda: sheet.open(PROFILE), "renew": sheet.renew}[leave]())
    assert failed.count() == 1
    assert not sheet.takes_scans
    assert sheet.head == old == desk.store.sheets.current("")
    assert desk.finish(sheet.catch_up())
    with desk.hears(sheet.added):
        sheet.scan("SPK1")


def test_a_failure_elsewhere_stops_scanning_as_well(sheet: SheetDocument) -> None:
    """A run that could not be written down says so here: the next scan would not fare better."""
    failed = QSignalSpy(sheet.disk_failed)
    sheet.fail(StoreFailed("store.disk_full", path="", detail=""))
    assert not sheet.takes_scans
    assert failed.count() == 1


# ---------------------------------------------------------------- sheets and profiles


def test_all_is_there_after_a_restart(desk: Desk, sheet: SheetDocument, clock: HandClock) -> None:
    """Rows, each with who scanned it, job, expected number and operator; no number is given twice."""
    sheet.scan("0012")
    with desk.hears(sheet.head_changed):
        sheet.describe(job="WO-7", expected=209, operator="A12")
    sheet.scan("SN:1;MAC:2")
    sheet.scan("SPK3")
    sheet.delete([3])
    desk.settle()
    kept, rows = desk.head, tuple(sheet.sheet)
    assert (kept.job, kept.expected, kept.operator) == ("WO-7", 209, "A12")
    assert [row.operator for row in rows] == ["", "A12"]
    desk.store.close()

    with Store(desk.database, clock) as later:
        assert later.sheets.current(profile="") == kept
        assert later.sheets.load(kept.sheet_id) == rows
        assert later.sheets.last_number(kept.sheet_id) == 3


def test_numbers_go_on_where_they_were(desk: Desk, sheet: SheetDocument) -> None:
    """A new row after a restart does not get the number of one that was deleted."""
    sheet.take([Arrival("SPK1"), Arrival("SPK2")], Source.PASTED)
    sheet.delete([2])
    desk.finish(sheet.open(None))

    sheet.scan("SPK3")

    assert desk.ids == {1: "SPK1", 3: "SPK3"}


@pytest.mark.parametrize(
    ("first", "then", "stays"), [(None, None, True), (None, PROFILE, True), (PROFILE, OTHER, False)]
)
def test_a_scan_while_a_sheet_is_read(
    desk: Desk, document: SheetDocument, first: Profile | None, then: Profile | None, *, stays: bool
) -> None:
    """It is read in a thread; the scan goes to the sheet that is still open, and is there if it stays so."""
    desk.finish(document.open(first))
    document.scan("SPK1")
    desk.settle()
    old, loop, scanned = desk.head, asyncio.get_running_loop(), threading.Event()

    def scan() -> None:
        document.scan("SPK2")
        document.describe(job="WO-7", expected=None, operator="A12")
        scanned.set()

    def meanwhile() -> None:
        loop.call_soon_threadsafe(scan)
        assert scanned.wait(PATIENCE / 1000)

    desk.store.sheets.meanwhile = meanwhile
    added = QSignalSpy(document.added)

    assert desk.finish(document.open(then))

    desk.settle()
    assert [row.device_id for row in desk.store.sheets.load(old.sheet_id)] == ["SPK1", "SPK2"]
    assert added.count() == 1
    assert desk.ids == ({1: "SPK1", 2: "SPK2"} if stays else {})
    assert document.sheet.next_number == (3 if stays else 1)
    assert (desk.head.job, desk.head.profile) == ("WO-7" if stays else "", then.name if then else "")


def test_a_sheet_that_is_left_goes_at_once(desk: Desk, document: SheetDocument) -> None:
    """With all its rows and without a look for garbage, which would stop the window."""
    desk.finish(document.open(PROFILE))
    document.scan("SPK1")
    desk.settle()
    old = weakref.ref(document.sheet)
    assert not gc.isenabled()

    desk.finish(document.open(OTHER))

    assert old() is None


def test_each_profile_has_its_sheet(desk: Desk, document: SheetDocument) -> None:
    """Another profile opens another sheet with its own labels and the same operator; the first one is kept."""
    desk.finish(document.open(PROFILE))
    document.describe(job="WO-7", expected=None, operator="A12")
    document.scan("SPK26113F2001")

    desk.finish(document.open(OTHER))
    assert (desk.ids, desk.model.rowCount()) == ({}, 0)
    assert (desk.head.profile, desk.head.operator, desk.head.job) == ("Line 3", "A12", "")
    document.scan("SPK26113F2001")
    assert document.sheet[1].label == "3F2001"

    desk.finish(document.open(PROFILE))
    assert {row.device_id: row.label for row in document.sheet} == {"SPK26113F2001": "音箱-2001"}
    assert desk.head.job == "WO-7"


def test_what_was_scanned_before_there_was_a_profile_is_taken_along(desk: Desk, sheet: SheetDocument) -> None:
    """The first profile gets the sheet that was begun without one; on the disk it belongs to it."""
    sheet.scan("SPK1")
    before = desk.head

    desk.finish(sheet.open(PROFILE))

    assert sheet.head == replace(before, profile="Line 2") == desk.store.sheets.current(profile="Line 2")
    assert desk.ids == {1: "SPK1"}
    assert desk.store.sheets.current(profile="") is None
    desk.finish(sheet.open(OTHER))
    assert desk.ids == {}


def test_an_empty_sheet_without_a_profile_stays_behind(desk: Desk, sheet: SheetDocument) -> None:
    """There is nothing to take along."""
    before = sheet.head

    desk.finish(sheet.open(PROFILE))

    assert sheet.head != before
    assert desk.store.sheets.current(profile="") == before


def test_opening_waits_for_the_disk(desk: Desk, sheet: SheetDocument) -> None:
    """A scan that is on its way when another profile is opened comes along; its number is not given again."""
    desk.store.sheets.hold = True
    sheet.scan("SPK1")
    opening = asyncio.get_running_loop().create_task(sheet.open(PROFILE))
    with desk.hears(sheet.added):
        desk.store.sheets.release()
    desk.until(opening.done)

    desk.store.sheets.hold = False
    sheet.scan("SPK2")
    desk.settle()

    assert desk.head.profile == "Line 2"
    assert {row.number: row.device_id for row in desk.on_disk} == {1: "SPK1", 2: "SPK2"}
    assert [job.number for job in sheet.sheet.jobs()] == [1, 2]


def test_a_new_sheet_leaves_the_old_one_on_disk(desk: Desk, document: SheetDocument) -> None:
    """The new one is empty, counts from 1, and has the same profile and operator; the job is a new one."""
    desk.finish(document.open(PROFILE))
    document.describe(job="WO-7", expected=2, operator="A12")
    document.scan("SPK1")
    old = desk.head

    desk.finish(document.renew())

    new = desk.head
    assert new.sheet_id != old.sheet_id
    assert (new.profile, new.operator, new.job, new.expected) == ("Line 2", "A12", "", None)
    assert desk.model.rowCount() == 0
    assert [row.device_id for row in desk.store.sheets.load(old.sheet_id)] == ["SPK1"]
    document.scan("SPK1")
    assert document.sheet[1].added_at == START
    desk.settle()
    desk.finish(document.open(PROFILE))
    assert document.head == new


def test_no_scan_is_taken_into_a_sheet_that_is_being_left(desk: Desk, sheet: SheetDocument) -> None:
    """From the wish for a new one until that is open: who scans is told, and nothing is left where nobody binds."""
    took: list[bool] = []
    sheet.head_changed.connect(lambda: took.append(sheet.takes_scans))
    desk.store.sheets.hold = True
    sheet.scan("SPK1")
    renewing = asyncio.get_running_loop().create_task(sheet.renew())
    desk.until(lambda: not sheet.takes_scans)
    desk.store.sheets.meanwhile = lambda: took.append(sheet.takes_scans)
    desk.store.sheets.release()
    desk.until(renewing.done)
    assert took == [False, True]


# ---------------------------------------------------------------- what was bound before


def let_be_bound(store: SlowDisk, *ids: str) -> None:
    """Let devices have been bound on the profile's channel."""
    rows = [row(number, device_id) for number, device_id in enumerate(ids, 1)]
    earlier = store.sheets.create(profile="Line 2", origin="list.csv", put=rows).result().sheet_id
    run_id = store.runs.begin(earlier, PROFILE.channel, {one.number: Device(one.device_id, "Hall") for one in rows})
    sent = {one.number: Outcome().begun(1) for one in rows}
    store.runs.begin_request(run_id.result(), 1, sent).result()
    bound = {number: outcome.settled(State.BOUND, ANSWER) for number, outcome in sent.items()}
    store.runs.settle(run_id.result(), bound, 1).result()


@pytest.fixture
def bound_before(store: SlowDisk) -> str:
    """Let a device have been bound on the profile's channel; give what is said of it."""
    let_be_bound(store, "SPK0001")
    return "bound 11-25 as “Hall”; tick it to bind again"


def test_a_device_bound_before_is_held_however_it_comes(
    desk: Desk, document: SheetDocument, bound_before: str
) -> None:
    """Scanned, in a list, or typed into a cell; on another channel it is new."""
    desk.finish(document.open(PROFILE))
    document.scan("SPK0001")
    document.delete([1])
    document.take([Arrival("SPK0001"), Arrival("SPK0002")], Source.PASTED)
    document.delete([2])
    desk.edit(3, Column.LABEL, "kitchen")
    desk.settle()
    assert desk.shown(3) == ("ready", "")
    desk.edit(3, Column.DEVICE_ID, "SPK0001")
    desk.settle()
    assert desk.shown(3) == ("held", bound_before)
    document.include([3])
    desk.edit(3, Column.LABEL, "hall")
    desk.settle()
    assert desk.shown(3) == ("ready", f"let in; was held: {bound_before}")
    desk.finish(document.open(OTHER))
    document.scan("SPK0001")
    desk.settle()
    assert desk.shown(1) == ("ready", "")


def test_rows_scanned_without_a_profile_are_looked_up_when_there_is_one(
    desk: Desk, sheet: SheetDocument, bound_before: str
) -> None:
    """Without a channel nobody can tell; with it the row is held, on the disk too; a tick holds for good."""
    sheet.scan("SPK0001")
    sheet.scan("SPK0002")
    desk.settle()
    assert desk.shown(1) == ("ready", "")
    desk.finish(sheet.open(PROFILE))
    assert (desk.shown(1), desk.shown(2)) == (("held", bound_before), ("ready", ""))
    sheet.include([1])
    desk.settle()
    desk.finish(sheet.open(PROFILE))
    assert desk.shown(1) == ("ready", f"let in; was held: {bound_before}")


def test_signs_that_ids_of_the_channel_have(desk: Desk, document: SheetDocument) -> None:
    """GIVEN three bound ids with a slash WHEN another one comes in THEN it goes; a run teaches more signs."""
    let_be_bound(desk.store, "UV/1", "UV/2", "UV/3", "UV#1")
    desk.finish(document.open(PROFILE))
    document.scan("UV/4")
    document.take([Arrival("UV/5"), Arrival("UV#5")], Source.PASTED)
    assert [each.held_for for each in document.sheet] == [None, None, HoldReason.ID_SIGN]
    let_be_bound(desk.store, "UV#2", "UV#3")
    desk.finish(document.learn_signs())
    document.scan("UV#6")
    assert document.sheet[4].held is None
    desk.settle()
    desk.finish(document.open(OTHER))
    document.scan("UV/4")
    assert document.sheet[1].held_for is HoldReason.ID_SIGN
    desk.settle()


def test_a_block_that_is_pasted_over_rows_is_judged_as_a_whole(desk: Desk, sheet: SheetDocument) -> None:
    """Cells and the rows below them are one list: a value that stands three times in both is held in each."""
    sheet.take([Arrival(f"SPK000{n}") for n in range(4)], Source.PASTED)
    over = {number: {Column.DEVICE_ID: "SPK0009"} for number in (1, 2)}
    EditCommands(sheet).write(over, [Arrival("SPK0009"), Arrival("SPK0010")])
    assert [each.number for each in sheet.sheet if each.held_for is HoldReason.ID_REPEATED] == [1, 2, 5]
    desk.settle()
