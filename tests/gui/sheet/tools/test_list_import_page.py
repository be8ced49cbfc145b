"""A list is asked about: its columns are marked, choosing adds nothing, and no key of a scanner answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from bindtool.core.common.messages import Message
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.columns.facts import facts_of
from bindtool.core.tabular.reader import read_rows
from bindtool.core.tabular.table.result import NO_COLUMN, NOTHING_CHOSEN, Choices, ReadList
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.sheet.tools.list_import_page import ListImportPage
from bindtool.gui.sheet.tools.list_imports import Purpose
from bindtool.i18n.catalogue import Texts
from tests.core.tabular.books import saved
from tests.core.tabular.reading import read_list
from tests.gui.acting import find, said
from tests.gui.conftest import Show

TABLE = "Asset\tSerial\tPlace\nZC0001\tSPK26113F2001\tA1\nZC0002\tSPK26113F2002\tA2"
ASSET, SERIAL, PLACE = range(3)


@pytest.fixture
def field() -> QLineEdit:
    """Give the field for scans."""
    return QLineEdit()


@pytest.fixture
def page(texts: Texts, field: QLineEdit, show: Show) -> Iterator[ListImportPage]:
    """Give a page that is on the screen, below the field for scans."""
    frame, made = QWidget(), ListImportPage(texts, field)
    layouts.column(field, made, on=frame)
    show(frame)
    field.setFocus()
    yield made
    frame.deleteLater()


def doubtful(id_column: int = SERIAL) -> ReadList:
    """Return a list of which two columns may be the ids, and one is marked, or none."""
    read = read_rows(open_clipboard(TABLE), Choices(header=1, id_column=SERIAL))
    layout = replace(read.layout, id_column=id_column, candidates=(SERIAL, ASSET), doubt=Message.of("list.waits"))
    return replace(read, layout=layout, rows=read.rows if id_column != NO_COLUMN else ())


def head(page: ListImportPage, column: int) -> list[str]:
    """Return the lines that stand over a column."""
    item = page.rows.horizontalHeaderItem(column)
    assert item is not None
    return item.text().split("\n")


def is_marked(page: ListImportPage, column: int, tone: Tone = Tone.HELD) -> bool:
    """Tell whether the cells of a column are tinted."""
    items = [page.rows.item(row, column) for row in range(page.rows.rowCount())]
    tint = theme.tint(tone, page.palette())
    return {item is not None and item.background().color() == tint for item in items} == {True}


def test_the_likeliest_column_is_marked_and_waits_for_one_press(page: ListImportPage, field: QLineEdit) -> None:
    """It is asked about, and can be added as it is marked; scans keep the keyboard."""
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    assert "Pasted list: which column has the device IDs?" in said(page)
    assert [head(page, column) for column in range(3)] == [
        ["A Asset"],
        ["Device ID? · B Serial"],
        ["Label · C Place"],
    ]
    assert [is_marked(page, column) for column in range(3)] == [False, True, False]
    assert page.pickers["id_column"].currentText() == "B Serial"
    assert (page.add.text(), page.add.isEnabled(), page.add.isDefault()) == ("Add 2 rows", True, False)
    assert field.hasFocus()


def test_where_two_fit_none_is_marked(page: ListImportPage) -> None:
    """Nothing can go in before; it is said which columns may be the ids, and why they are not taken."""
    page.begin("Pasted list", doubtful(NO_COLUMN), NOTHING_CHOSEN)
    assert [head(page, column)[0] for column in range(3)] == [
        "Device ID? · A Asset",
        "Device ID? · B Serial",
        "Label · C Place",
    ]
    assert [is_marked(page, column) for column in range(3)] == [False] * 3
    assert page.pickers["id_column"].currentIndex() == -1
    assert not page.add.isEnabled()
    assert page.add.accessibleDescription().startswith("The list is waiting")


def test_of_several_lists_in_a_workbook_a_person_chooses(page: ListImportPage) -> None:
    """No column is marked, since it may be another sheet's."""
    sheet = [["SN"], ["SPK26113F2001"], ["SPK26113F2002"]]
    book = openpyxl.Workbook()
    for name in ("May", "June"):
        for row in sheet:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    book.remove(book.worksheets[0])
    read = read_list(saved(book))
    doubt = Message.of("doubt.sheets", sheets="May / June")
    read = replace(read, layout=replace(read.layout, id_column=NO_COLUMN, doubt=doubt), rows=())
    page.begin("list.xlsx", read, NOTHING_CHOSEN)
    assert "list.xlsx: which sheet is the list?" in said(page)
    assert page.pickers["sheet"].currentIndex() == -1
    assert page.add.accessibleDescription() == "more than one sheet could be the list: May / June"
    chosen = Choices(sheet="June")
    page.show_list(read_list(saved(book), choices=chosen), chosen)
    assert page.pickers["sheet"].currentText() == "June"
    assert page.add.isEnabled()


def test_what_is_in_each_column_stands_over_it(page: ListImportPage) -> None:
    """How many values, and how many like the ids; few values with how often each occurs, never what they mean."""
    states = ["在库"] * 4 + ["已报废"] * 2
    lines = [f"SPK26113F20{n:02}\tSPK26113F30{n:02}\t{state}" for n, state in enumerate(states)]
    read = read_rows(open_clipboard("\n".join(["SN\tParent\t状态", *lines, "SPK26113F2009"])), Choices(id_column=0))
    page.begin("Pasted list", read, NOTHING_CHOSEN, facts=facts_of(read))
    assert [head(page, column) for column in range(3)] == [
        ["Device ID · A SN", "7 different", "7 like the IDs"],
        ["B Parent", "6 different · 1 empty", "6 like the IDs"],
        ["C 状态", "2 different · 1 empty", "在库 4 · 已报废 2"],
    ]
    examples = page.rows.horizontalHeaderItem(1)
    assert examples is not None
    assert examples.toolTip().split("\n")[-3:] == [f"SPK26113F300{n}" for n in range(3)]


def test_a_head_is_cut_where_its_column_ends(page: ListImportPage) -> None:
    """Each line by itself, again with each width; the tool tip has the whole."""
    read = read_rows(open_clipboard(TABLE.replace("Asset", "Number of the asset in the books of the company")))
    page.begin("Pasted list", read, NOTHING_CHOSEN, facts=facts_of(read))
    page.rows.setColumnWidth(ASSET, 130)
    assert head(page, ASSET)[0].endswith("…")
    assert head(page, ASSET)[1] == "2 different"
    page.rows.setColumnWidth(ASSET, 900)
    assert head(page, ASSET)[0] == "Device ID? · A Number of the asset in the books of the company"


@pytest.mark.parametrize("column", [ASSET, SERIAL, PLACE])
def test_a_press_on_a_column_chooses_it(page: ListImportPage, column: int) -> None:
    """On its head or on a cell of it, whatever is in it; labels that were taken from it are not any more."""
    chosen, added = QSignalSpy(page.chosen), QSignalSpy(page.add_requested)
    page.begin("Pasted list", doubtful(), Choices(label_column=PLACE))
    header = page.rows.horizontalHeader()
    cell = page.rows.item(1, column)
    assert cell is not None
    at = page.rows.visualItemRect(cell).center()
    over = header.rect().center()
    over.setX(header.sectionViewportPosition(column) + 20)
    QTest.mouseClick(page.rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=over)
    label = None if column == PLACE else PLACE
    assert [chosen.at(each)[0] for each in range(2)] == [Choices(id_column=column, label_column=label)] * 2
    assert added.count() == 0


def test_what_was_chosen_is_no_question_any_more(page: ListImportPage) -> None:
    """The mark stays, in another colour."""
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    page.show_list(read_rows(open_clipboard(TABLE), Choices(id_column=SERIAL)), Choices(id_column=SERIAL))
    assert "Pasted list: is this right?" in said(page)
    assert is_marked(page, SERIAL, Tone.GOOD)
    assert head(page, SERIAL) == ["Device ID · B Serial"]
    assert page.add.isEnabled()


def test_ids_that_stand_in_no_row_are_named(page: ListImportPage) -> None:
    """Three of them by their cells."""
    unplaced = tuple((f"SPK26113F209{n}", f"D{n}") for n in range(4))
    page.begin("Pasted list", replace(doubtful(), unplaced=unplaced), NOTHING_CHOSEN)
    assert page.reasons.item(0).text() == (
        "4 more values are made like these IDs: D0 SPK26113F2090, D1 SPK26113F2091, D2 SPK26113F2092, …"
    )


class Keys:
    """Keys of the window, each so many milliseconds after the one before."""

    def __init__(self) -> None:
        self._at = 10_000

    def press(self, key: Qt.Key, text: str, gap: int, *, repeat: bool = False, stamped: bool = True) -> None:
        """Press a key and let it go."""
        self._at += gap
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text, repeat)
            event.setTimestamp(self._at if stamped else 0)
            QCoreApplication.sendEvent(QGuiApplication.focusWindow(), event)


SPACE = (Qt.Key.Key_Space, " ")
RETURN = (Qt.Key.Key_Return, "\r")
TAB = (Qt.Key.Key_Tab, "\t")
SHIFT = (Qt.Key.Key_Shift, "")


@pytest.mark.parametrize(
    ("keys", "adds"),
    [
        ([(*SPACE, 5000)], 1),
        ([(*TAB, 5000), (*SPACE, 999)], 0),
        ([(*TAB, 5000), (*SPACE, 1000)], 1),
        ([(*TAB, 5000), (*SPACE, 500), (*SPACE, 500)], 0),
        ([(*SHIFT, 5000), (*SPACE, 5)], 1),
        ([(*RETURN, 5000)], 0),
        ([(*SPACE, 5000), (*SPACE, 50)], 2),
    ],
    ids=["after long", "too soon", "after a second", "again too soon", "held key", "return", "held back"],
)
def test_no_key_adds_within_a_second_of_another(
    page: ListImportPage, keys: list[tuple[Qt.Key, str, int]], adds: int
) -> None:
    """The button has the focus; only Space presses it, and Return never does."""
    added, hand = QSignalSpy(page.add_requested), Keys()
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    for key in keys:
        page.add.setFocus()
        hand.press(*key)
    assert added.count() == adds


def test_another_key_before_space_goes_up(page: ListImportPage) -> None:
    """A scan that begins with a space adds nothing; nor does the key of the next step right after it."""
    added = QSignalSpy(page.add_requested)
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    page.add.setFocus()
    for at, key in ((5000, SPACE), (5150, TAB)):
        event = QKeyEvent(QEvent.Type.KeyPress, key[0], Qt.KeyboardModifier.NoModifier, key[1])
        event.setTimestamp(at)
        page.add.note(event)
        if key is SPACE:
            QCoreApplication.sendEvent(page.add, event)
    QTest.keyRelease(page.add, Qt.Key.Key_Space)
    page.add.click()
    assert (added.count(), page.add.isDown()) == (0, False)


@pytest.mark.parametrize("name", ["rows", "reasons", "cancel", "add"])
def test_what_is_typed_on_the_page_goes_to_the_field(page: ListImportPage, field: QLineEdit, name: str) -> None:
    """It may be a slow scanner's: neither a button nor a list feels it."""
    left, added, chosen = (QSignalSpy(one) for one in (page.left, page.add_requested, page.chosen))
    page.begin("Pasted list", replace(doubtful(), unplaced=(("SPK1", "D1"),)), NOTHING_CHOSEN)
    getattr(page, name).setFocus()
    hand = Keys()
    for character in "SPK 7":
        hand.press(Qt.Key.Key_Space if character == " " else Qt.Key.Key_A, character, 1500)
    assert (field.text(), field.hasFocus()) == ("SPK 7", True)
    assert (left.count(), added.count(), chosen.count()) == (0, 0, 0)


def test_what_is_typed_over_an_open_picker_goes_to_the_field(page: ListImportPage, field: QLineEdit) -> None:
    """It closes, and what was chosen there stays."""
    chosen = QSignalSpy(page.chosen)
    page.begin("Pasted list", doubtful(), NOTHING_CHOSEN)
    picker = page.pickers["id_column"]
    picker.setFocus()
    picker.showPopup()
    for gap in (5, 1500):
        Keys().press(Qt.Key.Key_7, "7", gap)
    assert (field.text(), picker.view().isVisible(), chosen.count()) == ("77", False, 0)
    assert picker.currentText() == "B Serial"


def test_a_list_to_compare_with_says_so(page: ListImportPage) -> None:
    """Its step is another."""
    read = read_rows(open_clipboard(TABLE), Choices(id_column=SERIAL))
    page.begin("Pasted list", read, NOTHING_CHOSEN, Purpose.COMPARE)
    assert find(page, ActionButton, f"Compare with {len(read.rows)} rows") is page.add


def test_it_says_when_it_is_left(page: ListImportPage) -> None:
    """Whatever page comes in front of it."""
    closed = QSignalSpy(page.closed)
    page.hide()
    assert closed.count() == 1
