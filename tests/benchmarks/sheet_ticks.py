"""The longest ticks of the window while many rows are added or a long sheet opens, and its memory.

Usage: packaging/test-session.sh python -m tests.benchmarks.sheet_ticks [--only TEXT] [--times 5]. Each scene is a
process of its own: the real window on a data folder whose ledger has 50,000 devices, every tenth of which is
scanned again. A list of 100,000 rows is opened; 10,000 and 20,000 are pasted and the paste undone; a sheet of
20,000 unsent rows opens by a change of profile; theme and text size change over 10,000 rows, also once every page
and dialog has been open. `start_ticks --rows` measures a sheet that opens with the window.

A precise timer ticks every 5 ms in the window's thread. Each tick has two figures: the elapsed time, which on a
busy computer includes other processes' work, and the process's own, the lesser of elapsed time and the whole
process's CPU time: its threads share one lock, so another thread's work may delay the window. The aim: none over 50
ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from bindtool.app.application import Application
from bindtool.app.composition import Supplies, build
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.theme import theme
from bindtool.i18n.catalogue import Texts
from tests.benchmarks.first_paint import own_memory
from tests.benchmarks.parts import long_day
from tests.benchmarks.parts.measuring import environment, table
from tests.benchmarks.parts.tick_probe import AIM
from tests.benchmarks.ui_tick import put_profile

TICK = 5
"""Milliseconds between two ticks."""
BOUND = 50_000
LISTED, PASTED, OPENED = 100_000, (10_000, 20_000), 20_000
SITE = "https://api.coze.cn"
LIST = "list.csv"

Moment = tuple[float, float]
"""Elapsed time, and the process's CPU time until then; both in seconds."""


def ids(count: int) -> list[str]:
    """Return ids, of which every tenth is in the ledger."""
    return [f"SPK26{'1' if number % 10 else '2'}{number:07d}" for number in range(count)]


def fill(database: Path) -> None:
    """Put devices into the ledger of a data folder."""
    fixed = (SITE, "7412345678901234567", "device_id", "1", datetime.now(UTC).isoformat(), "log", "A12", "Line 2")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            """
            INSERT INTO ledger
                (site, connector_id, key, user_id, bound_at, log_id, operator, profile, device_id, label)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            ((*fixed, f"SPK262{number * 10:07d}", f"音箱-{number:05}") for number in range(BOUND)),
        )


def write_list(path: Path) -> None:
    """Write a list with labels."""
    lines = (f"{device_id},智能音箱-{n:06d},WO-1125" for n, device_id in enumerate(ids(LISTED)))
    path.write_text("device_id,label,batch\n" + "\n".join(lines), encoding="utf-8")


@dataclass(frozen=True)
class Stage:
    """An open window with its parts."""

    place: Application
    profiles: ProfileRepository
    folder: Path

    def open_profile(self, name: str) -> None:
        """Change to a profile."""
        self.place.controller.open_profile(self.profiles.get(name))

    async def settled(self, rows: int) -> None:
        """Wait until the sheet has that many rows, all saved."""
        controller = self.place.controller
        while len(controller.document.sheet) != rows or not controller.at_rest:  # noqa: ASYNC110 - nothing to wait for
            await asyncio.sleep(0.05)
        # The final drawing counts too, and a garbage collection.
        await asyncio.sleep(1.2)


async def listed(stage: Stage) -> None:
    """Open the list."""
    stage.place.controller.list_import.open([stage.folder / LIST])
    await stage.settled(LISTED)


def pasted(count: int) -> Scene:
    """Return the scene of pasting so many ids, which get labels by the profile's template."""

    async def paste(stage: Stage) -> None:
        QGuiApplication.clipboard().setText("\n".join(ids(count)))
        await asyncio.sleep(0.1)
        stage.place.window.table.paste()
        await stage.settled(count)

    return paste


async def taken_back(stage: Stage) -> None:
    """Undo the last edit."""
    stage.place.window.actions_["undo"].trigger()
    await stage.settled(0)


async def opened(stage: Stage) -> None:
    """Change to the profile that has the long sheet."""
    stage.open_profile(long_day.PROFILE)
    await stage.settled(OPENED)


async def left(stage: Stage) -> None:
    """Leave the long sheet for the empty one of the other profile."""
    stage.open_profile("Line 1")
    await stage.settled(0)


async def turned_dark(stage: Stage) -> None:
    """Choose the dark colours."""
    await chosen(stage, "theme_dark")


async def turned_light(stage: Stage) -> None:
    """Choose the light colours."""
    await chosen(stage, "theme_light")


async def larger_text(stage: Stage) -> None:
    """Choose the next larger texts."""
    await chosen(stage, "larger_text")


async def usual_text(stage: Stage) -> None:
    """Choose texts of the usual size."""
    await chosen(stage, "usual_text")


async def chosen(stage: Stage, name: str) -> None:
    """Choose an entry of the view menu, and wait until its effect is visible."""
    stage.place.window.actions_[name].trigger()
    await asyncio.sleep(0.5)


async def every_page_opened(stage: Stage) -> None:
    """Open everything that is created on demand."""
    window, controller = stage.place.window, stage.place.controller
    for make in (
        *(controller.profiles.form, controller.check_page, controller.scanner_test, window.import_page),
        *(controller.profiles.token_dialog, controller.proxy_login, lambda: controller.laptop_check),
        window.sheet_details,
    ):
        make()
        await asyncio.sleep(0.1)


Scene = Callable[[Stage], Awaitable[None]]
SCENES: dict[str, tuple[Scene, ...]] = {
    f"{LISTED:,} come in from a file": (listed,),
    **{f"{count:,} pasted": (pasted(count), taken_back) for count in PASTED},
    f"{OPENED:,} open": (opened, left),
    "another look": (
        *(pasted(PASTED[0]), turned_dark, turned_light, larger_text, usual_text, every_page_opened),
        *(turned_dark, turned_light, larger_text, usual_text),
    ),
}


async def play(name: str, folder: Path) -> list[dict[str, float]]:
    """Play a scene in a window; return the figures of each part."""
    data = DataFolder(folder)
    put_profile(folder, SITE, RequestSettings())
    other = Profile("Line 1", "7412345678901234567", SITE, user_id="2")
    (folder / "profiles" / "first.toml").write_text(to_toml(other), encoding="utf-8")
    token = AccessToken("pat_benchmark")
    supplies = Supplies(
        ProfileRepository(data.profiles, folder / "none"),
        lambda: FixedStore(token, "benchmark"),
        token_is_given=True,
    )
    figures = []
    async with AsyncExitStack() as stack:
        place = build(Texts("en"), data, supplies, stack)
        place.window.show()
        await place.controller.begin()
        stage = Stage(place, supplies.repository, folder)
        stage.open_profile("Line 1" if opened in SCENES[name] else long_day.PROFILE)
        await asyncio.sleep(1)
        for part in SCENES[name]:
            before = own_memory()
            moments = await watched(part, stage)
            figures.append({**worst(moments), "memory": own_memory() - before})
        place.window.leave()
    return figures


async def watched(part: Scene, stage: Stage) -> list[Moment]:
    """Play a part beside a timer; return the moments of its ticks."""
    moments: list[Moment] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK)
    timer.timeout.connect(lambda: moments.append((time.perf_counter(), time.process_time())))
    timer.start()
    await asyncio.sleep(0.1)
    await part(stage)
    timer.stop()
    return moments


def worst(moments: list[Moment]) -> dict[str, float]:
    """Return the longest tick by elapsed and by own time, and the number of the latter over the aim."""
    gaps = [((after[0] - before[0]) * 1000, (after[1] - before[1]) * 1000) for before, after in pairwise(moments)]
    own = [min(gap) for gap in gaps]
    return {
        "seconds": moments[-1][0] - moments[0][0],
        "cpu": moments[-1][1] - moments[0][1],
        "worst": max(gap for gap, _ in gaps),
        "own": max(own),
        "over": sum(each > AIM for each in own),
    }


def in_window(name: str, folder: Path) -> None:
    """Play a scene in this process; print its figures."""
    app = theme.application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    loop = QtAsyncioLoop(app)
    with loop:
        print(json.dumps(loop.run_until_complete(play(name, folder))))


def in_processes(name: str, times: int) -> list[list[str]]:
    """Play a scene several times, each in a process of its own; return a line of the table for each part."""
    runs = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "data")
            rows = str(OPENED if opened in SCENES[name] else 0)
            writing = [sys.executable, "-m", "tests.benchmarks.parts.long_day", str(folder), rows, rows]
            subprocess.run(writing, check=True, env=environment())
            fill(DataFolder(folder).database)
            write_list(folder / LIST)
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.sheet_ticks",
                "--only",
                name,
                "--window",
                str(folder),
            ]
            done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    lines = []
    for part, played in zip(SCENES[name], zip(*runs, strict=True), strict=True):
        of = {figure: median(run[figure] for run in played) for figure in played[0]}
        what = name if part is SCENES[name][0] else f"  {part.__name__.replace('_', ' ')}"
        figures = [f"{of['seconds']:.1f}", f"{of['cpu']:.1f}", f"{of['own']:.0f}"]
        highest = f"{max(run['own'] for run in played):.0f}"
        lines.append([what, *figures, highest, f"{of['over']:.0f}", f"{of['worst']:.0f}", f"{of['memory']:+.0f}"])
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="scenes whose name has this text")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    # So that no user's token is used.
    os.environ.pop("BINDTOOL_TOKEN", None)
    if given.window is not None:
        in_window(given.only, given.window)
        return
    lines = [line for name in SCENES if given.only in name for line in in_processes(name, given.times)]
    head = ("rows", "s", "CPU s", "own ms", "highest", f"over {AIM}", "worst ms", "MiB more")
    print(f"Each figure the median of {given.times}; ticks every {TICK} ms")
    print(table(head, lines), flush=True)


if __name__ == "__main__":
    main()
