"""Fixtures of the scanning tests: a recorder of cues, and somebody with a scanner."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.i18n.catalogue import Texts
from tests.gui.clocks import HandClock
from tests.gui.disks import SlowDisk
from tests.gui.scanning.bench import Bench
from tests.stories.listener import Listener


@pytest.fixture
def listener() -> Listener:
    """Return a recorder of cues."""
    return Listener()


@pytest.fixture
def unopened(
    window: MainWindow,
    texts: Texts,
    store: SlowDisk,
    clock: HandClock,
    tasks: BackgroundTasks,
    listener: Listener,
    qtbot: QtBot,
) -> Bench:
    """Return a bench without a sheet."""
    return Bench(window, texts, store, clock, tasks, listener, qtbot)
