"""From the press of Bind to the run: which rows go, the last look, the token, the start.

Owns that order. The panel is `panels.confirm`, the token `token_desk`'s, the run `session`'s; what happens after
the run is for `bench`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.channel import Behaviour
from bindtool.core.errors import BindtoolError
from bindtool.core.message import Message
from bindtool.core.outcome import State
from bindtool.core.row import Source
from bindtool.core.shared_ledger.claims import reason
from bindtool.core.whole_list import carried_along, why_closed
from bindtool.gui.panels.confirm_facts import Confirmation
from bindtool.gui.requests_loaded import requests_loaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bindtool.core.channel import Channel
    from bindtool.core.profile import Profile
    from bindtool.core.run import Job
    from bindtool.core.sheet import Sheet
    from bindtool.gui.ground import Ground
    from bindtool.gui.panels.confirm import ConfirmPanel
    from bindtool.gui.session import Session
    from bindtool.gui.sheet_desk import SheetDesk

FRESH = frozenset({State.READY, State.UNSENT})
AGAIN = frozenset({State.REFUSED, State.UNKNOWN})
UNANSWERED = frozenset({State.UNKNOWN})


class Binding(QObject):
    """The way into a run.

    Signals:
        failed(error): the run could not begin (`BindtoolError`); nothing was sent.
        remarked(line): what is to be known of a run that begins all the same (a `Message`).
    """

    failed = Signal(object)
    remarked = Signal(object)

    def __init__(self, panel: ConfirmPanel, desk: SheetDesk, session: Session, ground: Ground) -> None:
        super().__init__(panel)
        self._panel = panel
        self._desk = desk
        self._session = session
        self._tokens = ground.tokens
        self._store = ground.store
        self._tasks = ground.tasks
        self._ledger = ground.ledger
        self._clock = ground.clock
        self._profile: Profile | None = None
        self._jobs: tuple[Job, ...] = ()
        self._looked_at: tuple[Sheet, int] | None = None
        self._reading_token = False
        self.account_name = ""
        self._claimed: tuple[Channel, Mapping[str, int]] | None = None
        panel.confirmed.connect(self._confirmed)
        session.finished.connect(lambda _: self._let_go())
        session.broken.connect(lambda _: self._let_go())

    @property
    def reading_token(self) -> bool:
        """Whether a run is about to begin and waits for its token."""
        return self._reading_token

    def go_on_from(self, before: Binding) -> None:
        """Take over what was asked about last."""
        self._profile = before._profile
        self._jobs = before._jobs
        self.account_name = before.account_name

    def ask(self, profile: Profile, states: frozenset[State] = FRESH, rows: frozenset[int] | None = None) -> None:
        """Show what would be bound of the rows in `states`, or of those among `rows`.

        Scans that come meanwhile are for the next run.
        """
        closed = why_closed(profile)
        if closed is not None:
            self.failed.emit(closed)
            return
        if profile.behaviour is Behaviour.REPLACES:
            rows = None
        self._profile = profile
        jobs = self._desk.sheet.jobs(_with_lost(profile, states))
        self._keep(job for job in jobs if rows is None or job.number in rows)
        if self._jobs:
            self._panel.ask(self._confirmation(profile))
            # While the person reads.
            self._tasks.start(requests_loaded())

    def left(self) -> tuple[Job, ...]:
        """Return what can still go of the rows that a person has confirmed last."""
        confirmed = {job.number: job.device for job in self._jobs}
        states = FRESH if self._profile is None else _with_lost(self._profile, FRESH)
        return tuple(job for job in self._desk.sheet.jobs(states) if confirmed.get(job.number) == job.device)

    def go_on(self, profile: Profile) -> None:
        """Bind what is left of a run that was confirmed; for another profile, or with nothing left, ask anew."""
        left = self.left() if profile == self._profile else ()
        if left:
            self._keep(left)
            self._confirmed()
        else:
            self.ask(profile)

    def _keep(self, jobs: Iterable[Job]) -> None:
        self._jobs = tuple(jobs)
        self._looked_at = (self._desk.sheet, self._desk.sheet.version)

    def _still_there(self) -> tuple[Job, ...]:
        """Return what is as the person has confirmed it: rows may be held, edited or deleted meanwhile."""
        sheet = self._desk.sheet
        if self._looked_at == (sheet, sheet.version):
            # Ten thousand rows need not be looked through while the window waits.
            return self._jobs
        return sheet.unchanged(self._jobs, FRESH | AGAIN)

    def _confirmation(self, profile: Profile) -> Confirmation:
        sheet = self._desk.sheet
        rows = [sheet[job.number] for job in self._jobs]
        return Confirmation(
            profile=profile,
            n=len(rows),
            first=(rows[0].device_id, rows[0].label),
            last=(rows[-1].device_id, rows[-1].label),
            held=sheet.held(),
            typed=sum(1 for row in rows if row.source is Source.TYPED),
            first_alone=not profile.known_to_accept and not self._store.ever_bound(profile.channel),
            carried=self._carried(profile),
            account_name=self.account_name,
        )

    def _carried(self, profile: Profile) -> int | None:
        if profile.behaviour is not Behaviour.REPLACES:
            return None
        return len(carried_along(self._store.bound_devices(profile.channel), self._jobs))

    def _confirmed(self) -> None:
        if self._profile is not None and not self._session.running:
            self._tasks.start(self._begin(self._profile))

    async def _begin(self, profile: Profile) -> None:
        await requests_loaded()
        from bindtool.core.channel_run import Plan, policy_for

        self._reading_token = True
        try:
            token = await self._tokens.read(profile)
            policy = policy_for(profile, self._store)
        except BindtoolError as error:
            self.failed.emit(error)
            return
        finally:
            self._reading_token = False
        remarks = await self._claim(profile)
        head = self._desk.head
        jobs = self._still_there()
        if head is not None and jobs and not self._session.running:
            place = self._tokens.place(profile.token)
            turn = self._ledger.turn(head.operator, profile.channel) if policy.whole_list else None
            plan = Plan(head.sheet_id, profile, policy, head.operator, place, turn)
            self._session.start(jobs, plan, token)
        else:
            self._let_go()
        # Only now: a run that begins takes away what was said before it.
        for remark in remarks:
            self.remarked.emit(remark)

    async def _claim(self, profile: Profile) -> list[Message]:
        """Claim the devices where benches share a ledger; rows of those that another bench has are held.

        Not on a channel that replaces its list: there benches take turns. Return what is to be said of it.
        """
        if profile.behaviour is Behaviour.REPLACES or not self._ledger.takes_claims:
            return []
        head, channel = self._desk.head, profile.channel
        numbers = {job.device.device_id: job.number for job in self._jobs}
        self._claimed = (channel, numbers)
        claimed = await self._ledger.claim(head.operator if head is not None else "", channel, list(numbers))
        if claimed.problem is None:
            # It can be reached: what waits for another try need wait no longer.
            self._ledger.try_now()
        now = self._clock.now()
        taken = {each.device_id: reason(each, now) for each in claimed.taken}
        reasons = {number: taken[device_id] for device_id, number in numbers.items() if device_id in taken}
        if reasons:
            self._desk.edits.hold(reasons)
        return [
            *([] if claimed.problem is None else [Message.of("ledger.unclaimed")]),
            *([Message.of("ledger.taken", n=len(reasons))] if reasons else []),
        ]

    def _let_go(self) -> None:
        """Let others have what was not bound; what was is let go when they know."""
        claimed, self._claimed = self._claimed, None
        self._ledger.nudge()
        if claimed is not None:
            channel, numbers = claimed
            bound = {row.number for row in self._desk.sheet if row.outcome.state is State.BOUND}
            left = [device_id for device_id, number in numbers.items() if number not in bound]
            self._tasks.start(self._ledger.let_go(channel, left))


def _with_lost(profile: Profile, states: frozenset[State]) -> frozenset[State]:
    """Where the list is replaced, a device whose answer was lost may stand on it: left out, it would be gone."""
    return states | UNANSWERED if profile.behaviour is Behaviour.REPLACES else states
