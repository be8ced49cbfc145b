"""Keys through the display server, like a scanner's and a person's: no event is passed to Qt directly."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.loop import PATIENCE

needs_keyboard = pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed")

PERSON = 200
SLOW_PERSON = 600
"""Milliseconds between keys; xdotool waits half of that."""

NEXT_PULL = 0.25
"""Seconds; the shortest time between two pulls of a trigger."""

QUICK = 20
"""Milliseconds between keys that need not be told from a scanner's: in a file dialog, and with Ctrl, Alt, arrows or
Esc.
"""


class Keyboard:
    """Types into the widget with the display server's focus, while the window goes on working."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    def scan(self, *codes: str, delay: int = 1, end: tuple[str, ...] = ("Return",)) -> None:
        """Type codes as a scanner does, each with its end keys, and each after another pull of its trigger."""
        for code in codes:
            self.scan_lines(code, delay=delay, end=end)
            self.run("sleep", str(NEXT_PULL))

    def scan_lines(self, *lines: str, delay: int = 1, end: tuple[str, ...] = ("Return",)) -> None:
        """Type a scanner's output for one pull of its trigger."""
        self.run(*(word for line in lines for word in (*_typing(line, delay), *_pressing(end, delay))))

    def type(self, text: str, *keys: str, pace: int = PERSON) -> None:
        """Type a text as a person does, and then press keys."""
        self.run(*_typing(text, pace), *_pressing(keys, pace))

    def press(self, *keys: str, pace: int = PERSON) -> None:
        """Press keys as a person does."""
        self.run(*_pressing(keys, pace))

    def rest(self) -> None:
        """Wait for the time between a scanner's last key and a person's first."""
        self.run("sleep", "0.4")

    def run(self, *arguments: str) -> None:
        """Run an `xdotool` command."""
        process = subprocess.Popen(["xdotool", *arguments])
        self._qtbot.waitUntil(lambda: process.poll() is not None, timeout=6 * PATIENCE)
        assert process.returncode == 0


def _typing(text: str, delay: int) -> tuple[str, ...]:
    return ("type", "--delay", str(delay), "--args", "1", text)


def _pressing(keys: tuple[str, ...], delay: int) -> tuple[str, ...]:
    return tuple(word for key in keys for word in ("key", "--delay", str(delay), key))
