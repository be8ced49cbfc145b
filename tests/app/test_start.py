"""The start, by the real program: what is seen first, and what a hand or a scanner did before the rest was."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bindtool.core.diagnostics.log_file import log_files
from tests.gui.loop import PATIENCE
from tests.patience import until
from tests.stories.desktop import desktop, needs_desktop
from tests.stories.program import command, environment, practising, xdotool

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only")

ID = "SPK26113F2001"


def test_a_scan_into_the_first_picture_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    """The window is there before the sheet is: what comes in between goes into the sheet, whole and once."""
    with practising(tmp_path) as program:
        assert not program.database.exists()
        program.scan(ID)
        qtbot.waitUntil(lambda: program.rows() == [(ID, "ready")], timeout=PATIENCE)


@needs_desktop
def test_closed_before_it_was_whole(tmp_path: Path) -> None:
    """Whoever closes the first picture has closed the program."""
    with desktop() as display:
        process = subprocess.Popen(command(), env={**environment(tmp_path), "DISPLAY": display})
        try:
            of_it = ("--onlyvisible", "--pid", str(process.pid))
            xdotool(
                "search", "--all", "--sync", *of_it, "--name", "practice", "windowfocus", "--sync", display=display
            )
            assert not (tmp_path / "practice" / "bindtool.db").exists()
            xdotool("key", "alt+F4", display=display)
            assert process.wait(timeout=PATIENCE / 1000) == 0
        finally:
            process.kill()
            process.wait()


FAULTY = """
import sys
sys.modules["bindtool.practice.server"] = None  # what imports it fails
from bindtool.app import start
sys.exit(start.main(None, practice=True))
"""


@needs_desktop
def test_a_start_that_fails(tmp_path: Path) -> None:
    """A person is told where the log is, which has the traceback; the program ends with 2."""
    with desktop() as display:
        process = subprocess.Popen(
            [sys.executable, "-c", FAULTY], env={**environment(tmp_path), "DISPLAY": display}
        )
        try:
            # The box has the name of the program alone, its window has more.
            xdotool("search", "--all", "--sync", "--onlyvisible", "--name", "^bindtool$", display=display)

            def closed() -> bool:
                xdotool("key", "Escape", display=display)
                return process.poll() is not None

            until(closed)
            assert process.returncode == 2
        finally:
            process.kill()
            process.wait()
    (log,) = log_files(tmp_path / "practice" / "logs").values()
    assert b"CRITICAL bindtool.core.diagnostics.fault_hooks: the program ends\nTraceback" in log
    assert b"ModuleNotFoundError" in log
