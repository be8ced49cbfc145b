"""A window's running coroutines, kept so that they can be cancelled; loads the HTTP library."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Failed = Callable[[Exception], None]


_ENDS_WITHIN = 10.0
"""Seconds: enough to write a large report to a slow disk, and a share that hangs can't keep the program from
ending.
"""


class BackgroundTasks:
    """Starts coroutines from Qt code.

    Args:
        failed: called on the window's thread with every exception that a coroutine raises.
        ends_within: seconds that `close` gives the tasks started with `to_its_end` before it cancels them.
    """

    def __init__(self, failed: Failed, *, ends_within: float = _ENDS_WITHIN) -> None:
        self._failed = failed
        self._ends_within = ends_within
        self._running: set[asyncio.Task[None]] = set()
        self._to_their_end: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether a coroutine is running."""
        return bool(self._running)

    def start(self, work: Coroutine[object, object, object], *, to_its_end: bool = False) -> asyncio.Task[None]:
        """Run `work` as a task on the running loop, and keep a reference to it until it ends.

        `to_its_end`: `close` waits some seconds before cancelling it, as for a file that the user has requested.
        """
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if to_its_end:
            self._to_their_end.add(task)
            task.add_done_callback(self._to_their_end.discard)
        # A task cancelled before its first step never awaits `work`, which would then warn about it.
        task.add_done_callback(lambda _: work.close())
        return task

    async def close(self) -> None:
        """Cancel all tasks, including any started meanwhile, and wait until they have ended."""
        for task in self._running - self._to_their_end:
            task.cancel()
        if self._to_their_end:
            await asyncio.wait(self._to_their_end, timeout=self._ends_within)
        while running := tuple(self._running):
            for task in running:
                task.cancel()
            # Not `gather`: since Python 3.12 it doesn't yield to the loop if all are done already, so none would be
            # removed.
            await asyncio.wait(running)

    async def _guarded(self, work: Coroutine[object, object, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the user must be told of every failure
            self._failed(error)


async def load_http_stack() -> None:
    """Return once the library is loaded; at once from the second call on."""
    await asyncio.to_thread(_load)


@cache
def _load() -> None:
    import bindtool.core.jobs.channel_run  # noqa: F401
    from bindtool.core.api.connection import load_library

    async def rest_loaded() -> None:
        load_library()

    asyncio.run(rest_loaded())
