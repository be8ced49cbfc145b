"""The coroutines that a window has started."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bindtool.gui.common.util.background_tasks import BackgroundTasks
from tests.gui.loop import finish
from tests.patience import ends


@pytest.fixture
def failures() -> list[Exception]:
    """Give what was told of failures."""
    return []


@pytest.fixture
def started(loop: None, failures: list[Exception]) -> BackgroundTasks:
    """Give a starter of coroutines, without one."""
    return BackgroundTasks(failures.append)


async def fail(error: Exception) -> None:
    """Let an exception out."""
    raise error


def test_whatever_gets_out_is_told(started: BackgroundTasks, failures: list[Exception], qtbot: QtBot) -> None:
    """A coroutine that fails is heard of once, and the task itself ends in peace."""
    error = RuntimeError("unforeseen")

    task = started.start(fail(error))
    qtbot.waitUntil(task.done)

    assert (failures, task.exception()) == ([error], None)


def test_closing_cancels_what_runs_and_waits_for_its_end(
    started: BackgroundTasks, failures: list[Exception], qtbot: QtBot
) -> None:
    """Work is told to stop, may put things away or have others do so, and only then is closing over."""
    put_away: list[str] = []
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            started.start(asyncio.Event().wait())
            put_away.append("tools")

    busy = [started.busy]
    task = started.start(work())
    qtbot.waitUntil(begun.is_set)
    busy.append(started.busy)
    finish(qtbot, started.close())

    assert [*busy, started.busy] == [False, True, False]
    assert task.cancelled()
    assert (put_away, failures) == (["tools"], [])


def test_closing_right_after_the_last_step() -> None:
    """A task that has ended, and of which nobody has been told yet, is no reason to wait: the window would stay."""

    async def work_and_close() -> None:
        tasks = BackgroundTasks(lambda _: None)
        tasks.start(asyncio.Event().wait()).cancel()
        await asyncio.create_task(tasks.close())

    assert ends(lambda: asyncio.run(work_and_close()))


def test_what_is_worked_to_its_end_is_waited_for(
    started: BackgroundTasks, failures: list[Exception], qtbot: QtBot
) -> None:
    """A file that somebody has asked for is not given up half written, whatever else is."""
    done: list[str] = []
    disk = asyncio.Event()

    async def save() -> None:
        await disk.wait()
        done.append("saved")

    async def start_and_close() -> None:
        started.start(save(), to_its_end=True)
        other = started.start(asyncio.Event().wait())
        other.add_done_callback(lambda _: disk.set())
        await asyncio.sleep(0)
        await started.close()

    finish(qtbot, start_and_close())

    assert (done, started.busy, failures) == (["saved"], False, [])


def test_what_has_no_end_is_given_up(loop: None, failures: list[Exception], qtbot: QtBot) -> None:
    """A share that hangs does not keep the program."""
    tasks = BackgroundTasks(failures.append, ends_within=0)

    async def start_and_close() -> asyncio.Task[None]:
        hanging = tasks.start(asyncio.Event().wait(), to_its_end=True)
        await asyncio.sleep(0)
        await tasks.close()
        return hanging

    assert finish(qtbot, start_and_close()).cancelled()
    assert (tasks.busy, failures) == (False, [])


def test_what_is_closed_before_it_has_begun(
    started: BackgroundTasks, failures: list[Exception], qtbot: QtBot
) -> None:
    """Nothing complains, and nothing of it is done."""

    async def start_and_close() -> None:
        started.start(fail(RuntimeError("done")))
        await started.close()

    finish(qtbot, start_and_close())

    assert (started.busy, failures) == (False, [])


def test_what_has_ended_is_let_go(started: BackgroundTasks, failures: list[Exception], qtbot: QtBot) -> None:
    """Closing after the work is done has nothing to wait for, and gives the work's end no second meaning."""
    task = started.start(asyncio.sleep(0))
    qtbot.waitUntil(task.done)
    finish(qtbot, started.close())

    assert (task.cancelled(), failures) == (False, [])


@pytest.fixture
def label(qtbot: QtBot) -> QLabel:
    """Give a label that a test has before anything runs."""
    label = QLabel()
    qtbot.addWidget(label)
    return label


def test_a_test_ends_what_runs_before_its_widgets(label: QLabel, tasks: BackgroundTasks, qtbot: QtBot) -> None:
    """What still writes on one as it ends finds it there, whichever came first: else `tasks` tells of it."""
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            label.setText("ended")

    tasks.start(work())
    qtbot.waitUntil(begun.is_set)

    assert tasks.busy
