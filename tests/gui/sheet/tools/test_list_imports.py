"""Lists come into the sheet in pieces, are told of once the disk has them, and go again as they came."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.intake.intake import Arrival
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import HoldReason, Source
from bindtool.core.sheet.status import Tally
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import read_rows
from bindtool.core.tabular.table.result import NOTHING_CHOSEN, NOTHING_KNOWN
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.tools.list_import_controller import pasted
from bindtool.gui.sheet.tools.list_imports import ListImports, OpenList
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import ANSWER
from tests.gui.clocks import HandClock
from tests.gui.disks import SlowDisk, refusing
from tests.gui.loop import PATIENCE, finish

IDS = [f"SPK{number:05}" for number in range(2400)]
LONG = len(IDS)
REPEATED = HoldReason.ID_REPEATED


@pytest.fixture
def store(database: Path, clock: HandClock) -> Iterator[SlowDisk]:
    """Give an open database, empty, whose disk can be held back."""
    with SlowDisk(database, clock) as store:
        yield store


@pytest.fixture
def sheet(document: SheetDocument, qtbot: QtBot) -> SheetDocument:
    """Give the document with an empty sheet on it."""
    finish(qtbot, document.open(None))
    return document


@pytest.fixture
def notices() -> Notices:
    """Give what is asked, which is nothing."""
    return Notices()


def answer(notices: Notices) -> None:
    """Press the button of what is seen."""
    assert notices.first is not None
    notices.take(notices.first, *notices.first.options)


def in_the_turn_after(signal: SignalInstance, act: Callable[[], object]) -> None:
    """Act in the turn of the loop that follows a signal, the first time: some turns later the whole list is in."""
    loop = asyncio.get_running_loop()

    def follow() -> None:
        signal.disconnect(follow)
        loop.call_soon(act)

    signal.connect(follow)


@pytest.fixture
def imports(notices: Notices, sheet: SheetDocument) -> ListImports:
    """Give what adds lists to the sheet."""
    return ListImports(notices, sheet)


def a_list(*lines: str) -> OpenList:
    """Return what somebody has copied."""
    text = "\n".join(lines)
    return OpenList(pasted(text, "", NOTHING_KNOWN), read_rows(open_clipboard(text)), NOTHING_CHOSEN)


def numbers(document: SheetDocument) -> list[int]:
    """Return the numbers of the rows that are there."""
    return [row.number for row in document.sheet]


def settle_down(document: SheetDocument, qtbot: QtBot) -> None:
    """Wait until the disk has everything."""
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)


def told(spy: QSignalSpy) -> list[list[object]]:
    """Return what a signal has told, in order."""
    return [spy.at(at) for at in range(spy.count())]


def test_a_list_is_told_of_once_the_disk_has_it(
    imports: ListImports, sheet: SheetDocument, store: SlowDisk, notices: Notices, qtbot: QtBot
) -> None:
    """How its rows stand, and which is the first; of a column of ids nothing else is asked."""
    sheet.scan("SPK00001")
    settle_down(sheet, qtbot)
    store.sheets.hold = True
    added = QSignalSpy(imports.added)

    imports.take_at_once(a_list("SPK00001", "SPK00002", "{'id': 'SPK00003'}"))

    assert numbers(sheet) == [1, 2, 3, 4]
    assert added.count() == 0
    with qtbot.waitSignal(imports.added, timeout=PATIENCE):
        store.sheets.release()
    assert told(added) == [[Tally(added=1, repeats=1, incomplete=1), 2]]
    assert notices.first is None


def test_lists_are_told_of_in_their_order(
    imports: ListImports, sheet: SheetDocument, store: SlowDisk, qtbot: QtBot
) -> None:
    """Only the newest one can be taken back."""
    store.sheets.hold = True
    added, forgotten = QSignalSpy(imports.added), QSignalSpy(imports.forgotten)
    imports.take_at_once(a_list("SPK00001"))
    imports.take_at_once(a_list("SPK00002", "SPK00003"))

    store.sheets.release(2)
    qtbot.waitUntil(lambda: added.count() == 2, timeout=PATIENCE)

    assert told(added) == [[Tally(added=1), 1], [Tally(added=2), 2]]
    assert forgotten.count() == 2
    imports.take_back()
    assert numbers(sheet) == [1]
    store.sheets.release()
    settle_down(sheet, qtbot)


def test_a_list_is_no_news_on_another_sheet(
    imports: ListImports, sheet: SheetDocument, notices: Notices, qtbot: QtBot
) -> None:
    """What was asked goes, and with it all of the sheet that was left."""
    with qtbot.waitSignal(imports.added, timeout=PATIENCE):
        imports.take_at_once(a_list("SPK00001\tdesk", "SPK00002\tshelf"))
    assert notices.contains("added")
    settle_down(sheet, qtbot)
    left, taken_back = weakref.ref(sheet.sheet), QSignalSpy(imports.taken_back)

    finish(qtbot, sheet.renew())

    assert notices.first is None
    assert left() is None
    assert taken_back.count() == 0


def test_a_list_that_the_disk_refused_is_told_of_when_it_is_written(
    imports: ListImports, sheet: SheetDocument, database: Path, qtbot: QtBot
) -> None:
    """Nobody hears "added" before."""
    added = QSignalSpy(imports.added)
    with refusing(database, "INSERT ON sheet_row"), qtbot.waitSignal(sheet.disk_failed, timeout=PATIENCE):
        imports.take_at_once(a_list("SPK00001", "SPK00002"))
    assert added.count() == 0

    assert finish(qtbot, sheet.catch_up())

    assert told(added) == [[Tally(added=2), 1]]


def test_a_long_list_is_judged_as_a_whole(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """GIVEN a list of several pieces WHEN it comes in THEN each is judged by all of it."""
    ids = ["SPK01000", "SPK0000026", *IDS[:2000], "SPK01000", *IDS[2000:]]
    finish(qtbot, imports.take(a_list(*ids)))

    held = {row.number: row.held_for for row in sheet.sheet if row.held is not None}
    again = IDS.index("SPK01000") + 3
    assert held == {1: REPEATED, 2: HoldReason.ODD_ONE_OUT, again: REPEATED, 2003: REPEATED}
    settle_down(sheet, qtbot)


def test_undo_takes_back_the_one_edit(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """Nothing of it is left, and redo brings it back."""
    sheet.scan("SPK1")
    # That it is on the disk would be newer than the list.
    settle_down(sheet, qtbot)
    finish(qtbot, imports.take(a_list(*IDS)))
    taken_back = QSignalSpy(imports.taken_back)

    imports.take_back()

    assert numbers(sheet) == [1]
    assert [n for _, n in told(taken_back)] == [LONG]
    sheet.redo()
    assert len(sheet.sheet) == LONG + 1
    imports.take_back()
    assert len(sheet.sheet) == LONG + 1
    settle_down(sheet, qtbot)


def test_undo_leaves_what_came_in_between(
    imports: ListImports, sheet: SheetDocument, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    """Other rows come while a list does; they stay, and the list goes as one edit all the same."""
    in_the_turn_after(sheet.changed, lambda: sheet.take([Arrival("OTHER")], Source.PASTED))
    work = tasks.start(imports.take(a_list(*IDS)))
    qtbot.waitUntil(work.done, timeout=PATIENCE)
    assert len(sheet.sheet) == LONG + 1
    other = sheet.sheet.first_with("OTHER")
    assert other is not None

    imports.take_back()

    assert numbers(sheet) == [other.number]
    sheet.undo()
    assert len(sheet.sheet) == LONG + 1
    settle_down(sheet, qtbot)


def test_stop_leaves_a_scan_that_came_last(
    imports: ListImports, sheet: SheetDocument, notices: Notices, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    """The newest edit is the scan's then, and not the list's."""

    def scan_and_stop() -> None:
        sheet.scan("SCANNED")
        answer(notices)

    in_the_turn_after(notices.changed, scan_and_stop)
    work = tasks.start(imports.take(a_list(*IDS)))
    qtbot.waitUntil(work.done, timeout=PATIENCE)
    assert [row.device_id for row in sheet.sheet] == ["SCANNED"]
    settle_down(sheet, qtbot)


def test_what_was_sent_stays(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """A bound row is one that no undo unbinds, and a run has its rows for itself."""
    imports.take_at_once(a_list(*IDS[:3]))
    settle_down(sheet, qtbot)
    sheet.settle({1: Outcome(State.BOUND, ANSWER, attempts=1)})
    sheet.sheet.take_up([2])
    taken_back = QSignalSpy(imports.taken_back)

    imports.take_back()

    assert numbers(sheet) == [1, 2]
    assert [n for _, n in told(taken_back)] == [1]
    settle_down(sheet, qtbot)


def test_nothing_is_taken_back_where_all_was_sent(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """It is said that nothing went."""
    imports.take_at_once(a_list(IDS[0]))
    settle_down(sheet, qtbot)
    sheet.settle({1: Outcome(State.BOUND, ANSWER, attempts=1)})
    taken_back = QSignalSpy(imports.taken_back)

    imports.take_back()
    imports.take_back()

    assert numbers(sheet) == [1]
    assert [n for _, n in told(taken_back)] == [0]


def test_stop_leaves_nothing_of_a_list(
    imports: ListImports, sheet: SheetDocument, notices: Notices, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    """How far it is stands there with a button; what was in by then goes again, and nobody is told of it."""
    added = QSignalSpy(imports.added)
    in_the_turn_after(notices.changed, lambda: answer(notices))
    work = tasks.start(imports.take(a_list(*IDS)))
    qtbot.waitUntil(work.done, timeout=PATIENCE)
    settle_down(sheet, qtbot)

    assert numbers(sheet) == []
    assert added.count() == 0
    assert notices.first is None


def test_the_rest_is_left_out_of_another_sheet(
    imports: ListImports, sheet: SheetDocument, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    """Rows of a list never come onto a sheet that was opened since, and nothing there can be taken back."""
    renewed: list[asyncio.Task[None]] = []
    in_the_turn_after(sheet.changed, lambda: renewed.append(tasks.start(sheet.renew())))
    work = tasks.start(imports.take(a_list(*IDS)))
    qtbot.waitUntil(lambda: work.done() and renewed[0].done(), timeout=PATIENCE)
    sheet.scan("SPK1")
    settle_down(sheet, qtbot)

    imports.take_back()

    assert len(sheet.sheet) == 1


def test_a_running_number_at_the_end_of_a_list_is_given_to_nobody_above(
    imports: ListImports, sheet: SheetDocument, qtbot: QtBot
) -> None:
    """A list comes in piece by piece, and a device of the last one may be called by the first number."""
    sheet.labels = Labeller(LabelTemplate.parse("box-{n:3}"))
    finish(qtbot, imports.take(a_list("SN\tlabel", *(f"{one}\t" for one in IDS[:1000]), "SPK99999\t box-001")))

    labels = [row.label for row in sheet.sheet]

    assert labels == [*(f"box-{number:03}" for number in range(2, 1002)), "box-001"]


def test_a_closed_sheet_keeps_its_list(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """Another sheet has rows of the same numbers: it is left alone, and nobody says that a list was taken back."""
    opened = a_list(*IDS[:2])
    noted = QSignalSpy(imports.taken_back)
    imports.take_at_once(opened)
    settle_down(sheet, qtbot)
    finish(qtbot, sheet.renew())
    sheet.scan("SPK1")
    settle_down(sheet, qtbot)

    imports.take_back()

    assert numbers(sheet) == [1]
    assert noted.count() == 0


def test_ctrl_z_takes_back_too(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """Who undoes it by the key sees the same; so does who deletes its rows."""
    taken_back, forgotten = QSignalSpy(imports.taken_back), QSignalSpy(imports.forgotten)
    imports.take_at_once(a_list(*IDS[:2]))
    settle_down(sheet, qtbot)
    sheet.undo()
    assert ([n for _, n in told(taken_back)], forgotten.count()) == ([2], 1)
    settle_down(sheet, qtbot)


def test_a_table_says_which_columns_were_taken(
    imports: ListImports, sheet: SheetDocument, notices: Notices, qtbot: QtBot
) -> None:
    """It can be changed or taken back, until the next scan is news."""
    changes = QSignalSpy(imports.change_requested)
    table = a_list("Pos\tSerial\tLabel", "1\tSPK00001\tKitchen")
    finish(qtbot, imports.take(table))
    settle_down(sheet, qtbot)
    assert notices.shows("added")
    answer(notices)
    assert changes.count() == 1
    assert imports.remove(changes.at(0)[0]) == 1
    finish(qtbot, imports.take(table))
    settle_down(sheet, qtbot)
    imports.take_back()
    assert numbers(sheet) == []
    finish(qtbot, imports.take(table))
    settle_down(sheet, qtbot)
    sheet.scan("SPK00002")
    settle_down(sheet, qtbot)
    assert notices.first is None


def test_what_was_left_out_is_named_with_why(
    imports: ListImports, sheet: SheetDocument, notices: Notices, texts: Texts, qtbot: QtBot
) -> None:
    """Sums, names of columns and cells that can't be taken, and ids of the table that stand in no row."""
    table = a_list("device_id\tlabel", "SPK00001\ta", "device_id\tlabel", "1.2E+19\tb", "Total\t2", "Total\t3")
    read = replace(table.read, unplaced=(("SPK00007", "D7"),))
    finish(qtbot, imports.take(replace(table, read=read)))
    settle_down(sheet, qtbot)
    assert notices.first is not None
    words = notices.first.words
    assert callable(words)
    assert words(texts).split(" · ") == [
        "IDs from column A, “device_id”; labels from B",
        "4 left out for now: a cell to correct 1, column names again 1, total 2",
        "1 more value is made like these IDs: D7 SPK00007",
    ]


def test_a_column_of_ids_says_what_was_left_out(
    imports: ListImports, sheet: SheetDocument, notices: Notices, qtbot: QtBot
) -> None:
    """Though it need not say which column it is."""
    imports.take_at_once(a_list("SPK00001", "1.2E+19"))
    settle_down(sheet, qtbot)
    assert notices.shows("added")


STATES = ("SN\t状态", *(f"SPK0000{n}\t{state}" for n, state in enumerate(["OK"] * 3 + ["NG"] * 3)))


def test_what_lists_say_becomes_of_rows(imports: ListImports, sheet: SheetDocument, qtbot: QtBot) -> None:
    """How often each value occurs in the lists that are in the open sheet, for as long as they are there."""
    assert imports.fates == {}
    first, second = a_list(*STATES), a_list(*STATES[:4], *(f"SPK1000{n}\tNG" for n in range(2)))
    finish(qtbot, imports.take(first))
    finish(qtbot, imports.take(second))
    settle_down(sheet, qtbot)
    assert imports.fates == {"状态": {"OK": 6, "NG": 5}}
    imports.take_back()
    settle_down(sheet, qtbot)
    assert imports.fates == {"状态": {"OK": 3, "NG": 3}}
    sheet.delete(numbers(sheet))
    settle_down(sheet, qtbot)
    assert imports.fates == {}


def test_a_later_edit_is_what_undo_is_about(
    imports: ListImports, sheet: SheetDocument, notices: Notices, qtbot: QtBot
) -> None:
    """Once a row of a list was deleted, nothing offers to take the whole list back."""
    forgotten, taken_back = QSignalSpy(imports.forgotten), QSignalSpy(imports.taken_back)
    imports.take_at_once(a_list("SPK00001\tdesk", "SPK00002\tshelf"))
    settle_down(sheet, qtbot)
    assert (notices.shows("added"), forgotten.count()) == (True, 0)

    sheet.delete([1])

    assert (notices.first, forgotten.count(), taken_back.count()) == (None, 1, 0)
    imports.take_back()
    assert numbers(sheet) == [2]
