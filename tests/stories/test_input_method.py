"""A real pinyin input method is on, with a real window manager: scans arrive as sent, labels take Chinese.

The input method has to be there when Qt starts, so the stories themselves run in a process of their own: they stand
in `input_method.py`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.loop import PATIENCE
from tests.stories.desktop import needs_desktop, run_stories

ENGINE = "libpinyin"

pytestmark = [
    pytest.mark.long,
    needs_desktop,
    pytest.mark.skipif(
        shutil.which("ibus-daemon") is None or not Path(f"/usr/share/ibus/component/{ENGINE}.xml").exists(),
        reason="ibus or ibus-libpinyin is not installed",
    ),
]


def engine(*name: str) -> str:
    """Return the engine that is on; with a name, switch that one on first."""
    done = subprocess.run(["ibus", "engine", *name], capture_output=True, text=True, timeout=30, check=False)
    return done.stdout.strip()


@contextmanager
def pinyin(qtbot: QtBot) -> Iterator[None]:
    """Let a pinyin input method run on the display; its own windows are not needed."""
    silent = subprocess.DEVNULL
    daemon = subprocess.Popen(["ibus-daemon", "--panel", "disable"], stdout=silent, stderr=silent)
    try:
        qtbot.waitUntil(lambda: ENGINE in (engine(ENGINE), engine()), timeout=3 * PATIENCE)
        yield
    finally:
        daemon.terminate()
        daemon.wait()


@pytest.mark.usefixtures("desktop")
def test_scans_and_labels_with_a_pinyin_input_method(qtbot: QtBot) -> None:
    """All stories of `input_method.py` hold."""
    with pinyin(qtbot):
        run_stories("input_method.py", QT_IM_MODULE="ibus")
