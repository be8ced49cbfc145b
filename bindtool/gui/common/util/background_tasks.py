"""The coroutines that a window has started, kept so that they can be cancelled; loads the HTTP library."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Failed = Callable[[Exception], None]


_ENDS_WITHIN = 10.0
"""Seconds: on a slow disk a large report is written by then, and a share that hangs does not keep the program."""


class BackgroundTasks:
    """Starts coroutines from Qt's side.

    Args:
        failed: hears of every exception that a coroutine let out, on the window's thread.
        ends_within: seconds that what is not to be cancelled has for its end once all is closed.
    """

    def __init__(self, failed: Failed, *, ends_within: float = _ENDS_WITHIN) -> None:
        self._failed = failed
        self._ends_within = ends_within
        self._running: set[asyncio.Task[None]] = set()
        self._to_their_end: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether a coroutine has not ended yet."""
        return bool(self._running)

    def start(self, work: Coroutine[object, object, object], *, to_its_end: bool = False) -> asyncio.Task[None]:
        """Start `work` on the running loop and keep hold of it until it ends.

        `to_its_end`: `close` waits some seconds before it cancels it, as for a file that a person has asked for.
        """
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if to_its_end:
            self._to_their_end.add(task)
            task.add_done_callback(self._to_their_end.discard)
        # A task that is cancelled before its first step has not come to `work`, which would complain about that.
        task.add_done_callback(lambda _: work.close())
        return task

    async def close(self) -> None:
        """Cancel what still runs, what is started meanwhile too, and wait until it has ended."""
        for task in self._running - self._to_their_end:
            task.cancel()
        if self._to_their_end:
            await asyncio.wait(self._to_their_end, timeout=self._ends_within)
        while running := tuple(self._running):
            for task in running:
                task.cancel()
            # Not `gather`: since Python 3.12 it gives nobody a turn where all have ended, and none is taken out.
            await asyncio.wait(running)

    async def _guarded(self, work: Coroutine[object, object, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, the person must hear of it
            self._failed(error)


async def load_http_stack() -> None:
    """Return once it is loaded; from the second time on that is at once."""
    await asyncio.to_thread(_load)


@cache
def _load() -> None:
    import bindtool.core.jobs.channel_run  # noqa: F401
    from bindtool.core.api.connection import load_library

    async def rest_loaded() -> None:
        load_library()

    asyncio.run(rest_loaded())
