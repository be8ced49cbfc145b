"""Fixtures of the command line's tests: a laptop, and a practice server without delays and limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk


@pytest.fixture
def bare_desk(tmp_path: Path) -> Desk:
    """Return a laptop without any set-up."""
    return Desk(tmp_path)


@pytest.fixture
def desk(bare_desk: Desk, server: PracticeServer) -> Desk:
    """Return a laptop with one profile for that server, and its token."""
    bare_desk.set_up(server.site)
    return bare_desk
