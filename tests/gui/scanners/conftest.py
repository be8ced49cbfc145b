"""What the tests of scanners share: a scanner on a serial line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.gui.pseudo_terminal import SerialLine


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    """Give a scanner that is plugged in."""
    # Windows has none, and nothing to load for one.
    from tests.gui.pseudo_terminal import SerialLine

    made = SerialLine(tmp_path / "scanner")
    made.plug_in()
    yield made
    made.unplug()
