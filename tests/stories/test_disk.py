"""A disk that can't be written any more: the window says so at once, and nothing is taken that would be lost."""

from __future__ import annotations

import pytest

from bindtool.practice.server import PracticeServer
from tests.stories.conftest import Bench
from tests.stories.technician import Technician


def test_a_scan_that_can_not_be_saved(ready: Technician, bench: Bench) -> None:
    """The scan bar turns to NOT READY and the field takes no more; what was saved before is there."""
    ready.scan("SPK1")
    bench.can_not_write("sheet_row")
    ready.type("SPK2")
    ready.sees("NOT READY")
    ready.sees("The devices could not be saved or read")
    assert ready.notice != ""
    assert ready.window.scan_bar.field.isReadOnly()
    assert ready.states()[0] == "ready"


@pytest.mark.parametrize("table", ["run", "request"])
def test_a_run_that_can_not_be_written_down(
    ready: Technician, bench: Bench, server: PracticeServer, table: str
) -> None:
    """Nothing leaves that the disk does not know of; the banner says what is wrong."""
    ready.scan("SPK1")
    bench.can_not_write(table)
    ready.bind()
    ready.until(lambda: ready.notice != "", "be told")
    assert server.requests == ()
    ready.sees_states("ready")
