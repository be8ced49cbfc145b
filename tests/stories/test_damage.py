"""A spoilt page of the database: found beside the work, told, and got out of without losing what can be read."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from bindtool.app.database_maintenance import Maintenance
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.damage.ledger_copies import LedgerCopies
from bindtool.core.store.damage.replace import replace_damaged
from bindtool.practice.wire import Delivery
from tests.core.store.spoilt import fill, ledger_pages, root_of, spoil
from tests.gui.acting import find
from tests.gui.loop import finish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.rules import PracticeReply
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SOON = 1
NEVER = 10_000_000
"""Milliseconds."""

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class HandClock(SystemClock):
    """Stands where it is put.

    `seconds`, `day`: the steady time, and days after the first. `asked`: how often it was asked for the day.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.day = 0
        self.asked = 0

    def now(self) -> datetime:
        """Return noon of the day."""
        self.asked += 1
        return NOON + timedelta(self.day)

    def monotonic(self) -> float:
        """Return the steady time."""
        return self.seconds

    def is_looked_at(self, me: Technician) -> None:
        """Wait until whoever waits for a time has had the occasion to see that it has come."""
        before = self.asked
        me.until(lambda: self.asked > before + 3, "see the clock looked at")


class Copies(LedgerCopies):
    """Copies whose first is not made: `instead` is done for it. `times`: when one was asked for, in seconds."""

    def __init__(
        self, bench: Bench, clock: HandClock, instead: Callable[[threading.Event], bool] | None = None
    ) -> None:
        super().__init__(bench.data.database, bench.data.copies)
        self._clock = clock
        self._instead = instead
        self.times: list[float] = []

    def make(self, day: date, give_up: threading.Event) -> bool:
        """Make a copy, but for the first."""
        self.times.append(self._clock.seconds)
        instead, self._instead = self._instead, None
        return super().make(day, give_up) if instead is None else instead(give_up)

    def ids(self) -> set[str]:
        """Return the devices in the newest."""
        with closing(sqlite3.connect(self.files[0])) as copy:
            return {device_id for (device_id,) in copy.execute("SELECT device_id FROM ledger")}


@dataclass(frozen=True)
class Hanging:
    """An answer that does not come until it is let."""

    let: threading.Event = field(default_factory=threading.Event)
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Wait, and give the answer of the rules."""
        self.let.wait()
        return Delivery(reply)


@pytest.fixture
def kept(bench: Bench, profile: Profile) -> Path:
    """Give the database of a bench on which two runs were done."""
    bench.has_profile(profile)
    fill(bench.data.database, SystemClock(), 2, 60)
    return bench.data.database


def looked_after(
    me: Technician,
    bench: Bench,
    clock: HandClock | None = None,
    copies: LedgerCopies | None = None,
    *,
    after: int = SOON,
) -> Maintenance:
    """Return what looks after the database of the window, begun; time stands still if no clock is given."""
    clock = clock or HandClock()
    copies = copies or Copies(bench, clock)
    ledger = me.place.services.store.ledger
    maintenance = Maintenance(me.place, bench.data, copies, ledger, clock, after=after, each=SOON)
    maintenance.begin()
    return maintenance


def test_a_spoilt_page_is_told(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """Scans go on beside it; the banner has the way out, which closes the window first."""
    spoil(kept, root_of(kept, "ledger_label"))
    with open_window() as me:
        maintenance = looked_after(me, bench)
        me.sees_notice("The file with the devices is damaged")
        me.type("SPK900001")
        me.sees_states("ready")
        me.press("Recover what can be read")
        me.until(lambda: not me.window.isVisible(), "see the window go")
        assert maintenance.wanted is not None
        assert maintenance.wanted.id == "store.damaged"
        finish(qtbot, maintenance.close())


def test_a_spoilt_page_that_work_meets(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """Where a write fails with it, the way out is offered beside another try."""
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        me.place.controller.document.fail(StoreFailed("store.damaged", path=str(kept), detail="malformed"))
        assert {"Recover what can be read", "Try again"} <= me.buttons()
        me.press("Recover what can be read")
        me.until(lambda: not me.window.isVisible(), "see the window go")
        assert maintenance.wanted is not None
        finish(qtbot, maintenance.close())


def test_one_that_is_whole_gets_a_copy(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """Once nobody has done anything for a while, and once a day; in another language of the window as well."""
    clock = HandClock()
    with open_window() as me:
        maintenance = looked_after(me, bench, clock)
        clock.seconds += 61
        me.until(lambda: any(bench.data.copies.glob("*.db")), "see a copy")
        [copy] = bench.data.copies.iterdir()
        made = copy.stat().st_mtime_ns
        me.speak("中文")
        clock.seconds += 10_000
        clock.is_looked_at(me)
        finish(qtbot, maintenance.close())
        assert [copy] == list(bench.data.copies.iterdir())
        assert copy.stat().st_mtime_ns == made


def test_no_copy_of_what_is_damaged(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """An older one would go for it."""
    spoil(kept, root_of(kept, "ledger_label"))
    clock = HandClock()
    with open_window() as me:
        maintenance = looked_after(me, bench, clock)
        clock.seconds += 61
        me.sees_notice("The file with the devices is damaged")
        clock.is_looked_at(me)
        finish(qtbot, maintenance.close())
    assert not bench.data.copies.exists()


def scan(me: Technician) -> None:
    """Scan."""
    me.type("SPK900001")
    me.sees_states("ready")


def read(me: Technician) -> None:
    """Go through the rows by keys."""
    me.keys("Down")


def click(me: Technician) -> None:
    """Use the mouse."""
    me.window.activateWindow()
    QTest.mouseClick(me.window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(1, 1))


def compose(me: Technician) -> None:
    """Type a label in Chinese: an input method has the keys, and gives the text."""
    QCoreApplication.sendEvent(me.window.scan_bar.field, QInputMethodEvent("yin", []))
    QCoreApplication.sendEvent(me.window.scan_bar.field, QInputMethodEvent("", []))


@pytest.mark.parametrize("work", [scan, read, click, compose])
def test_work_puts_the_copy_off(
    kept: Path, bench: Bench, open_window: Open, qtbot: QtBot, work: Callable[[Technician], None]
) -> None:
    """Scans and runs alone counted: in a dialog, a list or a half typed label somebody counted as gone."""
    clock = HandClock()
    copies = Copies(bench, clock)
    with open_window() as me:
        maintenance = looked_after(me, bench, clock, copies)
        clock.seconds = 59
        work(me)
        clock.seconds = 118
        clock.is_looked_at(me)
        clock.seconds = 119
        me.until(lambda: bool(copies.files), "see a copy")
        finish(qtbot, maintenance.close())
    assert kept.exists()
    assert copies.times == [119]


def test_a_window_that_closes_leaves_no_half_copy(
    kept: Path, bench: Bench, open_window: Open, qtbot: QtBot
) -> None:
    """Scans go on after it."""
    with open_window() as me:
        maintenance = looked_after(me, bench)
        finish(qtbot, maintenance.close())
        scan(me)
    assert kept.exists()
    assert not bench.data.copies.exists()


def test_no_copy_in_a_run(
    kept: Path, bench: Bench, open_window: Open, qtbot: QtBot, server: PracticeServer
) -> None:
    """However long nobody does anything while an answer does not come; the copy after it has what was bound."""
    bench.has_token()
    clock = HandClock()
    copies = Copies(bench, clock)
    hanging = Hanging()
    server.script([hanging])
    with open_window() as me:
        maintenance = looked_after(me, bench, clock, copies)
        clock.seconds += 61
        # The look has found nothing by then, and a copy can be made.
        me.until(lambda: len(copies.files) == 1, "see a copy")
        me.scan("SPK900001")
        me.start_binding()
        me.until(lambda: any(request.method == "POST" for request in server.requests), "see it sent")
        clock.day += 1
        clock.seconds += 10_000
        clock.is_looked_at(me)
        hanging.let.set()
        me.sees_the_end()
        clock.seconds += 61
        me.until(lambda: len(copies.files) == 2, "see a second copy")
        finish(qtbot, maintenance.close())
    assert kept.exists()
    assert copies.times == [61, 10_122]
    assert "SPK900001" in copies.ids()


def test_a_run_breaks_a_copy_off(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """A copy that was being made when a run began went on beside it. It is made in an idle minute after it."""
    bench.has_token()
    clock = HandClock()

    def last(give_up: threading.Event) -> bool:
        return not give_up.wait(60)

    copies = Copies(bench, clock, last)
    with open_window() as me:
        maintenance = looked_after(me, bench, clock, copies)
        me.scan("SPK900001")
        clock.seconds = 61
        me.until(lambda: copies.times == [61], "see a copy being made")
        me.bind()
        clock.seconds = 122
        me.until(lambda: bool(copies.files), "see a copy")
        finish(qtbot, maintenance.close())
    assert kept.exists()
    assert copies.times == [61, 122]
    assert "SPK900001" in copies.ids()


def have_little_space(_: threading.Event) -> bool:
    """Make none."""
    return False


def fail(_: threading.Event) -> bool:
    """Find a disk that does not write."""
    raise StoreFailed("store.failed", path="bindtool.db", detail="disk I/O error")


@pytest.mark.parametrize(
    "instead",
    [have_little_space, pytest.param(fail, marks=pytest.mark.expects_log("the database was not looked after"))],
)
def test_a_copy_that_was_not_made_is_tried_again(
    kept: Path,
    bench: Bench,
    open_window: Open,
    qtbot: QtBot,
    instead: Callable[[threading.Event], bool],
) -> None:
    """With little space or after a failure there was no other try that day: it comes after an hour, not before."""
    clock = HandClock()
    copies = Copies(bench, clock, instead)
    with open_window() as me:
        maintenance = looked_after(me, bench, clock, copies)
        clock.seconds = 61
        me.until(lambda: copies.times == [61], "see a copy tried")
        clock.is_looked_at(me)
        clock.seconds = 3660
        clock.is_looked_at(me)
        clock.seconds = 3661
        me.until(lambda: bool(copies.files), "see a copy")
        finish(qtbot, maintenance.close())
    assert kept.exists()
    assert copies.times == [61, 3661]


TOLD = "Devices bound since 2026-11-25 09:30 may be missing here"


@pytest.fixture
def rebuilt(kept: Path) -> Path:
    """Give a database that was rebuilt, and lacks some of the devices that were bound."""
    spoil(kept, ledger_pages(kept)[1])
    assert replace_damaged(kept, NOON).bound_lost
    return kept


def test_what_may_be_missing_is_told_until_it_is_confirmed(
    rebuilt: Path, bench: Bench, open_window: Open, qtbot: QtBot
) -> None:
    """At each start, in both languages; no key of a scanner and no closing confirms it, and nothing is blocked."""
    bench.has_token()
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        me.sees_notice(TOLD)
        me.scan("SPK900001")
        find(me.window, QAbstractButton, "I have checked").setFocus()
        me.type("SPK900002")
        me.window.scan_bar.field.setFocus()
        me.sees_notice(TOLD)
        me.bind()
        me.sees_states("bound")
        me.sees_notice(TOLD)
        me.speak("中文")
        me.sees_notice("2026-11-25 09:30")
        me.press("关闭")
        me.until(lambda: not me.window.notices.holds("gap"), "see it go")
        assert me.place.services.store.ledger.gap is not None
        finish(qtbot, maintenance.close())
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        me.sees_notice(TOLD)
        me.press("I have checked")
        me.until(lambda: me.place.services.store.ledger.gap is None, "see it confirmed")
        finish(qtbot, maintenance.close())
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        assert not me.window.notices.holds("gap")
        finish(qtbot, maintenance.close())


def test_a_disk_that_does_not_take_what_is_confirmed(
    rebuilt: Path, bench: Bench, open_window: Open, qtbot: QtBot
) -> None:
    """It is said what is wrong, and what may be missing is told on."""
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        with closing(sqlite3.connect(rebuilt)) as database, database:
            database.execute("CREATE TRIGGER broken BEFORE UPDATE ON gap BEGIN SELECT RAISE(ABORT, 'broken'); END")
        me.press("I have checked")
        me.sees_notice("broken")
        me.press("Close")
        me.sees_notice(TOLD)
        assert me.place.services.store.ledger.gap is not None
        finish(qtbot, maintenance.close())
