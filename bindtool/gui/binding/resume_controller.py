"""Offers to continue after an interruption: a run ended by a crash or by closing, or a disk failure.

`core.jobs.interrupted_run` counts the rows left by such a run. It continues as a new run, started by `run_starter`;
`main_window.controller` reads the sheet again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.binding.advice import Action
from bindtool.core.binding.events import Ending
from bindtool.core.common.errors import StoreFailed
from bindtool.core.jobs.interrupted_run import InterruptedRun, cut_off_runs, end_runs, what_is_left
from bindtool.gui.common.widgets.notices import Kind

if TYPE_CHECKING:
    from bindtool.core.store import Store
    from bindtool.gui.binding.run_session import Result, RunSession
    from bindtool.gui.binding.run_starter import RunStarter
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.sheet.document import SheetDocument


class ResumeController(QObject):
    """Offers to continue, and to save again; outlives the widgets.

    Signals:
        sheet_requested(): the disk is writable again; asks for the sheet to be read from it.
    """

    sheet_requested = Signal()

    def __init__(
        self,
        window: Window,
        document: SheetDocument,
        session: RunSession,
        starter: RunStarter,
        store: Store,
        tasks: BackgroundTasks,
    ) -> None:
        super().__init__()
        self._window = window
        self._document = document
        self._starter = starter
        self._store = store
        self._tasks = tasks
        self._session = session
        self._interrupted: InterruptedRun | None = None
        self._resuming: asyncio.Task[None] | None = None
        session.finished.connect(self._note_end)
        document.head_changed.connect(self._forget_other_sheet)

    async def offer(self) -> None:
        """Offer to continue an interrupted run of the open sheet, if there was one."""
        if not await self._look() or self._interrupted is None:
            return
        if self._interrupted.advice is not None:
            self._window.notices.show_advice(self._interrupted.advice)
        else:
            await self._forget_interrupted()

    def act(self, action: Action) -> None:
        """Save again or continue, if the user has pressed one of these."""
        if action is Action.SAVE_AGAIN:
            self._tasks.start(self._save_again())
        elif action is Action.RESUME and self._interrupted is not None and not self._is_resuming:
            self._resuming = self._tasks.start(self._resume())

    @property
    def _is_resuming(self) -> bool:
        """Whether an earlier press is still being carried out; each reads the database in a thread."""
        return self._resuming is not None and not self._resuming.done()

    async def _resume(self) -> None:
        """Continue with the rows left now: rows may have been edited or deleted since the offer."""
        if not await self._look():
            return
        if self._interrupted is not None and self._interrupted.rows:
            self._starter.resume(self._interrupted)
        else:
            self._window.notices.clear(Kind.ADVICE)
            await self._forget_interrupted()

    async def _look(self) -> bool:
        """Look up the rows left now; return False if a run has the sheet, or another one was opened meanwhile."""
        head = self._document.head
        if head is None or self._session.running:
            return False
        cut_off = await asyncio.to_thread(cut_off_runs, self._store, head.sheet_id)
        if self._session.running or not self._document.is_open(head.sheet_id):
            return False
        self._interrupted = what_is_left(self._document.sheet, cut_off)
        return True

    async def _save_again(self) -> None:
        """Write what could not be saved; after a broken run, recover and reload the sheet. Leaves a current run
        alone.
        """
        if self._document.head is None:
            self.sheet_requested.emit()
            return
        if not await self._document.catch_up():
            return
        self._window.notices.clear(Kind.ERROR)
        self._window.show_page(self._window.sheet_page)
        if self._session.unsaved and not self._session.running:
            try:
                await asyncio.wrap_future(self._store.sheets.recover())
            except StoreFailed as error:
                self._document.fail(error)
                return
            self._session.unsaved = False
            self.sheet_requested.emit()

    def _forget_other_sheet(self) -> None:
        """Forget the rows when another sheet is opened: their numbers would mean other rows."""
        head = self._document.head
        if self._interrupted is not None and head is not None and head.sheet_id != self._interrupted.sheet_id:
            self._interrupted = None
            self._window.notices.clear(Kind.ADVICE)

    def _note_end(self, result: Result) -> None:
        if self._session.closing and result.concluded.ended.ending is Ending.STOPPED:
            return  # the next start offers to continue this run, and counts the interrupted one with it
        self._tasks.start(self._forget_interrupted())

    async def _forget_interrupted(self) -> None:
        """Forget the interrupted run: a run has finished since, or no rows were left."""
        if self._interrupted is not None:
            sheet_id, self._interrupted = self._interrupted.sheet_id, None
            await end_runs(self._store, sheet_id)
