"""Work that goes on beside its caller, who wants to hear of it at the end, or at once where it fails.

Owns the tasks. What they do, and what a failure means, is for the caller.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Beside:
    """Tasks of one owner; `failed` is called as soon as one of them fails."""

    def __init__(self, failed: Callable[[], None]) -> None:
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Let `work` go on by itself, even where whoever waits for it is cancelled."""
        task = asyncio.ensure_future(self._told(work))
        self._tasks.add(task)
        task.add_done_callback(self._note)
        return task

    async def done(self) -> None:
        """Wait until nothing goes on any more, and raise what one that failed has raised."""
        await self.ended()
        for task in self._tasks:
            task.result()

    async def ended(self) -> None:
        """Wait until nothing goes on any more, whatever came of it."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Break off what goes on."""
        for task in self._tasks:
            task.cancel()
        await self.ended()

    async def _told(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception:
            # Here and not when the task is done: by then others may have gone on.
            self._failed()
            raise

    def _note(self, task: asyncio.Task[None]) -> None:
        # One that failed stays, for `done` to raise what went wrong.
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
