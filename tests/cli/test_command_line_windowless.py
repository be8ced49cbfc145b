"""Where there is no display: what is said, and practice without a window."""

from __future__ import annotations

from bindtool.cli.command_line import without_window
from tests.cli.desk import Desk


def test_the_window_cannot_open(bare_desk: Desk) -> None:
    """It says so and what to do instead: status 2."""
    done = bare_desk.apart(lambda process: without_window(process, practice=False))
    assert (done.status, done.out) == (2, "")
    assert "bindtool bind FILE" in done.err


def test_practice(bare_desk: Desk) -> None:
    """The sample sheet is bound, a line a device; the refused one of the sample is no failure."""
    done = bare_desk.apart(lambda process: without_window(process, practice=True))
    assert done.status == 0
    assert "There is no display" in done.err
    assert len(done.states) == 20
    assert {device_id for device_id, state in done.states.items() if state != "bound"} == {"SPK26113F0000"}
    assert all(cells[2] for cells in done.cells)


def test_practice_that_fails_is_a_failure(bare_desk: Desk) -> None:
    """A data folder that can't be made is no success."""
    (bare_desk.folder / "data").write_text("in the way", encoding="utf-8")
    assert bare_desk.apart(lambda process: without_window(process, practice=True)).status == 2
