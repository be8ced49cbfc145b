"""`bindtool bind`: what stops a run, and what is told of it."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Fault
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD
from tests.core.api.authority import ISSUER, Authority
from tests.core.api.loopback import Loopback
from tests.practice.client import announced
from tests.practice.faults import Raw, ScriptedAnswer, Slow, html

STOPS: dict[str, tuple[Fault, str]] = {
    "token": (ScriptedAnswer(4100, 401, "login"), "Paused: the token no longer works"),
    "permission": (ScriptedAnswer(4101, 403), "The token may lack a permission"),
    "channel": (ScriptedAnswer(4200, 404), "does not know this channel"),
    "billing": (ScriptedAnswer(4027), "The Coze account cannot pay for this call"),
    "tokens used up": (ScriptedAnswer(4011), "The Coze account cannot pay for this call"),
    "model overdue": (ScriptedAnswer(4022), "The Coze account cannot pay for this call"),
    "risk control": (ScriptedAnswer(4102), "Paused: Coze has noticed unusual activity"),
    "come back": (ScriptedAnswer(4013, 429, headers={"Retry-After": "3600"}), "Coze asks to try again at"),
}


def test_a_quota_that_is_used_up_for_an_hour(desk: Desk, server: PracticeServer) -> None:
    """It may be there again tomorrow: the run waits no longer, and says so with status 3."""
    server.script([None, None, *[ScriptedAnswer(4008)] * 999])
    done = desk.bind(desk.file(*GOOD), "--batch-size", "4")
    assert done.status == 3
    assert done.states == dict.fromkeys(GOOD[:5], "bound") | dict.fromkeys(GOOD[5:], "ready")
    assert "Paused: the Coze quota is used up" in done.err


@pytest.mark.parametrize("name", STOPS)
def test_a_run_that_is_stopped(desk: Desk, server: PracticeServer, name: str) -> None:
    """What no row is at fault for stops the run with status 3: the rest stays ready, and the advice is told."""
    fault, words = STOPS[name]
    server.script([None, None, fault])
    done = desk.bind(desk.file(*GOOD), "--batch-size", "4")
    assert done.status == 3
    assert done.states == dict.fromkeys(GOOD[:5], "bound") | dict.fromkeys(GOOD[5:], "ready")
    assert words in done.err


EXPLAINED: dict[str, tuple[list[Fault | None], str]] = {
    "stopped": ([None, ScriptedAnswer(4019)], "Code 4019: the account's bill is overdue."),
    "waited": ([None, *[ScriptedAnswer(4020)] * 3], "Code 4020: more requests a minute"),
    "trouble": ([None, ScriptedAnswer(5000)], "Code 5000: an error inside Coze."),
    "lost": ([None, *[ScriptedAnswer(5000)] * 9], "Code 5000: an error inside Coze."),
    "refused": ([None, *[ScriptedAnswer(4000)] * 5], "Code 4000: something in the request is wrong or missing."),
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_code_is_explained_once(desk: Desk, server: PracticeServer, name: str) -> None:
    """Whether it stops the run, is waited out, or belongs to several rows in the end."""
    faults, words = EXPLAINED[name]
    server.script(faults)
    done = desk.bind(desk.file(*GOOD[:3]), "--batch-size", "2")
    assert done.err.count(words) == 1


def test_the_server_s_own_words_stand_below_ours(desk: Desk, server: PracticeServer) -> None:
    """Message, code and log id of the answer that stopped the run are there to be copied."""
    server.script([ScriptedAnswer(4100, 401, "login please")])
    done = desk.bind(desk.file(*GOOD))
    assert "“login please” (code 4100)\nLog ID: 2" in done.err
    assert done.cells[0][2] != ""


def test_a_channel_that_accepts_nothing(desk: Desk, server: PracticeServer) -> None:
    """Single devices that are all refused alike are the channel's fault: status 3."""
    server.script([ScriptedAnswer(4999)] * 9)
    done = desk.bind(desk.file(*GOOD))
    assert done.status == 3
    assert set(done.states.values()) == {"ready"}
    assert "The channel did not accept the device" in done.err


def test_a_sheet_too_small_to_tell(desk: Desk, server: PracticeServer) -> None:
    """A single refused device may be the channel's fault: refused, status 1, and the advice says so."""
    server.script([ScriptedAnswer(4999)] * 9)
    done = desk.bind(desk.file(GOOD[0]))
    assert (done.status, done.states) == (1, {GOOD[0]: "refused"})
    assert "Every device was refused" in done.err


def test_pages_for_people(desk: Desk, server: PracticeServer) -> None:
    """HTML in place of every answer leaves the first device unknown and sends no other."""
    server.script([html(200)] * 9)
    done = desk.bind(desk.file(*GOOD))
    assert done.status == 1
    assert done.states == {GOOD[0]: "unknown"} | dict.fromkeys(GOOD[1:], "ready")
    assert len(server.requests) == 3


def test_no_way_to_the_server(desk: Desk, server: PracticeServer) -> None:
    """Where nothing listens the devices are unsent after --max-wait; that is status 1."""
    server.stop()
    done = desk.bind(desk.file(*GOOD), "--max-wait", "10")
    assert (done.status, set(done.states.values())) == (1, {"unsent"})
    assert "can't be reached" in done.err


def test_what_is_in_the_way_is_told_once(desk: Desk, server: PracticeServer) -> None:
    """Not at each try, but again at the end, below what became of the run."""
    server.stop()
    done = desk.bind(desk.file(*GOOD), "--max-wait", "10")
    hint = "check the network, and whether a firewall is in between."
    assert (done.status, set(done.states.values())) == (1, {"unsent"})
    assert done.err.count("Trying again in") == 3
    assert done.err.count(hint) == 2
    assert done.err.splitlines()[-1].endswith(hint)


def test_a_certificate_that_is_not_trusted(bare_desk: Desk, tmp_path: Path) -> None:
    """The issuer is named; nothing was sent."""
    with Loopback(b"", certificate=Authority(tmp_path).issue("127.0.0.1")) as server:
        bare_desk.set_up(f"https://{server.address}")
        done = bare_desk.bind(bare_desk.file(*GOOD), "--max-wait", "0")
        assert server.heard == []
    assert set(done.states.values()) == {"unsent"}
    assert f"certificate was issued by “{ISSUER}”" in done.err


def test_a_clock_that_is_wrong(desk: Desk, server: PracticeServer) -> None:
    """By the first answer of the run, and once."""
    date = format_datetime(desk.clock.now() - timedelta(hours=1))
    server.script([Raw(200, {"Date": date}, b'{"code":0}', commit=True)] * 3)
    done = desk.bind(desk.file(*GOOD), "--batch-size", "1")
    assert done.status == 0
    assert done.err.count("This computer's clock is 60 minutes off; set it") == 1


def test_asked_to_wait(desk: Desk, server: PracticeServer) -> None:
    """A short wait is told and waited for."""
    server.script([ScriptedAnswer(4013, 429, headers={"Retry-After": "7"})])
    done = desk.bind(desk.file(*GOOD))
    assert done.status == 0
    told = re.search(r"^The server asked us to wait\. Continuing in (\d+) s\.$", done.err, re.MULTILINE)
    assert told is not None
    assert 7 <= int(told[1]) <= 32


def test_asked_to_wait_for_long(desk: Desk, server: PracticeServer) -> None:
    """Over a minute, the line says what may be behind it."""
    server.script([ScriptedAnswer(4013, 429, headers={"Retry-After": "61"})])
    done = desk.bind(desk.file(*GOOD))
    assert done.status == 0
    assert re.search(r"Continuing in \d+ s\. Other laptops may be binding too\.\n", done.err)


@pytest.mark.parametrize("answered", [True, False])
def test_interrupted(desk: Desk, server: PracticeServer, answered: bool) -> None:
    """Ctrl+C lets nothing new leave: what is in flight gets its answer or is unknown; status 130."""
    arrived = threading.Event()
    desk.interrupted = arrived
    server.script([None])
    server.script(announced(Slow(0.01 if answered else 30), arrived))
    done = desk.bind(desk.file(*GOOD), "--batch-size", "3")
    assert done.status == 130
    in_flight = "bound" if answered else "unknown"
    assert done.states == {GOOD[0]: "bound"} | dict.fromkeys(GOOD[1:4], in_flight) | dict.fromkeys(
        GOOD[4:], "ready"
    )
    assert "Stopping" in done.err
