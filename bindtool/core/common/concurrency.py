"""Helpers for asyncio: calls in daemon threads, what other threads answer, and time-outs that count while awake."""

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
    """Return what `call` returns or raise what it raises, from a daemon thread of its own.

    Cancelled, the wait ends at once; the call goes on by itself, and whatever it gives is dropped.

    Args:
        call: may block for as long as it likes.
        name: the thread's, for whoever looks at a stack dump.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def tell(_: Future[T]) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody waits
            loop.call_soon_threadsafe(ended.set)

    # Not asyncio's Future, which complains about an exception that nobody fetched.
    answer = start_daemon_thread(call, name=name)
    answer.add_done_callback(tell)
    await ended.wait()
    return answer.result()


def start_daemon_thread(call: Callable[[], T], *, name: str) -> Future[T]:
    """Return the future of a call in a daemon thread of its own, which no process waits for at its end.

    An executor's threads are waited for: one that hangs on a file of a share would keep the process.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - the waiting side raises it, whatever it is
            answer.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return answer


class Answers:
    """Waits for futures of a thread that settles many at once, and is woken once for all of them.

    `asyncio.wrap_future` wakes the loop for each: a call of the system, at which the thread has to give the
    interpreter away. For one event loop, the one that runs when this is made.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._settled: deque[asyncio.Future[None]] = deque()
        self._is_woken = False

    async def of(self, future: Future[T]) -> T:
        """Return what `future` brings, or raise what it does. It can't be cancelled from here."""
        waiting = self._loop.create_future()
        future.add_done_callback(lambda _: self._note(waiting))
        await waiting
        return future.result()

    def _note(self, waiting: asyncio.Future[None]) -> None:
        """Called by the thread."""
        self._settled.append(waiting)
        if not self._is_woken:
            self._is_woken = True
            with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody waits
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        # First: what is settled from now on may be too late for this turn.
        self._is_woken = False
        while self._settled:
            waiting = self._settled.popleft()
            if not waiting.done():
                waiting.set_result(None)


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
