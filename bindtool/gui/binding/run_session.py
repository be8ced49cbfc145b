"""One run in the window, from confirmation to end; the only place where a run's events become Qt signals.

Owns the run's task, and throttles its progress signals: answers come hundreds of times a second.
`core.jobs.channel_run` is the run itself, `core.binding.progress` computes its progress, the sheet document owns
the rows, and the widgets display them.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.binding.advice import WANTS_A_TOKEN
from bindtool.core.binding.connectivity import RetrySignal
from bindtool.core.binding.events import Bisecting, ClockOff, Event, ObstacleChanged, Sending, Settled, Waiting
from bindtool.core.binding.progress import Progress, RunProgress
from bindtool.core.common.errors import BadInput, BindtoolError, StoreFailed
from bindtool.core.jobs.bind_job import Begun, BindJob, Concluded, Held
from bindtool.core.model.outcome import SENDABLE, Outcome
from bindtool.gui.common.util.background_tasks import BackgroundTasks, load_http_stack
from bindtool.gui.common.util.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.messages import Message
    from bindtool.core.jobs.site_token import FoundToken
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store
    from bindtool.gui.shared_ledger import SharedLedgerService
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.gui.tokens.service import TokenService

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run: its final progress, how it ended, when, and its duration in seconds."""

    progress: Progress
    concluded: Concluded
    time: datetime
    seconds: float


class RunSession(QObject):
    """The run of a window; one at a time. It owns its rows from `started` on: rows edited, deleted or held before
    that are left out.

    Signals:
        started(): rows are being sent; the token and everything else needed is there.
        not_begun(job, error): the run ended before that, and nothing was sent. `error` is the reason (a
            `BindtoolError`); None if the user stopped it, or no rows were left to send.
        remarked(line): a remark on a run that goes on all the same (a `Message`).
        progressed(progress): a `Progress`; the rows show it already. Answers are signalled within a moment,
            anything else at once.
        obstacle_changed(obstacle, left): the obstacle that prevents the `left` rows from being sent (a
            `NeverSent`); None once there is none.
        finished(result): a `Result`; the run is over and saved.
        broken(error): the run could not be saved, or a fault of the program has ended it; a `BindtoolError`.
        sheet_closing(): the open sheet, whose rows a run would take, is about to be replaced by another.
    """

    started = Signal()
    not_begun = Signal(object, object)
    remarked = Signal(object)
    progressed = Signal(object)
    obstacle_changed = Signal(object, int)
    finished = Signal(object)
    broken = Signal(object)
    sheet_closing = Signal()

    def __init__(
        self,
        document: SheetDocument,
        edits: EditCommands,
        store: Store,
        clock: Clock,
        proxies: Proxies,
        tasks: BackgroundTasks,
        tokens: TokenService,
        ledger: SharedLedgerService,
    ) -> None:
        super().__init__()
        self._document = document
        self._edits = edits
        self._store = store
        self._clock = clock
        self._proxies = proxies
        self._tasks = tasks
        self._tokens = tokens
        self._ledger = ledger
        self._stop = asyncio.Event()
        self._retry = RetrySignal()
        self._closing = False
        self._running = False
        self._began: float | None = None
        self._remarks: list[Message] = []
        self._progress = RunProgress((), clock)
        self._unshown: dict[int, Outcome] = {}
        self._throttle = Throttle(self, self._emit_progress)
        self._sheet_lock = asyncio.Lock()
        self.result: Result | None = None
        """The last finished run."""
        self.paused = False
        """Whether that run stopped for lack of a valid token, without a question since whether to continue."""
        self.unsaved = False
        """Whether the disk failed in a run, and the rows have not been reloaded from it since."""
        self.clock_off: int | None = None
        """Minutes by which this computer's clock was off in the last run; None if no error is known."""
        self._countdown = QTimer(self, interval=500)
        self._countdown.timeout.connect(self._emit_progress)

    @property
    def running(self) -> bool:
        """Whether a run is active or beginning."""
        return self._running

    @property
    def free(self) -> bool:
        """Whether a run may begin: none is active, and no other sheet is being opened."""
        return not (self._running or self._sheet_lock.locked())

    @property
    def beginning(self) -> bool:
        """Whether a run is beginning: waiting for its token, its claims or its turn."""
        return self._running and self._began is None

    @property
    def stopping(self) -> bool:
        """Whether the run is stopping and has not ended yet."""
        return self._running and self._stop.is_set()

    @property
    def closing(self) -> bool:
        """Whether the last stop was due to closing the program."""
        return self._closing

    @property
    def progress(self) -> Progress:
        """The progress of the current or last run."""
        return self._progress.now()

    @property
    def row(self) -> int | None:
        """The number of the row sent last; None for none."""
        return self._progress.row

    async def replace_sheet(self, replace: Callable[[], Coroutine[object, object, bool]]) -> bool:
        """Call `replace`, which opens another sheet, and return its result; one at a time, and no run begins
        meanwhile.

        Raises:
            BadInput: "sheet.run_is_on": a run has begun since the request.
        """
        async with self._sheet_lock:
            if self._running:
                raise BadInput("sheet.run_is_on")
            self.sheet_closing.emit()
            return await replace()

    def start(self, job: BindJob) -> None:
        """Bind the confirmed rows, at least one row of the open sheet; only while `free`."""
        self._stop = asyncio.Event()
        self._retry = RetrySignal()
        self._running = True
        self._began = None
        self._remarks = []
        self.clock_off = None
        self._progress = RunProgress((each.number for each in job.jobs), self._clock)
        self._countdown.start()
        self._tasks.start(self._run(job, self._document.sheet, self._ledger.ledger))
        self._emit_progress()

    def stop(self, *, closing: bool = False) -> None:
        """Send nothing more; wait for requests already sent.

        `closing`: the program is about to end, and the next start offers to continue.
        """
        self._closing = closing
        self._stop.set()
        self._emit_progress()

    def try_now(self) -> None:
        """Retry at once the rows waiting for a connection."""
        self._retry.give()

    async def _run(self, job: BindJob, sheet: Sheet, ledger: SharedLedger | None) -> None:
        async def token() -> FoundToken:
            return await self._tokens.find(job.profile, lambda error: self.remarked.emit(error.title))

        try:
            await load_http_stack()
            from bindtool.core.jobs.channel_run import RunContext, run_job

            context = RunContext(self._store, self._clock, self._proxies, ledger, closing=lambda: self._closing)
            run = run_job(job, sheet, token, context, self._stop, self._retry)
            async with aclosing(run) as events:
                async for event in events:
                    match event:
                        case Held():
                            self._hold(job, event)
                        case Begun():
                            self._begin(event)
                        case Concluded():
                            await self._conclude(job, event)
                        case _:
                            self._handle(event)
        except Exception as error:  # the window must leave the running state and report it
            if not isinstance(error, BindtoolError):
                logger.exception("a run has failed")
            self._fail(job, error)
        finally:
            # The run was cancelled because its window is gone: stop the timers, as no progress is shown any more.
            self._countdown.stop()
            self._throttle.cancel()

    def _hold(self, job: BindJob, held: Held) -> None:
        # Skip a row whose id has changed since, as the reason is outdated, and a held row, which has its own
        # reason.
        still = self._document.sheet.unchanged(job.jobs, SENDABLE)
        reasons = {each.number: held.reasons[each.number] for each in still if each.number in held.reasons}
        if reasons:
            self._edits.hold(reasons)
        self._remarks = held.remarks

    def _begin(self, begun: Begun) -> None:
        self._began = self._clock.monotonic()
        self._progress = RunProgress((each.number for each in begun.jobs), self._clock)
        # Only now: until here, a row whose device another bench has bound can still be held.
        self._document.sheet.take_up(self._progress.numbers)
        self.started.emit()
        self._emit_progress()
        self._emit_remarks()

    def _emit_remarks(self) -> None:
        # Only now: the begin of a run clears earlier messages.
        for remark in self._remarks:
            self.remarked.emit(remark)

    async def _conclude(self, job: BindJob, concluded: Concluded) -> None:
        if self._began is None:
            self._end()
            self.not_begun.emit(job, None)
            self._emit_remarks()
            return
        seconds = self._clock.monotonic() - self._began
        self._emit_progress()
        # The last rows are drawn in an event of their own: together with the summary the delay would be noticeable.
        await asyncio.sleep(0)
        self._end()
        self.result = Result(self._progress.now(), concluded, self._clock.now(), seconds)
        self.paused = concluded.ended.ending in WANTS_A_TOKEN
        self.finished.emit(self.result)

    def _fail(self, job: BindJob, error: Exception) -> None:
        """End a run that can't go on.

        Rows that were being sent become unknown. After a disk failure, the sheet takes no scan until the user has
        saved it again, which `resume_controller` does; the scan field says so.
        """
        begun = self._began is not None
        if begun:
            self._mark_unknown()
        self._end()
        if not isinstance(error, BindtoolError):
            self.broken.emit(BindtoolError("run.broken", detail=type(error).__name__))
        elif not begun:
            self.not_begun.emit(job, error)
        else:
            if isinstance(error, StoreFailed):
                self.unsaved = True
                self._document.fail(error)
            self.broken.emit(error)

    def _handle(self, event: Event) -> None:
        self._progress.take(event)
        match event:
            case Sending() | Settled():
                self._show_soon(event.outcomes)
            case Waiting() | Bisecting():
                self._emit_progress()
            case ObstacleChanged():
                self.obstacle_changed.emit(event.obstacle, self._progress.left)
            case ClockOff():
                self.clock_off = event.minutes
                self._emit_progress()

    def _show_soon(self, outcomes: Mapping[int, Outcome]) -> None:
        """Delay drawing, since most rows are sent and bound within a moment: draw them once for both."""
        self._unshown.update(outcomes)
        self._throttle.request()

    def _show_outcomes(self) -> None:
        """Draw the outcomes that arrived since the last time."""
        outcomes, self._unshown = self._unshown, {}
        if outcomes:
            self._document.settle(outcomes)

    def _mark_unknown(self) -> None:
        """Mark rows that were being sent as unknown, as the next start would: Coze may have bound them."""
        self._show_outcomes()
        sheet, numbers = self._document.sheet, self._progress.numbers
        outcomes = {number: sheet[number].outcome.recovered() for number in numbers if number in sheet}
        self._progress.count(outcomes)
        self._show_soon(outcomes)
        self._emit_progress()

    def _end(self) -> None:
        self._running = False
        self._document.sheet.take_up(())
        self._countdown.stop()

    def _emit_progress(self) -> None:
        self._show_outcomes()
        if self._running:
            self.progressed.emit(self._progress.now())
