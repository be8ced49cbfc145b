"""A laptop's life at the window: the network goes and comes, the lid is closed, the clock is wrong, IT is asked."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.practice.rules import Call
from bindtool.practice.wire import Close
from tests.core.api.authority import ISSUER, Authority
from tests.core.api.loopback import Loopback
from tests.gui import acting
from tests.gui.loop import PATIENCE
from tests.patience import HOUR
from tests.practice.client import announced
from tests.practice.faults import Raw, Slow
from tests.stories.desktop import needs_desktop
from tests.stories.program import working

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = pytest.mark.long

ONE_BY_ONE = RequestSettings(rate=0, batch_size=1)
NO_NETWORK = "No network: binding continues when it is back"
BODY = b'{"code":0,"msg":"","data":{"nick_name":"A12"}}'


def answer_at(minutes: int) -> Raw:
    """Return a good answer of a server whose clock is ahead of this computer's."""
    date = SystemClock().now().astimezone(UTC) + timedelta(minutes=minutes)
    return Raw(200, {"Date": format_datetime(date, usegmt=True)}, BODY, commit=True)


def test_the_cable_is_out_in_the_middle(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """The run waits and says so; scanning goes on; when the network is back, it goes on by itself."""
    with open_window(replace(profile, pace=ONE_BY_ONE, proven=True)) as me:
        # GIVEN three devices, of which one is bound when the cable is pulled
        me.scan("SPK1", "SPK2", "SPK3")
        server.script([None, Slow(HOUR, commit=False)])
        me.start_binding()
        me.until(lambda: len(server.requests) == 2, "see the second one leave")
        server.stop()

        # WHEN the banner is there, one more is scanned, and the cable goes in again
        me.sees_notice(NO_NETWORK)
        me.sees_states("bound", "waiting", "ready")
        assert "2 not sent, all saved. You can keep scanning." in me.notice
        me.scan("SPK4")
        server.start()

        # THEN the rest is bound with no hand on it, and the banner is gone
        me.until(lambda: sorted(server.bound) == ["SPK1", "SPK2", "SPK3"], "see all bound")
        me.sees_the_end()
        assert me.notice == ""


def test_stop_while_there_is_no_network(ready: Technician, server: PracticeServer) -> None:
    """The wait has an end whenever a person wants one; what never left is ready."""
    server.stop()
    ready.scan("SPK1", "SPK2")
    ready.start_binding()
    ready.sees_notice(NO_NETWORK)
    ready.press("Stop")
    ready.sees_the_end()
    assert ready.states() == ["ready", "ready"]
    assert ready.notice == ""
    server.start()


def test_a_company_that_looks_into_connections(
    bench: Bench, profile: Profile, open_window: Open, tmp_path: Path
) -> None:
    """Whose certificate it is, what to do, and who can do it; the token went to nobody."""
    with Loopback(b"", certificate=Authority(tmp_path).issue("127.0.0.1")) as server:
        bench.has_profile(replace(profile, site=f"https://{server.address}"))
        bench.has_token(site=f"https://{server.address}")
        with open_window() as me:
            me.scan("SPK1")
            me.start_binding()
            port = server.address.rpartition(":")[2]
            me.sees_notice(f"This computer does not trust the certificate of port {port} of this computer")
            assert f"The certificate was issued by “{ISSUER}”" in me.notice
            assert "ask Lin, 8021 to add that issuer" in me.notice
            me.press("Stop")
            me.sees_states("ready")
        assert server.heard == []


def test_check_this_laptop(ready: Technician, server: PracticeServer) -> None:
    """The lines of the command line beside the window, with a text to copy for IT; nothing is bound or held up."""
    server.script([answer_at(12)], Call.ME)
    ready.do("Check this laptop…")
    panel = ready.place.controller.laptop_check
    clock_off = "This computer's clock is 12 minutes off; set it"
    expected = (clock_off, "answers", "No proxy in between.", "SecretService Keyring", "of the account A12")
    ready.until(lambda: all(words in acting.said(panel) for words in expected))
    assert ready.front() is ready.window
    acting.press(panel, "Copy")
    copied = ready.copied().splitlines()
    assert copied[0].startswith("bindtool ")
    assert [line.split("\t")[:2] for line in copied[1:]] == [
        ["site", "ok"],
        ["proxy", "ok"],
        ["tls", "ok"],
        ["clock", "problem"],
        ["keyring", "ok"],
        ["token", "ok"],
    ]
    acting.press(panel, "Check again")
    ready.until(lambda: len(server.requests) == 2, "be asked once more")
    acting.press(panel, "Close")
    assert server.bound == {}


@needs_desktop
@pytest.mark.usefixtures("desktop")
@pytest.mark.parametrize("answers", [True, False], ids=["the answer comes meanwhile", "it never comes"])
def test_the_lid_is_closed_in_the_middle(
    qtbot: QtBot, profile: Profile, server: PracticeServer, tmp_path: Path, answers: bool
) -> None:
    """The program as a process, asleep for longer than the time-out: no answer is missed, none is made up."""
    arrived = threading.Event()
    server.script(announced(Slow(0.2) if answers else Close(commit=False), arrived))
    profile = replace(profile, pace=RequestSettings(rate=0, batch_size=1, answer_timeout=1.0), proven=True)
    with working(tmp_path, profile) as program:
        program.scan("SPK1", "SPK2")
        qtbot.waitUntil(lambda: len(program.rows()) == 2, timeout=PATIENCE)
    # Another start finds both: here a press could come before the window knows that the disk has the second one.
    with working(tmp_path, profile) as program:

        def sent() -> bool:
            """Press on: a key does nothing as long as the window does not offer to bind yet."""
            program.keys("ctrl+Return")
            return arrived.wait(1.0)

        qtbot.waitUntil(sent, timeout=PATIENCE)
        program.process.send_signal(signal.SIGSTOP)
        threading.Event().wait(3.0)
        program.process.send_signal(signal.SIGCONT)
        bound = [("SPK1", "bound"), ("SPK2", "bound")]
        qtbot.waitUntil(lambda: program.rows() == bound, timeout=PATIENCE)
    assert len(server.requests) == (2 if answers else 3)
