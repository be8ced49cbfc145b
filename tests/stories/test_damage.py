"""A spoilt page of the database: found beside the work, told, and got out of without losing what can be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QAbstractButton

from bindtool.app.database import Maintenance
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.damage.replace import replace_damaged
from tests.core.store.spoilt import fill, ledger_pages, root_of, spoil
from tests.gui.acting import find
from tests.gui.loop import finish

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SOON = 1
NEVER = 10_000_000
"""Milliseconds."""

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def kept(bench: Bench, profile: Profile) -> Path:
    """Give the database of a bench on which two runs were done."""
    bench.has_profile(profile)
    fill(bench.data.database, SystemClock(), 2, 60)
    return bench.data.database


def looked_after(me: Technician, bench: Bench, *, after: int = SOON, each: int = NEVER) -> Maintenance:
    """Return what looks after the database of the window, begun; `after`, `each`: as for `Maintenance`."""
    maintenance = Maintenance(me.place, bench.data, me.place.services.store, after=after, each=each)
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


def test_a_copy_each_hour(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """Scans go on beside it, and the newest has them."""
    with open_window() as me:
        maintenance = looked_after(me, bench, each=SOON)
        me.scan("SPK900001")
        me.until(lambda: "SPK900001" in scanned(me), "see a copy with the scan")
        finish(qtbot, maintenance.close())
    assert kept.exists()


def scanned(me: Technician) -> set[str]:
    """Return the devices in the rows of the newest copy that has not gone meanwhile."""
    for copy in me.place.services.store.copies.files:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{copy.path.as_uri()}?mode=ro", uri=True)) as found:
            return {device_id for (device_id,) in found.execute("SELECT device_id FROM sheet_row")}
    return set()


def test_no_copy_of_what_is_damaged(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """It is found by the copy as well, and told."""
    with open_window() as me:
        spoil(kept, root_of(kept, "ledger"))
        maintenance = looked_after(me, bench, after=NEVER, each=SOON)
        me.sees_notice("The file with the devices is damaged")
        finish(qtbot, maintenance.close())
    assert not list(bench.data.copies.glob("*.db"))


@pytest.mark.expects_log("the database was not looked after")
def test_a_copy_that_can_not_be_written(
    kept: Path, bench: Bench, open_window: Open, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    """It is in the log, and nobody is kept from work."""
    bench.data.copies.write_bytes(b"no folder")
    with open_window() as me:
        maintenance = looked_after(me, bench, each=SOON)
        me.until(lambda: "was not looked after" in caplog.text, "see it in the log")
        me.scan("SPK900001")
        me.sees_states("ready")
        finish(qtbot, maintenance.close())
    assert kept.exists()


def test_a_window_that_closes_leaves_no_half_copy(
    kept: Path, bench: Bench, open_window: Open, qtbot: QtBot
) -> None:
    """Scans go on after it."""
    with open_window() as me:
        maintenance = looked_after(me, bench, each=SOON)
        finish(qtbot, maintenance.close())
        me.scan("SPK900001")
        me.sees_states("ready")
    assert kept.exists()
    assert not list(bench.data.copies.glob("*.tmp"))


def test_copies_of_a_run(
    kept: Path, bench: Bench, open_window: Open, qtbot: QtBot, server: PracticeServer, withheld: Withheld
) -> None:
    """Before a request leaves there is one of its rows, none while it goes on, and one of all at its end."""
    bench.has_token()
    server.script([withheld])
    with open_window() as me:
        store = me.place.services.store
        assert store.copies.make()
        me.scan("SPK900001")
        me.start_binding()
        me.until(lambda: any(request.method == "POST" for request in server.requests), "see it sent")
        assert "SPK900001" in scanned(me)
        of_run, whole = store.copies.files[:2]
        assert (of_run.of_run, whole.of_run) == (True, False)
        maintenance = looked_after(me, bench, each=SOON)
        due = QSignalSpy(maintenance._each.timeout)  # noqa: SLF001 - nothing else tells of an hour
        me.until(lambda: due.count() > 3, "see hours pass")
        assert store.copies.files[:2] == (of_run, whole)
        maintenance._each.stop()  # noqa: SLF001 - the copy at the end is the run's
        withheld.let_go()
        me.sees_the_end()
        me.until(lambda: store.copies.files[0].number == whole.number + 1, "see another copy")
        finish(qtbot, maintenance.close())
    assert kept.exists()


TOLD = "Devices bound since the first day may be missing here"


@pytest.fixture
def rebuilt(kept: Path) -> Path:
    """Give a database that was rebuilt, and lacks some of the devices that were bound."""
    spoil(kept, ledger_pages(kept)[1])
    assert replace_damaged(kept, NOON).gap
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
        me.sees_notice("首次使用时")
        me.press("关闭")
        me.until(lambda: not me.window.notices.contains("gap"), "see it go")
        assert me.place.services.store.bindings.gap is not None
        finish(qtbot, maintenance.close())
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        me.sees_notice(TOLD)
        me.press("I have checked")
        me.until(lambda: me.place.services.store.bindings.gap is None, "see it confirmed")
        finish(qtbot, maintenance.close())
    with open_window() as me:
        maintenance = looked_after(me, bench, after=NEVER)
        assert not me.window.notices.contains("gap")
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
        assert me.place.services.store.bindings.gap is not None
        finish(qtbot, maintenance.close())
