"""One bench of the benchmark of the shared ledger: a whole window that takes scans while it binds.

Run as a process of its own, with JSON as its argument; prints "ready", opens its profile at a line on standard
input, which has the time of the first scan, and ends at another one. All times are of the computer's single steady
clock. A scan is the keys of a scanner; it ends with the sound that confirms it is saved. The lag is measured to the
notification in the window's own thread.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from contextlib import AsyncExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from bindtool.app.application import Application
from bindtool.app.composition import Supplies, build
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Password
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.theme import theme
from bindtool.i18n.catalogue import Texts
from tests.benchmarks.parts.ledger_load import profile_of
from tests.memory_store import MemoryStore

LONGER = 20
"""Extra seconds of binding: a run begins before the first scan and must not end before the last."""


class Heard:
    """Records the time of each scan's sound."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def play(self, cue: Cue) -> None:
        """Record it; the sounds at a run's end are included."""
        if cue is Cue.ADDED:
            self.at.append(time.monotonic())


class Bench:
    """A running window.

    Args:
        place: the window.
        heard: its sounds.
        folder: its data folder.
        given: its task.
    """

    def __init__(self, place: Application, heard: Heard, folder: Path, given: dict[str, Any]) -> None:
        self._place = place
        self._heard = heard
        self._folder = folder
        self._given = given
        self._due: list[float] = []
        self._told: dict[str, float] = {}
        self._cpu = 0.0
        place.services.ledger.announced.connect(self._note)

    async def work(self, begin: float) -> None:
        """Open the profile, bind, and take scans from that time on."""
        opened = time.monotonic()
        await self._place.controller.begin()
        self._place.window.show()
        self._place.window.activateWindow()
        if self._given["binds"]:
            await self._begin_run()
        self._place.window.scan_bar.field.setFocus()
        await asyncio.sleep(begin - time.monotonic())
        before = time.process_time()
        await self._scan(begin, begin + self._given["seconds"])
        self._cpu = time.process_time() - before
        self._opened = opened
        controller = self._place.controller
        controller.session.stop()
        while not controller.at_rest:  # noqa: ASYNC110 - a script, with nothing to wait for
            await asyncio.sleep(0.1)

    def end(self) -> dict[str, Any]:
        """Close the window; return the data."""
        scans = [heard - due for due, heard in zip(self._due, self._heard.at, strict=True)]
        self._place.window.leave()
        bound, waiting = self._bound()
        told = {device_id: at for device_id, at in self._told.items() if device_id not in bound}
        return {
            "scans": scans,
            "due": self._due,
            "bound": bound,
            "told": told,
            "opened": self._opened,
            "cpu": self._cpu,
            "waiting": waiting,
        }

    def _note(self, entries: Sequence[SharedEntry]) -> None:
        now = time.monotonic()
        self._told.update((entry.device_id, now) for entry in entries)

    async def _begin_run(self) -> None:
        """Add the devices to the sheet, and bind them."""
        window, controller = self._place.window, self._place.controller
        count = int((self._given["seconds"] + LONGER) * self._given["binds"])
        listed = self._folder / "devices.txt"
        listed.write_text(
            "\n".join(f"SPK26113F-B{number:06}-{self._given['name']}" for number in range(count)), "utf-8"
        )
        controller.list_import.open([listed])
        while len(controller.document.sheet.jobs()) < count:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
        window.actions_["bind"].trigger()
        while not controller.confirm_panel.is_visible:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
        controller.confirm_panel().confirm()
        while not controller.session.running:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)

    async def _scan(self, begin: float, end: float) -> None:
        """Press keys at a steady rate; the delay of a scan held up by an earlier one counts from its due time."""
        loop, handle = asyncio.get_running_loop(), self._place.window.windowHandle()
        self._heard.at.clear()  # a list has a sound too
        at = begin
        while at < end:
            await loop.run_in_executor(None, sleep_until, at)
            code = f"SPK26113F-S{len(self._due):06}-{self._given['name']}"
            self._due.append(at)
            for number, sign in enumerate(f"{code}\r"):
                key = Qt.Key.Key_Return if sign == "\r" else ord(sign.upper())
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, sign)
                    event.setTimestamp(int(at * 1000) - len(code) + number)
                    QCoreApplication.sendEvent(handle, event)
            at = begin + len(self._due) / self._given["scans"]
        await asyncio.sleep(1)

    def _bound(self) -> tuple[dict[str, float], int]:
        """Return the time of each bind here, by the steady clock, and the number waiting to be shared."""
        offset = time.time() - time.monotonic()
        with closing(sqlite3.connect(self._folder / "bindtool.db")) as database:
            found = database.execute("SELECT device_id, bound_at FROM ledger").fetchall()
            ((waiting,),) = database.execute("SELECT count(*) FROM outbox").fetchall()
        return {device_id: datetime.fromisoformat(at).timestamp() - offset for device_id, at in found}, waiting


def sleep_until(at: float) -> None:
    """Wait until a time of the steady clock, in a thread: the window's own timers are up to 5 % off."""
    time.sleep(max(0.0, at - time.monotonic()))


async def run(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run the bench; return the data."""
    loop = asyncio.get_running_loop()
    (folder / "profiles").mkdir(parents=True)
    profile = profile_of(given["site"], given["ledger"], given["binds"] or 1.0)
    (folder / "profiles" / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    token, password_store = FixedStore(AccessToken("pat_benchmark"), "benchmark"), MemoryStore()
    if given["ledger"]:
        address = LedgerAddress.parse(given["ledger"])
        password_store.store_password(address.secret_name, Password(os.environ["LEDGER_PASSWORD"]))
    data, heard = DataFolder(folder), Heard()
    supplies = Supplies(
        ProfileRepository(data.profiles, folder / "none"),
        lambda: token,
        token_is_given=True,
        open_passwords=lambda: password_store,
        sounds=heard,
    )
    async with AsyncExitStack() as stack:
        bench = Bench(build(Texts("en"), data, supplies, stack), heard, folder, given)
        print("ready", flush=True)
        begin = float(await loop.run_in_executor(None, sys.stdin.readline))
        await bench.work(begin + given["phase"])
        print("done", flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)
        return bench.end()


def main(given: dict[str, Any]) -> None:
    """Run the bench and print the data."""
    folder = Path(given["folder"])
    app = theme.application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    loop = QtAsyncioLoop(app)
    with loop:
        seen = loop.run_until_complete(run(given, folder))
    (folder / "seen.json").write_text(json.dumps([seen]), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
