"""What has come of an action passes over the page: no button moves under the hand, and none is covered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.common.messages import Message
from bindtool.gui.common.widgets.notices import Option
from bindtool.gui.main_window.window import MainWindow
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.main_window import test_room as room
from tests.gui.whole_window import whole_window

pytestmark = pytest.mark.long

NEWS = (
    (Message.of("copied.summary"), ()),
    (Message.of("text_size.now", percent=125), ()),
    (Message.of("edit.gone", n=30), (Message.of("menu.redo"),)),
    (Message.of("files.support_unchecked", file="bindtool-2026-12-01 laptop 12.zip"), ()),
)

PAGES = (
    *(room.sheet, room.nothing_ready, room.running, room.error, room.finished, room.to_handle, room.compared),
    *(room.confirm, room.welcome, room.form, room.check_page, room.scanner_test, room.history, room.past_sheet),
    *(room.list_to_look_at, room.list_in_doubt),
)


def places(window: MainWindow) -> dict[QAbstractButton, QRect]:
    """Return where each button is that a person sees."""
    buttons = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
    return {one: QRect(one.mapTo(window, QPoint()), one.size()) for one in buttons if is_seen(one, window)}


def is_seen(button: QAbstractButton, window: QWidget) -> bool:
    """Tell whether nothing lies over the middle of a button."""
    at = window.childAt(button.mapTo(window, button.rect().center()))
    return at is not None and (at is button or button.isAncestorOf(at))


def settle() -> None:
    """Let layouts come to rest, those inside others too."""
    for _ in range(3):
        QApplication.processEvents()


@pytest.mark.parametrize("bring", PAGES)
@pytest.mark.parametrize("size", [(1366, 720), (910, 432)])
@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_no_button_moves(qtbot: QtBot, texts: Texts, size: tuple[int, int], bring: room.Bring) -> None:
    """Each button is where it was before each piece of passing news, while that is seen, and after it."""
    with whole_window(texts, size) as window:
        bring(window, texts)
        settle()
        # A count of incomplete rows comes only if it lasts.
        qtbot.waitUntil(lambda: not any(one.isActive() for one in window.footer.counts.findChildren(QTimer)))
        settle()
        before = places(window)
        assert before
        for words, options in NEWS:
            window.notices.show_answer(words, *(Option(each, print) for each in options))
            settle()
            now = places(window)
            assert {
                one.accessibleName(): (place, now.get(one))
                for one, place in before.items()
                if now.get(one) != place
            } == {}
            window.notices.withdraw("answer")
            settle()
            assert places(window) == before
