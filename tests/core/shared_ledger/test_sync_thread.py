"""The thread that keeps a bench in step: it goes on whatever fails, hammers nobody, and holds nobody up."""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import BindtoolError, LedgerFailed, StoreFailed
from bindtool.core.shared_ledger.sync_thread import LONGEST, PAUSE, SyncStatus, SyncThread, reconnect_delay
from tests.patience import HOUR, PATIENCE

UNREACHABLE = LedgerFailed("ledger.unreachable", host="db", detail="no route")


class Scripted:
    """A sync that does as it is told, a step a run; after the last step it is in step."""

    def __init__(self, *steps: Exception | None) -> None:
        self.steps = list(steps)
        self.count = 0
        self.runs = threading.Semaphore(0)
        self.closed = threading.Event()
        self.unreadable = False

    def run(self) -> None:
        """Take the next step."""
        step = self.steps.pop(0) if self.steps else None
        self.runs.release()
        if step is not None:
            raise step

    def wait(self, wake: int, seconds: float) -> None:
        """Wait as the real ones do."""
        select.select([wake], [], [], seconds)

    def waiting(self) -> int:
        """Return what the test has set."""
        if self.unreadable:
            raise StoreFailed("store.failed", path="", detail="")
        return self.count

    def close(self) -> None:
        """Note it."""
        self.closed.set()


class Slow(Scripted):
    """One whose run takes until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.leave = threading.Event()

    def run(self) -> None:
        """Wait for the test."""
        self.entered.set()
        assert self.leave.wait(PATIENCE)


class SlowToFail(Slow):
    """One that fails then, the first time."""

    def run(self) -> None:
        """Wait, and fail once."""
        is_first = not self.entered.is_set()
        super().run()
        if is_first:
            raise UNREACHABLE


class Heard:
    """Who hears how the bench stands, and can wait for it."""

    def __init__(self) -> None:
        self.standings: list[SyncStatus] = []
        self._told = threading.Condition()

    def __call__(self, standing: SyncStatus) -> None:
        """Hear it."""
        with self._told:
            self.standings.append(standing)
            self._told.notify_all()

    def wait(self, count: int) -> list[SyncStatus]:
        """Return what was heard, once it is so much."""
        with self._told:
            assert self._told.wait_for(lambda: len(self.standings) >= count, PATIENCE)
            return list(self.standings)


@pytest.fixture
def heard() -> Heard:
    """Somebody who hears how the bench stands."""
    return Heard()


@contextmanager
def running(sync: Scripted, heard: Heard, chance: float = 0.0, pause: float = 0.0) -> Iterator[SyncThread]:
    """Give a thread that has been started, and end it."""
    thread = SyncThread(sync, SystemClock(), heard, lambda: chance, pause=pause)
    thread.start()
    yield thread
    thread.close()
    assert thread.join(PATIENCE)


def test_in_step(heard: Heard) -> None:
    """It is said once, and nothing more while it stays so."""
    sync = Scripted()
    with running(sync, heard) as thread:
        (standing,) = heard.wait(1)
        assert (standing.since, standing.waiting, standing.problem) == (None, 0, None)
        for _ in range(2):
            assert sync.runs.acquire(timeout=PATIENCE)
            thread.notify()
        assert sync.runs.acquire(timeout=PATIENCE)
    assert heard.standings == [standing]
    assert sync.closed.is_set()


def test_cut_off_and_back(heard: Heard) -> None:
    """Since when, what is in the way, and what waits; then in step again."""
    sync = Scripted(None, UNREACHABLE, UNREACHABLE)
    with running(sync, heard) as thread:
        heard.wait(1)
        sync.count = 2
        thread.notify()
        cut_off = heard.wait(2)[1]
        assert cut_off.problem is UNREACHABLE
        assert cut_off.since is not None
        sync.count = 3
        thread.notify()
        assert heard.wait(3)[2].waiting == 3
        assert heard.standings[2].since == cut_off.since
        sync.count = 0
        thread.try_now()
        thread.try_now()
        while heard.standings[-1].problem is not None:
            thread.try_now()
            assert sync.runs.acquire(timeout=PATIENCE)
            heard.wait(len(heard.standings))
        assert heard.standings[-1].since is None


def test_it_is_tried_again_by_itself(heard: Heard) -> None:
    """After half a second, with the shortest back-off."""
    with running(Scripted(UNREACHABLE), heard):
        assert [standing.problem for standing in heard.wait(2)] == [UNREACHABLE, None]


def test_what_is_bound_meanwhile_does_not_hammer(heard: Heard) -> None:
    """A `notify` while it waits for the next try is counted, and no try."""
    sync = Scripted(*[UNREACHABLE] * 5)
    sync.count = 1
    with running(sync, heard, chance=1e6, pause=PAUSE) as thread:
        heard.wait(1)
        sync.count = 2
        thread.notify()
        assert heard.wait(2)[1].waiting == 2
    assert len(sync.steps) == 4


def test_asked_for_while_it_fails(heard: Heard) -> None:
    """The failure that was under way is not waited for: the network may be back since it began."""
    slow = SlowToFail()
    with running(slow, heard, chance=1e6) as thread:
        assert slow.entered.wait(PATIENCE)
        asked = thread.try_now()
        assert thread.tried < 0
        slow.leave.set()
        heard.wait(2)
    assert [standing.problem for standing in heard.standings] == [UNREACHABLE, None]
    assert thread.tried == asked


def test_an_end_in_the_midst_of_a_run(heard: Heard) -> None:
    """What the run has found is reported to nobody."""
    slow = Slow()
    with running(slow, heard) as thread:
        assert slow.entered.wait(PATIENCE)
        thread.close()
        assert not thread.join(0)
        slow.leave.set()
    assert heard.standings == []


def test_never_started(heard: Heard) -> None:
    """Nothing is known to be in step; it lets go of everything all the same, and nudged then, nothing happens."""
    sync = Scripted()
    thread = SyncThread(sync, SystemClock(), heard, lambda: 0.0, pause=0.0)
    assert thread.status.since is not None
    thread.close()
    assert thread.join(0)
    assert sync.closed.is_set()
    thread.notify()


@pytest.mark.expects_log("the shared ledger")
def test_a_fault_is_no_end(heard: Heard) -> None:
    """It is written to the log and said like any other failure; the connection is given up."""
    sync = Scripted(ZeroDivisionError())
    with running(sync, heard):
        problem = heard.wait(2)[0].problem
        assert isinstance(problem, BindtoolError)
        assert problem.id == "ledger.fault"
        assert sync.closed.is_set()


def test_a_disk_that_fails(heard: Heard) -> None:
    """What waits can't be counted then; that is said, and the last count kept."""
    sync = Scripted()
    sync.unreadable = True
    with running(sync, heard) as thread:
        problem = heard.wait(1)[0].problem
        assert isinstance(problem, StoreFailed)
        sync.unreadable = False
        thread.notify()
        assert heard.wait(2)[1].problem is None


def test_nudged_more_often_than_it_can_hear(heard: Heard) -> None:
    """One is enough."""
    slow = Slow()
    with running(slow, heard) as thread:
        assert slow.entered.wait(PATIENCE)
        for _ in range(100_000):
            thread.notify()
        thread.close()
        slow.leave.set()


def test_back_off() -> None:
    """Twice as long each time up to a minute, and up to half of it less."""
    delays = {1: 1, 2: 2, 3: 4, 7: LONGEST, 1000: LONGEST}
    assert {failures: reconnect_delay(failures, lambda: 1.0) for failures in delays} == delays
    assert reconnect_delay(1, lambda: 0.0) == 0.5


def test_what_comes_thick_and_fast_comes_together(heard: Heard) -> None:
    """Nudged any number of times it rests before it runs again; whoever wants it tried now waits for no rest."""
    sync = Scripted()
    with running(sync, heard, pause=HOUR) as thread:
        assert sync.runs.acquire(timeout=PATIENCE)
        for _ in range(3):
            for _ in range(10):
                thread.notify()
            thread.try_now()
            assert sync.runs.acquire(timeout=PATIENCE)
    assert not sync.runs.acquire(blocking=False)
