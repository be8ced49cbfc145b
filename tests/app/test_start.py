"""The start, by the real program: what is seen first, and what a hand or a scanner did before the rest was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.diagnostics.log_file import log_files
from tests.gui.loop import PATIENCE
from tests.patience import until
from tests.stories.desktop import desktop, needs_desktop
from tests.stories.program import environment, practising, window_of, xdotool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only")

ID = "SPK26113F2001"


def test_a_scan_into_the_first_picture_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    """The window is there before the sheet is: what comes in between goes into the sheet, whole and once."""
    with practising(tmp_path) as program:
        assert not program.database.exists()
        program.scan(ID)
        qtbot.waitUntil(lambda: program.rows() == [(ID, "ready")], timeout=PATIENCE)


HELD = """
import sys
from PySide6.QtWidgets import QApplication
from bindtool.app import start

class UntilClosed:
    def find_spec(self, name, path, target=None):
        while name == "bindtool.practice.server" and any(one.isVisible() for one in QApplication.topLevelWidgets()):
            QApplication.processEvents()

sys.meta_path.insert(0, UntilClosed())
sys.exit(start.main(None, practice=True))
"""
"""A start that has come to its last module goes on when the window is closed."""


@needs_desktop
def test_closed_before_it_was_whole(tmp_path: Path) -> None:
    """Whoever closes the first picture has closed the program.

    The keys are pressed until it has gone: openbox closes what it takes for the window in front, and hears of
    that from the display a little later than xdotool does.
    """
    with desktop() as display:
        process = subprocess.Popen([sys.executable, "-c", HELD], env={**environment(tmp_path), "DISPLAY": display})
        try:
            xdotool("windowfocus", "--sync", window_of(process, "practice", display), display=display)
            assert not (tmp_path / "practice" / "bindtool.db").exists()

            def closed() -> bool:
                xdotool("key", "alt+F4", display=display)
                return process.poll() is not None

            until(closed)
            assert process.returncode == 0
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
            window_of(process, "^bindtool$", display)  # the box: its window's name is longer

            def closed() -> bool:
                xdotool("key", "Escape", display=display)
                return process.poll() is not None

            until(closed)
            assert process.returncode == 2
        finally:
            process.kill()
            process.wait()
    log = b"".join(log_files(tmp_path / "practice" / "logs").values())
    assert b"CRITICAL bindtool.core.diagnostics.fault_hooks: the program ends\nTraceback" in log
    assert b"ModuleNotFoundError" in log


MADE = """
import os
import sys
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog
from bindtool.app import start

class OnceItListens:
    def find_spec(self, name, path, target=None):
        if name == "bindtool.app.single_instance":
            print(*(made.__name__ for kind in (QObject, QDialog) for made in kind.__subclasses__()), flush=True)
            os._exit(0)

sys.meta_path.insert(0, OnceItListens())
start.main(None, practice=True)
"""
"""A start that tells, once a scan would be on the disk, which classes of Qt Python has made."""


def test_a_start_makes_no_class_of_qt_in_vain(tmp_path: Path) -> None:
    """Nobody has asked what an object of Qt's own is, for which all classes of its kind would have been made."""
    done = subprocess.run(
        [sys.executable, "-c", MADE],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    made = set(done.stdout.split())
    assert "QLayout" in made
    assert made.isdisjoint({"QMovie", "QStyle", "QWizard"})
