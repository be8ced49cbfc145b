"""One run in a window: started, watched, stopped; the one place where a run's events meet Qt.

Owns its task, what is known of its progress, and how often it is told: a run answers hundreds of times a second.
How a run goes is for `core.channel_run`, its rows are the sheet desk's, and what a person reads of it is for the
panels.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.offline import Nudge
from bindtool.core.outcome import State
from bindtool.core.run import ClockOff, Looking, Sending, Settled, Waiting
from bindtool.gui.panels.foot import Progress
from bindtool.gui.soon import Soon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bindtool.core.access_token import AccessToken
    from bindtool.core.channel_run import Concluded, Plan
    from bindtool.core.clock import Clock
    from bindtool.core.outcome import Outcome
    from bindtool.core.reply import NeverSent
    from bindtool.core.run import Event, Job
    from bindtool.core.store import Store
    from bindtool.gui.sheet_desk import SheetDesk
    from bindtool.gui.tasks import Tasks


_NOT_SENT = frozenset({State.READY, State.WAITING, State.SENDING})


@dataclass(frozen=True, slots=True)
class Result:
    """A run that is over: its progress at the end, how it ended, when, and how many seconds it took."""

    progress: Progress
    concluded: Concluded
    time: datetime
    seconds: float


class Session(QObject):
    """The run of a window; one at a time.

    Signals:
        started(): rows are under way.
        progressed(progress): a `Progress`; the rows show it already. Answers are told within a moment, all else at
            once.
        offline(obstacle, left): there is no way to the server for `left` rows, for a reason that is news (a
            `NeverSent`); None and 0 when the server has answered again.
        finished(result): a `Result`; the run is over and written down.
        broken(error): the run could not be written down; an exception.
    """

    started = Signal()
    progressed = Signal(object)
    offline = Signal(object, int)
    finished = Signal(object)
    broken = Signal(object)

    def __init__(self, desk: SheetDesk, store: Store, clock: Clock, tasks: Tasks) -> None:
        super().__init__()
        self._desk = desk
        self._store = store
        self._clock = clock
        self._tasks = tasks
        self._stop = asyncio.Event()
        self._nudge = Nudge()
        self._running = False
        self._obstacle: NeverSent | None = None
        self._states: dict[int, State] = {}
        self._counts: Counter[State] = Counter()
        self._news: dict[int, Outcome] = {}
        self._soon = Soon(self, self._tell)
        self._waiting: Waiting | None = None
        self._waits_until = 0.0
        self._looking: int | None = None
        self.clock_off: int | None = None
        """Minutes that this computer's clock was off in the last run; None where nothing is known against it."""
        self._countdown = QTimer(self, interval=500)
        self._countdown.timeout.connect(self._tell)

    @property
    def running(self) -> bool:
        """Whether a run is on."""
        return self._running

    @property
    def stopping(self) -> bool:
        """Whether it has been told to stop and has not ended yet."""
        return self._running and self._stop.is_set()

    def start(self, jobs: Sequence[Job], plan: Plan, token: AccessToken) -> None:
        """Begin a run with `jobs`, at least one."""
        self._stop = asyncio.Event()
        self._nudge = Nudge()
        self._running = True
        self._waiting = None
        self.clock_off = None
        self._looking = None
        self._states = {job.number: State.READY for job in jobs}
        self._counts = Counter(self._states.values())
        self._desk.sheet.take_up(self._states)
        self._countdown.start()
        self._tasks.start(self._run(jobs, plan, token))
        self.started.emit()
        self._tell()

    def stop(self) -> None:
        """Let nothing new leave; what is in flight is waited for."""
        self._stop.set()
        self._tell()

    def try_now(self) -> None:
        """Let those rows try at once that wait for a way to the server."""
        self._nudge.give()

    async def _run(self, jobs: Sequence[Job], plan: Plan, token: AccessToken) -> None:
        # Imported here: httpx comes along, which is loaded by now, and not with the window.
        from bindtool.core.channel_run import Concluded, run_channel

        began = self._clock.monotonic()
        try:
            events = run_channel(jobs, plan, token, self._store, self._stop, self._clock, self._nudge)
            async for event in events:
                if isinstance(event, Concluded):
                    seconds = self._clock.monotonic() - began
                    self._tell()
                    # The last rows have a turn of their own: with the sum they would be felt.
                    await asyncio.sleep(0)
                    self._end()
                    self.finished.emit(Result(self._progress(), event, self._clock.now(), seconds))
                else:
                    self._take(event)
        except Exception as error:  # noqa: BLE001 - the window must leave the running state and say so
            self._let_go()
            self._end()
            self.broken.emit(error)
        finally:
            # A run that is cancelled with its window has nobody left to count for.
            self._countdown.stop()
            self._soon.forget()

    def _take(self, event: Event) -> None:
        match event:
            case Sending():
                self._waiting = None
                if len(event.outcomes) > (self._looking or 0):
                    self._looking = None
                self._note(event.outcomes)
            case Settled():
                self._note(event.outcomes)
                if any(outcome.answer and outcome.answer.http_status for outcome in event.outcomes.values()):
                    self._meet(None)
            case Waiting():
                self._waiting = event
                # By the steady clock: the wall's may be set in the middle of a wait.
                self._waits_until = self._clock.monotonic() + event.seconds
                if event.obstacle is not None:
                    self._meet(event.obstacle)
                self._tell()
            case ClockOff():
                self.clock_off = event.minutes
                self._tell()
            case Looking():
                self._looking = event.left
                self._tell()

    def _meet(self, obstacle: NeverSent | None) -> None:
        """Tell what is in the way, once for as long as it is the same."""
        before, self._obstacle = self._obstacle, obstacle
        if obstacle is None and before is not None:
            self.offline.emit(None, 0)
        elif obstacle is not None and (before is None or before.why is not obstacle.why):
            left = sum(1 for state in self._states.values() if state in _NOT_SENT)
            self.offline.emit(obstacle, left)

    def _note(self, outcomes: Mapping[int, Outcome]) -> None:
        """Take in what has become of rows. Most are sent and bound within a moment, and are drawn once for both."""
        for number, outcome in outcomes.items():
            self._counts[self._states[number]] -= 1
            self._counts[outcome.state] += 1
            self._states[number] = outcome.state
        self._news.update(outcomes)
        self._soon.ask()

    def _settle(self) -> None:
        """Give the rows the news."""
        news, self._news = self._news, {}
        if news:
            self._desk.settle(news)

    def _let_go(self) -> None:
        """Say of rows that were under way what the next start would say: they may have been taken."""
        self._settle()
        sheet = self._desk.sheet
        self._note({number: sheet[number].outcome.recovered() for number in self._states if number in sheet})
        self._tell()

    def _end(self) -> None:
        self._meet(None)
        self._running = False
        self._desk.sheet.take_up(())
        self._countdown.stop()

    def _tell(self) -> None:
        self._settle()
        if self._running:
            self.progressed.emit(self._progress())

    def _progress(self) -> Progress:
        counts = self._counts
        waiting = self._waiting
        left = self._waits_until - self._clock.monotonic() if waiting is not None else 0
        return Progress(
            total=len(self._states),
            bound=counts[State.BOUND],
            refused=counts[State.REFUSED],
            unknown=counts[State.UNKNOWN],
            looking=self._looking,
            wait=waiting.reason if waiting is not None else None,
            seconds=max(1, ceil(left)),
        )
