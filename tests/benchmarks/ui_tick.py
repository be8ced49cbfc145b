"""Smoothness of the window while it binds, and its speed beside the command line.

A real window with 10,000 devices on screen binds them on loopback, with answers after 50 ms: 64 requests at a time
without a pace, one device and then twenty per request, and once with the default settings. The defaults send 100
devices a second, so that case has at most 2,000 of them: 20 seconds on each face. Meanwhile a precise timer ticks
every 10 ms in the window's thread: a person notices the time from tick to tick. bindtool aims at 99 of 100 ticks
within 20 ms, the longest within 100 ms (50 ms with the defaults), and at 0.8 of the command line's rate.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import Qt, QTimer

from bindtool.app.composition import Supplies, build
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.theme import theme
from bindtool.gui.main_window.controller import MainWindowController
from bindtool.gui.main_window.window import MainWindow
from bindtool.i18n.catalogue import Texts
from tests.benchmarks.parts.measuring import environment, run, server, table

LATENCY = 0.05
TICK = 10
"""Milliseconds."""

MOST_AT_THE_DEFAULTS = 2_000
"""Devices."""


@dataclass(frozen=True)
class Case:
    """A run: its number of devices and its pace."""

    name: str
    devices: int
    pace: RequestSettings


@dataclass(frozen=True)
class Smoothness:
    """The times from tick to tick, in milliseconds: 99 of 100 are within `p99`."""

    p99: float
    worst: float

    @classmethod
    def of(cls, ticks: list[float]) -> Smoothness:
        """Compute it from the times of the ticks, in seconds."""
        gaps = sorted((later - earlier) * 1000 for earlier, later in pairwise(ticks))
        return cls(gaps[int(len(gaps) * 0.99)], gaps[-1])


def cases(devices: int) -> list[Case]:
    """Return the cases to measure."""
    return [
        Case("64 at a time, 1 a request", devices, RequestSettings(batch_size=1, concurrency=64, rate=0)),
        Case("64 at a time, 20 a request", devices, RequestSettings(batch_size=20, concurrency=64, rate=0)),
        Case("the defaults", min(devices, MOST_AT_THE_DEFAULTS), RequestSettings()),
    ]


def ids(case: Case) -> list[str]:
    """Return the ids to bind."""
    return [f"SPK2611{number:07}" for number in range(1, case.devices + 1)]


def put_profile(folder: Path, site: str, pace: RequestSettings) -> None:
    """Put a profile for the server into a data folder."""
    (folder / "profiles").mkdir(parents=True)
    text = to_toml(Profile("Line 2", "7412345678901234567", site, user_id="1", pace=pace, behaviour=Behaviour.ADDS))
    (folder / "profiles" / "line.toml").write_text(text, encoding="utf-8")


def run_seconds(folder: Path) -> float:
    """Return the duration of a data folder's only run, by its own journal."""
    with closing(sqlite3.connect(folder / "bindtool.db")) as database:
        (started_at, ended_at), *others = database.execute("SELECT started_at, ended_at FROM run").fetchall()
    assert not others
    return (datetime.fromisoformat(ended_at) - datetime.fromisoformat(started_at)).total_seconds()


def by_command_line(case: Case, site: str, folder: Path) -> float:
    """Bind on the command line; return the seconds of the run."""
    put_profile(folder, site, case.pace)
    listed = folder / "devices.txt"
    listed.write_text("\n".join(ids(case)), encoding="utf-8")
    variables = {"BINDTOOL_DATA_DIR": str(folder), "BINDTOOL_PROFILE_DIR": str(folder / "none")}
    command = [sys.executable, "-m", "bindtool", "bind", str(listed)]
    status, _ = run(command, folder / "output", environment(**variables, BINDTOOL_TOKEN="pat_benchmark"))
    assert status == 0, (folder / "output.err").read_text(encoding="utf-8")
    return run_seconds(folder)


async def by_window(case: Case, site: str, folder: Path) -> Smoothness:
    """Bind in a window as a person does; return its smoothness from the press to the end."""
    put_profile(folder, site, case.pace)
    data = DataFolder(folder)
    book = ProfileRepository(data.profiles, folder / "none")
    token = AccessToken("pat_benchmark")
    supplies = Supplies(book, lambda: FixedStore(token, "benchmark"), token_is_given=True)
    async with AsyncExitStack() as stack:
        place = build(Texts("en"), data, supplies, stack)
        window, controller = place.window, place.controller
        window.show()
        await controller.begin()
        await scan_in(case, folder, controller)
        ticks = await bind(window, controller)
        assert {row.outcome.state for row in controller.document.sheet} == {"bound"}
        window.leave()
    return Smoothness.of(ticks)


async def scan_in(case: Case, folder: Path, bench: MainWindowController) -> None:
    """Open the list of devices and wait until it is saved."""
    listed = folder / "devices.txt"
    listed.write_text("\n".join(ids(case)), encoding="utf-8")
    bench.list_import.open([listed])
    while len(bench.document.sheet.jobs()) < case.devices:  # noqa: ASYNC110 - a script, with nothing to wait for
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)


async def bind(window: MainWindow, bench: MainWindowController) -> list[float]:
    """Press Bind, confirm, and return the times of the ticks until the run is over."""
    over = asyncio.get_running_loop().create_future()
    bench.session.finished.connect(over.set_result)
    bench.session.broken.connect(over.set_exception)
    window.actions_["bind"].trigger()
    ticks: list[float] = []
    timer = QTimer(interval=TICK, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    while not bench.confirm_panel.is_visible:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    bench.confirm_panel().confirm()
    await over
    # The drawing at a run's end counts too.
    await asyncio.sleep(0.2)
    timer.stop()
    return ticks


def measure(case: Case, loop: asyncio.AbstractEventLoop) -> list[str]:
    """Measure one case on both faces; return its line of the table."""
    with server(LATENCY) as measured, tempfile.TemporaryDirectory() as folder:
        seconds = by_command_line(case, measured.site, Path(folder, "line"))
        smooth = loop.run_until_complete(by_window(case, measured.site, Path(folder, "window")))
        in_window = run_seconds(Path(folder, "window"))
    rates = [case.devices / in_window, case.devices / seconds]
    return [
        f"{case.devices:,}, {case.name}",
        f"{smooth.p99:.1f}",
        f"{smooth.worst:.1f}",
        *(f"{rate:,.0f}" for rate in rates),
        f"{rates[0] / rates[1]:.2f}",
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--only", default="", help="cases whose name has this text")
    given = parser.parse_args()
    # So that no user's proxy and no user's token is used.
    os.environ.pop("BINDTOOL_TOKEN", None)
    app = theme.application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    loop = QtAsyncioLoop(app)
    head = ("devices on screen", "p99 ms", "worst ms", "window devices/s", "command line devices/s", "of it")
    with loop:
        lines = [measure(case, loop) for case in cases(given.devices) if given.only in case.name]
    print(f"Answers after {LATENCY * 1000:g} ms, ticks every {TICK} ms")
    print(table(head, lines), flush=True)


if __name__ == "__main__":
    main()
