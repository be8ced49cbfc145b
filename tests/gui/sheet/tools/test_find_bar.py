"""The counts that are pressed, the text that is sought and the sorting, in a real window over a real database."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import Outcome, State
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter
from bindtool.core.sheet_view.sorting import ARRIVAL
from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.tools.find_bar import FindBar
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import REFUSAL
from tests.gui.acting import find, key, keys, press, said
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE, finish

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567")
REFUSED = Outcome().begun(1).settled(State.REFUSED, REFUSAL)


@pytest.fixture
def document(
    window: MainWindow, store: Store, clock: HandClock, tasks: BackgroundTasks, qtbot: QtBot
) -> SheetDocument:
    """Give a document with three rows on it, the second of which was refused."""
    document = SheetDocument(window.model, store, clock, tasks)
    finish(qtbot, document.open(PROFILE))
    for device_id in ("SPK26113F2001", "SPK26113F2003", "SPK26113F2002"):
        document.scan(device_id)
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    window.model.refresh(document.sheet.settle({2: REFUSED}))
    window.footer.show_counts(document.sheet.counts(), 3, 0)
    return document


@pytest.fixture
def search(window: MainWindow, texts: Texts, document: SheetDocument) -> FindBar:
    """Give the bar in the window as it is put together."""
    footer, actions = window.footer, window.actions_
    search = FindBar(footer, window, texts, document, window.table, footer.counts)
    footer.put_on_top(search)
    actions["sort"].triggered.connect(window.table.sorting.turn)
    footer.find_button.clicked.connect(search.begin)
    return search


def shown(window: MainWindow) -> list[int]:
    """Return the numbers from top to bottom."""
    return [window.model.number_at(at) for at in range(window.model.rowCount())]


def test_a_count_a_text_and_a_sorting_go_together(
    search: FindBar, window: MainWindow, heard: list[tuple[object, str]]
) -> None:
    """Each leaves the others as they are; one press gives everything back."""
    assert not search.isVisible()
    press(window, "Find")
    assert search.field.hasFocus()
    keys(search.field, "f200")
    window.model.sort(Column.DEVICE_ID, Qt.SortOrder.DescendingOrder)
    assert shown(window) == [2, 3, 1]
    press(window, "Ready 2")
    assert shown(window) == [3, 1]
    assert "2 of 3 rows · by Device ID, largest first" in said(search)
    assert heard[-1] == (QAccessible.AnnouncementPoliteness.Polite, "2 of 3 rows · by Device ID, largest first")
    keys(search.field, "1")
    assert shown(window) == [1]
    key(search.field, Qt.Key.Key_Backspace)
    window.model.sort(Column.LABEL)
    assert "by Label, smallest first" in said(search)

    press(window, "Show all")

    assert shown(window) == [3, 2, 1]
    assert (window.model.filter, window.model.order) == (EVERY_ROW, ARRIVAL)
    assert search.field.text() == ""
    assert not search.isVisible()
    assert window.scan_bar.field.hasFocus()


@pytest.mark.parametrize("leave", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_keys_do_it_too(search: FindBar, window: MainWindow, leave: Qt.Key) -> None:
    """Search, on to what was found, sort, and all rows again without a mouse."""
    window.actions_["find"].trigger()
    keys(search.field, " refused ")
    assert shown(window) == []
    keys(search.field, "x")
    key(search.field, leave)
    assert window.table.hasFocus()
    assert not window.table.currentIndex().isValid()
    search.field.setText("bad parameter")
    key(search.field, Qt.Key.Key_Down)
    assert window.table.selected_numbers() == [2]
    window.actions_["show_all"].trigger()
    assert window.table.selected_numbers() == [2]
    window.actions_["sort"].trigger()
    assert shown(window) == [1, 3, 2]
    window.actions_["show_all"].trigger()
    assert shown(window) == [3, 2, 1]


def test_going_back_to_scanning_ends_the_search(search: FindBar, window: MainWindow) -> None:
    """The text goes with its line; a count that was pressed stays, and is said."""
    window.actions_["find"].trigger()
    keys(search.field, "2003")
    search.leave()
    assert not search.isVisible()
    assert (shown(window), search.field.text()) == ([3, 2, 1], "")
    press(window, "Refused 1")
    window.actions_["find"].trigger()
    keys(search.field, "2001")
    search.leave()
    assert search.isVisible()
    assert shown(window) == [2]


def test_what_was_found_is_marked(search: FindBar, window: MainWindow) -> None:
    """In whichever column it stands, the log ID's too; without a search nothing is marked."""

    def marked() -> list[Column]:
        role = Qt.ItemDataRole.BackgroundRole
        return [column for column in Column if window.model.index(0, column).data(role) is not None]

    assert marked() == []
    keys(search.field, REFUSAL.log_id[-4:].lower())
    assert shown(window) == [2]
    assert marked() == [Column.LOG_ID]
    search.field.setText("F2003")
    assert marked() == [Column.DEVICE_ID, Column.LABEL]
    search.leave()
    assert marked() == []


def test_a_new_row_that_does_not_fit_is_told_of(
    search: FindBar, window: MainWindow, document: SheetDocument, qtbot: QtBot
) -> None:
    """The view stays as it is, and says how many are not in it; one that fits comes in."""
    press(window, "Refused 1")
    document.scan("SPK26113F2004")
    qtbot.waitUntil(lambda: "1 new row is not shown here" in said(window.footer), timeout=PATIENCE)
    document.scan("SPK26113F2005")
    qtbot.waitUntil(lambda: "2 new rows are not shown here" in said(window.footer), timeout=PATIENCE)
    assert shown(window) == [2]
    press(window, "Ready 2")
    assert shown(window) == [5, 4, 3, 1]
    document.scan("SPK26113F2006")
    qtbot.waitUntil(lambda: shown(window) == [6, 5, 4, 3, 1], timeout=PATIENCE)
    qtbot.waitUntil(lambda: "5 of 6 rows" in said(window.footer), timeout=PATIENCE)
    assert "not shown here" not in said(window.footer)


def test_a_view_that_others_have_narrowed_is_shown_as_it_is(search: FindBar, window: MainWindow) -> None:
    """The rows to handle have a panel of their own; a text of theirs stands in the line."""
    window.model.narrow(TO_HANDLE)
    assert not search.isVisible()
    assert find(window, QToolButton, "Refused 1").isChecked()
    window.model.narrow(RowFilter(text="2003"))
    assert search.field.text() == "2003"
    window.table.select([1])
    QApplication.processEvents()
    assert not search.isVisible()
    assert shown(window) == [3, 2, 1]


def test_a_repeat_leaves_the_view_as_it_is(search: FindBar, window: MainWindow) -> None:
    """The scan bar says where the first one is; the row is pointed at where it can be seen."""
    window.model.narrow(RowFilter(text="2003"))
    window.table.point_at(1)
    assert (shown(window), window.table.highlighted) == ([2], None)
    window.table.point_at(2)
    assert window.table.highlighted == 2
