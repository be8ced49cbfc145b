"""A spoilt page of the database: found beside the work, told, and got out of without losing what can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.app.maintenance import Maintenance
from bindtool.core.clock import SystemClock
from bindtool.core.errors import StoreFailed
from tests.core.store.spoilt import fill, root_of, spoil
from tests.gui.loop import finish

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SOON = 1
NEVER = 10_000_000
"""Milliseconds."""


@pytest.fixture
def kept(bench: Bench, profile: Profile) -> Path:
    """Give the database of a bench on which two runs were done."""
    bench.has_profile(profile)
    fill(bench.data.database, SystemClock(), 2, 60)
    return bench.data.database


def looked_after(me: Technician, bench: Bench, *, after: int = SOON, idle: int = NEVER) -> Maintenance:
    """Return what looks after the database of the window, begun."""
    maintenance = Maintenance(me.place, bench.data, SystemClock(), after=after, idle=idle)
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
        me.place.bench.desk.fail(StoreFailed("store.damaged", path=str(kept), detail="malformed"))
        assert {"Recover what can be read", "Try again"} <= me.buttons()
        me.press("Recover what can be read")
        me.until(lambda: not me.window.isVisible(), "see the window go")
        assert maintenance.wanted is not None
        finish(qtbot, maintenance.close())


def test_one_that_is_whole_gets_a_copy(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """Once nobody has done anything for a while, and once a day; in another language of the window as well."""
    with open_window() as me:
        maintenance = looked_after(me, bench, idle=SOON)
        me.until(lambda: any(bench.data.copies.glob("*.db")), "see a copy")
        [copy] = bench.data.copies.iterdir()
        made = copy.stat().st_mtime_ns
        me.speak("中文")
        finish(qtbot, maintenance.close())
        assert [copy] == list(bench.data.copies.iterdir())
        assert copy.stat().st_mtime_ns == made


def test_no_copy_of_what_is_damaged(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """An older one would go for it."""
    spoil(kept, root_of(kept, "ledger_label"))
    with open_window() as me:
        maintenance = looked_after(me, bench, idle=SOON)
        me.sees_notice("The file with the devices is damaged")
        finish(qtbot, maintenance.close())
    assert not bench.data.copies.exists()


def test_work_puts_the_copy_off(kept: Path, bench: Bench, open_window: Open, qtbot: QtBot) -> None:
    """A minute begins anew with each scan; and a window that closes leaves no copy half made."""
    with open_window() as me:
        maintenance = looked_after(me, bench, idle=NEVER)
        me.type("SPK900001")
        me.sees_states("ready")
        finish(qtbot, maintenance.close())
        me.type("SPK900002")
        me.sees_states("ready", "ready")
    assert not bench.data.copies.exists()
