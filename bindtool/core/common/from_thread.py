"""What another thread brings to its end, waited for in a loop that is woken once for all that is done by then.

Owns the way from the thread to the loop. `asyncio.wrap_future` wakes the loop for each future, and each waking is a
system call at which the thread gives way: with 64 requests in flight the store would not get on with its work.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


class FromThread:
    """Waits for futures of another thread, for as many coroutines of one loop as there are."""

    def __init__(self) -> None:
        self._done: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._woken = False

    async def result(self, future: Future[T]) -> T:
        """Return what `future` brings, or raise what it fails with. Whoever stops waiting does not cancel it."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(lambda done: self._note(loop, waiting, done))
        return await waiting

    def _note(self, loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[Any], done: Future[Any]) -> None:
        """Called in the thread."""
        if loop.is_closed():
            return
        self._done.append((waiting, done))
        if not self._woken:
            self._woken = True
            loop.call_soon_threadsafe(self._hand_out)

    def _hand_out(self) -> None:
        # First: what is noted from here on may come too late for this turn, and needs another.
        self._woken = False
        while self._done:
            waiting, done = self._done.popleft()
            if waiting.done():
                continue
            error = done.exception()
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)
