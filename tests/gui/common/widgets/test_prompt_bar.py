"""The prompt bar asks one thing at a time, and a press answers it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.prompt_bar import PromptBar
from tests.gui.acting import find, press, said

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show


@pytest.fixture
def bar(texts: Texts, show: Show) -> PromptBar:
    """Give a bar that has been on the screen; without an offer it is not seen."""
    made = PromptBar(texts)
    show(made)
    made.hide()
    return made


def test_a_press_answers_once_and_the_bar_goes(bar: PromptBar) -> None:
    """GIVEN an offer WHEN one of its answers is pressed THEN whoever asked hears which, and nothing is seen."""
    answers: list[int] = []
    bar.offer("part", "Which part is the device ID?", ["SPK26113F21A0", "A4:C1"], answers.append)
    assert "Which part is the device ID?" in said(bar)
    press(bar, "A4:C1")
    assert answers == [1]
    assert not bar.isVisible()


def test_a_second_offer_waits_for_the_first(bar: PromptBar) -> None:
    """GIVEN two offers WHEN the first is closed THEN the second is seen, and the first heard nothing."""
    answers: list[str] = []
    bar.offer("end", "No end key?", ["Do it"], lambda _: answers.append("end"))
    bar.offer("caps", "Caps Lock is on", ["All right"], lambda _: answers.append("caps"))
    assert bar.asking == "end"
    press(bar, "Not now")
    assert bar.asking == "caps"
    press(bar, "All right")
    assert answers == ["caps"]


def test_an_offer_is_renewed_or_taken_back(bar: PromptBar) -> None:
    """GIVEN an offer WHEN its cause changes THEN its words do; without a cause it goes, whether seen or not."""
    bar.offer("part", "one", ["a"], lambda _: None)
    bar.offer("part", "two", ["b"], lambda _: None)
    assert bar.accessibleDescription() == "two"
    assert bar.holds("part")
    assert not bar.holds("other")
    bar.withdraw("other")
    assert bar.isVisible()
    bar.withdraw("part")
    assert not bar.isVisible()


def test_no_return_presses_it_and_a_glove_can(bar: PromptBar) -> None:
    """GIVEN an offer THEN its buttons are tall, a long value is cut, and Return on the bar answers nothing."""
    answers: list[int] = []
    bar.offer("part", "Which?", ["x" * 60], answers.append)
    QTest.keyClick(bar, Qt.Key.Key_Return)
    assert answers == []
    button = next(one for one in bar.findChildren(ActionButton) if one.isVisible())
    assert button.minimumHeight() >= theme.TARGET
    assert (len(button.text()), button.toolTip()) == (41, "x" * 60)


@pytest.fixture
def page(texts: Texts, show: Show) -> QWidget:
    """Give a page with a line that has the keys, and a bar."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(QLineEdit())
    column.addWidget(PromptBar(texts))
    show(page)
    page.findChildren(QLineEdit)[0].setFocus()
    return page


def test_what_a_person_has_just_wanted_is_asked_first(page: QWidget) -> None:
    """GIVEN an offer WHEN something is asked THEN it comes first, with the keys on its last answer."""
    bar = page.findChildren(PromptBar)[0]
    answers: list[int] = []
    bar.offer("caps", "Caps Lock is on", ["All right"], lambda _: None)
    bar.ask("new", "Begin a new sheet?", ["New sheet", "No"], answers.append)
    assert bar.asking == "new"
    assert find(bar, ActionButton, "No").hasFocus()
    press(bar, "New sheet")
    assert answers == [0]
    assert bar.asking == "caps"


def test_a_question_is_taken_back(page: QWidget) -> None:
    """GIVEN a question WHEN it is taken back THEN nothing is answered, and the keys are where they were."""
    bar = page.findChildren(PromptBar)[0]
    answers: list[int] = []
    bar.ask("new", "Begin a new sheet?", ["New sheet", "No"], answers.append)
    bar.take_back()
    assert (answers, bar.asking) == ([], "")
    assert page.findChildren(QLineEdit)[0].hasFocus()
    bar.take_back()
    assert page.findChildren(QLineEdit)[0].hasFocus()
