"""`bindtool bind` on channels that add, that replace their list, and that nobody has checked."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import date

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.practice.client import lists_sent
from tests.practice.faults import ScriptedAnswer

pytestmark = pytest.mark.replacing

NOT_CHECKED = "Not checked on this channel: do earlier devices stay when new ones are sent?"


def know(desk: Desk, behaviour: Behaviour, *, sender: bool = False) -> Profile:
    """Let the profile have the answer of the check."""
    own = desk.folder / "data" / "profiles"
    book = ProfileRepository(own, desk.folder / "machine")
    book.replace(replace(book.get("line"), behaviour=behaviour, sender=sender))
    return book.get("line")


def test_not_checked(desk: Desk, server: PracticeServer) -> None:
    """One request at a time whatever was asked for, and the sum says what nobody knows."""
    done = desk.bind(desk.file("A1", "A2", "A3"), "--batch-size", "1", "--concurrency", "4")
    assert done.status == 0
    assert "do earlier devices stay? Until then, one request at a time." in done.err
    counted, warned, requests = done.err.splitlines()[-3:]
    assert (counted, requests) == ("All 3 bound · channel not checked", "3 requests")
    assert warned.startswith(NOT_CHECKED)
    assert lists_sent(server) == [["A1"], ["A2"], ["A3"]]


def test_nothing_bound_needs_no_reservation(desk: Desk, server: PracticeServer) -> None:
    """Where no device is bound, none can have been replaced."""
    server.script([ScriptedAnswer(4027)])
    done = desk.bind(desk.file("A1"))
    assert "not checked" not in done.err.lower()
    assert "1 ready" in done.err


def test_adds(desk: Desk, server: PracticeServer) -> None:
    """Nothing is said; no device goes ahead alone."""
    know(desk, Behaviour.ADDS)
    done = desk.bind(desk.file("A1", "A2"), "--concurrency", "4")
    assert "checked" not in done.err
    assert "All 2 bound" in done.err
    assert lists_sent(server) == [["A1", "A2"]]


def test_replaces(desk: Desk, server: PracticeServer) -> None:
    """The whole list goes in one request, the earlier devices first; that is said before, and nothing after."""
    know(desk, Behaviour.REPLACES, sender=True)
    desk.bind(desk.file("A1", "A2"))
    done = desk.bind(desk.file("A3", "A2", "A4"), "--batch-size", "1", "--concurrency", "4")
    assert done.status == 0
    assert list(done.states) == ["A3", "A2", "A4"]
    words = "one request with all 4 devices that it has from now on, 1 of them bound before."
    assert f"This channel replaces its list: {words}" in done.err
    assert "All 3 bound\n" in done.err
    assert lists_sent(server)[1:] == [["A1", "A3", "A2", "A4"]]
    assert list(server.bound) == ["A1", "A3", "A2", "A4"]


def test_a_list_that_is_refused(desk: Desk, server: PracticeServer) -> None:
    """It is sent once more and not bisected: all its rows are refused, and why is said. Status 1."""
    know(desk, Behaviour.REPLACES, sender=True)
    done = desk.bind(desk.file("A1", f"A{channel.REFUSED_ENDING}", "A2"))
    assert done.status == 1
    assert set(done.states.values()) == {"refused"}
    assert "Coze refused the whole list" in done.err
    assert "“invalid request parameter” (code 4000)" in done.err
    assert len(server.requests) == 2
    # The refusal of a whole list is no answer for its devices.
    assert desk.bind(desk.file("A1"), "--resume").states == {"A1": "bound"}


def test_a_laptop_that_may_not_send(desk: Desk, server: PracticeServer) -> None:
    """Its list would erase that of the laptop that sends: status 2, with the way out, and nothing leaves."""
    know(desk, Behaviour.REPLACES)
    for options in ((), ("--dry-run",)):
        done = desk.bind(desk.file("A1"), *options)
        assert done.status == 2
        assert "This channel replaces its list, and this laptop is not the one that sends it" in done.err
        assert done.out == ""
    assert server.requests == ()


def test_a_dry_run_shows_the_whole_list(desk: Desk, server: PracticeServer) -> None:
    """One command with all that the channel would have then; none where there is nothing new."""
    know(desk, Behaviour.REPLACES, sender=True)
    desk.bind(desk.file("A1"))
    done = desk.bind(desk.file("A2", "A3"), "--dry-run", "--batch-size", "1")
    (line,) = done.out.splitlines()
    enums = json.loads(shlex.split(line)[-1])["configs"][0]["enums"]
    assert [enum["value"] for enum in enums] == ["A1", "A2", "A3"]
    assert len(server.requests) == 1
    assert desk.bind(desk.file("SN:1;MAC:2"), "--dry-run").out == ""


def test_an_answer_that_is_kept_beside_the_file_of_it(desk: Desk, server: PracticeServer) -> None:
    """A check that a window has finished counts for a profile that nobody can write to."""
    profile = know(desk, Behaviour.NOT_CHECKED)
    machine = desk.folder / "machine"
    machine.mkdir()
    (machine / "it.toml").write_text(to_toml(profile), encoding="utf-8")
    sent = ChannelCheck(Already.NO).accepted(Device("X1", "X1")).accepted(Device("X2", "X2"))
    with Store(desk.folder / "data" / "bindtool.db", desk.clock) as store:
        done_check = sent.looked(Seen.BOTH, "Li", date(2026, 11, 25))
        store.channels.save_check(profile.channel, done_check).result()
    done = desk.bind(desk.file("A1", "A2"))
    assert "not checked" not in done.err.lower()
    assert lists_sent(server) == [["A1", "A2"]]


def test_chinese(desk: Desk) -> None:
    """The reservation stands beside the counts in Chinese, too."""
    desk.environ["LANGUAGE"] = "zh_CN"
    done = desk.bind(desk.file("A1", "SN:1;MAC:2"))
    assert "1 已绑定 · 渠道未验证" in done.err
