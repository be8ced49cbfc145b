"""What an empty sheet shows: what to do first, with a picture, and buttons for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QClipboard, QColor, QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget

from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.filters import TO_HANDLE
from bindtool.gui.common.shell.actions import Actions
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.sheet.empty_sheet import EmptySheet
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.core.store.samples import row
from tests.gui.acting import press, said
from tests.gui.conftest import Show

ROW = replace(row(1), saved=True)


class Page(QWidget):
    """A page with a table and what is seen while that is empty."""

    def __init__(self, texts: Texts, model: SheetTableModel, *, practice: bool = False) -> None:
        super().__init__()
        self.actions_ = Actions(texts, self, Notices())
        self.table = SheetTableView(texts, model)
        layouts.column(self.table, on=self, margins=(0, theme.SECTION, 0, 0))
        self.empty = EmptySheet(texts, self.actions_, self.table, self, practice=practice)


@pytest.fixture
def page(request: pytest.FixtureRequest, texts: Texts, model: SheetTableModel, show: Show) -> Page:
    """Give a page whose sheet has no rows; of practice where the test is parametrized so, indirectly."""
    made = Page(texts, model, practice=getattr(request, "param", False))
    made.resize(900, 500)
    show(made)
    return made


def buttons(page: Page) -> list[str]:
    """Return the names of what can be pressed, from left to right."""
    shown = (page.empty.samples, page.empty.open, page.empty.paste)
    return [button.accessibleName() for button in shown if button.isVisible()]


def test_it_says_what_to_do_until_there_is_a_row(page: Page, model: SheetTableModel) -> None:
    """GIVEN no rows WHEN one comes and goes again THEN the words go and come."""
    assert said(page.empty).splitlines() == [
        "Scan the first device",
        "Or bring a whole list: open a file, paste it, or drop it here",
    ]
    assert buttons(page) == ["Open a list…", "Paste"]

    sheet = Sheet()
    model.show(sheet)
    _, changed = sheet.change([], [ROW])
    model.refresh(changed)
    seen = page.empty.isVisible()
    _, changed = sheet.remove([ROW.number])
    model.refresh(changed)

    assert (seen, page.empty.isVisible()) == (False, True)


def test_it_is_not_in_the_way_of_other_words(page: Page, model: SheetTableModel) -> None:
    """GIVEN rows that are all filtered away, or a view with words of its own THEN those are seen, and not these."""
    model.show(Sheet([ROW]))
    model.narrow(TO_HANDLE)
    filtered = page.empty.isVisible()
    model.show(Sheet())

    page.table.say_when_empty("Nothing left to handle")
    told = page.empty.isVisible()
    page.table.say_when_empty("")

    assert (filtered, told, page.empty.isVisible()) == (False, False, True)


def test_its_buttons_do_what_the_keys_do(page: Page, clipboard: QClipboard) -> None:
    """WHEN they are pressed THEN a list is opened, and what was copied is pasted as a list."""
    opened, pasted = QSignalSpy(page.actions_["open_list"].triggered), QSignalSpy(page.table.pasted)
    clipboard.setText("SPK1\nSPK2")

    press(page, "Open a list…")
    press(page, "Paste")

    assert (opened.count(), pasted.count(), pasted.at(0)) == (1, 1, ["SPK1\nSPK2"])
    assert [page.empty.open.toolTip(), page.empty.paste.toolTip()] == ["Open a list… (Ctrl+O)", "Paste (Ctrl+V)"]


@pytest.mark.parametrize("page", [True], indirect=True)
def test_practice_offers_samples(page: Page) -> None:
    """GIVEN practice WHEN its first button is pressed THEN samples are asked for; nobody fears for Coze."""
    asked = QSignalSpy(page.empty.samples_requested)

    assert buttons(page) == ["Add 20 sample devices", "Open a list…", "Paste"]
    press(page, "Add 20 sample devices")

    assert asked.count() == 1
    assert "Nothing is sent to Coze." in said(page.empty)


@pytest.mark.parametrize("page", [True], indirect=True)
def test_it_is_reached_by_tab_and_pressed_by_space(page: Page) -> None:
    """GIVEN the focus on the table WHEN Tab is pressed THEN it comes to each button; Return presses none."""
    asked = QSignalSpy(page.empty.samples_requested)
    page.activateWindow()
    page.table.setFocus()
    reached = []
    for _ in range(3):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        reached.append(page.focusWidget().accessibleName())
    page.empty.samples.setFocus()
    QTest.keyClick(page.empty.samples, Qt.Key.Key_Return)
    by_return = asked.count()
    QTest.keyClick(page.empty.samples, Qt.Key.Key_Space)

    assert reached == ["Add 20 sample devices", "Open a list…", "Paste"]
    assert (by_return, asked.count()) == (0, 1)


def test_a_click_takes_no_scan_away(page: Page) -> None:
    """WHEN somebody clicks on it, or on a button THEN the keys go where they went before."""
    page.activateWindow()
    before = page.focusWidget()
    QTest.mouseClick(page.empty, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    press(page, "Paste")

    assert page.focusWidget() is before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_gives_way_before_the_words(model: SheetTableModel, show: Show, language: str) -> None:
    """GIVEN less and less height THEN the picture shrinks and goes, then the second sentence; no word is cut."""
    page = Page(Texts(language), model, practice=True)
    show(page)
    empty, seen = page.empty, []

    for height in range(500, 0, -5):
        page.resize(900, height)
        QApplication.processEvents()
        picture = empty.picture.size() if empty.picture.isVisible() else QSize(0, 0)
        assert picture.width() == 2 * picture.height()
        for part in (empty.title, empty.samples, *([empty.about] if empty.about.isVisible() else [])):
            needed = part.heightForWidth(part.width()) if part.hasHeightForWidth() else part.sizeHint().height()
            assert part.height() >= needed
            assert empty.rect().contains(part.geometry())
        seen.append((picture.height(), empty.about.isVisible()))
        if not empty.about.isVisible():
            break

    assert seen == sorted(seen, reverse=True)
    assert (seen[0], seen[-1]) == ((120, True), (0, False))
    assert (0, True) in seen
    assert len({height for height, _ in seen if height}) > 5


def test_it_lies_where_the_rows_would_be(page: Page) -> None:
    """WHEN the table moves or changes its size THEN it follows, and the names of the columns stay in sight."""
    for size in (QSize(700, 400), QSize(1000, 600)):
        page.resize(size)
        viewport = page.table.viewport()
        assert page.empty.geometry().topLeft() == viewport.mapTo(page, QPoint(0, 0))
        assert page.empty.size() == viewport.size()


def test_what_is_dropped_on_it_and_its_menu_are_the_tables(page: Page) -> None:
    """WHEN cells are dropped, or the right button is pressed THEN the table has it."""
    dropped, menus = QSignalSpy(page.table.dropped), QSignalSpy(page.table.customContextMenuRequested)
    data, at = QMimeData(), QPoint(40, 40)
    data.setText("SPK1\nSPK2")
    dragged = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (QDragEnterEvent(at, *dragged), QDragMoveEvent(at, *dragged), QDropEvent(QPointF(at), *dragged)):
        event.ignore()
        QApplication.sendEvent(page.empty, event)
        assert event.isAccepted()
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, page.empty.mapToGlobal(at))
    QApplication.sendEvent(page.empty, menu)

    assert (dropped.count(), menus.count()) == (1, 1)
    assert (dropped.at(0), menus.at(0)) == (["SPK1\nSPK2", ""], [at])


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_has_the_colours_of_the_theme(page: Page, dark: bool) -> None:
    """GIVEN a light or a dark theme THEN lines and beam have its colours, as the words beside them."""
    palette = theme.palette(dark=dark)
    page.empty.picture.setPalette(palette)
    seen = page.empty.picture.grab().toImage()
    colours = {seen.pixelColor(x, y).name() for x in range(seen.width()) for y in range(seen.height())}

    assert {theme.text_colour(tone, palette).name() for tone in (Tone.QUIET, Tone.BUSY)} <= colours
    assert QColor("black").name() not in colours
