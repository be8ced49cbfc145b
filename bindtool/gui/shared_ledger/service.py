"""The ledger that the open profile shares with other benches, as the window uses it, and its sync status."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.shared_ledger.sync_thread import PASSING, SyncStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.shared_ledger.sync_thread import News
    from bindtool.i18n.catalogue import Texts

    Open = Callable[[Profile, News, Callable[[SyncStatus], None]], SharedLedger | None]
    "Puts a profile's ledger together; None where it has none."


class SharedLedgerService(QObject):
    """The shared ledger of the window.

    Signals:
        changed(): another sync status, or another profile's ledger is open.
        failed(error): it can't be used until somebody does something (a `BindtoolError`); signalled once.
        announced(entries): other benches have bound these devices (a tuple of `SharedEntry`); the disk has them.
    """

    changed = Signal()
    failed = Signal(object)
    announced = Signal(object)

    def __init__(self, open_ledger: Open) -> None:
        super().__init__()
        self._open = open_ledger
        self.ledger: SharedLedger | None = None
        """The ledger of the open profile, for a run; None where it shares none."""
        self._reported = ""

    @property
    def status(self) -> SyncStatus | None:
        """The sync status; None where the open profile shares no ledger."""
        return None if self.ledger is None else self.ledger.status

    def follow(self, profile: Profile | None) -> None:
        """Open the ledger of a profile, and close any other."""
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
        """Close the ledger that is open."""
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
    with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody listens
        loop.call_soon_threadsafe(call, *values)


def ledger_line(texts: Texts, status: SyncStatus | None) -> list[str]:
    """Return what the status line says of the shared ledger, if there is one and something is known of it."""
    if status is None:
        return []
    if status.since is None:
        return [texts("ledger.in_step")]
    if status.problem is None:
        return []
    return [texts("ledger.not_in_step", time=f"{status.since:%H:%M}", n=status.waiting)]
