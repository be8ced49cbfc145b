"""What the tests of compatibility share: the server that stands in for Coze, and a laptop to run commands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """Return a running practice server that neither waits nor limits."""
    with PracticeServer(latency=0, rate=0) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a laptop whose data folder is `tmp_path`/data, and the machine's profiles `tmp_path`/machine."""
    return Desk(tmp_path)
