"""The button of the window in the task bar shows how far a run is. The dock is a stand-in; the signal is real."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("that signal is of Linux's desktops", allow_module_level=True)

from bindtool.gui.binding.taskbar_progress import TaskbarProgress
from tests.session_bus import BusService, needs_bus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from bindtool.gui.binding.taskbar_progress import Show
    from tests.stories.technician import Technician

pytestmark = needs_bus


@pytest.fixture
def dock() -> Iterator[BusService]:
    """Give somebody who listens on the bus of the session."""
    there = BusService(os.environ["DBUS_SESSION_BUS_ADDRESS"], "example.Dock", lambda *_: None)
    yield there
    there.close()


def heard(dock: BusService) -> list[tuple[float, bool]]:
    """Return which part was shown, and whether it was shown at all."""
    told = [body for member, body in dock.signals if member == "Update"]
    assert {name for name, _ in told} <= {"application://bindtool.desktop"}
    return [(facts["progress"][1], facts["progress-visible"][1]) for _, facts in told]


def test_a_run_is_seen_on_it(dock: BusService, ready: Technician) -> None:
    """It grows from nothing to the whole, and goes with the run."""
    ready.paste("\n".join(f"SPK{number:05}" for number in range(200)))
    ready.bind()
    ready.until(lambda: heard(dock)[-1:] == [(0.0, False)], "see it go")
    parts = [part for part, visible in heard(dock) if visible]
    assert parts == sorted(set(parts))
    assert parts[0] == 0
    assert parts[-1] == 1
    assert [visible for _, visible in heard(dock)].count(False) == 1


def test_a_system_that_can_not_show_it(ready: Technician, caplog: pytest.LogCaptureFixture) -> None:
    """It is asked once, the log has it, and the run goes on."""
    caplog.set_level("INFO")
    asked: list[QWidget] = []

    def make_show(window: QWidget) -> Show:
        asked.append(window)
        raise OSError

    TaskbarProgress(ready.window, ready.place.controller.session, make_show)
    ready.scan("SPK1", "SPK2")
    ready.bind()
    ready.sees_states("bound", "bound")
    ready.scan("SPK3")
    ready.bind()
    ready.sees_states("bound", "bound", "bound")
    assert asked == [ready.window]
    assert [record for record in caplog.records if record.getMessage() == "the task bar shows no progress"]
