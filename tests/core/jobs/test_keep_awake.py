"""The computer is kept awake as long as a run is on: what a desktop is asked, by real messages.

The desktop is a stand-in that has the names of GNOME's session manager or of a screen saver; what a real one does
with the question can't be seen here.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("desktops with a bus are Linux's", allow_module_level=True)

from collections.abc import Callable, Iterator

from bindtool.core.binding.events import Settled
from bindtool.core.jobs.bind_job import Begun, BindJob, Concluded
from bindtool.core.jobs.keep_awake import kept_awake
from bindtool.core.store import Store
from bindtool.practice.server import PracticeServer
from tests.core.jobs.bench import Bench, profile_of
from tests.patience import HOUR, until
from tests.session_bus import Answer, BusService, bus, needs_bus

pytestmark = needs_bus

SESSION_MANAGER = "org.gnome.SessionManager"
POWER_MANAGEMENT = "org.freedesktop.PowerManagement"
SCREEN_SAVER = "org.freedesktop.ScreenSaver"


def grant(_: str, __: tuple[Any, ...]) -> Answer:
    """Give a cookie."""
    return "u", (4711,)


def refuse(_: str, __: tuple[Any, ...]) -> Answer:
    """Be a service that fails."""
    return None


@contextmanager
def desktop(
    monkeypatch: pytest.MonkeyPatch, name: str, answer: Callable[[str, tuple[Any, ...]], Answer] = grant
) -> Iterator[BusService]:
    """Give a desktop that has one service, on the bus that the program finds."""
    with bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        there = BusService(address, name, answer)
        yield there
    there.ended()


def members(there: BusService) -> list[str]:
    """Return what was called."""
    return [member for _, member, _ in there.calls]


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log has of it."""
    return [record.getMessage() for record in caplog.records if record.name == "bindtool.core.jobs.keep_awake"]


@pytest.mark.parametrize(
    ("service", "arguments"),
    [
        # No window of ours, and GNOME's flag for sleep.
        (SESSION_MANAGER, ("bindtool", 0, "devices are being bound", 4)),
        (POWER_MANAGEMENT, ("bindtool", "devices are being bound")),
        (SCREEN_SAVER, ("bindtool", "devices are being bound")),
    ],
)
def test_a_desktop_is_asked_and_let_go(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, service: str, arguments: tuple[object, ...]
) -> None:
    """The one that the desktop has is asked, and is let go of with the connection."""
    caplog.set_level(logging.INFO)
    with desktop(monkeypatch, service) as there:
        with kept_awake(after=0):
            until(lambda: lines(caplog)[-1:] == [f"the computer is kept awake by {service}"], lambda: lines(caplog))
            assert there.left == []
        until(lambda: there.left == there.callers, lambda: there.left)
    assert members(there) == ["Inhibit"]
    assert there.calls[0][2] == arguments


def test_a_short_run_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over before is not asked for, and its thread ends with it."""
    with desktop(monkeypatch, SESSION_MANAGER) as there:
        with kept_awake(after=HOUR):
            waiting = [thread for thread in threading.enumerate() if thread.name == "keep awake"]
            assert len(waiting) == 1
        waiting[0].join()
    assert there.calls == []


@pytest.mark.parametrize("service", [SESSION_MANAGER, "example.Nobody"])
def test_a_desktop_that_refuses(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, service: str
) -> None:
    """Where no service is there, or it fails, the log says so of each."""
    caplog.set_level(logging.INFO)
    with desktop(monkeypatch, service, refuse), kept_awake(after=0):
        until(lambda: len(lines(caplog)) == 3, lambda: lines(caplog))
    services = (SESSION_MANAGER, POWER_MANAGEMENT, SCREEN_SAVER)
    assert [line.partition(" ")[0] for line in lines(caplog)] == list(services)


def test_without_a_bus(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """GIVEN a computer without a desktop THEN the log has why, and nothing stops."""
    caplog.set_level(logging.INFO)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with kept_awake(after=0):
        until(lambda: lines(caplog))
    assert lines(caplog) == ["the computer can't be kept awake"]
    assert caplog.records[-1].exc_info is not None


def test_a_program_that_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed, it is gone from the bus, which is when a desktop takes its request back."""
    hold = "import sys; from bindtool.core.jobs.keep_awake import kept_awake\nwith kept_awake(0): sys.stdin.read()"
    with desktop(monkeypatch, SESSION_MANAGER) as there:
        with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE) as program:
            until(lambda: there.callers)
            program.kill()
        until(lambda: there.left == there.callers, lambda: there.left)
    assert members(there) == ["Inhibit"]


def test_a_run_is_on_from_its_first_row_to_its_end(store: Store, server: PracticeServer) -> None:
    """Entered before rows are under way, left before the run counts as over; not at all where nothing is sent."""
    bench = Bench(store, profile_of(server))
    happened: list[object] = []

    @contextmanager
    def awake() -> Iterator[None]:
        happened.append("awake")
        yield
        happened.append("may sleep")

    async def follow(job: BindJob) -> None:
        async for event in bench.events(job):
            kind = type(event)
            happened.append(kind)

    bench.awake = awake
    job = bench.confirmed()
    asyncio.run(follow(job))
    assert happened.index("awake") < happened.index(Begun) < happened.index(Settled)
    assert happened[-2:] == ["may sleep", Concluded]
    happened.clear()
    bench.sheet.remove([row.number for row in bench.sheet])
    asyncio.run(follow(job))
    assert happened[-1] is Concluded
    assert "awake" not in happened
