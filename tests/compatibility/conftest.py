"""What the tests of compatibility share: the server that stands in for Coze, and a laptop to run commands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a laptop whose data folder is `tmp_path`/data, and the machine's profiles `tmp_path`/machine."""
    return Desk(tmp_path)
