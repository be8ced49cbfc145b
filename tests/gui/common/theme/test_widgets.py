"""Every kind of widget in every state: its ring, its edge, its words and its size, light and dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QCursor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFocusFrame, QLabel, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.focus_ring import OFF, RING
from bindtool.gui.common.theme.high_contrast import READABLE, VISIBLE, contrast
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets.buttons import MenuButton
from tests.gui.common.theme.widget_page import KINDS, WORDS, State, WidgetPage

DRAWN_INSIDE = {"tabs"}
"""Each of their parts can have the focus, and has no widget of its own."""
LEAST_TARGET = 32
WRITTEN_IN = {"line", "scan field", "number", "text"}


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def page(request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication) -> Iterator[WidgetPage]:
    """Give the page, in light or in dark colours."""
    theme.apply_scheme(qapp, dark=request.param)
    page = WidgetPage()
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.take_states()
    yield page
    page.close()
    theme.apply_scheme(qapp, dark=False)


def ring_of(page: WidgetPage) -> QFocusFrame | None:
    """Return the ring that is seen."""
    QApplication.processEvents()
    return next((one for one in page.findChildren(QFocusFrame) if one.isVisible()), None)


def lead_to(page: WidgetPage, widget: QWidget) -> None:
    """Have Tab lead to a widget."""
    order = [one for (_, state), one in page.shown.items() if state is not State.DISABLED]
    order[order.index(widget) - 1].setFocus()
    QTest.keyClick(order[order.index(widget) - 1], Qt.Key.Key_Tab)
    if not widget.hasFocus():
        # What Tab goes into when it is written.
        widget.setFocus(Qt.FocusReason.TabFocusReason)


def test_the_ring_is_two_pixels_thick_and_two_off(page: WidgetPage) -> None:
    """Around each kind, in the colour of the focus; in between is what the widget stands on."""
    colour = theme.focus_colour(page.palette())
    ground = page.palette().window().color()
    for name in (each for each in KINDS if each not in DRAWN_INSIDE | {"link"}):
        widget = page.shown[name, State.NORMAL]
        lead_to(page, widget)
        ring = ring_of(page)
        assert ring is not None, name
        reach = RING + OFF
        place = widget.rect().translated(widget.mapTo(page, QPoint()))
        assert ring.geometry() == place.adjusted(-reach, -reach, reach, reach), name
        picture = page.grab().toImage()
        right = [picture.pixelColor(place.right() + 1 + n, place.center().y()) for n in range(reach + 1)]
        assert right == [ground] * OFF + [colour] * RING + [ground], name


def test_the_ring_of_a_link_is_around_its_words(page: WidgetPage) -> None:
    """GIVEN a link, which is as high as a button to be hit WHEN Tab leads there THEN the ring is not."""
    link = page.shown["link", State.NORMAL]
    lead_to(page, link)
    ring = ring_of(page)

    assert ring is not None
    assert ring.height() == pytest.approx(link.fontMetrics().height() + 2 * (RING + OFF), abs=1)
    assert ring.geometry().center().y() == pytest.approx(link.geometry().center().y(), abs=1)


def colours_of(page: WidgetPage, widget: QWidget) -> Counter[int]:
    """Return how many pixels of a widget have which colour."""
    place = widget.rect().translated(widget.mapTo(page, QPoint()))
    image = page.grab(place).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return Counter(memoryview(image.constBits()).cast("I"))


def test_words_can_be_read_in_every_state(page: WidgetPage) -> None:
    """Pointed at, pressed, checked or disabled: something stands on the ground of each with 4.5:1."""
    faint = {}
    for (name, state), widget in page.shown.items():
        (ground, _), *others = colours_of(page, widget).most_common()
        best = max(contrast(QColor(ground), QColor(one)) for one, _ in others)
        if best < READABLE:
            faint[name, state] = round(best, 1)

    assert faint == {}


def test_the_edges_of_what_is_pressed_or_written_in_are_seen(page: WidgetPage) -> None:
    """Each has an edge of 3:1 all around, pointed at too; a link, a flat button and a tab have none."""
    ground = page.palette().window().color()
    faint = []
    for (name, state), widget in page.shown.items():
        if name in {"link", "flat", "menu", "tabs"} or state is State.DISABLED:
            continue
        picture = page.grab(widget.rect().translated(widget.mapTo(page, QPoint()))).toImage()
        across = [picture.pixelColor(x, picture.height() // 2) for x in range(2)]
        if max(contrast(one, ground) for one in across) < VISIBLE:
            faint.append((name, state))

    assert faint == []


def test_each_state_looks_another_way(page: WidgetPage) -> None:
    """What can be pressed is told from itself when it is pointed at, pressed, checked and disabled."""
    for name in ("primary", "normal", "flat", "card", "check", "radio"):
        looks = [
            tuple(sorted(colours_of(page, widget).keys()))
            for (kind, state), widget in page.shown.items()
            if kind == name and not (name in {"check", "radio"} and state is State.PRESSED)
        ]
        assert len(set(looks)) == len(looks), name


def test_what_is_pressed_is_high_enough(page: WidgetPage) -> None:
    """32 pixels at least, and what is pressed with gloves on 44."""
    low = {name: widget.height() for (name, _), widget in page.shown.items() if widget.height() < LEAST_TARGET}

    assert low == {}
    assert page.shown["primary", State.NORMAL].height() == theme.TARGET


def test_a_scroll_bar_is_thin_and_round(page: WidgetPage) -> None:
    """Its handle has 3:1 and round ends, there are no buttons, and beside it is what it stands on."""
    ground = page.palette().window().color()
    bar = page.bar
    picture = page.grab(bar.geometry()).toImage()
    handle = picture.pixelColor(bar.width() // 2, 20)
    wide = [x for x in range(bar.width()) if picture.pixelColor(x, 20) == handle]
    high = [y for y in range(bar.height()) if picture.pixelColor(bar.width() // 2, y) == handle]

    assert bar.width() == theme.STEP
    assert len(wide) in {6, 8}
    assert contrast(handle, ground) >= VISIBLE
    assert picture.pixelColor(bar.width() // 2, bar.height() - 2) == ground
    assert picture.pixelColor(wide[0], high[0]) != handle


def test_a_menu_looks_like_the_program(page: WidgetPage) -> None:
    """It has the colours of fields, what is chosen those of a selection, a tick is seen, and entries are high."""
    menu = QMenu(page)
    first, ticked = menu.addAction(WORDS), menu.addAction(WORDS)
    ticked.setCheckable(True)
    ticked.setChecked(True)
    menu.popup(page.mapToGlobal(QPoint(10, 10)))
    menu.setActiveAction(first)
    picture = menu.grab().toImage()
    colours = page.palette()

    inside = menu.actionGeometry(first)
    assert picture.pixelColor(0, menu.height() // 2) == theme.border_colour(colours)
    assert picture.pixelColor(inside.right() - 8, inside.center().y()) == theme.tint(Tone.BUSY, colours)
    below = menu.actionGeometry(ticked)
    assert picture.pixelColor(below.right() - 8, below.center().y()) == colours.base().color()
    tick = [
        contrast(picture.pixelColor(below.x() + x, below.y() + y), colours.base().color())
        for x in range(8, 24)
        for y in range(below.height())
    ]
    assert max(tick) >= VISIBLE
    assert inside.height() >= LEAST_TARGET
    menu.close()


def test_a_list_of_choices_looks_like_a_menu(page: WidgetPage, qtbot: QtBot) -> None:
    """Its entries are as high, and the chosen one has the colour of a selection."""
    choice = page.shown["choice", State.NORMAL]
    assert isinstance(choice, QComboBox)
    choice.showPopup()
    view = choice.view()
    qtbot.waitUntil(view.isVisible)
    entry = view.visualRect(view.model().index(0, 0))
    picture = view.viewport().grab().toImage()

    assert entry.height() >= LEAST_TARGET
    assert picture.pixelColor(entry.right() - 8, entry.center().y()) == theme.tint(Tone.BUSY, page.palette())
    choice.hidePopup()


def test_a_tool_tip_looks_like_a_menu(page: WidgetPage, qtbot: QtBot) -> None:
    """It has the same colours and the same edge."""
    QToolTip.showText(page.mapToGlobal(QPoint(10, 10)), WORDS, page)

    def shown() -> QLabel | None:
        return next((one for one in QApplication.topLevelWidgets() if isinstance(one, QLabel)), None)

    qtbot.waitUntil(lambda: shown() is not None)
    tip = shown()
    assert tip is not None
    picture = tip.grab().toImage()
    QToolTip.hideText()

    assert picture.pixelColor(0, tip.height() // 2) == theme.border_colour(page.palette())
    assert picture.pixelColor(2, tip.height() // 2) == page.palette().base().color()


@pytest.mark.parametrize("name", sorted(KINDS.keys() - DRAWN_INSIDE - {"menu"}))
def test_a_click_shows_no_ring_but_where_one_writes(page: WidgetPage, name: str) -> None:
    """GIVEN a ring that Tab has brought WHEN the mouse leads on THEN it is gone, unless keys are written there."""
    before = page.shown["flat", State.HOVER]
    lead_to(page, before)
    assert ring_of(page) is not None

    widget = page.shown[name, State.NORMAL]
    takes_it = widget.focusPolicy() & Qt.FocusPolicy.ClickFocus
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    ring = ring_of(page)

    if takes_it:
        assert (ring is not None) is (name in WRITTEN_IN)


def test_a_button_is_not_grey_once_its_menu_is_closed(page: WidgetPage) -> None:
    """GIVEN a menu that a press has opened WHEN it closes with the mouse elsewhere THEN its button is as ever."""
    button = page.shown["menu", State.NORMAL]
    assert isinstance(button, MenuButton)
    menu = QMenu(button)
    menu.addAction(WORDS)
    button.setMenu(menu)
    before = colours_of(page, button)
    QCursor.setPos(button.mapToGlobal(button.rect().center()))
    QApplication.processEvents()

    def go_elsewhere() -> None:
        QCursor.setPos(page.mapToGlobal(QPoint(2, 2)))
        QApplication.processEvents()
        # As Qt leaves it: where the mouse goes while a menu is open, nothing is told that it has left.
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
        menu.close()

    QTimer.singleShot(0, go_elsewhere)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()

    assert not menu.isVisible()
    assert not button.isDown()
    assert not button.underMouse()
    assert colours_of(page, button) == before
