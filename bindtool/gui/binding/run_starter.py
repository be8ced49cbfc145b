"""From Bind to the confirmation: chooses the rows, collects the facts to show before sending, and starts the run.

Keeps the open question and the last confirmation, and outlives the widgets. Reads the channel's data from disk in a
thread; the question is then built from the current sheet. `confirm_panel` is the panel, `run_session` carries out
the run, and `run_presenter` follows its end.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.binding.progress import Forecast, RequestCount, count_requests, forecast
from bindtool.core.binding.replace_mode import carried_along, count_by_bench, why_not_sender
from bindtool.core.common.errors import BindtoolError, or_error
from bindtool.core.jobs.bind_job import BindJob, KnownChannel, ListGrown, known_channel
from bindtool.core.jobs.interrupted_run import TO_GO_ON_WITH, InterruptedRun
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import FRESH, SENDABLE, State
from bindtool.core.model.row import Source
from bindtool.gui.common.util.background_tasks import load_http_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bindtool.core.common.messages import Message
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store
    from bindtool.gui.binding.run_session import RunSession
    from bindtool.gui.scanning.code_lines import CodeLines
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.tools.list_imports import ListImports

AGAIN = frozenset({State.REFUSED, State.UNKNOWN})
UNANSWERED = frozenset({State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Carried:
    """The number of devices sent again because the channel replaces its list.

    `others`: the number of these known from other benches only, by computer name.
    """

    n: int
    others: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The rows about to be bound.

    `first`, `last`: id and label as they will be sent. `held`, `typed`: the number of rows held back, and of rows
    to send that were typed by hand. `first_alone`: the channel has never accepted a device. `carried`: None unless
    the channel replaces its list. `fates`: counts of the values in those columns of the imported lists that may
    tell a row's fate, by column name. `forecast`: the estimated duration; None if not shown. `off_plan`: the
    difference between the sheet and the job's expected count; None if there is none. `requests`: the number of
    requests needed; None if not shown. `again`: the states of the rows, if all of them have been sent before.
    """

    profile: Profile
    n: int
    first: tuple[str, str]
    last: tuple[str, str]
    held: int = 0
    typed: int = 0
    first_alone: bool = False
    carried: Carried | None = None
    fates: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    forecast: Forecast | None = None
    off_plan: Message | None = None
    requests: RequestCount | None = None
    again: frozenset[State] = frozenset()


@dataclass(frozen=True, slots=True)
class _BindRequest:
    """Asks whether to bind the rows of a sheet that `choose` returns, with the profile that was open.

    `about`: what they are chosen by; equal requests choose the same rows.
    """

    profile: Profile
    sheet_id: int
    about: object
    choose: Callable[[], tuple[Job, ...]] = field(compare=False)


class RunStarter(QObject):
    """Asks which rows to bind, and starts the run.

    `confirmation` is the open question; None if there is none. `more`: the number of rows scanned since the
    question. `read`: reads the channel's data, in a thread.

    Signals:
        asked(confirmation): asks the user to confirm (a `Confirmation`).
        withdrawn(): the question was withdrawn.
        more_came(n): the number of rows scanned since the question, which would not be included.
        failed(error): the run could not begin (`BindtoolError`); nothing was sent.
    """

    asked = Signal(object)
    withdrawn = Signal()
    more_came = Signal(int)
    failed = Signal(object)

    def __init__(
        self,
        document: SheetDocument,
        session: RunSession,
        services: Services,
        lines: CodeLines,
        lists: ListImports,
        read: Callable[[Profile, Store], KnownChannel] = known_channel,
    ) -> None:
        super().__init__()
        self._document = document
        self._session = session
        self._read = read
        self._state = services.state
        self._store = services.store
        self._tasks = services.tasks
        self._pending: _BindRequest | None = None
        self._reading = asyncio.Lock()
        self._asked: BindJob | None = None
        self._asked_before = 0
        """The number of the first row scanned after the question."""
        self.more = 0
        self._job: BindJob | None = None
        self._lines, self._lists = lines, lists
        self._confirmed: BindJob | None = None
        self.confirmation: Confirmation | None = None
        session.sheet_closing.connect(self.cancel)
        document.changed.connect(self._count_since)
        session.not_begun.connect(self._take_failure)
        lines.over.connect(self._start_confirmed)

    @property
    def asking(self) -> bool:
        """Whether a question is being prepared."""
        return self._pending is not None

    def ask(self, states: frozenset[State] = FRESH, rows: frozenset[int] | None = None) -> bool:
        """Ask soon whether to bind the rows in `states`, or those among `rows`, with the current profile.

        Returns whether there are any. Asks nothing without a profile, or during a run. Later scans are left for the
        next run.
        """
        profile = self._state.profile
        if profile is None or self._session.running:
            return False
        closed = why_not_sender(profile)
        if closed is not None:
            self.failed.emit(closed)
            return False
        wanted = None if profile.behaviour is Behaviour.REPLACES else rows
        going = _with_unknown(profile, states)

        def choose() -> tuple[Job, ...]:
            jobs = self._document.sheet.jobs(going)
            return tuple(job for job in jobs if wanted is None or job.number in wanted)

        return self._ask(profile, (going, wanted), choose)

    def ask_unanswered(self) -> None:
        """Ask whether to bind again the rows whose answer was lost, except those refused since."""
        self.ask(UNANSWERED, frozenset(row.number for row in self._document.sheet if row.outcome.is_unanswered))

    def left(self) -> tuple[Job, ...]:
        """Return the rows of the last confirmation that can still be sent."""
        head, job = self._document.head, self._job
        if head is None or job is None or job.sheet_id != head.sheet_id:
            return ()
        confirmed = {each.number: each.device for each in job.jobs}
        states = _with_unknown(job.profile, FRESH)
        return tuple(
            each for each in self._document.sheet.jobs(states) if confirmed.get(each.number) == each.device
        )

    def go_on(self) -> None:
        """Bind the rows left of a confirmed run; if the profile has changed, or no rows are left, ask anew.

        Asks anew too if this would omit a device that may be on a replaced list, for example one edited since.
        """
        left, job = self.left(), self._job
        if left and job is not None and self._state.profile == job.profile and self._with_lost(job, left) == left:
            self.cancel()
            self._start(replace(job, jobs=left))
        else:
            self.ask()

    def resume(self, interrupted: InterruptedRun) -> None:
        """Bind the rows left by an interrupted run: at once if exactly these were confirmed, else after asking."""
        profile, head = self._state.profile, self._document.head
        if profile is None or head is None or not interrupted.is_confirmed(profile):
            self.ask(TO_GO_ON_WITH, interrupted.rows)
            return
        jobs = [job for job in self._document.sheet.jobs(FRESH) if job.number in interrupted.rows]
        self.cancel()
        self._start(BindJob(head.sheet_id, profile, tuple(jobs), head.operator))

    def confirm(self) -> None:
        """Bind the rows of the question, if any; if the last code may get another line, wait until it can't."""
        if self._asked is not None:
            self._confirmed, self._asked, self.confirmation = self._asked, None, None
            if not self._lines.may_go_on:
                self._start_confirmed()

    def cancel(self) -> None:
        """Withdraw the question, shown or being prepared; does nothing if there is none."""
        self._pending = self._asked = None
        if self.confirmation is not None:
            self.confirmation = None
            self.withdrawn.emit()

    def remarked(self) -> list[int]:
        """Return the rows that the question counts separately: held rows, and rows typed by hand that would be
        sent.
        """
        sheet = self._document.sheet
        going = {job.number for job in self._asked.jobs} if self._asked is not None else set()
        typed = [row.number for row in sheet if row.source is Source.TYPED and row.number in going]
        held = [row.number for row in sheet if row.held is not None and row.number not in going]
        return sorted(typed + held)

    def _ask(self, profile: Profile, about: object, choose: Callable[[], tuple[Job, ...]]) -> bool:
        head = self._document.head
        if head is None or not self._session.free or not choose():
            return False
        question = _BindRequest(profile, head.sheet_id, about, choose)
        # Asked anew at each press, it would be put off for as long as the key is held down.
        if question != self._pending:
            self.cancel()
            self._pending = question
            self._tasks.start(self._ask_once_read(question))
            # Loads while the user reads.
            self._tasks.start(load_http_stack())
        return True

    async def _ask_once_read(self, question: _BindRequest) -> None:
        """Read the channel's data, then ask, unless the question was replaced or withdrawn meanwhile."""
        # However often Bind is pressed, only one thread reads.
        async with self._reading:
            if self._pending is not question:
                return
            known = await or_error(asyncio.to_thread(self._read, question.profile, self._store))
        if self._pending is not question:
            return
        self._pending = None
        if isinstance(known, BindtoolError):
            self.failed.emit(known)
        else:
            self._ask_now(question, known)

    def _ask_now(self, question: _BindRequest, known: KnownChannel) -> None:
        """Ask about the rows as they are now; not for a profile or a sheet that is no longer open."""
        head, profile = self._document.head, question.profile
        if head is None or head.sheet_id != question.sheet_id or self._state.profile != profile:
            return
        jobs = question.choose()
        if jobs and self._session.free:
            self._asked = BindJob(head.sheet_id, profile, jobs, head.operator, known.listed)
            self.confirmation = self._confirmation(self._asked, known)
            self._asked_before, self.more = self._document.sheet.next_number, 0
            self.asked.emit(self.confirmation)

    def _count_since(self) -> None:
        if self.confirmation is None:
            return
        n = sum(1 for _ in takewhile(lambda row: row.number >= self._asked_before, reversed(self._document.sheet)))
        if n != self.more:
            self.more = n
            self.more_came.emit(n)

    def _confirmation(self, job: BindJob, known: KnownChannel) -> Confirmation:
        sheet, head = self._document.sheet, self._document.head
        rows = [sheet[each.number] for each in job.jobs]
        states = frozenset(row.outcome.state for row in rows)
        along = len(known.ids) - len({each.device.device_id for each in job.jobs} & known.ids)
        of_others = count_by_bench(carried_along(known.of_others, job.jobs))
        return Confirmation(
            profile=job.profile,
            n=len(rows),
            first=(rows[0].device_id, rows[0].label),
            last=(rows[-1].device_id, rows[-1].label),
            held=sheet.held(),
            typed=sum(1 for row in rows if row.source is Source.TYPED),
            again=states if states <= AGAIN else frozenset(),
            first_alone=not known.policy.proven,
            carried=Carried(along, of_others) if job.replaces else None,
            forecast=forecast(len(rows), known.policy, known.answered_in),
            requests=count_requests(len(rows), known.policy),
            fates=self._lists.fates,
            off_plan=head.off_plan(len(sheet)) if head is not None else None,
        )

    def _start_confirmed(self) -> None:
        job, self._confirmed = self._confirmed, None
        if job is not None:
            self._start(job)

    def _start(self, job: BindJob) -> None:
        head = self._document.head
        if self._session.free and head is not None and head.sheet_id == job.sheet_id:
            self._job = job
            self._session.start(job)

    def _take_failure(self, job: BindJob, error: BindtoolError | None) -> None:
        """Report why a confirmed run has not begun; if others have bound more devices meanwhile, ask again."""
        if job is not self._job or error is None:
            return
        self.failed.emit(error)
        if isinstance(error, ListGrown):

            def choose() -> tuple[Job, ...]:
                return self._with_lost(job, self._document.sheet.unchanged(job.jobs, SENDABLE))

            self._ask(job.profile, job, choose)

    def _with_lost(self, job: BindJob, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
        """Return `jobs` plus all others whose answer was lost, if the channel of `job` replaces its list."""
        numbers = {each.number for each in jobs}
        lost = self._document.sheet.jobs(_with_unknown(job.profile, frozenset()))
        others = (each for each in lost if each.number not in numbers)
        return tuple(sorted((*jobs, *others), key=lambda each: each.number))


def _with_unknown(profile: Profile, states: frozenset[State]) -> frozenset[State]:
    """Add the state unknown if the list is replaced: omitted, a device with a lost answer would leave the list."""
    return states | UNANSWERED if profile.behaviour is Behaviour.REPLACES else states
