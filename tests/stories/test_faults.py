"""Faults of the program itself: the person hears of each once, and its traceback is in the file for support."""

from __future__ import annotations

import asyncio
import gc
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

from bindtool.app.fault_reports import FaultReports
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.diagnostics.log_file import log_files
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Routing
from bindtool.core.network.proxy_login import ProxyLogins
from tests.practice.faults import ScriptedAnswer
from tests.stories.clocks import BriskClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

TOKEN = "8fQ2-vX7Lm0aZ4kR9tYb6WcJ1hNe5uD3sG7pKx"
"""It has no form by which anybody could know it."""
TOLD = "Something in bindtool did not work"


def fail() -> None:
    """Fail, with a token in the words."""
    raise ValueError(f"the token is {TOKEN}")


class Failing(QObject):
    """Fails at what is posted to it."""

    def event(self, event: QEvent) -> bool:
        """Fail."""
        if event.type() == QEvent.Type.User:
            fail()
        return super().event(event)


async def fail_later() -> None:
    """Fail in a task."""
    fail()


def in_a_slot(me: Technician) -> None:
    """Have a slot fail."""
    timer = QTimer(me.window, singleShot=True)
    timer.timeout.connect(fail)
    timer.start()


def in_an_event(me: Technician) -> None:
    """Have an object fail at an event."""
    QCoreApplication.postEvent(Failing(me.window), QEvent(QEvent.Type.User))


def in_a_thread(_me: Technician) -> None:
    """Have a thread fail."""
    threading.Thread(target=fail, name="of-a-test").start()


def in_a_callback(_me: Technician) -> None:
    """Have the loop call what fails."""
    asyncio.get_running_loop().call_soon(fail)


def in_a_forgotten_task(me: Technician) -> None:
    """Have a task fail that nobody waits for."""
    task = asyncio.get_running_loop().create_task(fail_later())
    me.until(task.done, "see the task end")
    del task
    gc.collect()


WAYS = [in_a_slot, in_an_event, in_a_thread, in_a_callback, in_a_forgotten_task]


@pytest.fixture
def hooked(ready: Technician, bench: Bench) -> Iterator[Technician]:
    """Give a technician at a window whose process is hooked as that of the program is."""
    bench.secrets.note(AccessToken(TOKEN))
    with FaultReports(ready.window, bench.data.logs, bench.secrets).hooked():
        yield ready


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.expects_log("ERROR bindtool.core.diagnostics.fault_hooks: ")
def test_a_fault(hooked: Technician, bench: Bench, way: Callable[[Technician], None], tmp_path: Path) -> None:
    """The banner says so, once; the file for support has the traceback, without the token."""
    way(hooked)
    hooked.sees_notice(TOLD)
    hooked.press("Close")
    way(hooked)
    hooked.until(lambda: b"".join(log_files(bench.data.logs).values()).count(b"Traceback") == 2, "see it logged")
    QCoreApplication.processEvents()
    assert hooked.notice == ""
    path = tmp_path / "support.zip"
    hooked.do("Save for support…")
    hooked.choose(path)
    hooked.sees_notice("Saved for support")
    with zipfile.ZipFile(path) as archive:
        (log,) = (archive.read(name).decode() for name in archive.namelist() if name.startswith("log/"))
    assert log.count("Traceback (most recent call last):") == 2
    assert log.count("ValueError: the token is ***") == 2
    assert TOKEN not in log


class FaultyClock(BriskClock):
    """Fails where a run has to wait."""

    async def wait(self, _event: asyncio.Event, _seconds: float) -> bool:
        """Fail."""
        fail()
        return False


@pytest.mark.expects_log("ERROR bindtool.gui.binding.run_session: a run has failed")
def test_a_fault_in_a_run(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """The run ends, the person hears of it once, and the log has the traceback without the token."""
    bench.has_profile(profile)
    bench.has_token(AccessToken(TOKEN))
    server.script([ScriptedAnswer(4009)])
    with open_window(clock=FaultyClock()) as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice("The run was broken off")
    logged = b"".join(log_files(bench.data.logs).values()).decode()
    assert "ValueError: the token is ***" in logged
    assert TOKEN not in logged


class FaultyResolver:
    """Fails where the way to a site is looked for."""

    async def routing(self, _site: str) -> Routing:
        """Fail."""
        fail()
        return Routing(())


@pytest.mark.expects_log("ERROR bindtool.core.diagnostics.fault_hooks: a task of the window has failed")
def test_a_fault_in_a_task(bench: Bench, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """What the window does aside, such as looking for the way to the site for support."""
    bench.has_profile(profile)
    bench.secrets.note(AccessToken(TOKEN))

    with open_window(
        open_proxies=lambda *_: Proxies(lambda: FaultyResolver().routing, lambda: ProxyLogins(lambda _: None))
    ) as me:
        me.do("Save for support…")
        me.choose(tmp_path / "support.zip")
        me.sees_notice(TOLD)
    assert b"ValueError: the token is ***" in b"".join(log_files(bench.data.logs).values())
