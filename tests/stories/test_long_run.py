"""A run that takes minutes: what is seen of it meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QProgressBar

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from tests.gui.acting import find
from tests.practice.faults import Slow

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

IDS = [f"SPK2611{number:07}" for number in range(1, 301)]


@pytest.fixture
def profile(bench: Bench, profile: Profile) -> Profile:
    """Give a bench with a profile that sends ten devices a request."""
    tens = replace(profile, proven=True, behaviour=Behaviour.ADDS, pace=RequestSettings(rate=1, batch_size=10))
    bench.has_profile(tens)
    bench.has_token()
    return tens


def paste(me: Technician, end: str = "") -> None:
    """Paste the list, each device with this end."""
    me.paste("\n".join(f"{each}{end}" for each in IDS))
    me.until(lambda: me.states().count("ready") == len(IDS), "see all ready")


def in_sight(me: Technician) -> range:
    """Return the numbers of the rows that are seen; the newest is on top."""
    table, model = me.window.table, me.window.model
    last = table.rowAt(table.viewport().height() - 1)
    return range(model.number_at(last if last >= 0 else len(IDS) - 1), model.number_at(table.rowAt(0)) + 1)


def turn_wheel(me: Technician, degrees: int) -> None:
    """Turn the wheel over the table."""
    viewport = me.window.table.viewport()
    place = QPointF(viewport.rect().center())
    turn = QWheelEvent(
        place, viewport.mapToGlobal(place), QPoint(), QPoint(0, degrees * 8),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, turn)


@pytest.mark.usefixtures("profile")
def test_it_says_how_fast_it_goes_and_how_long_it_takes(server: PracticeServer, open_window: Open) -> None:
    """Before the run by the pace that is set, in it by the real one; a bar spans the window."""
    server.script([Slow(0.1)] * 30)
    with open_window() as me:  # its clock runs twenty times as fast: an answer takes two seconds
        paste(me)
        me.press("Bind")
        me.sees("Takes about 30 s at this pace: 600 devices a minute.")
        me.keys("Ctrl+Return")
        me.sees(" a minute · about ")
        me.sees(" s left")
        bar = find(me.window, QProgressBar, "Progress")
        assert 0 < bar.value() < bar.maximum() == len(IDS)
        assert bar.width() == me.window.footer.width()
        me.sees_the_end()
        assert not bar.isVisible()


@pytest.mark.usefixtures("profile")
def test_the_table_follows_until_somebody_scrolls(
    server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """The rows that are sent stay in sight; whoever looks at others keeps them in sight, for this run."""
    server.script([withheld] * 30)
    with open_window() as me:
        paste(me)
        me.start_binding()
        withheld.let_go(5)
        me.until(lambda: 60 in in_sight(me), "see the rows that are sent")
        withheld.let_go(4)
        me.until(lambda: 100 in in_sight(me), "see the next ones")
        turn_wheel(me, -45)
        seen = in_sight(me)
        withheld.let_go(11)
        me.until(lambda: me.states()[199] == "bound", "see it go on")
        assert in_sight(me) == seen
        withheld.let_go(10)
        me.sees_the_end()
        # What the run has come to takes room below the rows that were looked at.
        assert in_sight(me).stop == seen.stop

        # THEN the next run is followed again
        server.script([withheld] * 30)
        paste(me, "A")
        me.start_binding()
        withheld.let_go()
        me.until(lambda: 320 in in_sight(me), "see the rows that are sent")
        me.press("Stop")
        withheld.let_go()
        me.sees_the_end()
