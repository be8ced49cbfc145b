"""The ledger that the open profile shares with other benches: its sync status, and its effects on the open sheet.

Holds rows whose devices another bench has bound meanwhile; requests running numbers before they run out, and labels
rows that lack one as soon as there is one. `core.shared_ledger` sends devices bound here to the others;
`core.jobs.channel_run` claims devices when a run begins.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.errors import LedgerFailed, PasswordStoreError
from bindtool.core.labels.numbers import ENOUGH, Blocks
from bindtool.core.model.outcome import FRESH
from bindtool.core.model.row import HoldReason
from bindtool.core.shared_ledger.sync_thread import PASSING, SyncStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.shared_ledger.sync_thread import News
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

    Open = Callable[[Profile, News, Callable[[SyncStatus], None]], SharedLedger | None]
    """Creates a profile's ledger; None if the profile has none."""


class SharedLedgerService(QObject):
    """The shared ledger of the window.

    Signals:
        changed(): the sync status has changed, or another profile's ledger was opened.
        failed(error): the ledger is unusable until a person fixes it (a `BindtoolError`); signalled once.
        announced(entries): other benches have bound these devices (a tuple of `SharedEntry`); already saved.
    """

    changed = Signal()
    failed = Signal(object)
    announced = Signal(object)

    def __init__(self, open_ledger: Open) -> None:
        super().__init__()
        self._open = open_ledger
        self.ledger: SharedLedger | None = None
        """The open profile's ledger, for a run; None if it shares none."""
        self._reported = ""

    @property
    def status(self) -> SyncStatus | None:
        """The sync status; None if the open profile shares no ledger."""
        return None if self.ledger is None else self.ledger.status

    def follow(self, profile: Profile | None) -> None:
        """Open a profile's ledger, and close any other."""
        self.close()
        self._reported = ""
        if profile is not None:
            loop = asyncio.get_running_loop()
            self.ledger = self._open(
                profile, lambda news: _call(loop, self._emit_announced, news), lambda _: _call(loop, self._show)
            )
        if self.ledger is not None:
            self.ledger.start()
        self.changed.emit()

    def close(self) -> None:
        """Close the open ledger."""
        ledger, self.ledger = self.ledger, None
        if ledger is not None:
            ledger.close()

    def _show(self) -> None:
        problem = None if self.status is None else self.status.problem
        if problem is not None and problem.id not in PASSING and problem.id != self._reported:
            self._reported = problem.id
            self.failed.emit(problem)
        self.changed.emit()

    def _emit_announced(self, news: tuple[SharedEntry, ...]) -> None:
        self.announced.emit(news)


def _call(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *values: object) -> None:
    with suppress(RuntimeError):  # the loop was closed meanwhile, so no listener is left
        loop.call_soon_threadsafe(call, *values)


def ledger_line(texts: Texts, status: SyncStatus | None) -> list[str]:
    """Return the status line's text about the shared ledger, if there is one with a known status."""
    if status is None:
        return []
    if status.since is None:
        return [texts("ledger.in_step")]
    if status.problem is None:
        return []
    return [texts("ledger.not_in_step", time=f"{status.since:%H:%M}", n=status.waiting)]


class LedgerRowSync(QObject):
    """Synchronises the open sheet's rows with the shared ledger."""

    def __init__(self, document: SheetDocument, ledger: SharedLedgerService, tasks: BackgroundTasks) -> None:
        super().__init__(document)
        self._document = document
        self._ledger = ledger
        self._tasks = tasks
        self._reserving = False
        self._passed_over: list[SharedEntry] = []
        ledger.announced.connect(self._hold)
        ledger.changed.connect(self._reserve_again)

    def begin(self) -> None:
        """Begin to supply the open sheet with running numbers."""
        labels = self._document.labels
        if isinstance(labels.numbers, Blocks):
            labels.numbers.on_low = self._reserve_soon
            self._reserve_again()

    def hold_passed_over(self) -> None:
        """Hold rows left by a run that another bench has bound during the run."""
        entries, self._passed_over = self._passed_over, []
        self._hold(entries)

    def _hold(self, entries: Sequence[SharedEntry]) -> None:
        """Hold rows that another bench has bound first; an included row only if it was bound there again."""
        document = self._document
        channel, rows = document.channel, []
        for entry in entries:
            here = channel is not None and channel.includes(entry.channel)
            row = document.sheet.first_with(entry.device_id) if here else None
            if row is not None and document.sheet.is_taken(row.number):
                self._passed_over.append(entry)
            elif row is not None and row.held is None and row.outcome.state in FRESH:
                rows.append(row)
        held = [row for row in document.hold_rules.hold_bound(document.channel, rows) if row.held is not None]
        if held:
            document.change(held)

    def _reserve_soon(self) -> None:
        """Reserve numbers in a task of its own; called while a scan gets its number."""
        if not self._reserving:
            self._reserving = True
            self._tasks.start(self._reserve(self._document.labels))

    def _reserve_again(self) -> None:
        """Repeat a failed reservation once the server is reachable again."""
        numbers = self._document.labels.numbers
        status = self._ledger.status
        in_step = status is not None and status.since is None
        if in_step and isinstance(numbers, Blocks) and numbers.left < ENOUGH:
            self._reserve_soon()

    async def _reserve(self, labels: Labeller) -> None:
        ledger, channel, numbers = self._ledger.ledger, self._document.channel, labels.numbers
        try:
            if ledger is not None and channel is not None and isinstance(numbers, Blocks):
                numbers.add(await ledger.reserve(channel, labels.template.beginning, numbers.highest))
        except (LedgerFailed, PasswordStoreError):
            return  # the status line shows it, and it is repeated once the ledger is in sync
        finally:
            self._reserving = False
        if labels is self._document.labels:
            self._label_those_without()

    def _label_those_without(self) -> None:
        document = self._document
        rows = [row for row in document.sheet if row.held_for is HoldReason.NO_NUMBER]
        rows = [row for row in rows if not document.sheet.is_taken(row.number)]
        if rows:
            labelled = document.labels.relabel([replace(row, held=None) for row in rows])
            document.change(document.judged(labelled))
