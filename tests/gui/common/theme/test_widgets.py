"""Every kind of widget in every state: its ring, its edge, its words and its size, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFocusFrame, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.focus_ring import OFF, RING
from tests.gui.common.theme.widget_page import KINDS, State, WidgetPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

DRAWN_INSIDE = {"tabs"}
"""Each of their parts can have the focus, and has no widget of its own."""
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
    for name in KINDS.keys() - DRAWN_INSIDE - {"link"}:
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
