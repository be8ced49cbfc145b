"""The page of a channel's check: one step at a time, what is done above it, what comes below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import Outcome
from bindtool.core.profiles.profile import Profile, with_answer
from bindtool.gui.binding.channel_check.page import ChannelCheckPage
from bindtool.gui.binding.channel_check.step_widgets import CheckView, FoundStep, Look, Question, SendOne
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


NOT_THERE = CheckView(LINE_2, ChannelCheck(Already.NO))
SENDER = replace(with_answer(LINE_2, REPLACES), sender=True)
OF_IT = replace(with_answer(LINE_2, REPLACES), read_only=True)
BY_IT = Profile("p", "1", behaviour=Behaviour.ADDS, checked_on=TODAY, read_only=True)
RISKY = BEGUN.answered(Already.UNKNOWN).taking_the_risk().accepted(A)
HEAD = "Smart speaker, line 2 · …3456 · coze.cn · for Developer A (UID …7126) · key device_id\n"
LISTED = "A\n智能音箱-3F2001\nSPK26113F2001\nB\n智能音箱-3F21A0\nSPK26113F21A0"
ASK_COZE = "ask Coze first; or try it on a new channel"
NO_ROW = "Scan or paste one that is to be bound anyway"
LOOK_AT = "4  Look at the developer's publish page"
OTHER_MEANS = "Are devices already bound on this channel by other means?\n"
BOUND_HERE = "206 devices were bound from this laptop."
IN_THE_FILE = "on the one laptop that sends, “sender” has to be true in IT's file"
SENDS, CHANGE, ANEW = "[Only this laptop sends]", "[Change the answer]", "[Start again with two other devices]"

# What is shown of it, and what is not: a button in brackets, the answer that is ticked between two stars.
SHOWN: list[tuple[CheckView, tuple[str, ...], tuple[str, ...]]] = [
    (CheckView(LINE_2, BEGUN, READY, bound_here=206),
     (HEAD, f"1  {OTHER_MEANS}", LOOK_AT, BOUND_HERE, "[No]", "[Yes]", "[Not known]"),
     ("may replace", "[Check anyway]", "*")),
    (CheckView(LINE_2, BEGUN.answered(Already.YES), READY), (ASK_COZE, "*Yes*", "[Check anyway]"), ("*No",)),
    (CheckView(LINE_2, BEGUN.answered(Already.UNKNOWN), READY), (ASK_COZE, "*Not known*"), ("*Yes",)),
    (CheckView(LINE_2, ChannelCheck(Already.NO), READY),
     ("✓  No devices are bound here by other means", "2  Send the first device, A", "[Send this one device]"),
     ("[Stop waiting]", NO_ROW)),
    (NOT_THERE, (NO_ROW,), ()),
    (CheckView(LINE_2, RISKY, READY[1:]),
     ("they may be replaced", "✓  A was accepted: 智能音箱-3F2001, SPK26113F2001", "3  Send the second device, B"),
     ()),
    (CheckView(LINE_2, SENT, who="A12"), (LISTED, "[A and B]", "[Only B]", "[Neither]"), (ANEW,)),
    (CheckView(LINE_2, NEITHER, who="Li"), ("Neither: look again in a few minutes", "[A and B]", ANEW), ()),
    (CheckView(with_answer(LINE_2, ADDS), ADDS),
     ("This channel adds: earlier devices stay", "Answered by Li on 2026-11-25", "Saved in the profile.", CHANGE),
     (SENDS,)),
    (CheckView(with_answer(LINE_2, REPLACES), REPLACES),
     ("You can't bind until one laptop is named as the one that sends.", SENDS), ()),
    (CheckView(SENDER, REPLACES), ("This channel replaces its list",), ("You can't bind", SENDS)),
    (CheckView(OF_IT, REPLACES, outside_profile=True),
     ("so that their file has the answer too", IN_THE_FILE, CHANGE), (SENDS,)),
    (CheckView(BY_IT, ADDS), ("Answered by somebody on 2026-11-25",), (CHANGE,)),
]  # fmt: skip


@pytest.mark.parametrize(("view", "there", "missing"), SHOWN)
def test_what_each_step_shows(
    page: ChannelCheckPage, view: CheckView, there: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    """Done steps stand above, the others are named below, and only what can be pressed now is there."""
    page.show_view(view)
    buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
    ticked = [f"*{one.accessibleName()}*" for one in buttons if one.isChecked()]
    seen = "\n".join([said(page), *(f"[{one.accessibleName()}]" for one in buttons), *ticked])
    assert [words for words in there if words not in seen] == []
    assert [words for words in missing if words in seen] == []


def test_the_button_says_why_it_is_closed(page: ChannelCheckPage) -> None:
    """Without a row that is ready no device can be sent."""
    page.show_view(NOT_THERE)
    button = find(page, QAbstractButton, "Send this one device")
    assert not button.isEnabled()
    assert NO_ROW in button.accessibleDescription()


HANDLERS: dict[Callable[..., QWidget], tuple[str, ...]] = {
    Question: ("answer", "copy", "risk"),
    SendOne: ("send",),
    Look: ("seen", "again"),
    FoundStep: ("be the sender", "export", "look again"),
}
PRESSED: list[tuple[Callable[..., QWidget], CheckView, dict[str, tuple[object, ...]]]] = [
    (Question, CheckView(LINE_2, BEGUN),
     {"No": ("answer", Already.NO), "Yes": ("answer", Already.YES), "Not known": ("answer", Already.UNKNOWN)}),
    (Question, CheckView(LINE_2, BEGUN.answered(Already.YES)),
     {"Copy the question for Coze": ("copy",), "Check anyway": ("risk",)}),
    (SendOne, CheckView(LINE_2, ChannelCheck(Already.NO), READY), {"Send this one device": ("send", 1)}),
    (Look, CheckView(LINE_2, SENT, who="A12"),
     {"A and B": ("seen", Seen.BOTH, "A12"), "Only B": ("seen", Seen.ONLY_SECOND, "A12"),
      "Neither": ("seen", Seen.NEITHER, "A12")}),
    (Look, CheckView(LINE_2, NEITHER, who="Li"), {"Start again with two other devices": ("again",)}),
    (FoundStep, CheckView(with_answer(LINE_2, ADDS), ADDS),
     {"Export the profile…": ("export",), "Change the answer": ("look again",)}),
    (FoundStep, CheckView(with_answer(LINE_2, REPLACES), REPLACES), {"Only this laptop sends": ("be the sender",)}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "view", "told"), PRESSED)
def test_what_each_press_tells(
    texts: Texts, show: Show, kind: Callable[..., QWidget], view: CheckView, told: dict[str, tuple[object, ...]]
) -> None:
    """Each button tells its own answer, and no other."""
    heard: list[tuple[object, ...]] = []

    def hear(name: str, *values: object) -> None:
        heard.append((name, *values))

    step = kind(texts, view, *(partial(hear, name) for name in HANDLERS[kind]))
    show(step)
    for name in told:
        press(step, name)
    assert heard == list(told.values())


def test_the_device_that_is_chosen_is_sent(texts: Texts, show: Show) -> None:
    """Its row's number is told."""
    sent: list[int] = []
    step = SendOne(texts, CheckView(LINE_2, ChannelCheck(Already.NO), READY), sent.append)
    show(step)
    find(step, QComboBox, "Device from the sheet").setCurrentIndex(1)
    press(step, "Send this one device")
    assert sent == [2]


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
