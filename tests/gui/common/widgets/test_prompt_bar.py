"""The prompt bar asks one thing at a time, and a press answers it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from bindtool.core.common.messages import Message
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.prompt_bar import PromptBar, Questions
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find, press, said

if TYPE_CHECKING:
    from bindtool.gui.common.widgets.prompt_bar import Words
    from tests.gui.conftest import Show


@pytest.fixture
def questions() -> Questions:
    """Give what is asked, which is nothing."""
    return Questions()


@pytest.fixture
def bar(texts: Texts, show: Show, questions: Questions) -> PromptBar:
    """Give a bar that has been on the screen; without an offer it is not seen."""
    made = PromptBar(texts, questions)
    show(made)
    made.hide()
    return made


def test_a_press_answers_once_and_the_bar_goes(bar: PromptBar, questions: Questions) -> None:
    """GIVEN an offer WHEN one of its answers is pressed THEN whoever asked hears which, and nothing is seen."""
    answers: list[int] = []
    questions.offer("part", "Which part is the device ID?", ["SPK26113F21A0", "A4:C1"], answers.append)
    assert "Which part is the device ID?" in said(bar)
    press(bar, "A4:C1")
    assert answers == [1]
    assert not bar.isVisible()


def test_a_second_offer_waits_for_the_first(bar: PromptBar, questions: Questions) -> None:
    """GIVEN two offers WHEN the first is closed THEN the second is seen, and the first heard nothing."""
    answers: list[str] = []
    questions.offer("end", "No end key?", ["Do it"], lambda _: answers.append("end"))
    questions.offer("caps", "Caps Lock is on", ["All right"], lambda _: answers.append("caps"))
    assert questions.asking == "end"
    press(bar, "Not now")
    assert questions.asking == "caps"
    press(bar, "All right")
    assert answers == ["caps"]


def test_an_offer_is_renewed_or_taken_back(bar: PromptBar, questions: Questions) -> None:
    """GIVEN an offer WHEN its cause changes THEN its words do; without a cause it goes, whether seen or not."""
    questions.offer("part", "one", ["a"], lambda _: None)
    questions.offer("part", "two", ["b"], lambda _: None)
    assert bar.accessibleDescription() == "two"
    assert questions.holds("part")
    assert not questions.holds("other")
    questions.withdraw("other")
    assert bar.isVisible()
    questions.withdraw("part")
    assert not bar.isVisible()


def test_no_return_presses_it_and_a_glove_can(bar: PromptBar, questions: Questions) -> None:
    """GIVEN an offer THEN its buttons are tall, a long value is cut, and Return on the bar answers nothing."""
    answers: list[int] = []
    questions.offer("part", "Which?", ["x" * 60], answers.append)
    QTest.keyClick(bar, Qt.Key.Key_Return)
    assert answers == []
    button = next(one for one in bar.findChildren(ActionButton) if one.isVisible())
    assert button.minimumHeight() >= theme.TARGET
    assert (len(button.text()), button.toolTip()) == (41, "x" * 60)


@pytest.fixture
def page(texts: Texts, show: Show, questions: Questions) -> QWidget:
    """Give a page with a line that has the keys, and a bar."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(QLineEdit())
    column.addWidget(PromptBar(texts, questions))
    show(page)
    page.findChildren(QLineEdit)[0].setFocus()
    return page


def test_news_of_the_same_keeps_its_buttons(page: QWidget, questions: Questions) -> None:
    """GIVEN something that can be stopped WHEN it tells how far it is THEN the focus stays, and it is said once."""
    bar = page.findChildren(PromptBar)[0]
    said_aloud = QSignalSpy(bar.announced)
    questions.offer("reading", "Reading: 1 %", ["Stop"], lambda _: None)
    stop = find(bar, ActionButton, "Stop")
    stop.setFocus()
    questions.offer("reading", "Reading: 2 %", ["Stop"], lambda _: None)
    assert "Reading: 2 %" in said(bar)
    assert bar.accessibleDescription() == "Reading: 2 %"
    assert stop.hasFocus()
    assert said_aloud.count() == 1


def test_what_can_be_stopped_comes_before_offers(page: QWidget, questions: Questions) -> None:
    """GIVEN an offer WHEN something long begins THEN its button is seen first; afterwards the offer is back."""
    bar = page.findChildren(PromptBar)[0]
    stopped: list[bool] = []
    questions.offer("caps", "Caps Lock is on", ["All right"], lambda _: None)
    for percent in range(3):
        questions.tell("reading", f"Reading: {percent} %", ["Stop"], lambda _: stopped.append(True))
    assert bar.accessibleDescription() == "Reading: 2 %"
    questions.ask("question.new_sheet", lambda: None, n=1, total=2)
    questions.withdraw("reading")
    questions.tell("reading", "Reading: 3 %", ["Stop"], lambda _: stopped.append(True))
    assert questions.is_wanted
    press(bar, "No")
    assert questions.asking == "caps"
    questions.tell("reading", "Reading: 4 %", ["Stop"], lambda _: stopped.append(True))
    press(bar, "Stop")
    assert stopped == [True]
    assert questions.asking == "caps"


def test_what_a_person_has_just_wanted_is_asked_first(page: QWidget, questions: Questions) -> None:
    """GIVEN an offer WHEN something is asked THEN it comes first, with the keys on its last answer."""
    bar = page.findChildren(PromptBar)[0]
    agreed: list[bool] = []
    questions.offer("caps", "Caps Lock is on", ["All right"], lambda _: None)
    questions.ask("question.new_sheet", lambda: agreed.append(True), n=1, total=2)
    assert questions.is_wanted
    assert find(bar, ActionButton, "No").hasFocus()
    press(bar, "New sheet")
    assert agreed == [True]
    assert questions.asking == "caps"
    assert not questions.is_wanted


def test_no_answers_no(page: QWidget, questions: Questions) -> None:
    """GIVEN a question WHEN "No" is pressed, or it is taken back THEN nothing is done."""
    bar, line = page.findChildren(PromptBar)[0], page.findChildren(QLineEdit)[0]
    agreed: list[bool] = []
    questions.ask("question.new_sheet", lambda: agreed.append(True), n=1, total=2)
    press(bar, "No")
    assert line.hasFocus()
    questions.ask("question.new_sheet", lambda: agreed.append(True), n=1, total=2)
    questions.take_back()
    assert (agreed, questions.asking) == ([], "")
    assert line.hasFocus()
    questions.take_back()
    assert line.hasFocus()


def test_what_is_asked_goes_on_in_another_language(questions: Questions, show: Show) -> None:
    """GIVEN a question, with values among its answers WHEN another bar shows it THEN in that one's words."""
    chinese = PromptBar(Texts("zh_CN"), questions)
    show(chinese)
    answers: list[int] = []
    choices: list[Words] = ["SPK26113F21A0", lambda texts: texts("keyboard.french")]
    questions.offer("part", Message.of("part.question"), choices, answers.append)
    assert "这个码里有几段" in said(chinese)
    press(chinese, Texts("zh_CN")("keyboard.french"))
    assert answers == [1]


def test_a_short_question_and_its_answers_stand_in_one_line(bar: PromptBar, questions: Questions) -> None:
    """GIVEN a question WHEN the window is wide its answers stand behind it, and below where it is narrow."""
    questions.offer("name", "Begin a new sheet?", ("New sheet", "Not now"), lambda _: None)
    answer = find(bar, ActionButton, "New sheet")
    bar.setFixedWidth(1000)
    QApplication.processEvents()
    beside = answer.x()

    bar.setFixedWidth(300)
    QApplication.processEvents()

    assert beside > bar.width()
    assert answer.x() < bar.width() // 2
