"""Helpers for asyncio: calls in daemon threads, results of other threads, and timeouts counted while awake."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T], *, name: str) -> T:
    """Run `call` in a daemon thread of its own; return its result or raise its exception.

    On cancellation the wait ends at once; the call continues, and its result is dropped.

    Args:
        call: may block for any time.
        name: the thread's name in a stack dump.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def wake(_: Future[T]) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile, so there is no waiter
            loop.call_soon_threadsafe(ended.set)

    # Not asyncio's Future, which warns about an exception that was never retrieved.
    answer = start_daemon_thread(call, name=name)
    answer.add_done_callback(wake)
    await ended.wait()
    return answer.result()


def start_daemon_thread(call: Callable[[], T], *, name: str) -> Future[T]:
    """Run a call in a daemon thread of its own and return its future; the process exits without waiting for it.

    An executor joins its threads at exit: a thread that hangs on a file of a share would keep the process alive.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - the waiting side raises any exception
            answer.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return answer


class Answers:
    """Waits for futures of a thread that completes many at once, and wakes the event loop once for all of them.

    `asyncio.wrap_future` wakes the loop for each: a system call, at which the thread has to release the GIL. Bound
    to the event loop that is running at construction.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._settled: deque[asyncio.Future[None]] = deque()
        self._is_woken = False

    async def result_of(self, future: Future[T]) -> T:
        """Return the result of `future` or raise its exception. Does not cancel `future`."""
        waiting = self._loop.create_future()
        future.add_done_callback(lambda _: self._note(waiting))
        await waiting
        return future.result()

    def _note(self, waiting: asyncio.Future[None]) -> None:
        """Queue a completed wait; called by the thread."""
        self._settled.append(waiting)
        if not self._is_woken:
            self._is_woken = True
            with suppress(RuntimeError):  # the loop was closed meanwhile, so there is no waiter
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        # First: futures completed from now on may be too late for this iteration.
        self._is_woken = False
        while self._settled:
            waiting = self._settled.popleft()
            if not waiting.done():
                waiting.set_result(None)


_STEP = 1.0
"""Seconds after which the clock is read again."""

_LATE = 0.25
"""Seconds by which a step may be late before the computer counts as having slept; a busy loop is less late."""


async def wait_awake(futures: Iterable[asyncio.Future[Any]], seconds: float) -> bool:
    """Wait until any of `futures` is done or `seconds` were spent awake; return whether any is."""
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
