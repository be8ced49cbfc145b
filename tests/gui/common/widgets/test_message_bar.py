"""The message bar shows the first notice, with what can be done about it; a press of a button does it once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import delete

from bindtool.core.binding.advice import Action, Advice
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets.buttons import BarButton
from bindtool.gui.common.widgets.message_bar import MessageBar
from bindtool.gui.common.widgets.notices import Notices, Option
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, find, press, said
from tests.gui.conftest import Show

ADVICE = Advice(
    Message.of("advice.site_refuses_token.title", site="coze.cn"),
    Message.of("advice.site_refuses_token.hint", site="coze.cn"),
    Action.REPLACE_TOKEN,
    Action.EDIT_PROFILE,
)
ERROR = BadInput("edit.under_way", row=7)
LINE = Message.of("note.token_removed")


@pytest.fixture
def notices() -> Notices:
    """Give what is said and asked, which is nothing."""
    return Notices()


@pytest.fixture
def page(texts: Texts, show: Show, notices: Notices) -> QWidget:
    """Give a page with a line that has the keys, and a bar."""
    page = QWidget()
    page.resize(1024, 200)
    column = QVBoxLayout(page)
    column.addWidget(QLineEdit())
    column.addWidget(MessageBar(texts, notices))
    show(page)
    page.findChildren(QLineEdit)[0].setFocus()
    return page


@pytest.fixture
def bar(page: QWidget) -> MessageBar:
    """Give the bar of the page."""
    return page.findChildren(MessageBar)[0]


def tone(bar: MessageBar) -> str:
    """Return what its colour says."""
    return str(bar.property("tone"))


def test_an_advice_says_what_is_so_and_what_to_do(bar: MessageBar, notices: Notices) -> None:
    """GIVEN a run that was stopped WHEN its advice comes THEN title, body and both actions are there."""
    notices.show_advice(ADVICE)

    assert said(bar).startswith("coze.cn does not accept this token\nTokens of coze.cn and coze.com")
    assert can_see(bar, "Replace token")
    assert can_see(bar, "Change the profile")
    assert bar.accessibleName() == "Notice"
    assert bar.accessibleDescription().startswith("coze.cn does not accept this token Tokens of")
    assert [label.mark for label in bar.findChildren(MarkLabel)] == [Mark.WARNING]


def test_it_is_amber_only_where_something_is_wrong(bar: MessageBar, notices: Notices) -> None:
    """GIVEN each kind of notice THEN a next step and a question are blue, what is only told is quiet."""
    notices.show_line(LINE)
    assert tone(bar) == Tone.HELD
    notices.show_advice(replace(ADVICE, calm=True))
    assert tone(bar) == Tone.BUSY
    notices.show_advice(ADVICE)
    assert tone(bar) == Tone.UNSURE
    notices.show_offer("part", "Which?", Option("SPK", print))
    assert tone(bar) == Tone.BUSY
    notices.show_error(ERROR)
    assert tone(bar) == Tone.UNSURE


def test_what_stands_below_comes_before_what_is_kept(bar: MessageBar, notices: Notices) -> None:
    """GIVEN rows that wait WHEN the advice says why THEN it is read with the body, and one thing can be pressed."""
    kept = Message.of("advice.waiting.hint", n=3)
    why = Message.of("obstacle.connect.hint", host="coze.cn", detail="Connection refused", who="")
    title = Message.of("obstacle.connect.title", host="coze.cn", detail="")
    notices.show_advice(Advice(title, kept, Action.TRY_NOW, more=why))

    assert "No network: binding continues when it is back\nCan't connect to coze.cn (" in said(bar)
    assert "is in between. 3 not sent, all saved. You can keep scanning." in said(bar)
    assert can_see(bar, "Try now")


@pytest.mark.parametrize(
    ("button", "action"), [("Replace token", Action.REPLACE_TOKEN), ("Change the profile", Action.EDIT_PROFILE)]
)
def test_its_actions_are_told(bar: MessageBar, notices: Notices, button: str, action: Action) -> None:
    """GIVEN an advice WHEN an action is pressed THEN it is told, and the notice stays for whoever acts on it."""
    notices.show_advice(ADVICE)
    acted = QSignalSpy(notices.acted)

    press(bar, button)

    assert acted.at(0) == [action]
    assert bar.isVisible()


def test_an_action_says_how_many_it_is_about(bar: MessageBar, notices: Notices) -> None:
    """GIVEN a number WHEN the advice is shown THEN its button has it, under a name that stays the same."""
    title, body = Message.pair("advice.unknown", n=3)
    notices.show_advice(Advice(title, body, Action.SEND_UNKNOWN_AGAIN, n=3))

    assert find(bar, QPushButton, "Bind again").text() == "Bind 3 devices again"
    notices.show_advice(ADVICE)
    assert find(bar, QPushButton, "Replace token").text() == "Replace token"


def test_it_goes_on_in_another_language(bar: MessageBar, notices: Notices, show: Show) -> None:
    """GIVEN notices in a queue WHEN a Chinese bar shows the same THEN it says each in turn."""
    options = (Option("SPK26113F21A0", print), Option(lambda texts: texts("keyboard.french"), print))
    notices.show_offer("part", Message.of("part.question"), *options)
    notices.show_advice(ADVICE, Message.of("message.code", code=4101))
    notices.show_error(ERROR)
    chinese = MessageBar(Texts("zh_CN"), notices)
    show(chinese)
    chinese.show_first()

    assert said(chinese).startswith("第 7 行正在发送")
    notices.take_back()
    assert said(chinese).startswith("coze.cn 不接受这个令牌")
    assert said(chinese).endswith("4101")
    notices.take_back()
    assert can_see(chinese, Texts("zh_CN")("keyboard.french"))
    assert "device ID" in said(bar)


def test_the_servers_words_stand_below_as_they_came(bar: MessageBar, notices: Notices) -> None:
    """GIVEN an answer with markup in it WHEN it is shown THEN it can be selected, and is no markup here."""
    notices.show_advice(ADVICE, "<b>no permission</b> (code 4101)")

    extra = next(label for label in bar.findChildren(QLabel) if "4101" in label.text())
    assert extra.text() == "<b>no permission</b> (code 4101)"
    assert extra.textFormat() is Qt.TextFormat.PlainText
    assert extra.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_an_error_may_have_an_action_or_none(bar: MessageBar, notices: Notices) -> None:
    """GIVEN an error WHEN it is shown THEN its hint stands below, with the action that was handed in, if any."""
    notices.show_error(ERROR)
    assert said(bar) == "Row 7 is being sent\nWait for its answer, or press Stop."
    assert not can_see(bar, "Try again")

    notices.show_error(ERROR, Action.TRY_AGAIN)
    assert can_see(bar, "Try again")
    press(bar, "Close")
    assert bar.isHidden()


def test_no_return_presses_it_and_a_glove_can(bar: MessageBar, notices: Notices) -> None:
    """GIVEN an offer THEN its buttons are tall, a long value is cut, and Return on the bar answers nothing."""
    answers: list[str] = []
    notices.show_offer("part", "Which?", Option("x" * 60, lambda: answers.append("x")))
    QTest.keyClick(bar, Qt.Key.Key_Return)
    assert answers == []
    button = find(bar, BarButton, "x" * 60)
    assert button.minimumHeight() >= theme.TARGET
    assert (len(button.text()), button.toolTip()) == (41, "x" * 60)


def test_news_of_the_same_keeps_its_buttons(bar: MessageBar, notices: Notices, heard: list[object]) -> None:
    """GIVEN something that can be stopped WHEN it tells how far it is THEN the focus stays, and it is said once."""
    stopped = []
    notices.show_news("reading", "Reading: 1 %", Option("Stop", lambda: stopped.append(1)))
    stop = find(bar, BarButton, "Stop")
    stop.setFocus()
    notices.show_news("reading", "Reading: 2 %", Option("Stop", lambda: stopped.append(2)))
    assert said(bar) == "Reading: 2 %"
    assert stop.hasFocus()
    assert len(heard) == 1
    press(bar, "Stop")
    assert stopped == [2]


def test_what_a_person_has_just_wanted_has_the_keys(bar: MessageBar, notices: Notices, page: QWidget) -> None:
    """GIVEN a question WHEN it is answered, or taken back THEN the keys are back; one agrees."""
    line = page.findChildren(QLineEdit)[0]
    agreed: list[bool] = []
    leaves = (partial(press, bar, "Keep this sheet"), notices.take_back, partial(press, bar, "New sheet"))
    for leave in leaves:
        assert agreed == []
        notices.show_question("question.new_sheet", lambda: agreed.append(True), n=1, total=2)
        assert find(bar, BarButton, "Keep this sheet").hasFocus()
        leave()
        assert line.hasFocus()
        assert bar.isHidden()
    assert agreed == [True]


def test_what_had_the_keys_before_a_question_is_gone(bar: MessageBar, notices: Notices, page: QWidget) -> None:
    """GIVEN the editor of a cell, which ends as the question takes the keys, WHEN that is answered THEN it goes."""
    notices.show_question("question.new_sheet", print, n=1, total=2)
    delete(page.findChildren(QLineEdit)[0])
    press(bar, "Keep this sheet")
    assert bar.isHidden()


def test_what_comes_back_is_not_said_again(
    bar: MessageBar, notices: Notices, heard: list[tuple[object, str]]
) -> None:
    """GIVEN an error under a question WHEN that goes THEN only what is new was announced, errors as urgent."""
    notices.show_error(ERROR)
    notices.show_question("question.new_sheet", print, n=1, total=2)
    notices.take_back()
    notices.show_error(ERROR)
    assert [urgency is QAccessible.AnnouncementPoliteness.Assertive for urgency, _ in heard] == [True, False, True]


def test_a_short_question_and_its_answers_stand_in_one_line(bar: MessageBar, notices: Notices) -> None:
    """GIVEN a question WHEN the window is wide its answers stand behind it, and below where it is narrow."""
    notices.show_offer("name", "Begin a new sheet?", Option("New sheet", print), Option("Not this one", print))
    answer = find(bar, BarButton, "New sheet")
    QApplication.processEvents()
    beside = answer.x()

    bar.setFixedWidth(300)
    QApplication.processEvents()

    assert beside > 600
    assert answer.x() < bar.width() // 2
