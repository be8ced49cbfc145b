"""Hands runs over to the folder that their profile names: after each run, at start-up, and each minute if any are
waiting.

Only one thread does this; a share that hangs blocks nothing but that thread. `core.jobs.handoff` decides on a
file's content, and when it is complete.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.handoff import LEAVING_WAITS

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bindtool.core.profiles.profile import Profile
    from bindtool.core.profiles.repository import ProfileRepository
    from bindtool.core.store import Store
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.i18n.catalogue import Texts

logger = logging.getLogger(__name__)

_EACH = 60_000
"""Milliseconds."""


class HandoffService(QObject):
    """The hand-off files of this data folder.

    Signals:
        changed(): the number of waiting files has changed.
    """

    changed = Signal()

    def __init__(
        self,
        store: Store,
        repository: ProfileRepository,
        tasks: BackgroundTasks,
        texts: Texts,
        leaving_waits: float = LEAVING_WAITS,
    ) -> None:
        super().__init__()
        self._store = store
        self._repository = repository
        self._tasks = tasks
        self._leaving_waits = leaving_waits
        self.texts = texts
        """The language of the files."""
        self.waiting = 0
        """The number of files that wait for their folder."""
        self._working = False
        self._again = False
        self._each = QTimer(self, interval=_EACH)
        self._each.timeout.connect(self.hand_over)

    def begin(self) -> None:
        """Hand over the files left by an earlier start."""
        self.hand_over()

    def hand_over(self) -> None:
        """Hand over the waiting files, after the current hand-over."""
        self._again = self._working
        if not self._working:
            self._working = True
            call = partial(self._work, asyncio.get_running_loop(), tuple(self._repository.profiles), self.texts)
            self._tasks.start(self._wait(in_daemon_thread(call, name="bindtool-handoff")), to_its_end=True)

    async def _wait(self, working: Coroutine[object, object, None]) -> None:
        """Wait for the thread, but not long: the program waits for this when it ends, and a share may hang."""
        try:
            await asyncio.wait_for(working, self._leaving_waits)
        except TimeoutError:
            self._show(await asyncio.to_thread(lambda: self._store.handoffs.count))

    def _work(self, loop: asyncio.AbstractEventLoop, profiles: tuple[Profile, ...], texts: Texts) -> None:
        """Hand over, in the thread."""
        # Imported here: most laptops hand nothing over.
        import platform

        from bindtool.core.jobs.handoff import hand_over
        from bindtool.i18n.report_text import handoff_file

        waiting: int | None = None
        try:
            waiting = hand_over(self._store, profiles, platform.node(), partial(handoff_file, texts))
        except StoreFailed as error:  # next time: nothing is lost
            logger.info("runs were not handed over: %s", error)
        finally:
            with suppress(RuntimeError):  # the loop was closed meanwhile, so no listener is left
                loop.call_soon_threadsafe(self._end, waiting)

    def _end(self, waiting: int | None) -> None:
        self._working = False
        if waiting is not None:
            self._show(waiting)
        if self._again:
            self.hand_over()

    def _show(self, waiting: int) -> None:
        # Each minute while files wait; else the end of the next run is soon enough.
        if waiting:
            self._each.start()
        else:
            self._each.stop()
        if waiting != self.waiting:
            self.waiting = waiting
            self.changed.emit()


def handoff_line(texts: Texts, waiting: int) -> list[str]:
    """Return the status line's text about hand-off files, if any wait."""
    return [texts("handoff.waiting", n=waiting)] if waiting else []
