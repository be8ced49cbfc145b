"""The guided check of a channel, from the first question to what Bind does afterwards, over two days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLineEdit

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import from_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.practice import channel
from bindtool.practice.wire import Close
from tests.gui import acting
from tests.gui.disks import refusing
from tests.practice.client import lists_sent
from tests.practice.faults import ScriptedAnswer
from tests.stories.conftest import PROFILE, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

CHECK = "Check the channel…"


@pytest.fixture(autouse=True)
def no_request_without_devices(server: PracticeServer) -> Iterator[None]:
    """See that each request has a device."""
    yield
    for sent in lists_sent(server):
        assert sent, "a request without devices"


def kept(bench: Bench) -> Profile:
    """Return the profile as it stands on the disk."""
    return ProfileRepository(bench.data.profiles, bench.machine).get(PROFILE)


def send_two(me: Technician) -> None:
    """Go through the check on an empty channel until it is time to look."""
    me.do(CHECK)
    me.press("No")
    send_both(me)


def send_both(me: Technician) -> None:
    """Send each device alone, and be asked what the page lists."""
    for letter in ("A", "B"):
        me.press("Send this one device")
        me.sees(f"✓  {letter} was accepted")
    me.until(lambda: "A and B" in me.buttons(), "be asked what the page lists")


def look(me: Technician, answer: str, who: str = "Li") -> None:
    """Say what the publish page lists."""
    me.until(lambda: acting.find(me.front(), QLineEdit, "Who looked").isEnabled(), "be asked what is listed")
    me.write("Who looked", who)
    me.press(answer)


def test_a_channel_that_adds(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """Begun after a run, left, and taken up the next day: from then on nothing is said of it any more."""
    with open_window(replace(profile, pace=RequestSettings(rate=0, batch_size=1, concurrency=4))) as me:
        # GIVEN a run on a channel that nobody has checked
        me.scan("SPK1")
        me.bind()
        me.sees_states("bound")
        me.sees("Not checked on this channel: do earlier devices stay when new ones are sent?")
        assert "Bound 1 · channel not checked" in me.summary

        # WHEN the check is begun from there, without a device to send
        me.press("Check")
        me.sees("Are devices already bound on this channel by other means?")
        me.sees("1 device was bound from this laptop.")
        me.press("No")
        me.sees("No device is ready.")
        me.press("Continue later")
        me.scan("SPK2", "SPK3", "SPK4")
        me.sees_states("bound", "ready", "ready", "ready")

        # THEN it goes on where it was left: two devices of the sheet leave, each alone
        me.do(CHECK)
        me.press("Send this one device")
        me.sees("✓  A was accepted: 智能音箱-SPK2, SPK2")
        me.press("Send this one device")
        me.sees("✓  B was accepted: 智能音箱-SPK3, SPK3")
        me.press("Continue later")
        me.sees_states("bound", "bound", "bound", "ready")
    assert lists_sent(server) == [["SPK1"], ["SPK2"], ["SPK3"]]

    with open_window() as me:
        # WHEN somebody looks the next day, first too early
        me.do(CHECK)
        me.press("Neither")
        me.sees("Say who looked")
        look(me, "Neither")
        me.sees("Neither: look again in a few minutes")
        assert kept(bench).behaviour is Behaviour.NOT_CHECKED
        me.press("A and B")

        # THEN the channel is known to add, and the profile says who found out
        me.sees("This channel adds: earlier devices stay")
        me.sees("Answered by Li on ")
        found = kept(bench)
        assert (found.behaviour, found.checked_by, found.proven) == (Behaviour.ADDS, "Li", True)
        assert found.checked_on is not None

        # THEN nothing is said of it any more
        me.press("Back to scanning")
        me.press("Bind")
        me.sees("Bind 1 device?")
        assert "may replace" not in me.said
        me.press("Bind now")
        me.sees_states("bound", "bound", "bound", "bound")
        me.sees("The device is bound")
        assert "checked" not in me.said
        assert "Bound 4    " in me.summary
        me.press("Copy summary")
        assert "Planned 4, bound 4\n" in me.copied()


def test_the_token_of_the_check_has_worked(ready: Technician, server: PracticeServer) -> None:
    """Two devices were accepted with it, and when it ended it was taken for one that had never worked.

    The check sends as Bind does, and it is written down which token it was.
    """
    ready.scan("SPK1", "SPK2", "SPK3")
    send_two(ready)
    ready.press("Continue later")
    server.script([ScriptedAnswer(4100, status=401)])
    ready.bind()
    ready.sees_notice("Paused: the token no longer works")


@pytest.mark.replacing
def test_a_question_goes_with_what_was_known(ready: Technician, server: PracticeServer) -> None:
    """Asked before the check had its answer and confirmed after it, the rows went as if nobody had checked."""
    ready.scan("SPK1", "SPK2", "SPK3")
    send_two(ready)
    ready.press("Continue later")
    ready.press("Bind")
    ready.sees("Bind 1 device?")
    ready.do(CHECK)
    look(ready, "Only B")
    ready.sees("This channel replaces its list")
    ready.press("Back to scanning")
    ready.sees_step_button("Bind: another laptop sends")
    assert "Bind now" not in ready.buttons()
    assert lists_sent(server) == [["SPK1"], ["SPK2"]]


@pytest.mark.replacing
def test_a_channel_that_replaces_its_list(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Bind is closed until this laptop is the one that sends; then one request carries all that was bound."""
    with open_window(replace(profile, pace=RequestSettings(rate=0, batch_size=1, concurrency=4))) as me:
        # GIVEN devices that may be there already: the warning and the ways round come before anything is sent
        me.scan("SPK1", "SPK2", "SPK3", "SPK4")
        me.do(CHECK)
        me.press("Not known")
        me.sees("The check, like the first Bind, may replace them")
        me.press("Copy the question for Coze")
        me.until(lambda: channel.CONNECTOR_ID in me.copied())
        assert "or does it replace them?" in me.copied()
        assert channel.TOKEN not in me.copied()
        me.press("Yes")
        me.press("Check anyway")
        me.sees("✓  Devices are bound here by other means; they may be replaced")
        assert server.requests == ()

        # GIVEN a second device that has replaced the first
        send_both(me)
        assert list(server.bound) == ["SPK2"]
        look(me, "Only B")
        me.sees("This channel replaces its list")
        assert kept(bench).behaviour is Behaviour.REPLACES

        # THEN this laptop may not send, until it is said to be the one
        me.press("Back to scanning")
        me.sees_step_button("Bind: another laptop sends")
        me.do(CHECK)
        me.press("Only this laptop sends")
        me.until(lambda: kept(bench).sender, "have it in the profile")
        me.press("Back to scanning")

        # WHEN the rest is bound
        me.press("Bind")
        me.sees("This channel replaces its list: all 4 devices in one request, 2 of them bound before.")
        me.sees("The channel's earlier list is replaced: a device that is not in the new list is removed.")
        me.press("Bind now")
        me.sees_states("bound", "bound", "bound", "bound")

        # THEN the channel has the whole list, the first device too
        assert lists_sent(server) == [["SPK1"], ["SPK2"], ["SPK1", "SPK2", "SPK3", "SPK4"]]
        assert list(server.bound) == ["SPK1", "SPK2", "SPK3", "SPK4"]
        assert "checked" not in me.said


def test_an_answer_beside_a_profile_from_it(
    bench: Bench, profile: Profile, open_window: Open, tmp_path: Path
) -> None:
    """Nobody can write to IT's file: the answer is kept on this laptop, and exported for IT to take over."""
    bench.has_profile_from_it(profile)
    bench.has_token()
    with open_window() as me:
        me.scan("SPK1", "SPK2")
        send_two(me)
        look(me, "A and B")
        me.sees("so that their file has the answer too.")
        file = tmp_path / "for-it.toml"
        me.press("Export the profile…")
        me.choose(file)
        me.sees_notice("Profile saved")
        assert from_toml(file.read_text(encoding="utf-8"), "").checked_by == "Li"
    assert kept(bench).behaviour is Behaviour.NOT_CHECKED

    with open_window() as me:
        # THEN it counts the next day, too
        assert "not checked" not in me.summary
        me.do("Profile…")
        me.until(lambda: me.place.controller.profiles.form().values.behaviour_fields.choice.value is Behaviour.ADDS)
        me.press("Cancel")

        # WHEN it was a slip of the hand
        me.do(CHECK)
        me.press("Change the answer")
        me.until(lambda: "A and B" in me.buttons(), "be asked again")
        me.press("Continue later")
        me.until(lambda: "Bound 2 · channel not checked" in me.summary, "see that it is open again")
        me.do(CHECK)
        look(me, "Only B", "Wang")
        me.sees("You can't bind here: on the one laptop that sends")


def test_an_answer_that_was_taken_out_of_the_profile(ready: Technician, bench: Bench) -> None:
    """What was sent stays sent: only the look comes again, or two others from the beginning."""
    ready.scan("SPK1", "SPK2", "SPK3")
    send_two(ready)
    look(ready, "A and B")
    ready.sees("This channel adds")
    ready.press("Change the answer")
    ready.until(lambda: "Neither" in ready.buttons(), "be asked again")
    assert kept(bench).behaviour is Behaviour.NOT_CHECKED
    look(ready, "Neither")
    ready.press("Start again with two other devices")
    ready.sees("2  Send the first device, A")
    ready.press("Send this one device")
    ready.sees("✓  A was accepted: 智能音箱-SPK3, SPK3")


def test_a_profile_that_lost_its_answer(ready: Technician) -> None:
    """The answer is taken out in the form: the page asks for the look again, and nothing is sent for it."""
    ready.scan("SPK1", "SPK2")
    send_two(ready)
    look(ready, "A and B")
    ready.sees("This channel adds")
    ready.press("Back to scanning")
    ready.do("Profile…")
    ready.place.controller.profiles.form().values.behaviour_fields.choice.setCurrentIndex(0)
    ready.press("Check and save")
    ready.sees("accepts the token")
    ready.press("Start scanning")
    ready.sees("READY TO SCAN")
    ready.do(CHECK)
    ready.until(lambda: "A and B" in ready.buttons(), "be asked again")


def test_a_device_that_is_not_accepted(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """The page says why, and another one can go: refused, without an answer, and with a token that is no good."""
    with open_window(replace(profile, proven=True)) as me:
        me.scan("SPK0000", "SPK1", "SPK2", "SPK3")
        me.do(CHECK)
        me.press("No")
        me.press("Send this one device")
        me.sees("it may be the devices, or the channel, if binding by API is not switched on yet")
        me.sees("“invalid request parameter” (code 4000)")

        server.script([Close(commit=False)] * 3)
        me.press("Send this one device")
        me.sees("1 result unknown")

        server.script([ScriptedAnswer(4027)])
        me.press("Send this one device")
        me.sees("The Coze account cannot pay for this call")

        me.press("Send this one device")
        me.sees("✓  A was accepted: 智能音箱-SPK2, SPK2")
        me.press("Continue later")
        me.sees_states("refused", "unknown", "bound", "ready")


def test_a_network_that_is_away(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """The page says what is waited for; stopped, the device is ready as before."""
    server.stop()
    with open_window(profile) as me:
        me.scan("SPK1")
        me.do(CHECK)
        me.press("No")
        me.press("Send this one device")
        me.sees("The server can't be reached")
        me.press("Stop waiting")
        me.sees("SPK1 was not bound: ready")
    server.start()


def test_a_row_that_has_gone(ready: Technician, server: PracticeServer) -> None:
    """A device that was deleted while the page was open is not sent."""
    ready.scan("SPK1")
    ready.do(CHECK)
    ready.press("No")
    ready.until(lambda: "No device is ready" not in ready.said, "see the device offered")
    ready.do("Undo")
    ready.sees("No device is ready.")
    assert server.requests == ()


def test_a_run_that_is_on(profile: Profile, server: PracticeServer, withheld: Withheld, open_window: Open) -> None:
    """A device of the check waits for its end: it goes alone, or not at all."""
    server.script([withheld])
    with open_window(replace(profile, proven=True)) as me:
        me.scan("SPK1")
        me.start_binding()
        me.sees_states("sending")
        me.scan("SPK2")
        me.sees_states("sending", "ready")
        me.do(CHECK)
        me.press("No")
        me.press("Send this one device")
        me.sees("This device can't be sent now")
        me.press("Continue later")
        withheld.let_go()
        me.sees_the_end()
        me.sees_states("bound", "ready")


def test_a_disk_that_refuses(ready: Technician, bench: Bench, server: PracticeServer) -> None:
    """A step that can't be written down is none: the page says so, and asks again; nothing leaves unannounced."""
    ready.scan("SPK1")
    ready.do(CHECK)
    with refusing(bench.data.database, "INSERT ON channel_check"):
        ready.press("No")
        ready.sees("The devices could not be saved or read")
    ready.press("No")
    ready.sees("Device from the sheet")
    with refusing(bench.data.database, "INSERT ON request"):
        ready.press("Send this one device")
        ready.sees("The devices could not be saved or read")
    assert server.requests == ()


def test_a_profile_that_can_not_be_written(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The answer is not lost with it: once there is room, one press gives it again."""
    bench.has_profile(profile)
    bench.has_token()
    (file,) = bench.data.profiles.iterdir()
    with open_window() as me:
        me.scan("SPK1", "SPK2")
        send_two(me)
        content = file.read_bytes()
        file.unlink()
        file.mkdir()
        look(me, "A and B")
        me.sees(f"{file.name}")
        file.rmdir()
        file.write_bytes(content)
        me.press("A and B")
        me.sees("This channel adds")
    assert kept(bench).behaviour is Behaviour.ADDS
