"""Answers that stop a run: each says what is so, what to do, and whom to ask, and nothing scanned is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.wire import Close
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

IDS = ("SPK1", "SPK2", "SPK3", "SPK4", "SPK5")


def test_the_token_dies_in_the_middle(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """The run pauses; one paste and one press later the rest is bound, and no row had to be looked at."""
    bench.has_profile(replace(profile, pace=RequestSettings(rate=0, batch_size=2), proven=True))
    bench.has_token()
    server.script([None, ScriptedAnswer(700012006, status=401, msg="access token invalid")])
    with open_window() as me:
        # GIVEN two devices bound when the server refuses the token
        me.scan(*IDS)
        me.bind()
        me.sees_notice("Paused: the token no longer works 2 bound, 3 not sent, all saved.")
        assert "access token invalid" in me.notice
        me.sees_states("bound", "bound", "ready", "ready", "ready")

        # WHEN another device is scanned, and a new token is pasted
        me.scan("SPK6")
        me.press("Replace token")
        me.paste_into("Access token", channel.TOKEN)
        me.press("Replace token")
        me.sees("accepts the token")
        me.press("Done")
        me.sees_notice("The new token is in place 3 devices are waiting to be bound.")

        # THEN Continue binds what was confirmed before, and only that
        me.press("Continue")
        me.sees_states("bound", "bound", "bound", "bound", "bound", "ready")
    assert set(server.bound) == set(IDS)


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


def test_a_token_of_the_other_site(bench: Bench, profile: Profile, open_window: Open) -> None:
    """A token that never worked here is most likely one of the other site."""
    bench.has_profile(profile)
    bench.has_token(AccessToken("pat_of_another_site"))
    with open_window() as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice("does not accept this token Tokens of coze.cn and coze.com are not interchangeable.")
        me.press("Change site")
        me.sees("Stored: personal token, 19 characters")


def test_a_permission_that_is_missing(ready: Technician, server: PracticeServer) -> None:
    """The note for the token's owner names the permission and the channel, and no token."""
    server.script([ScriptedAnswer(4101, status=403, msg="no permission")])
    ready.scan("SPK1", "SPK2")
    ready.bind()
    ready.sees_notice("The token may lack a permission")
    ready.sees_notice("2 devices stay ready.")
    ready.press("Copy a note for the owner")
    text = ready.copied()
    for part in ("bindConnectorConfig", channel.CONNECTOR_ID, "4101", "no permission"):
        assert part in text
    assert channel.TOKEN not in text
    ready.sees_states("ready", "ready")


def test_a_permission_or_the_site(ready: Technician, server: PracticeServer) -> None:
    """Where the site does not say whether it knows the token, both are named."""
    server.script([ScriptedAnswer(4101, status=403)])
    server.script([Close()], Call.ME)
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("Tokens of coze.cn and coze.com are not interchangeable")
    ready.sees_notice("Binding needs the permission bindConnectorConfig")


def test_an_unknown_channel(ready: Technician, server: PracticeServer) -> None:
    """The channel id is to be compared; the button leads to it, and the text for support has the answer."""
    server.script([ScriptedAnswer(4200, status=404, msg="connector not found")])
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("does not know this channel")
    ready.press("Copy for support")
    ready.has_copied("connector not found")
    ready.press("Change the profile")
    ready.sees("account settings > publishing channels > custom channels")
    ready.press("Cancel")
    ready.sees_states("ready")


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


def test_a_channel_that_accepts_nothing(ready: Technician, server: PracticeServer) -> None:
    """Three devices refused alike on a new channel: the run stops, and there is a note for the manager."""
    server.script([ScriptedAnswer(4000, msg="not enabled")] * 10)
    ready.scan(*IDS)
    ready.bind()
    ready.sees_notice("The channel did not accept the device No device has been bound on this channel yet.")
    assert ready.states().count("ready") == 5
    ready.press("Copy a note for the manager")
    for part in (channel.CONNECTOR_ID, "device_id", "4000"):
        assert part in ready.copied()
    assert server.bound == {}


def test_too_few_devices_to_tell(ready: Technician, server: PracticeServer) -> None:
    """With one device nobody can tell whether it or the channel was refused, so the banner says both."""
    server.script([ScriptedAnswer(4000)] * 4)
    ready.scan("SPK1")
    ready.bind()
    ready.sees_states("refused")
    ready.sees_notice("Every device was refused")


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


def test_asked_to_wait_a_little(ready: Technician, server: PracticeServer) -> None:
    """A short wait is a line in the footer, and the run goes on by itself."""
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "8"})])
    ready.scan("SPK1")
    ready.start_binding()
    ready.sees("The server asked us to wait:")
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
