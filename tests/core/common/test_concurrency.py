"""A blocking call in a daemon thread gives its answer back, and holds up neither the loop nor the end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading

import pytest

from bindtool.core.common.concurrency import in_daemon_thread


def test_the_answer_comes_back() -> None:
    """The call runs on a daemon thread that has the given name."""
    thread = asyncio.run(in_daemon_thread(threading.current_thread, name="password_store"))
    assert thread.name == "password_store"
    assert thread.daemon


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_a_failure_comes_back(error: BaseException) -> None:
    """Whatever the call raises is raised where it was awaited."""

    def fail() -> None:
        raise error

    async def catch() -> BaseException | None:
        try:
            await in_daemon_thread(fail, name="password_store")
        except BaseException as caught:  # noqa: BLE001 - the loop itself would stop for two of them
            return caught
        return None

    assert asyncio.run(catch()) is error


def test_the_loop_goes_on_meanwhile() -> None:
    """The call waits for something that only the loop can do."""

    async def main() -> bool:
        event = threading.Event()
        asyncio.get_running_loop().call_soon(event.set)
        return await in_daemon_thread(lambda: event.wait(30), name="password_store")

    assert asyncio.run(main())


@pytest.mark.parametrize("late", ["answer", "failure"])
def test_a_cancelled_call_is_left_behind(late: str) -> None:
    """The wait ends at once; what the call gives later, answer or failure, is dropped without a word."""
    complaints: list[dict[str, object]] = []
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def call() -> str:
        threads.append(threading.current_thread())
        go_on.wait(30)
        if late == "failure":
            raise ValueError(late)
        return late

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        task = asyncio.create_task(in_daemon_thread(call, name="password_store"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await asyncio.to_thread(threads[0].join, 30)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert not threads[0].is_alive()
    assert complaints == []


def test_a_loop_that_is_closed_meanwhile() -> None:
    """The thread ends quietly where nobody waits any more; a warning would fail this test."""
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def call() -> None:
        threads.append(threading.current_thread())
        go_on.wait(30)

    async def main() -> None:
        task = asyncio.create_task(in_daemon_thread(call, name="password_store"))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(main())
    go_on.set()
    threads[0].join(30)
    assert not threads[0].is_alive()


_BLOCKED_FOR_GOOD = """
import asyncio, threading
from bindtool.core.common.concurrency import in_daemon_thread

async def main():
    try:
        async with asyncio.timeout(0.05):
            await in_daemon_thread(threading.Event().wait, name="password_store")
    except TimeoutError:
        print("left")

asyncio.run(main())
"""

_UNDER_QT = """
import asyncio, threading
from PySide6.QtCore import QCoreApplication
from qasync import QEventLoop
from bindtool.core.common.concurrency import in_daemon_thread

go_on = threading.Event()
threads = []

def wait():
    threads.append(threading.current_thread())
    go_on.wait(30)

async def main():
    print(await in_daemon_thread(lambda: "answer", name="password_store"))
    task = asyncio.create_task(in_daemon_thread(wait, name="password_store"))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("left")

application = QCoreApplication([])
loop = QEventLoop(application)
loop.run_until_complete(main())
loop.close()
go_on.set()
threads[0].join(30)
print("alive" if threads[0].is_alive() else "ended")
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [(_BLOCKED_FOR_GOOD, ["left"]), (_UNDER_QT, ["answer", "left", "ended"])],
    ids=["blocked for good", "under Qt"],
)
def test_a_program_ends(program: str, said: list[str]) -> None:
    """A process ends while a call is still blocked, and the window's loop serves as well as asyncio's."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_API": "pyside6"},
    )
    assert done.stdout.split() == said
    assert done.stderr == ""
