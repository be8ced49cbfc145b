"""The page of a channel's check: one step at a time, what is done above it, what comes below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import Outcome
from bindtool.core.profiles.profile import Profile, with_answer
from bindtool.gui.binding.channel_check.page import ChannelCheckPage
from bindtool.gui.binding.channel_check.step_widgets import CheckView, FoundStep, Look, Question, SendOne
from bindtool.gui.common.widgets.reply_box import ReplyBox
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, find, press, said, write
from tests.gui.conftest import SMALLEST, Show
from tests.gui.whole_window import whole_window

LINE_2 = Profile(
    name="Smart speaker, line 2",
    connector_id="7400000000000123456",
    user_id="3400000000007126",
    user_name="Developer A",
)
A, B = Device("SPK26113F2001", "智能音箱-3F2001"), Device("SPK26113F21A0", "智能音箱-3F21A0")
READY = (Job(1, A, Outcome()), Job(2, B, Outcome()))
TODAY = date(2026, 11, 25)
BEGUN = ChannelCheck()
SENT = ChannelCheck(Already.NO).accepted(A).accepted(B)
NEITHER = SENT.looked(Seen.NEITHER, "Li", TODAY)
ADDS = SENT.looked(Seen.BOTH, "Li", TODAY)
REPLACES = SENT.looked(Seen.ONLY_SECOND, "Li", TODAY)


@pytest.fixture
def page(texts: Texts, qtbot: QtBot) -> Iterator[ChannelCheckPage]:
    """Give the page on a small laptop."""
    with whole_window(texts, SMALLEST) as window:
        made = window.check_page()
        window.show_page(made)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        yield made


def test_the_question_comes_first(page: ChannelCheckPage) -> None:
    """GIVEN a new check WHEN it is shown THEN it asks about other means, and the other steps are named."""
    page.show_view(CheckView(LINE_2, BEGUN, READY, bound_here=206))

    lines = said(page).split("\n")
    assert "1  Are devices already bound on this channel by other means?" in lines
    assert "Smart speaker, line 2 · …3456 · coze.cn · for Developer A (UID …7126) · key device_id" in lines
    assert "4  Look at the developer's publish page" in lines
    assert "206 devices were bound from this laptop." in said(page)
    assert "may replace" not in said(page)


def test_what_was_answered(texts: Texts, show: Show) -> None:
    """GIVEN the question WHEN an answer is pressed THEN it is the one that is taken."""
    heard: list[Already] = []
    step = Question(texts, CheckView(LINE_2, BEGUN), heard.append, pytest.fail, pytest.fail)
    show(step)
    for name in ("No", "Yes", "Not known"):
        press(step, name)
    assert heard == [Already.NO, Already.YES, Already.UNKNOWN]


@pytest.mark.parametrize(
    ("view", "chosen"),
    [
        (CheckView(LINE_2, BEGUN, READY), "No"),
        (CheckView(with_answer(LINE_2, ADDS), ADDS, READY), "Back to scanning"),
    ],
)
def test_the_keys_go_to_the_step_that_is_on(page: ChannelCheckPage, view: CheckView, chosen: str) -> None:
    """GIVEN a step WHEN it is shown THEN Space answers it and does not leave, until all is known."""
    page.show_view(view)

    on = page.focusWidget()
    assert isinstance(on, QAbstractButton)
    assert on.accessibleName() == chosen


@pytest.mark.parametrize("already", [Already.YES, Already.UNKNOWN])
def test_earlier_devices_may_be_replaced(
    page: ChannelCheckPage, texts: Texts, show: Show, already: Already
) -> None:
    """GIVEN devices that may be there WHEN that is answered THEN it says what may happen, with the ways round."""
    view = CheckView(LINE_2, BEGUN.answered(already), READY)
    page.show_view(view)

    (warning,) = (box for box in page.findChildren(ReplyBox) if box is not page.reply)
    assert "ask Coze first; or try it on a new channel" in warning.accessibleDescription()
    chosen = [one.accessibleName() for one in page.findChildren(QAbstractButton) if one.isChecked()]
    assert chosen == ["Yes" if already is Already.YES else "Not known"]

    done: list[str] = []
    step = Question(texts, view, pytest.fail, lambda: done.append("copied"), lambda: done.append("risked"))
    show(step)
    press(step, "Copy the question for Coze")
    press(step, "Check anyway")
    assert done == ["copied", "risked"]


def test_a_device_of_the_sheet_is_sent(page: ChannelCheckPage, texts: Texts, show: Show) -> None:
    """GIVEN rows that are ready WHEN one is chosen and sent THEN its number is told; done steps stand above."""
    view = CheckView(LINE_2, ChannelCheck(Already.NO), READY)
    page.show_view(view)
    assert "✓  No devices are bound here by other means" in said(page)
    assert "2  Send the first device, A" in said(page)

    sent: list[int] = []
    step = SendOne(texts, view, sent.append)
    show(step)
    find(step, QComboBox, "Device from the sheet").setCurrentIndex(1)
    press(step, "Send this one device")
    assert sent == [2]


def test_the_second_device(page: ChannelCheckPage) -> None:
    """GIVEN the first one accepted WHEN the page is shown THEN it says which, and what was risked."""
    risky = BEGUN.answered(Already.UNKNOWN).taking_the_risk().accepted(A)
    page.show_view(CheckView(LINE_2, risky, READY[1:]))

    assert "they may be replaced" in said(page)
    assert "✓  A was accepted: 智能音箱-3F2001, SPK26113F2001" in said(page)
    assert "3  Send the second device, B" in said(page)


def test_no_row_is_ready(page: ChannelCheckPage) -> None:
    """GIVEN an empty sheet WHEN a device is to be sent THEN the button is closed and says why."""
    page.show_view(CheckView(LINE_2, ChannelCheck(Already.NO)))

    button = find(page, QAbstractButton, "Send this one device")
    assert not button.isEnabled()
    assert "Scan or paste one that is to be bound anyway" in button.accessibleDescription()
    assert button.accessibleDescription() in said(page)


def test_while_it_is_sent(page: ChannelCheckPage) -> None:
    """GIVEN a device on its way WHEN nobody has answered THEN nothing else can be done but stop or leave."""
    page.show_view(CheckView(LINE_2, ChannelCheck(Already.NO), READY))
    page.show_sending("Sending SPK26113F2001 alone")
    assert "Sending SPK26113F2001 alone" in said(page)
    assert not find(page, QAbstractButton, "Send this one device").isEnabled()
    assert can_see(page, "Stop waiting")

    page.show_view(CheckView(LINE_2, ChannelCheck(Already.NO), READY))
    assert not can_see(page, "Stop waiting")
    assert find(page, QAbstractButton, "Send this one device").isEnabled()
    press(page, "Continue later")
    assert not page.isVisible()


def test_what_the_publish_page_lists(texts: Texts, show: Show) -> None:
    """GIVEN two devices sent WHEN somebody has looked THEN the answer is told with who looked."""
    heard: list[tuple[Seen, str]] = []
    step = Look(texts, CheckView(LINE_2, SENT, who="A12"), lambda *seen: heard.append(seen), pytest.fail)
    show(step)
    assert "A\n智能音箱-3F2001\nSPK26113F2001\nB\n智能音箱-3F21A0\nSPK26113F21A0" in said(step)
    assert not can_see(step, "Start again with two other devices")

    for name in ("A and B", "Only B", "Neither"):
        press(step, name)

    assert heard == [(Seen.BOTH, "A12"), (Seen.ONLY_SECOND, "A12"), (Seen.NEITHER, "A12")]


def test_an_answer_needs_a_name(texts: Texts, show: Show) -> None:
    """GIVEN nobody named WHEN an answer is pressed THEN the field asks for the name; it is taken without spaces."""
    heard: list[tuple[Seen, str]] = []
    step = Look(texts, CheckView(LINE_2, SENT), lambda *seen: heard.append(seen), pytest.fail)
    show(step)

    press(step, "A and B")
    assert heard == []
    assert "Say who looked" in said(step)
    assert find(step, QLineEdit, "Who looked").hasFocus()

    write(step, "Who looked", " Li ")
    assert "Say who looked" not in said(step)
    press(step, "A and B")
    assert heard == [(Seen.BOTH, "Li")]


def test_neither_is_there(texts: Texts, show: Show) -> None:
    """GIVEN a look that showed neither WHEN the page is opened again THEN it says why that may be."""
    again: list[bool] = []
    step = Look(texts, CheckView(LINE_2, NEITHER, who="Li"), lambda *_: None, lambda: again.append(True))
    show(step)

    assert "Neither: look again in a few minutes" in said(step)
    assert can_see(step, "A and B")
    press(step, "Start again with two other devices")
    assert again == [True]


def test_a_channel_that_adds(page: ChannelCheckPage, texts: Texts, show: Show) -> None:
    """GIVEN the answer WHEN it is shown THEN it says who gave it, that it can be exported, and corrected."""
    view = CheckView(with_answer(LINE_2, ADDS), ADDS)
    page.show_view(view)

    assert "This channel adds: earlier devices stay" in said(page)
    assert "Answered by Li on 2026-11-25" in said(page)
    assert "Saved in the profile." in said(page)
    assert not can_see(page, "Only this laptop sends")
    press(page, "Back to scanning")
    assert not page.isVisible()

    done: list[str] = []
    step = FoundStep(texts, view, pytest.fail, lambda: done.append("exported"), lambda: done.append("looks again"))
    show(step)
    press(step, "Export the profile…")
    press(step, "Change the answer")
    assert done == ["exported", "looks again"]


def test_a_channel_that_replaces_its_list(texts: Texts, show: Show) -> None:
    """GIVEN such a channel WHEN no laptop is named as the one that sends THEN this one can be; then it is."""
    named: list[bool] = []
    profile = with_answer(LINE_2, REPLACES)
    before, after = (
        FoundStep(texts, CheckView(one, REPLACES), lambda: named.append(True), pytest.fail, pytest.fail)
        for one in (profile, replace(profile, sender=True))
    )
    show(before)
    assert "You can't bind until one laptop is named as the one that sends." in said(before)
    press(before, "Only this laptop sends")
    assert named == [True]

    show(after)
    assert "You can't bind" not in said(after)
    assert not can_see(after, "Only this laptop sends")


def test_beside_a_file_of_it(page: ChannelCheckPage) -> None:
    """GIVEN a profile from IT WHEN the answer is kept beside it THEN it says that the file should carry it."""
    profile = replace(with_answer(LINE_2, REPLACES), read_only=True)
    page.show_view(CheckView(profile, REPLACES, outside_profile=True))

    assert "so that their file has the answer too" in said(page)
    assert "on the one laptop that sends, “sender” has to be true in IT's file" in said(page)
    assert not can_see(page, "Only this laptop sends")
    assert can_see(page, "Change the answer")


def test_an_answer_that_it_has_given(page: ChannelCheckPage) -> None:
    """GIVEN a file that has the answer WHEN it is shown THEN there is nothing to correct here."""
    profile = Profile("p", "1", behaviour=Behaviour.ADDS, checked_on=TODAY, read_only=True)
    page.show_view(CheckView(profile, ADDS))

    assert "Answered by somebody on 2026-11-25" in said(page)
    assert not can_see(page, "Change the answer")


STEPS = [
    CheckView(LINE_2, BEGUN.answered(Already.UNKNOWN), READY, bound_here=12_345),
    CheckView(LINE_2, ChannelCheck(Already.YES, risk_taken=True).accepted(A)),
    CheckView(LINE_2, SENT, who="A12"),
    CheckView(LINE_2, NEITHER, who="A12"),
    CheckView(replace(with_answer(LINE_2, REPLACES), read_only=True), REPLACES, outside_profile=True),
]


@pytest.mark.parametrize("view", STEPS)
@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_what_is_to_be_pressed_is_seen_on_a_small_laptop(page: ChannelCheckPage, view: CheckView) -> None:
    """GIVEN any step WHEN the window is small THEN its buttons are in sight without scrolling."""
    page.show_view(view)
    QApplication.processEvents()

    area = page.findChildren(QScrollArea)[0]
    for button in area.viewport().findChildren(QAbstractButton):
        if button.isVisible():
            bottom = button.mapTo(area.viewport(), button.rect().bottomLeft()).y()
            assert bottom <= area.viewport().height(), button.text()
