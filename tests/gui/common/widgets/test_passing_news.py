"""What has come of an action is said over the page for some seconds; a press of its button does it once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.gui.common.widgets.notices import Notices, Option
from bindtool.gui.common.widgets.passing_news import PassingNews
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, click_again, find, press, said
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE

LINE = Message.of("note.token_removed")
WORDS = "an access token stood here; it was not kept"


@pytest.fixture
def notices() -> Notices:
    """Give what is said and asked, which is nothing."""
    return Notices()


@pytest.fixture
def page(show: Show) -> QWidget:
    """Give a page to lie over."""
    page = QWidget()
    page.resize(1024, 400)
    show(page)
    return page


@pytest.fixture
def news(texts: Texts, notices: Notices, page: QWidget) -> PassingNews:
    """Give the news of the page."""
    return PassingNews(texts, notices, page)


def test_an_answer_can_be_acted_on_as_long_as_it_is_seen(
    news: PassingNews, notices: Notices, heard: list[tuple[object, str]]
) -> None:
    """GIVEN an error WHEN an answer with two buttons comes THEN it is seen, and one is pressed once."""
    assert not news.isVisible()
    notices.show_error(BadInput("edit.under_way", row=7))
    chosen: list[str] = []
    acted = QSignalSpy(notices.acted)
    opened, undo = (Message.of(name) for name in ("files.open", "menu.undo"))

    notices.show_answer(LINE, Option(undo, print), Option(opened, lambda: chosen.append("open")))

    assert said(news) == WORDS
    assert (news.accessibleName(), news.accessibleDescription()) == ("What was done", WORDS)
    assert heard[-1][1] == WORDS
    assert can_see(news, "Undo")
    press(news, "Open")
    assert (chosen, acted.count()) == (["open"], 0)
    assert not news.isVisible()
    assert notices.shows("error")


def test_a_double_click_is_one(news: PassingNews, notices: Notices) -> None:
    """GIVEN Undo WHEN it is pressed twice in a row THEN what comes to its place, Redo, is not pressed."""
    done: list[str] = []

    def undo() -> None:
        done.append("undo")
        notices.show_answer(LINE, Option(Message.of("menu.redo"), lambda: done.append("redo")))

    notices.show_answer(LINE, Option(Message.of("menu.undo"), undo))
    press(news, "Undo")
    click_again(find(news, QPushButton, "Redo"))
    assert done == ["undo"]


def test_it_fades_unless_somebody_is_at_it(texts: Texts, page: QWidget, notices: Notices, qtbot: QtBot) -> None:
    """It goes by itself, but not from under a hand."""
    news = PassingNews(texts, notices, page, lasts=20)
    notices.show_answer(LINE)
    assert news.isVisible()
    qtbot.waitUntil(lambda: not news.isVisible(), timeout=PATIENCE)

    notices.show_answer(LINE, Option(Message.of("files.open"), print))
    find(news, QPushButton, "Open").setFocus()
    passed = QSignalSpy(news.findChildren(QTimer)[0].timeout)
    qtbot.waitUntil(lambda: passed.count() > 0, timeout=PATIENCE)
    assert news.isVisible()
    find(news, QPushButton, "Open").clearFocus()
    qtbot.waitUntil(lambda: not news.isVisible(), timeout=PATIENCE)


def test_it_can_be_closed(news: PassingNews, notices: Notices) -> None:
    """Nobody has to wait for it to go."""
    notices.show_answer(LINE)
    press(news, "Dismiss")
    assert not news.isVisible()


def test_it_stands_at_the_foot_of_what_it_lies_over(news: PassingNews, notices: Notices, page: QWidget) -> None:
    """It follows where that is, and stands above what can be pressed there."""
    table = QWidget(page)
    table.setGeometry(0, 100, 600, 200)
    table.show()
    news.lie_over(table)
    notices.show_answer(LINE)
    assert table.geometry().contains(news.geometry())
    assert news.geometry().bottom() > 280

    table.setGeometry(0, 100, 600, 150)
    assert table.geometry().contains(news.geometry())

    button = QPushButton("Paste", page)
    button.setGeometry(20, 200, 80, 44)
    button.show()
    news.lie_over(page)
    news.lie_over(table)
    assert not news.geometry().intersects(QRect(button.mapTo(page, QPoint()), button.size()))
    assert news.geometry().bottom() < 200
