"""A server and a database for each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.core.store import Store
from tests.core.jobs.bench import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an open database."""
    with Store(tmp_path / "bindtool.db", CLOCK) as opened:
        yield opened
