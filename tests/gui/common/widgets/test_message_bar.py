"""One banner at a time, the gravest one, with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QPushButton

from bindtool.core.binding.advice import Action, Advice
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.widgets.message_bar import MessageBar, Severity
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, find, press, said

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from bindtool.gui.common.widgets.message_bar import Contents
    from tests.gui.conftest import Show

ADVICE = Advice(
    Message.of("advice.site_refuses_token.title", site="coze.cn"),
    Message.of("advice.site_refuses_token.body", site="coze.cn"),
    Action.REPLACE_TOKEN,
    Action.EDIT_PROFILE,
)
ERROR = BadInput("edit.under_way", row=7)
LINE = Message.of("note.token_removed")


@pytest.fixture
def notice(texts: Texts, show: Show) -> MessageBar:
    """Give a banner that has nothing to say yet."""
    made = MessageBar(texts)
    made.resize(1024, 80)
    show(made)
    made.clear()
    return made


def test_it_is_away_while_there_is_nothing_to_say(texts: Texts) -> None:
    """GIVEN a new banner WHEN nothing was said THEN it takes no room."""
    assert MessageBar(texts).isHidden()


def test_an_advice_says_what_is_so_and_what_to_do(notice: MessageBar) -> None:
    """GIVEN a run that was stopped WHEN its advice comes THEN title, body and both actions are there."""
    notice.show_advice(ADVICE)

    assert said(notice).startswith("coze.cn does not accept this token\nTokens of coze.cn and coze.com")
    assert can_see(notice, "Replace token")
    assert can_see(notice, "Change the profile")
    assert notice.accessibleName() == "Notice"
    assert notice.accessibleDescription().startswith("coze.cn does not accept this token Tokens of")
    assert [label.mark for label in notice.findChildren(MarkLabel)] == [Mark.WARNING]


def test_what_stands_below_comes_before_what_is_kept(notice: MessageBar) -> None:
    """GIVEN rows that wait WHEN the advice says why THEN it is read with the body, and one thing can be pressed."""
    kept = Message.of("advice.waiting.body", n=3)
    why = Message.of("obstacle.connect.hint", host="coze.cn", detail="Connection refused", who="")
    title = Message.of("obstacle.connect.title", host="coze.cn", detail="")
    notice.show_advice(Advice(title, kept, Action.TRY_NOW, more=why))

    assert "No network. Binding goes on when it is back.\ncoze.cn takes no connection" in said(notice)
    assert "is in between. 3 not sent, all saved. You can keep scanning." in said(notice)
    assert can_see(notice, "Try now")


@pytest.mark.parametrize(
    ("button", "action"), [("Replace token", Action.REPLACE_TOKEN), ("Change the profile", Action.EDIT_PROFILE)]
)
def test_its_actions_are_told(notice: MessageBar, button: str, action: Action) -> None:
    """GIVEN an advice WHEN an action is pressed THEN it is told, and the notice stays for whoever acts on it."""
    notice.show_advice(ADVICE)
    acted = QSignalSpy(notice.acted)

    press(notice, button)

    assert acted.at(0) == [action]
    assert notice.isVisible()


def test_an_action_says_how_many_it_is_about(notice: MessageBar) -> None:
    """GIVEN a number WHEN the advice is shown THEN its button has it, under a name that stays the same."""
    title, body = (Message.of(f"advice.unknown.{part}", n=3) for part in ("title", "body"))
    notice.show_advice(Advice(title, body, Action.SEND_UNKNOWN_AGAIN, n=3))

    assert find(notice, QPushButton, "Send again").text() == "Send 3 again"
    notice.show_advice(ADVICE)
    assert find(notice, QPushButton, "Replace token").text() == "Replace token"


def test_it_goes_on_in_another_language(texts: Texts, show: Show) -> None:
    """GIVEN an advice under an error WHEN a Chinese bar shows the same THEN it says both in turn."""
    contents: Contents = {}
    notice = MessageBar(texts, contents)
    notice.show_advice(ADVICE, Message.of("message.code", code=4101))
    notice.show_error(ERROR)
    chinese = MessageBar(Texts("zh_CN"), contents)
    show(chinese)
    chinese.show_most_severe()

    assert said(chinese).startswith("第 7 行正在发送")
    chinese.dismiss()
    assert said(chinese).startswith("coze.cn 不接受这个令牌")
    assert said(chinese).endswith("4101")


def test_the_servers_words_stand_below_as_they_came(notice: MessageBar) -> None:
    """GIVEN an answer with markup in it WHEN it is shown THEN it can be selected, and is no markup here."""
    notice.show_advice(ADVICE, "<b>no permission</b> (code 4101)")

    extra = next(label for label in notice.findChildren(QLabel) if "4101" in label.text())
    assert extra.text() == "<b>no permission</b> (code 4101)"
    assert extra.textFormat() is Qt.TextFormat.PlainText
    assert extra.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_an_error_may_have_an_action_or_none(notice: MessageBar) -> None:
    """GIVEN an error WHEN it is shown THEN its hint stands below, with the action that was handed in, if any."""
    notice.show_error(ERROR)
    assert said(notice) == "Row 7 is being sent\nWait until it has its answer, or press Stop."
    assert not can_see(notice, "Try again")

    notice.show_error(ERROR, Action.TRY_AGAIN)
    assert can_see(notice, "Try again")


def test_a_line_needs_no_title(notice: MessageBar) -> None:
    """GIVEN something good to know WHEN it is shown THEN it is one quiet line."""
    notice.show_line(LINE)

    assert said(notice) == "an access token stood here; it was not kept"
    assert notice.severity is Severity.LINE
    assert [label.mark for label in notice.findChildren(MarkLabel)] == [Mark.INFO]


def test_an_answer_to_what_was_done_is_seen(notice: MessageBar) -> None:
    """GIVEN an advice WHEN what the person asked for is done THEN that is said before the advice."""
    notice.show_advice(ADVICE)

    notice.show_answer(LINE)

    assert said(notice) == "an access token stood here; it was not kept"
    assert [label.mark for label in notice.findChildren(MarkLabel)] == [Mark.INFO]
    notice.dismiss()
    assert said(notice).startswith("coze.cn does not accept this token")


def test_an_answer_can_be_acted_on_as_long_as_it_is_seen(notice: MessageBar) -> None:
    """GIVEN an error WHEN an answer with two choices comes THEN it is seen, and a choice is made once."""
    notice.show_error(ERROR)
    chosen: list[str] = []
    acted = QSignalSpy(notice.acted)

    notice.show_answer(LINE, ("files.open", lambda: chosen.append("open")), ("menu.undo", lambda: None))

    assert said(notice) == "an access token stood here; it was not kept"
    assert can_see(notice, "Undo")
    press(notice, "Open")
    assert (chosen, acted.count()) == (["open"], 0)
    assert said(notice).startswith("Row 7 is being sent")
    assert not can_see(notice, "Undo")


def test_the_newest_answer_is_seen_whatever_stands_there(notice: MessageBar) -> None:
    """GIVEN an error and a question WHEN answers come THEN each is seen, and news of a run ends the last."""
    notice.show_error(ERROR)
    notice.show_answer(LINE)
    notice.give_way(True)
    notice.show_answer(Message.of("files.open"))
    assert said(notice) == "Open"
    assert notice.isVisible()

    notice.show_line(LINE)
    assert said(notice) == "Open"
    notice.show_advice(ADVICE)
    assert said(notice).startswith("Row 7 is being sent")


def test_an_answer_fades_unless_somebody_is_at_it(texts: Texts, show: Show, qtbot: QtBot) -> None:
    """GIVEN an advice WHEN an answer is some time old THEN the advice is back, but not from under a hand."""
    notice = MessageBar(texts, answer_lasts=20)
    show(notice)
    notice.show_advice(ADVICE)
    notice.show_answer(LINE)
    qtbot.waitUntil(lambda: said(notice).startswith("coze.cn does not accept this token"))

    notice.show_answer(LINE, ("files.open", lambda: None))
    find(notice, QPushButton, "Open").setFocus()
    qtbot.wait(100)
    assert said(notice).startswith("an access token stood here")
    find(notice, QPushButton, "Open").clearFocus()
    qtbot.waitUntil(lambda: said(notice).startswith("coze.cn does not accept this token"))


def test_an_answer_does_not_outlast_its_bar(texts: Texts) -> None:
    """GIVEN an answer WHEN another bar shows the same messages THEN it is gone: so is what it would undo."""
    contents: Contents = {}
    MessageBar(texts, contents).show_answer(LINE)

    assert MessageBar(texts, contents).severity is None


def test_a_line_never_replaces_anything_graver(notice: MessageBar) -> None:
    """GIVEN an advice WHEN a line comes THEN the advice stays, and the line does not come back later."""
    notice.show_advice(ADVICE)

    notice.show_line(LINE)

    assert said(notice).startswith("coze.cn does not accept this token")
    notice.dismiss()
    assert notice.isHidden()


def test_something_graver_replaces_a_line_for_good(notice: MessageBar) -> None:
    """GIVEN a line WHEN an error comes and is closed THEN the line is gone too."""
    notice.show_line(LINE)
    notice.show_error(ERROR)
    assert said(notice).startswith("Row 7 is being sent")

    press(notice, "Close")

    assert notice.isHidden()


def test_an_advice_comes_back_when_an_error_is_closed(notice: MessageBar) -> None:
    """GIVEN an advice WHEN an error was shown over it and is closed THEN the advice is seen again."""
    notice.show_advice(ADVICE)
    notice.show_error(ERROR)

    press(notice, "Close")

    assert said(notice).startswith("coze.cn does not accept this token")
    press(notice, "Close")
    assert notice.isHidden()
    assert notice.severity is None


def test_an_advice_waits_below_an_error(notice: MessageBar) -> None:
    """GIVEN an error WHEN an advice comes THEN the error is seen until it is closed."""
    notice.show_error(ERROR)

    notice.show_advice(ADVICE)

    assert said(notice).startswith("Row 7 is being sent")
    notice.dismiss()
    assert said(notice).startswith("coze.cn does not accept this token")


def test_notices_can_be_cleared_by_weight(notice: MessageBar) -> None:
    """GIVEN two notices WHEN some weights are cleared THEN the others stay; without a weight all go."""
    notice.show_advice(ADVICE)
    notice.show_error(ERROR)

    notice.clear(Severity.LINE)
    assert said(notice).startswith("Row 7 is being sent")
    notice.clear(Severity.ERROR)
    assert said(notice).startswith("coze.cn does not accept this token")
    notice.clear()
    assert notice.isHidden()
    notice.dismiss()
    assert notice.isHidden()


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_it_fits_a_small_laptop(notice: MessageBar) -> None:
    """GIVEN the longest advice WHEN it is shown in a small window THEN nothing is wider than the window."""
    words = {
        part: Message.of(f"advice.permission_or_site.{part}", site="coze.cn", left=209)
        for part in ("title", "body")
    }
    notice.show_advice(Advice(words["title"], words["body"], Action.COPY_NOTE_FOR_OWNER, Action.REPLACE_TOKEN))

    assert notice.minimumSizeHint().width() <= 1024


def test_it_gives_way_to_a_question_unless_something_went_wrong(notice: MessageBar) -> None:
    """GIVEN an advice WHEN the prompt bar asks something THEN the advice comes back afterwards; an error stays."""
    notice.show_advice(ADVICE)
    notice.give_way(True)
    assert not notice.isVisible()
    notice.show_error(ERROR)
    assert notice.isVisible()
    notice.dismiss()
    assert not notice.isVisible()
    notice.give_way(False)
    assert notice.severity is Severity.ADVICE
    assert notice.isVisible()
