"""Lists come into the sheet in pieces, are told of once the disk has them, and go again as they came."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Coroutine, Iterator
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
from tests.gui.disks import SlowDisk, refusing
from tests.gui.loop import PATIENCE, finish

IDS = [f"SPK{number:05}" for number in range(2400)]
LONG = len(IDS)
REPEATED = HoldReason.ID_REPEATED


def in_the_turn_after(signal: SignalInstance, act: Callable[[], object]) -> None:
    """Act in the turn of the loop that follows a signal, the first time: some turns later the whole list is in."""
    loop = asyncio.get_running_loop()

    def follow() -> None:
        signal.disconnect(follow)
        loop.call_soon(act)

    signal.connect(follow)


class Desk:
    """An empty sheet, lists that come onto it, and what is asked of them."""

    def __init__(self, document: SheetDocument, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.sheet = document
        self.finish(document.open(None))
        self.notices = Notices()
        self.imports = ListImports(self.notices, document)

    def finish(self, work: Coroutine[object, object, object]) -> object:
        """Run a coroutine to its end."""
        return finish(self.qtbot, work)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def settle(self) -> None:
        """Wait until the disk has everything."""
        self.until(lambda: not self.sheet.saving)

    def scan(self, text: str) -> None:
        """Scan a code and wait for the disk."""
        self.sheet.scan(text)
        self.settle()

    def add(self, opened: OpenList) -> None:
        """Add a list and wait for the disk."""
        self.finish(self.imports.take(opened))
        self.settle()

    def answer(self) -> None:
        """Press the button of what is seen."""
        assert self.notices.first is not None
        self.notices.take(self.notices.first, *self.notices.first.options)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rows that are there."""
        return [row.number for row in self.sheet.sheet]


@pytest.fixture
def desk(document: SheetDocument, qtbot: QtBot) -> Iterator[Desk]:
    """Give it; at the end the disk has everything."""
    desk = Desk(document, qtbot)
    yield desk
    desk.settle()


def a_list(*lines: str) -> OpenList:
    """Return what somebody has copied."""
    text = "\n".join(lines)
    return OpenList(pasted(text, "", NOTHING_KNOWN), read_rows(open_clipboard(text)), NOTHING_CHOSEN)


def told(spy: QSignalSpy) -> list[list[object]]:
    """Return what a signal has told, in order."""
    return [spy.at(at) for at in range(spy.count())]


def test_a_list_is_told_of_once_the_disk_has_it(desk: Desk, store: SlowDisk) -> None:
    """How its rows stand, and which is the first; of a column of ids nothing else is asked."""
    desk.scan("SPK00001")
    store.sheets.hold = True
    added = QSignalSpy(desk.imports.added)

    desk.imports.take_at_once(a_list("SPK00001", "SPK00002", "{'id': 'SPK00003'}"))

    assert desk.numbers == [1, 2, 3, 4]
    assert added.count() == 0
    with desk.qtbot.waitSignal(desk.imports.added, timeout=PATIENCE):
        store.sheets.release()
    assert told(added) == [[Tally(added=1, repeats=1, incomplete=1), 2]]
    assert desk.notices.first is None


def test_lists_are_told_of_in_their_order(desk: Desk, store: SlowDisk) -> None:
    """Only the newest one can be taken back."""
    store.sheets.hold = True
    added, forgotten = QSignalSpy(desk.imports.added), QSignalSpy(desk.imports.forgotten)
    desk.imports.take_at_once(a_list("SPK00001"))
    desk.imports.take_at_once(a_list("SPK00002", "SPK00003"))

    store.sheets.release(2)
    desk.until(lambda: added.count() == 2)

    assert told(added) == [[Tally(added=1), 1], [Tally(added=2), 2]]
    assert forgotten.count() == 2
    desk.imports.take_back()
    assert desk.numbers == [1]
    store.sheets.release()


def test_a_list_is_no_news_on_another_sheet(desk: Desk) -> None:
    """What was asked goes, and with it all of the sheet that was left."""
    with desk.qtbot.waitSignal(desk.imports.added, timeout=PATIENCE):
        desk.imports.take_at_once(a_list("SPK00001\tdesk", "SPK00002\tshelf"))
    assert desk.notices.contains("added")
    desk.settle()
    left, taken_back = weakref.ref(desk.sheet.sheet), QSignalSpy(desk.imports.taken_back)

    desk.finish(desk.sheet.renew())

    assert desk.notices.first is None
    assert left() is None
    assert taken_back.count() == 0


def test_a_list_that_the_disk_refused_is_told_of_when_it_is_written(desk: Desk, database: Path) -> None:
    """Nobody hears "added" before."""
    added = QSignalSpy(desk.imports.added)
    with refusing(database, "INSERT ON sheet_row"), desk.qtbot.waitSignal(desk.sheet.disk_failed, timeout=PATIENCE):
        desk.imports.take_at_once(a_list("SPK00001", "SPK00002"))
    assert added.count() == 0

    assert desk.finish(desk.sheet.catch_up())

    assert told(added) == [[Tally(added=2), 1]]


def test_a_long_list_is_judged_as_a_whole(desk: Desk) -> None:
    """GIVEN a list of several pieces WHEN it comes in THEN each is judged by all of it."""
    ids = ["SPK01000", "SPK0000026", *IDS[:2000], "SPK01000", *IDS[2000:]]
    desk.finish(desk.imports.take(a_list(*ids)))

    held = {row.number: row.held_for for row in desk.sheet.sheet if row.held is not None}
    again = IDS.index("SPK01000") + 3
    assert held == {1: REPEATED, 2: HoldReason.ODD_ONE_OUT, again: REPEATED, 2003: REPEATED}


def test_undo_takes_back_the_one_edit(desk: Desk) -> None:
    """Nothing of it is left, and redo brings it back."""
    desk.scan("SPK1")
    desk.finish(desk.imports.take(a_list(*IDS)))
    taken_back = QSignalSpy(desk.imports.taken_back)

    desk.imports.take_back()

    assert desk.numbers == [1]
    assert [n for _, n in told(taken_back)] == [LONG]
    desk.sheet.redo()
    assert len(desk.sheet.sheet) == LONG + 1
    desk.imports.take_back()
    assert len(desk.sheet.sheet) == LONG + 1


def test_undo_leaves_what_came_in_between(desk: Desk) -> None:
    """Other rows come while a list does; they stay, and the list goes as one edit all the same."""
    in_the_turn_after(desk.sheet.changed, lambda: desk.sheet.take([Arrival("OTHER")], Source.PASTED))
    desk.finish(desk.imports.take(a_list(*IDS)))
    assert len(desk.sheet.sheet) == LONG + 1
    other = desk.sheet.sheet.first_with("OTHER")
    assert other is not None

    desk.imports.take_back()

    assert desk.numbers == [other.number]
    desk.sheet.undo()
    assert len(desk.sheet.sheet) == LONG + 1


def test_stop_leaves_a_scan_that_came_last(desk: Desk) -> None:
    """The newest edit is the scan's then, and not the list's."""

    def scan_and_stop() -> None:
        desk.sheet.scan("SCANNED")
        desk.answer()

    in_the_turn_after(desk.notices.changed, scan_and_stop)
    desk.finish(desk.imports.take(a_list(*IDS)))
    assert [row.device_id for row in desk.sheet.sheet] == ["SCANNED"]


def test_what_was_sent_stays(desk: Desk) -> None:
    """A bound row is one that no undo unbinds, and a run has its rows for itself."""
    desk.add(a_list(*IDS[:3]))
    desk.sheet.settle({1: Outcome(State.BOUND, ANSWER, attempts=1)})
    desk.sheet.sheet.take_up([2])
    taken_back = QSignalSpy(desk.imports.taken_back)

    desk.imports.take_back()

    assert desk.numbers == [1, 2]
    assert [n for _, n in told(taken_back)] == [1]


def test_nothing_is_taken_back_where_all_was_sent(desk: Desk) -> None:
    """It is said that nothing went."""
    desk.add(a_list(IDS[0]))
    desk.sheet.settle({1: Outcome(State.BOUND, ANSWER, attempts=1)})
    taken_back = QSignalSpy(desk.imports.taken_back)

    desk.imports.take_back()
    desk.imports.take_back()

    assert desk.numbers == [1]
    assert [n for _, n in told(taken_back)] == [0]


def test_stop_leaves_nothing_of_a_list(desk: Desk) -> None:
    """How far it is stands there with a button; what was in by then goes again, and nobody is told of it."""
    added = QSignalSpy(desk.imports.added)
    in_the_turn_after(desk.notices.changed, desk.answer)
    desk.finish(desk.imports.take(a_list(*IDS)))
    desk.settle()

    assert desk.numbers == []
    assert added.count() == 0
    assert desk.notices.first is None


def test_the_rest_is_left_out_of_another_sheet(desk: Desk, tasks: BackgroundTasks) -> None:
    """Rows of a list never come onto a sheet that was opened since, and nothing there can be taken back."""
    renewed: list[asyncio.Task[None]] = []
    in_the_turn_after(desk.sheet.changed, lambda: renewed.append(tasks.start(desk.sheet.renew())))
    work = tasks.start(desk.imports.take(a_list(*IDS)))
    desk.until(lambda: work.done() and renewed[0].done())
    desk.scan("SPK1")

    desk.imports.take_back()

    assert len(desk.sheet.sheet) == 1


def test_a_running_number_at_the_end_of_a_list_is_given_to_nobody_above(desk: Desk) -> None:
    """A list comes in piece by piece, and a device of the last one may be called by the first number."""
    desk.sheet.labels = Labeller(LabelTemplate.parse("box-{n:3}"))
    desk.finish(desk.imports.take(a_list("SN\tlabel", *(f"{one}\t" for one in IDS[:1000]), "SPK99999\t box-001")))

    labels = [row.label for row in desk.sheet.sheet]

    assert labels == [*(f"box-{number:03}" for number in range(2, 1002)), "box-001"]


def test_a_closed_sheet_keeps_its_list(desk: Desk) -> None:
    """Another sheet has rows of the same numbers: it is left alone, and nobody says that a list was taken back."""
    opened = a_list(*IDS[:2])
    noted = QSignalSpy(desk.imports.taken_back)
    desk.add(opened)
    desk.finish(desk.sheet.renew())
    desk.scan("SPK1")

    desk.imports.take_back()

    assert desk.numbers == [1]
    assert noted.count() == 0


def test_ctrl_z_takes_back_too(desk: Desk) -> None:
    """Who undoes it by the key sees the same; so does who deletes its rows."""
    taken_back, forgotten = QSignalSpy(desk.imports.taken_back), QSignalSpy(desk.imports.forgotten)
    desk.add(a_list(*IDS[:2]))
    desk.sheet.undo()
    assert ([n for _, n in told(taken_back)], forgotten.count()) == ([2], 1)


def test_a_table_says_which_columns_were_taken(desk: Desk) -> None:
    """It can be changed or taken back, until the next scan is news."""
    changes = QSignalSpy(desk.imports.change_requested)
    table = a_list("Pos\tSerial\tLabel", "1\tSPK00001\tKitchen")
    desk.add(table)
    assert desk.notices.shows("added")
    desk.answer()
    assert changes.count() == 1
    assert desk.imports.remove(changes.at(0)[0]) == 1
    desk.add(table)
    desk.imports.take_back()
    assert desk.numbers == []
    desk.add(table)
    desk.scan("SPK00002")
    assert desk.notices.first is None


def test_what_was_left_out_is_named_with_why(desk: Desk, texts: Texts) -> None:
    """Sums, names of columns and cells that can't be taken, and ids of the table that stand in no row."""
    table = a_list("device_id\tlabel", "SPK00001\ta", "device_id\tlabel", "1.2E+19\tb", "Total\t2", "Total\t3")
    read = replace(table.read, unplaced=(("SPK00007", "D7"),))
    desk.add(replace(table, read=read))
    assert desk.notices.first is not None
    words = desk.notices.first.words
    assert callable(words)
    assert words(texts).split(" · ") == [
        "IDs from column A, “device_id”; labels from B",
        "4 left out for now: a cell to correct 1, column names again 1, total 2",
        "1 more value is made like these IDs: D7 SPK00007",
    ]


def test_a_column_of_ids_says_what_was_left_out(desk: Desk) -> None:
    """Though it need not say which column it is."""
    desk.add(a_list("SPK00001", "1.2E+19"))
    assert desk.notices.shows("added")


STATES = ("SN\t状态", *(f"SPK0000{n}\t{state}" for n, state in enumerate(["OK"] * 3 + ["NG"] * 3)))


def test_what_lists_say_becomes_of_rows(desk: Desk) -> None:
    """How often each value occurs in the lists that are in the open sheet, for as long as they are there."""
    assert desk.imports.fates == {}
    first, second = a_list(*STATES), a_list(*STATES[:4], *(f"SPK1000{n}\tNG" for n in range(2)))
    desk.finish(desk.imports.take(first))
    desk.add(second)
    assert desk.imports.fates == {"状态": {"OK": 6, "NG": 5}}
    desk.imports.take_back()
    desk.settle()
    assert desk.imports.fates == {"状态": {"OK": 3, "NG": 3}}
    desk.sheet.delete(desk.numbers)
    desk.settle()
    assert desk.imports.fates == {}


def test_a_later_edit_is_what_undo_is_about(desk: Desk) -> None:
    """Once a row of a list was deleted, nothing offers to take the whole list back."""
    forgotten, taken_back = QSignalSpy(desk.imports.forgotten), QSignalSpy(desk.imports.taken_back)
    desk.add(a_list("SPK00001\tdesk", "SPK00002\tshelf"))
    assert (desk.notices.shows("added"), forgotten.count()) == (True, 0)

    desk.sheet.delete([1])

    assert (desk.notices.first, forgotten.count(), taken_back.count()) == (None, 1, 0)
    desk.imports.take_back()
    assert desk.numbers == [2]
