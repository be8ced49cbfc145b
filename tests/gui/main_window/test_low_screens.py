"""Screens that show everything larger have room for each page, and for what is pressed on it."""

from __future__ import annotations

import gc
from itertools import pairwise

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QLabel,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.dialogs import FittingDialog, resize_within_screen
from bindtool.gui.common.widgets.labels import line
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import find
from tests.gui.conftest import Show
from tests.gui.main_window.test_room import SCREENS, Bring, come_to_rest, cut_off, is_inside, list_in_doubt
from tests.gui.whole_window import whole_window

pytestmark = pytest.mark.long

_FROM_AFAR = 3
"""Labels: ready or not, the end of the last id, and the count."""
AROUND = 80
"""Pixels of a task bar and a title."""
USUAL = [
    (wide, high, percent)
    for wide, high, scales in (
        (1280, 720, (100, 125)),
        (1366, 768, (100, 125, 150)),
        (1920, 1080, (100, 125, 150, 200)),
        (2560, 1440, (100, 125, 150, 200)),
    )
    for percent in scales
]
"""Displays of laptops in pixels, and the scales at which their systems offer to show everything, in percent."""


def room(wide: int, high: int, percent: int) -> tuple[int, int]:
    """Return what a window has of a screen, in its own pixels."""
    return wide * 100 // percent, high * 100 // percent - AROUND


def keeps_to(window: QWidget, size: tuple[int, int]) -> bool:
    """Tell whether a window is of that size, and wants no more."""
    least = window.minimumSizeHint()
    return window.size().toTuple() == size and least.boundedTo(QSize(*size)) == least


def out_of_reach(window: QWidget) -> list[str]:
    """Return the buttons that are seen in part or not at all, and can't be scrolled to."""
    whole = window.rect()
    return [
        one.accessibleName() or one.text()
        for one in window.findChildren(QAbstractButton)
        if one.isVisible()
        and one.window() is window
        and not is_inside(one, QScrollArea)
        and not whole.contains(one.rect().translated(one.mapTo(window, one.rect().topLeft())))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bring", SCREENS)
def test_each_page_fits_the_lowest_screen(qapp: QApplication, bring: Bring, language: str) -> None:
    """GIVEN 1366 by 768 at 150 % THEN the window is no larger, shows its buttons, and scrolls nothing sideways."""
    size = room(1366, 768, 150)
    with whole_window(Texts(language), size) as window:
        found = bring(window, Texts(language))
        come_to_rest()

        assert keeps_to(window, size)
        assert out_of_reach(window) == []
        assert cut_off(found) == {}
        areas = [one for one in window.findChildren(QScrollArea) if one.isVisible()]
        assert max((one.horizontalScrollBar().maximum() for one in areas), default=0) == 0
        if found is not window:
            found.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bring", SCREENS)
def test_each_page_fits_with_larger_text(qapp: QApplication, usual_text: None, bring: Bring, language: str) -> None:
    """GIVEN 1366 by 768 and a page WHEN texts get another size THEN the window keeps its own, its buttons in it."""
    size = room(1366, 768, 100)
    with whole_window(Texts(language), size) as window:
        found = bring(window, Texts(language))
        QApplication.processEvents()

        for percent in theme.TEXT_SIZES[-2:]:
            theme.appearance().use_text_size(percent)
            come_to_rest()

            assert keeps_to(window, size)
            assert out_of_reach(found.window()) == []
            available = found.screen().availableSize()
            assert found.window().size().boundedTo(available) == found.window().size()
            assert cut_off(found.window()) == {}
        if found is not window:
            found.close()


@pytest.mark.parametrize(("wide", "high", "percent"), USUAL)
def test_what_is_pressed_most_is_on_the_screen(qapp: QApplication, wide: int, high: int, percent: int) -> None:
    """GIVEN a usual screen and scale THEN Bind, the menu and the close of a banner are on it."""
    size = room(wide, high, percent)
    with whole_window(Texts("en"), size) as window:
        SCREENS[0](window, Texts("en"))
        QApplication.processEvents()

        assert window.size().toTuple() == size
        for name in ("Bind", "More", "Scan a device ID"):
            one = find(window, QWidget, name)
            assert one.isVisible()
            assert window.rect().contains(one.rect().translated(one.mapTo(window, one.rect().topLeft())))
        assert out_of_reach(window) == []


@pytest.mark.parametrize("size", [room(1366, 768, 100), room(1366, 768, 150)])
def test_larger_text_enlarges_what_is_read_from_afar(
    qapp: QApplication, usual_text: None, size: tuple[int, int]
) -> None:
    """GIVEN a window of any height WHEN texts get larger THEN so do headline, last scan and count."""
    lines = []
    with whole_window(Texts("en"), size) as window:
        SCREENS[0](window, Texts("en"))
        for percent in theme.TEXT_SIZES:
            theme.appearance().use_text_size(percent)
            window.resize(size[0] - percent, size[1])
            QApplication.processEvents()
            shown = (one for one in window.scan_bar.findChildren(QLabel) if one.isVisible())
            lines.append(sorted(one.fontMetrics().height() for one in shown)[-_FROM_AFAR:])

    for smaller, larger in pairwise(lines):
        assert all(one < other for one, other in zip(smaller, larger, strict=True)), lines


def test_the_scan_bar_shrinks_in_a_low_window(qapp: QApplication) -> None:
    """GIVEN a window of any height WHEN it becomes low and high again THEN the scan bar does so too."""
    with whole_window(Texts("en"), (1366, 800)) as window:
        window.show_page(window.sheet_page)
        QApplication.processEvents()
        usual, place = window.scan_bar.sizeHint().height(), window.scan_bar.field.x()

        window.resize(1366, theme.LOW - 1)
        QApplication.processEvents()
        low, place_if_low = window.scan_bar.sizeHint().height(), window.scan_bar.field.x()
        window.resize(1366, theme.LOW)

        assert low <= usual - 20
        assert place_if_low < place - 50
        assert window.scan_bar.sizeHint().height() == usual


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_menu_higher_than_its_screen_is_one_column(qapp: QApplication, language: str) -> None:
    """GIVEN more entries than a screen has room for THEN they stand below each other, and scroll."""
    wide, high = room(1366, 768, 150)
    with whole_window(Texts(language), (wide, high)) as window:
        actions = window.actions_
        for menu in (actions.main_menu, *actions.menus.values(), actions.row_menu):
            for number in range(60):
                menu.addAction(str(number))
            menu.ensurePolished()

            assert menu.sizeHint().width() <= wide
            assert len({menu.actionGeometry(action).left() for action in menu.actions()}) == 1


def test_a_window_is_never_larger_than_its_screen(qapp: QApplication) -> None:
    """Neither when it opens nor the least that it can be."""
    with whole_window(Texts("en"), (10_000, 10_000)) as window:
        available = window.screen().availableSize()
        assert window.minimumSize().boundedTo(available) == window.minimumSize()


def test_what_scrolls_outlives_a_collection_of_garbage(qapp: QApplication) -> None:
    """GIVEN a list that is looked at WHEN Python collects garbage THEN its page is whole: only Qt had it once."""
    with whole_window(Texts("en"), (1200, 700)) as window:
        list_in_doubt(window, Texts("en"))
        page = window.import_page()

        gc.collect()

        assert isValid(page.reply)
        assert isValid(page.rows)


class LongDialog(FittingDialog):
    """Says more than any screen has room for."""

    def __init__(self) -> None:
        super().__init__()
        self.last = line("The last")
        self._column = layouts.column(*(line(f"Line {n}") for n in range(300)), self.last, on=self.content)


def test_a_dialog_scrolls_where_its_screen_is_too_low(show: Show) -> None:
    """GIVEN more than fits WHEN it opens THEN it is as high as the screen, and its end can be scrolled to."""
    dialog = LongDialog()
    show(dialog)

    assert dialog.height() < dialog.screen().availableSize().height()
    bar = next(one for one in dialog.findChildren(QAbstractSlider) if one.isVisible())
    bar.setValue(bar.maximum())
    assert dialog.rect().contains(dialog.last.mapTo(dialog, dialog.last.rect().bottomLeft()))


def test_a_dialog_of_a_size_takes_what_there_is(show: Show) -> None:
    """GIVEN a size beyond the screen THEN the dialog has what the screen has beside the sides of a frame."""
    dialog = LongDialog()
    resize_within_screen(dialog, QSize(100_000, 100_000))

    assert dialog.width() == dialog.screen().availableSize().width() - 16
    assert dialog.height() < dialog.screen().availableSize().height()
