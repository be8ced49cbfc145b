"""Cells copied in a real LibreOffice Calc and pasted into the window."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from bindtool.core.sheet_view.columns import Column
from tests.gui.loop import PATIENCE
from tests.stories.program import wait_for_window, xdotool
from tests.stories.technician import Technician

pytestmark = pytest.mark.skipif(
    any(shutil.which(program) is None for program in ("soffice", "xdotool")),
    reason="LibreOffice Calc or xdotool is not installed",
)

SHEET = """设备ID,标签
SPK26113F2001,客厅
SPK26113F2002,"卧 室"
123456789012345678,书房
"""
AS_CSV = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


@pytest.fixture
def calc(tmp_path: Path) -> Iterator[str]:
    """Open the sheet in Calc; give its window."""
    path = tmp_path / "list.csv"
    path.write_text(SHEET, encoding="utf-8")
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'calc').as_uri()}", "--norestore", "--nologo"]
    command += ["--nofirststartwizard", "--nolockcheck", f"--infilter={AS_CSV}", "--calc", str(path)]
    # Its plainest face: the others want a desktop.
    environ = {**os.environ, "SAL_USE_VCLPLUGIN": "gen"}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environ, stdout=silent, stderr=silent, start_new_session=True)
    try:
        yield wait_for_window("--name", "list.csv")
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def test_copied_there_and_pasted_here(ready: Technician, calc: str, qtbot: QtBot) -> None:
    """Names become the header, texts stay texts, and a number that has lost digits is no id and says why."""

    def copied() -> bool:
        xdotool("windowfocus", "--sync", calc, "key", "ctrl+a", "key", "ctrl+c")
        return "SPK26113F2001" in QGuiApplication.clipboard().text()

    qtbot.waitUntil(copied, timeout=2 * PATIENCE)
    ready.keys("Ctrl+V")
    ready.sees_states("ready", "ready", "incomplete")
    assert ready.ids() == ["SPK26113F2001", "SPK26113F2002", ""]
    assert ready.labels() == ["客厅", "卧 室", "书房"]
    assert "lost the last ones" in ready.cell(3, Column.MESSAGE)
