"""A server and a database for each run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bindtool.core.store import Store
from tests.core.jobs.bench import CLOCK


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an open database."""
    with Store(tmp_path / "bindtool.db", CLOCK) as opened:
        yield opened
