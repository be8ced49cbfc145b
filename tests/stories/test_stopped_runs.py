"""Answers that stop a run: each says what is so, what to do, and whom to ask, and nothing scanned is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.practice.rules import Call
from bindtool.practice.wire import Close
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

IDS = ("SPK1", "SPK2", "SPK3", "SPK4", "SPK5")


def test_continue_after_a_question_that_was_cancelled(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Continue sent what was asked about last, also where the answer was Cancel.

    It goes on with what was confirmed, and with that alone, also where the window speaks another language since.
    """
    bench.has_profile(replace(profile, pace=RequestSettings(rate=0, batch_size=2), proven=True))
    bench.has_token()
    server.script([None, ScriptedAnswer(4102)])
    with open_window() as me:
        # GIVEN a run that was stopped with three rows left
        me.scan(*IDS)
        me.bind()
        me.until(lambda: "Continue" in me.buttons(), "be offered to go on")

        # WHEN one more is scanned, and the question about all four is answered with Cancel
        me.scan("SPK6")
        me.press("Bind")
        me.sees("Bind 4 devices?")
        me.press("Cancel")
        me.speak("中文")
        me.speak("English")

        # THEN Continue binds the three
        me.press("Continue")
        me.sees_states("bound", "bound", "bound", "bound", "bound", "ready")
    assert set(server.bound) == set(IDS)


def test_a_permission_or_the_site(ready: Technician, server: PracticeServer) -> None:
    """Where the site does not say whether it knows the token, both are named."""
    server.script([ScriptedAnswer(4101, status=403)])
    server.script([Close()], Call.ME)
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("Tokens of coze.cn and coze.com are not interchangeable")
    ready.sees_notice("Binding needs the permission bindConnectorConfig")


def test_an_account_that_can_not_pay(ready: Technician, server: PracticeServer) -> None:
    """Nothing on this bench is at fault: the message sends people to who can do something."""
    server.script([ScriptedAnswer(4028, msg="balance")])
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("The Coze account cannot pay for this call Tell Lin, 8021.")
    ready.press("Copy for support")
    ready.has_copied("4028")


def test_unusual_activity(ready: Technician, server: PracticeServer) -> None:
    """Coze's risk control stops the run; nothing is refused, and one press goes on when it lets through again."""
    server.script([ScriptedAnswer(4102, msg="unusual activity")])
    ready.scan("SPK1", "SPK2")
    ready.bind()
    ready.sees_notice("Paused: Coze has noticed unusual activity Wait a while, then continue.")
    ready.sees_states("ready", "ready")
    ready.press("Copy for support")
    ready.has_copied("4102")
    ready.press("Continue")
    ready.sees_states("bound", "bound")


def test_the_first_device_without_an_answer(ready: Technician, server: PracticeServer) -> None:
    """The device that was sent ahead is unknown; nothing else has left."""
    server.script([Close(commit=False)] * 3)
    ready.scan("SPK1", "SPK2")
    ready.bind()
    ready.sees_states("unknown", "ready")
    ready.sees_notice("1 result unknown Sent, but no answer came")
    ready.press("Bind again")
    ready.sees("Bind 1 device with a lost answer again?")
    ready.press("Bind now")
    ready.sees_states("bound", "ready")


def test_asked_to_come_back_later(ready: Technician, server: PracticeServer) -> None:
    """Asked to wait longer than five minutes, the run stops and says when to come back; Continue goes on."""
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "600"})])
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("Coze asks to try again at")
    ready.press("Continue")
    ready.sees_states("bound")


@pytest.mark.parametrize("code", [4100, 4101, 4200, 4019])
def test_try_again_after_the_banner(ready: Technician, server: PracticeServer, code: int) -> None:
    """Whatever has stopped a run, Bind stays there and does its work once the cause is gone."""
    server.script([ScriptedAnswer(code)])
    ready.scan("SPK1")
    ready.bind()
    ready.until(lambda: ready.notice != "", "see what has stopped it")
    ready.bind()
    ready.sees_states("bound")
    assert ready.notice == ""
