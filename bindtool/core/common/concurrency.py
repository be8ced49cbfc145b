"""Helpers for asyncio: calls in daemon threads, and time-outs that count while the computer is awake."""

from __future__ import annotations

import asyncio
import threading
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
