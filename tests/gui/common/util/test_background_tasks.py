"""The coroutines that a window has started."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bindtool.gui.common.util.background_tasks import BackgroundTasks
from tests.gui.loop import finish
from tests.patience import ends


async def fail(error: Exception) -> None:
    """Let an exception out."""
    raise error


def test_whatever_gets_out_is_told(loop: None, qtbot: QtBot) -> None:
    """A coroutine that fails is heard of once, and the task itself ends in peace."""
    told: list[Exception] = []
    error = RuntimeError("unforeseen")

    task = BackgroundTasks(told.append).start(fail(error))
    qtbot.waitUntil(task.done)

    assert told == [error]
    assert task.exception() is None


def test_closing_cancels_what_runs_and_waits_for_its_end(loop: None, qtbot: QtBot) -> None:
    """Work is told to stop, may put things away, and only then closing is over; nothing counts as a failure."""
    told: list[Exception] = []
    put_away: list[str] = []
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            put_away.append("tools")

    tasks = BackgroundTasks(told.append)
    busy = [tasks.busy]
    task = tasks.start(work())
    qtbot.waitUntil(begun.is_set)
    busy.append(tasks.busy)
    finish(qtbot, tasks.close())
    qtbot.waitUntil(lambda: not tasks.busy)

    assert busy == [False, True]
    assert task.cancelled()
    assert put_away == ["tools"]
    assert told == []


def test_closing_right_after_the_last_step() -> None:
    """A task that has ended, and of which nobody has been told yet, is no reason to wait: the window would stay."""

    async def work_and_close() -> None:
        tasks = BackgroundTasks(lambda _: None)
        tasks.start(asyncio.Event().wait()).cancel()
        await asyncio.create_task(tasks.close())

    assert ends(lambda: asyncio.run(work_and_close()))


def test_what_is_worked_to_its_end_is_waited_for(loop: None, qtbot: QtBot) -> None:
    """A file that somebody has asked for is not given up half written, whatever else is."""
    told: list[Exception] = []
    done: list[str] = []
    disk = asyncio.Event()
    tasks = BackgroundTasks(told.append)

    async def save() -> None:
        await disk.wait()
        done.append("saved")

    async def start_and_close() -> None:
        tasks.start(save(), to_its_end=True)
        other = tasks.start(asyncio.Event().wait())
        other.add_done_callback(lambda _: disk.set())
        await asyncio.sleep(0)
        await tasks.close()

    finish(qtbot, start_and_close())

    assert done == ["saved"]
    assert (tasks.busy, told) == (False, [])


def test_what_has_no_end_is_given_up(loop: None, qtbot: QtBot) -> None:
    """A share that hangs does not keep the program."""
    told: list[Exception] = []
    tasks = BackgroundTasks(told.append, ends_within=0)

    async def start_and_close() -> asyncio.Task[None]:
        hanging = tasks.start(asyncio.Event().wait(), to_its_end=True)
        await asyncio.sleep(0)
        await tasks.close()
        return hanging

    assert finish(qtbot, start_and_close()).cancelled()
    assert (tasks.busy, told) == (False, [])


def test_what_is_started_while_others_end_is_cancelled_too(loop: None, qtbot: QtBot) -> None:
    """Work that is told to stop may have others do something; once it is closed, nothing runs."""
    told: list[Exception] = []
    tasks = BackgroundTasks(told.append)

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            tasks.start(asyncio.Event().wait())

    async def start_and_close() -> None:
        tasks.start(work())
        await asyncio.sleep(0)
        await tasks.close()

    finish(qtbot, start_and_close())

    assert not tasks.busy
    assert told == []


def test_what_is_closed_before_it_has_begun(loop: None, qtbot: QtBot) -> None:
    """Nothing complains, and nothing of it is done."""
    told: list[Exception] = []
    tasks = BackgroundTasks(told.append)

    async def start_and_close() -> None:
        tasks.start(fail(RuntimeError("done")))
        await tasks.close()

    finish(qtbot, start_and_close())

    assert not tasks.busy
    assert told == []


def test_what_has_ended_is_let_go(loop: None, qtbot: QtBot) -> None:
    """Closing after the work is done has nothing to wait for, and gives the work's end no second meaning."""
    told: list[Exception] = []
    tasks = BackgroundTasks(told.append)
    done: list[str] = []

    async def work() -> None:
        done.append("work")

    task = tasks.start(work())
    qtbot.waitUntil(task.done)
    finish(qtbot, tasks.close())

    assert done == ["work"]
    assert told == []
    assert not task.cancelled()


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
