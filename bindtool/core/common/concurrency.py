"""Helpers for asyncio: calls in daemon threads, sets of tasks, results of threads, time-outs while awake."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T], *, name: str) -> T:
    """Return what `call` returns or raise what it raises, from a daemon thread of its own.

    Cancelled, the wait ends at once; the call goes on by itself, and whatever it gives is dropped.

    Args:
        call: may block for as long as it likes.
        name: the thread's, for whoever looks at a stack dump.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    # Not asyncio's Future, which complains about an exception that nobody fetched.
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - the waiting side raises it, whatever it is
            answer.set_exception(error)
        with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody waits
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=run, name=name, daemon=True).start()
    await ended.wait()
    return answer.result()


_STEP = 1.0
"""Seconds after which the clock is read again."""

_LATE = 0.25
"""Seconds by which a step may be late before the computer counts as having slept; a busy loop is late by less."""


async def wait_awake(futures: Iterable[asyncio.Future[Any]], seconds: float) -> bool:
    """Wait until one of `futures` is done or `seconds` were spent awake; return whether one is."""
    loop = asyncio.get_running_loop()
    waited_for = tuple(futures)
    left = seconds
    while left > 0:
        step = min(left, _STEP)
        before = loop.time()
        done, _ = await asyncio.wait(waited_for, timeout=step, return_when=asyncio.FIRST_COMPLETED)
        if done:
            return True
        took = loop.time() - before
        if took < step + _LATE:
            left -= took
    return False


class TaskSet:
    """Tasks of one owner; `failed` is called as soon as one of them fails."""

    def __init__(self, failed: Callable[[], None]) -> None:
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run `work` as a task that goes on even where whoever waits for it is cancelled."""
        task = asyncio.ensure_future(self._reporting_failure(work))
        self._tasks.add(task)
        task.add_done_callback(self._discard_unless_failed)
        return task

    async def done(self) -> None:
        """Wait until all tasks have ended, and raise what one that failed has raised."""
        await self.ended()
        for task in self._tasks:
            task.result()

    async def ended(self) -> None:
        """Wait until all tasks have ended, whether they failed or not."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Cancel what is still running, and wait until it has ended."""
        for task in self._tasks:
            task.cancel()
        await self.ended()

    async def _reporting_failure(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception:
            # Here and not when the task is done: by then others may have gone on.
            self._failed()
            raise

    def _discard_unless_failed(self, task: asyncio.Task[None]) -> None:
        # A failed task stays, so that `done` can raise its error.
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)


class ThreadResults:
    """Waits for futures of another thread, for as many coroutines of one loop as there are."""

    def __init__(self) -> None:
        self._done: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._wake_up_sent = False

    async def result(self, future: Future[T]) -> T:
        """Return what `future` brings, or raise what it fails with. Whoever stops waiting does not cancel it."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(lambda done: self._enqueue(loop, waiting, done))
        return await waiting

    def _enqueue(self, loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[Any], done: Future[Any]) -> None:
        """Called in the thread."""
        if loop.is_closed():
            return
        self._done.append((waiting, done))
        if not self._wake_up_sent:
            self._wake_up_sent = True
            loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First: what is queued from here on may come too late for this turn of the loop, and needs another one.
        self._wake_up_sent = False
        while self._done:
            waiting, done = self._done.popleft()
            if waiting.done():
                continue
            error = done.exception()
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)
