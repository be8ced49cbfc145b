"""The program itself as a process, with keys that come through the display: nothing of it is in this process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.diagnostics.log_file import log_files
from tests.gui.loop import PATIENCE
from tests.stories.program import command, environment, practising, window_of, xdotool

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only"),
    pytest.mark.long,
]

IDS = ("SPK26113F2001", "SPK26113F2002", "00000000000000000017")


def test_practice_from_start_to_bound(qtbot: QtBot, tmp_path: Path) -> None:
    """Scan, Ctrl+Return twice, and all are bound; the title says that it is practice; Ctrl+Q ends it with 0.

    The log has it from the start to the end.
    """
    with practising(tmp_path) as program:
        assert program.title == "bindtool – practice: nothing is sent to Coze"
        program.scan(*IDS)
        qtbot.waitUntil(lambda: len(program.rows()) == len(IDS), timeout=PATIENCE)
        qtbot.waitUntil(program.offers_bind, timeout=PATIENCE)
        program.keys("ctrl+Return")
        qtbot.waitUntil(lambda: not program.offers_bind(), timeout=PATIENCE)
        program.keys("ctrl+Return")
        bound = [(device_id, "bound") for device_id in IDS]
        qtbot.waitUntil(lambda: program.rows() == bound, timeout=PATIENCE)

        def logged() -> list[str]:
            (log,) = log_files(program.database.parent / "logs").values()
            return log.decode().splitlines()

        # Closed in the run it would ask first.
        qtbot.waitUntil(lambda: logged()[-1].endswith("run 1 has ended: finished"), timeout=PATIENCE)
        program.keys("ctrl+q")
        assert program.process.wait(timeout=PATIENCE / 1000) == 0
        lines = logged()
        assert "starts: the window in practice mode" in lines[0]
        assert [line for line in lines if "run 1 begins" in line]
        assert lines[-1].endswith("bindtool ends")


def test_killed_while_scanning(qtbot: QtBot, tmp_path: Path) -> None:
    """What was ready on screen is there after a kill -9, and the next start goes on with it."""
    with practising(tmp_path) as program:
        program.scan(*IDS)
        qtbot.waitUntil(lambda: len(program.rows()) == len(IDS), timeout=PATIENCE)
        program.process.send_signal(signal.SIGKILL)
        program.process.wait()
    with practising(tmp_path) as program:
        assert [device_id for device_id, _ in program.rows()] == list(IDS)
        program.scan("SPK4")
        qtbot.waitUntil(lambda: len(program.rows()) == len(IDS) + 1, timeout=PATIENCE)


def test_a_folder_that_is_no_folder(tmp_path: Path) -> None:
    """Where nothing can be written, a window says so, and closing it leaves with 2."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    process = subprocess.Popen(command(), env=environment(tmp_path / "file"))
    try:
        xdotool("windowfocus", "--sync", window_of(process, "^bindtool$"), "key", "Return")
        assert process.wait(timeout=PATIENCE / 1000) == 2
    finally:
        process.kill()
        process.wait()
