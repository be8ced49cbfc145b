"""Every screen is calm: one primary button, in one corner, and nothing is offered twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from bindtool.core.common.errors import BadInput
from bindtool.core.sheet.sheet import Sheet
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets.labels import Header
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.core.store.samples import row
from tests.gui.main_window import test_room as room
from tests.gui.main_window.test_room import screen
from tests.gui.whole_window import whole_window

pytestmark = pytest.mark.long

__all__ = ["screen"]

NO_PRESS_IS_NEXT = (
    room.running,
    room.waiting,
    room.sign_in_by_browser,
    room.sign_in_by_code,
    room.scanner_test,
    room.licences,
    room.guide,
    room.guide_searched,
    room.about,
)
"""Screens on which the next step is to wait, to scan or to read: Stop and Close are there, and not in the way."""

IN_THE_CORNER = (
    room.sheet,
    room.nothing_ready,
    room.error,
    room.offer,
    room.question,
    room.finished,
    room.to_handle,
    room.scan_awaited,
    room.all_handled,
    room.confirm,
)


def primaries(screen: QWidget) -> list[QPushButton]:
    """Return the primary buttons that a person sees: nothing lies over them."""
    return [
        one
        for one in screen.findChildren(QPushButton)
        if one.isVisible()
        and one.property("kind") == StyleKind.PRIMARY
        and screen.childAt(one.mapTo(screen, one.rect().center())) is one
    ]


@room.everywhere
def test_there_is_one_primary_button(screen: QWidget, bring: room.Bring) -> None:
    """Each screen points to one next step; none where that is no press."""
    assert len(primaries(screen)) == (0 if bring in NO_PRESS_IS_NEXT else 1)


@room.on(IN_THE_CORNER)
def test_it_is_always_in_the_same_corner(screen: QWidget, bring: room.Bring) -> None:
    """In the main window its lower right corner is at one place, whatever the step is."""
    (button,) = primaries(screen)
    corner = button.mapTo(screen, QPoint(button.width(), button.height()))
    assert QPoint(screen.width(), screen.height()) - corner == QPoint(22, 18)


@pytest.mark.parametrize(
    "bring", [room.welcome, room.form, room.check_page, room.scanner_test, room.history, room.past_sheet]
)
def test_what_went_wrong_is_seen_on_every_page(texts: Texts, qapp: QApplication, bring: room.Bring) -> None:
    """An error stands on top of a page in front; back on the sheet it stands below the scan bar."""
    with whole_window(texts, (1280, 720)) as window:
        bring(window, texts)
        bar = window.message_bar
        window.notices.show_offer("part", "Which?")
        assert not bar.isVisible()

        window.notices.show_error(BadInput("sheet.run_is_on"))
        qapp.processEvents()
        assert bar.isVisible()
        assert bar.mapTo(window, bar.rect().bottomLeft()).y() < window.pages.mapTo(window, QPoint()).y()

        window.show_page(window.sheet_page)
        qapp.processEvents()
        assert bar.isVisible()
        assert bar.y() == window.scan_bar.geometry().bottom() + 1


@room.on(
    (
        *(room.welcome, room.form, room.check_page, room.scanner_test, room.history, room.past_sheet),
        *(room.list_to_look_at, room.to_handle, room.compared, room.confirm),
        *(room.laptop, room.token, room.serial, room.proxy_login, room.licences, room.details, room.about),
    )
)
def test_pages_panels_and_dialogs_begin_alike(screen: QWidget, bring: room.Bring) -> None:
    """Each has one header; where the way out is in it, that is at its right end."""
    (header,) = (one for one in screen.findChildren(Header) if one.isVisible())
    assert header.title
    buttons = [one for one in header.findChildren(QAbstractButton) if one.isVisible()]
    assert all(one.geometry().right() == header.rect().right() for one in buttons)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_question_and_result_together_leave_ten_rows(texts: Texts, qapp: QApplication) -> None:
    """At 1280×720 room for ten rows of 30 pixels stays below what a run has come to and a question about it."""
    with whole_window(texts, (1280, 720)) as window:
        room.finished(window, texts)
        window.model.show(Sheet(replace(row(number), saved=True) for number in range(1, 31)))
        window.notices.show_question("question.new_sheet", print, n=17, total=209)
        for _ in range(3):
            qapp.processEvents()
        table, high = window.table, window.table.viewport().height()
        rects = [table.visualRect(window.model.index(at, 0)) for at in range(window.model.rowCount())]

        assert window.message_bar.isVisible()
        assert window.summary.isVisible()
        assert sum(rect.top() >= 0 and rect.bottom() < high for rect in rects) >= 300 // table.rowHeight(0)


@room.everywhere
def test_what_can_not_be_used_says_why(screen: QWidget, bring: room.Bring) -> None:
    """Eye and ear are told: in a tool tip, its own or that of the part it stands in, and in the description."""
    controls = [one for one in room.controls(screen) if not one.isEnabled()]

    silent = [one.accessibleName() for one in controls if not one.accessibleDescription()]
    without_tip = [one.accessibleName() for one in controls if not shown_tip(one)]

    assert silent == []
    assert without_tip == []


def shown_tip(widget: QWidget) -> str:
    """Return the tool tip that comes where the mouse rests on a widget."""
    here: QWidget | None = widget
    while here is not None and not here.toolTip():
        here = here.parentWidget()
    return here.toolTip() if here is not None else ""
