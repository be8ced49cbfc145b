"""The thread that keeps this bench in sync with the others, for as long as the ledger is open.

It decides when to try, how long to wait after a failure, and which status to report. The exchange is up to its
`LedgerSync`, by a server or by a folder; nothing ever waits for this thread.
"""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bindtool.core.common.errors import BindtoolError, LedgerFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.ledger_entry import SharedEntry

    News = Callable[[tuple[SharedEntry, ...]], None]
    "Called with other benches' bindings, once they are on disk, in the ledger's thread."

logger = logging.getLogger(__name__)

IDLE = 20.0
"""Seconds between two runs without a notification."""

PAUSE = 0.5
"""Minimum seconds from one run to the next: with thirty benches binding, each would be woken sixty times a second,
and write to its disk as often. A binding takes up to twice as long to reach all the others."""

LONGEST = 60.0
"""Maximum seconds between two tries while the others can't be reached."""


PASSING = frozenset(
    {"ledger.unreachable", "ledger.folder_unreachable", "ledger.slow", "ledger.failed", "ledger.fault"}
)
"""Problems that usually end by themselves; any other is reported to a person."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The sync status of this bench.

    `since`: when it lost sync; None while it is in sync. `waiting`: the number of its entries that others do not
    have yet. `problem`: why it is not in sync, None if it is, or nothing is known yet.
    """

    since: datetime | None
    waiting: int = 0
    problem: BindtoolError | None = None


class LedgerSync(Protocol):
    """Exchanges entries with the other benches. One thread uses it."""

    def run(self) -> None:
        """Share pending entries and read new ones, until both are in sync.

        Raises:
            LedgerFailed: the others can't be reached now; the next call begins anew.
            StoreFailed: this bench's own disk fails.
        """

    def wait(self, wake: int, seconds: float) -> None:
        """Return when others may have something new, `wake` (a file descriptor) can be read, or after `seconds`."""

    def waiting(self) -> int:
        """Return the number of entries that others do not have yet."""

    def close(self) -> None:
        """Release all resources. Never fails."""


def reconnect_delay(failures: int, random: Callable[[], float]) -> float:
    """Return the seconds until the next try after so many failures in a row, at least one.

    Doubles each time, with jitter for benches that lost their connections together.
    """
    return min(LONGEST, 2.0 ** min(failures - 1, 10)) * (0.5 + random() / 2)


class SyncThread:
    """Runs a `LedgerSync` in a thread of its own.

    Args:
        sync: exchanges entries with the others; from `start` on only this thread uses it, except for methods that
            any thread may call.
        clock: times the loss of sync.
        changed: called with each new `SyncStatus`, in the thread.
        random: from 0 to 1, for the time between two tries.
        pause: minimum seconds from one run to the next, unless `try_now` is called.
    """

    def __init__(
        self,
        sync: LedgerSync,
        clock: Clock,
        changed: Callable[[SyncStatus], None],
        random: Callable[[], float],
        pause: float = PAUSE,
    ) -> None:
        self._sync = sync
        self._clock = clock
        self._changed = changed
        self._random = random
        self._pause = pause
        self._woken, self._wake = socket.socketpair()
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        self._stopping = threading.Event()
        self._urgent = threading.Event()
        self._asked = 0
        self._thread = threading.Thread(target=self._work, name="bindtool-ledger", daemon=True)
        self.status = SyncStatus(clock.now())
        """The bench's sync status; any thread may read it."""
        self.tried = -1
        """The last return value of `try_now` before the try began that led to `status`; -1 before the first."""

    def start(self) -> None:
        self._thread.start()

    def notify(self) -> None:
        """Wake the thread: there is something to send."""
        with suppress(OSError):  # it was woken often enough already, or has ended
            self._wake.send(b"!")

    def try_now(self) -> int:
        """Request a try at once, after any number of failures; return the value that `tried` then reaches."""
        self._asked += 1
        self._urgent.set()
        self.notify()
        return self._asked

    def close(self) -> None:
        """End the thread without waiting for it: the network may block it, and its last actions are harmless."""
        self._stopping.set()
        self._urgent.set()
        self.notify()
        if self._thread.ident is None:
            self._close_sync()

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end, with a timeout of `seconds`; return whether it has."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _close_sync(self) -> None:
        self._sync.close()
        self._woken.close()
        self._wake.close()

    def _work(self) -> None:
        try:
            self._go_on()
        finally:
            self._close_sync()

    def _go_on(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            asked, begun = self._asked, self._clock.monotonic()
            problem = self._run()
            if self._stopping.is_set():
                break
            failures = failures + 1 if problem is not None else 0
            self._report(problem)
            self.tried = asked
            if problem is None:
                self._wait(IDLE)
                self._pause_until(begun + self._pause)
            else:
                self._wait_after_failure(problem, asked, reconnect_delay(failures, self._random))

    def _run(self) -> BindtoolError | None:
        try:
            self._sync.run()
        except BindtoolError as error:
            return error
        except Exception as error:
            # The thread must go on: the next try opens a connection of its own.
            logger.exception("the shared ledger")
            self._sync.close()
            return LedgerFailed("ledger.fault", detail=type(error).__name__)
        return None

    def _wait_after_failure(self, problem: BindtoolError, asked: int, seconds: float) -> None:
        """Wait after a failure. New bindings meanwhile are only counted; the others are not hammered.

        It ends early if another try was requested during the failing one.
        """
        until = self._clock.monotonic() + seconds
        while not self._is_wanted(asked) and (left := until - self._clock.monotonic()) > 0:
            self._wait(left)
            self._report(problem)

    def _is_wanted(self, asked: int) -> bool:
        return self._stopping.is_set() or self._asked != asked

    def _pause_until(self, until: float) -> None:
        """Wait until a time, so that more entries go together, unless `try_now` is called."""
        self._urgent.wait(max(0.0, until - self._clock.monotonic()))
        self._urgent.clear()
        self._drain_wake()

    def _wait(self, seconds: float) -> None:
        self._sync.wait(self._woken.fileno(), seconds)
        self._drain_wake()

    def _drain_wake(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)

    def _report(self, problem: BindtoolError | None) -> None:
        try:
            waiting = self._sync.waiting()
        except BindtoolError as error:
            waiting, problem = self.status.waiting, problem or error
        since = None if problem is None else self.status.since or self._clock.now()
        status = SyncStatus(since, waiting, problem)
        if not self._stopping.is_set() and status != self.status:
            self.status = status
            self._changed(status)
