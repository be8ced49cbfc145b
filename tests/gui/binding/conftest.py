"""Fixtures of the binding tests: the services of a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.services import Services
from tests.gui.clocks import HandClock
from tests.gui.services import services_on


@pytest.fixture
def services(store: Store, clock: HandClock, tasks: BackgroundTasks, tmp_path: Path) -> Services:
    """Return a window's services."""
    return services_on(store, clock, tasks, tmp_path)
