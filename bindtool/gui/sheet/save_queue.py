"""Edits on their way to the disk: which rows it does not have yet, and when it has them.

Writing is the store's; what is done when a row is written, or can't be, is decided by `document`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future

    from bindtool.gui.common.util.background_tasks import BackgroundTasks


class SaveQueue:
    """What is being written; true while there is anything.

    Args:
        tasks: what starts a coroutine.
        failed: called with the reason why something could not be written.
    """

    def __init__(self, tasks: BackgroundTasks, failed: Callable[[StoreFailed], None]) -> None:
        self._tasks = tasks
        self._failed = failed
        self._unwritten: Counter[int] = Counter()
        self._writing: dict[Future[None], asyncio.Task[None]] = {}

    def __bool__(self) -> bool:
        return bool(self._writing)

    def follow(self, saving: Future[None], numbers: Sequence[int], written: Callable[[list[int]], None]) -> None:
        """Wait for rows to be written; `written` gets the numbers of those whose newest text the disk has."""
        # Counted before anything else can happen: an older edit that is written now must not be taken for this one.
        self._unwritten.update(numbers)
        self._writing[saving] = self._tasks.start(self._wait(saving, numbers, written))

    def arrived(self, numbers: Sequence[int]) -> list[int]:
        """Take note that the disk has these rows; return those that were not edited again meanwhile."""
        self._unwritten.subtract(numbers)
        return [number for number in numbers if not self._unwritten[number]]

    def begin_anew(self, numbers: Iterable[int] = ()) -> None:
        """Forget what was expected: only these rows are, once each."""
        self._unwritten = Counter(numbers)

    async def nothing(self) -> None:
        """Wait until nothing is on its way: a sheet read before would lack it and give its numbers anew."""
        while self._writing:
            await asyncio.wait(self._writing.values())

    async def _wait(
        self, saving: Future[None], numbers: Sequence[int], written: Callable[[list[int]], None]
    ) -> None:
        try:
            await asyncio.wrap_future(saving)
        except StoreFailed as error:
            self._failed(error)
            return
        finally:
            del self._writing[saving]
        written(self.arrived(numbers))
