"""A laptop's life, the program being a process: it sleeps, its clock is set, its network goes and comes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bindtool.core.common.atomic_files import write_atomically
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close
from tests.core.api.authority import Authority
from tests.core.network.desktop import Desktop, needs_libproxy
from tests.coze_stand_in import HOST, stand_in_for_coze
from tests.practice.client import announced
from tests.practice.faults import Slow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")

DEVICES = [f"SPK{number:04}" for number in range(1, 10)]
TIMEOUT = 1.0
"""Seconds that the program waits for an answer in these tests."""

CLOCK_OF_ONES_OWN = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
needs_faketime = pytest.mark.skipif(CLOCK_OF_ONES_OWN is None, reason="faketime is not installed")


@dataclass(frozen=True)
class Laptop:
    """A data folder with one profile, in which `bind` runs as a process."""

    folder: Path
    site: str

    def bind(self, *options: str, **environ: str) -> subprocess.Popen[str]:
        """Start to bind all devices, two a request."""
        file = self.folder / "devices.txt"
        file.write_text("\n".join(DEVICES), encoding="utf-8")
        pace = ("--rate", "0", "--batch-size", "2", "--timeout", str(TIMEOUT))
        return self._start("bind", str(file), *pace, *options, BINDTOOL_TOKEN=channel.TOKEN, **environ)

    def set_up(self) -> None:
        """Add the profile."""
        site = ("--connector-id", channel.CONNECTOR_ID, "--base-url", self.site)
        adding = self._start("profile", "add", "line", *site)
        adding.communicate(timeout=60)
        assert adding.returncode == 0

    def _start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        own = {"BINDTOOL_DATA_DIR": str(self.folder / "data"), "BINDTOOL_PROFILE_DIR": str(self.folder / "machine")}
        return subprocess.Popen(
            [sys.executable, "-m", "bindtool", *arguments],
            env={**os.environ, **own, "LANGUAGE": "en", "PYTHONUTF8": "1", **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )


@pytest.fixture
def laptop(tmp_path: Path, server: PracticeServer) -> Laptop:
    """Return a laptop that is ready to bind."""
    laptop = Laptop(tmp_path, server.site)
    laptop.set_up()
    return laptop


def pass_time(seconds: float) -> None:
    """Let real time pass, which is what these tests are about."""
    threading.Event().wait(seconds)


@contextmanager
def asleep(process: subprocess.Popen[str], seconds: float) -> Iterator[None]:
    """Stop a process for a while, as a closed lid does."""
    process.send_signal(signal.SIGSTOP)
    try:
        pass_time(seconds)
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    """Wait for the end; return the exit status, the states of the devices, and what was said."""
    out, err = process.communicate(timeout=60)
    found = {cells[1]: cells[0] for cells in (line.split("\t") for line in out.splitlines())}
    return process.returncode, [found[device_id] for device_id in DEVICES], err


def assert_paced(server: PracticeServer, first: int) -> None:
    """See that the requests from number `first` on came at the rate of five a second, and not at once."""
    times = [request.at for request in server.requests[first:]]
    # A single one may be late: it is written down between its turn and its leaving.
    assert times[-1] - times[0] > (len(times) - 1) / 5 / 4, times


ALL_BOUND = ["bound"] * len(DEVICES)

# asleep


def test_asleep_while_the_answer_comes(laptop: Laptop, server: PracticeServer) -> None:
    """Awake again after three times the time-out, it takes the answer that is there: nothing is sent twice."""
    arrived = threading.Event()
    server.script([None])
    server.script(announced(Slow(0.2), arrived))
    process = laptop.bind()
    assert arrived.wait(30)
    with asleep(process, 3 * TIMEOUT):
        pass
    status, states, err = ended(process)
    assert (status, states) == (0, ALL_BOUND), err
    assert len(server.requests) == 5
    assert "No answer came" not in err


def test_asleep_and_no_answer_comes(laptop: Laptop, server: PracticeServer) -> None:
    """The time that was left is waited for, and then the answer is lost: sent again once, and bound."""
    arrived = threading.Event()
    server.script([None])
    server.script(announced(Close(commit=False), arrived))
    process = laptop.bind()
    assert arrived.wait(30)
    with asleep(process, 3 * TIMEOUT):
        pass
    status, states, err = ended(process)
    assert (status, states) == (0, ALL_BOUND), err
    assert len(server.requests) == 6
    assert err.count("No answer came") == 1


def test_no_storm_after_sleep(laptop: Laptop, server: PracticeServer) -> None:
    """At five a second, the requests that follow a sleep keep their distance: none is caught up on."""
    arrived = threading.Event()
    server.script([None])
    server.script(announced(Slow(0.2), arrived))
    process = laptop.bind("--rate", "5", "--concurrency", "4")
    assert arrived.wait(30)
    with asleep(process, 3 * TIMEOUT):
        before = len(server.requests)
    status, states, err = ended(process)
    assert (status, states) == (0, ALL_BOUND), err
    assert len(server.requests) == 5
    assert_paced(server, before)


# a clock that is set


@needs_faketime
@pytest.mark.parametrize(
    ("change", "steady"), [("+1h", True), ("-1h", True), ("+1h", False)], ids=["ahead", "back", "every clock ahead"]
)
def test_a_clock_that_is_set_in_the_middle(
    laptop: Laptop, server: PracticeServer, change: str, steady: bool
) -> None:
    """An hour ahead or back, on the wall or (as after a suspend on Windows) all over: no time-out, no storm."""
    arrived = threading.Event()
    offset = laptop.folder / "offset"
    offset.write_text("+0", encoding="ascii")
    server.script([None])
    server.script(announced(Slow(0.4), arrived))
    process = laptop.bind(
        "--rate",
        "5",
        LD_PRELOAD=str(CLOCK_OF_ONES_OWN),
        FAKETIME_TIMESTAMP_FILE=str(offset),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC=str(int(steady)),
    )
    assert arrived.wait(30)
    # In one step: a clock that reads half of it would jump anywhere.
    write_atomically(offset, change.encode())
    status, states, err = ended(process)
    assert (status, states) == (0, ALL_BOUND), err
    assert len(server.requests) == 5
    assert "No answer came" not in err
    assert_paced(server, 2)


# a network that goes and comes


def test_the_server_goes_and_comes(laptop: Laptop, server: PracticeServer) -> None:
    """The run waits, says why once, and goes on by itself."""
    arrived = threading.Event()
    server.script([None])
    server.script(announced(Slow(0.2), arrived))
    process = laptop.bind("--concurrency", "1", "--max-wait", "60")
    assert arrived.wait(30)
    server.stop()
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "Trying again in 2 s" in line:
            break
    server.start()
    status, states, err = ended(process)
    assert (status, states) == (0, ALL_BOUND), err
    heard = "".join(said) + err
    assert heard.count("(Connection refused): check the network") == 1


def test_the_server_goes_for_too_long(laptop: Laptop, server: PracticeServer) -> None:
    """After --max-wait what never left is unsent, with the reason; what was lost stays unknown."""
    arrived = threading.Event()
    server.script([None])
    server.script(announced(Slow(0.2, commit=False), arrived))
    process = laptop.bind("--max-wait", "2")
    assert arrived.wait(30)
    server.stop()
    status, states, err = ended(process)
    assert (status, states) == (1, ["bound", "unknown", "unknown", *["unsent"] * 6])
    assert "can't be reached" in err
    assert err.rstrip().endswith("check the network, and whether a firewall is in between.")


@needs_libproxy
def test_another_network(tmp_path: Path, server: PracticeServer) -> None:
    """Its proxy goes in the midst of a run, and the next network names another, as its second: all are bound."""
    laptop, desktop = Laptop(tmp_path, f"https://{HOST}"), Desktop(tmp_path)
    laptop.set_up()
    arrived = threading.Event()
    server.script(announced(Slow(0.5), arrived))
    server.script([Close(commit=False)])
    authority = Authority(tmp_path)
    with ExitStack() as stack, stand_in_for_coze(tmp_path, server, authority) as there:
        here = stack.enter_context(stand_in_for_coze(tmp_path, server, authority))
        desktop.name_own_script(f"PROXY 127.0.0.1:{here.port}")
        process = laptop.bind("--concurrency", "1", SSL_CERT_FILE=str(authority.file), **desktop.environ)
        assert arrived.wait(30)
        stack.close()
        desktop.name_own_script(f"PROXY 127.0.0.1:{here.port}; PROXY 127.0.0.1:{there.port}; DIRECT")
        status, states, err = ended(process)
    assert (status, states) == (0, ALL_BOUND), err
    assert len(server.requests) == 6


NETWORK_OF_ONES_OWN = ("unshare", "--map-root-user", "--net")


def can_cut_a_network() -> bool:
    """Tell whether this system lets a process have a network of its own."""
    if not all(shutil.which(program) for program in ("unshare", "ip")):
        return False
    done = subprocess.run([*NETWORK_OF_ONES_OWN, "ip", "link", "set", "lo", "up"], check=False, capture_output=True)
    return done.returncode == 0


@pytest.mark.skipif(not can_cut_a_network(), reason="this system gives no process a network of its own")
def test_a_cable_is_pulled_and_put_in_again(tmp_path: Path) -> None:
    """A real network is cut while an answer is on its way: it is lost, and all are bound once it is back."""
    command = [*NETWORK_OF_ONES_OWN, sys.executable, "-m", "tests.pulled_cable", str(tmp_path), "2"]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["status"], seen["bound"]) == (0, DEVICES), seen
    assert "No answer came. Sending again" in seen["err"]
    assert seen["requests"] == 6
