"""The program as a process of its own on the tests' display: typing into it, and looking at it.

For tests and benchmarks.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.gui.common.theme import theme
from bindtool.practice import channel
from tests.patience import until
from tests.stories.keyboard import NEXT_PULL

ALL_ROWS = "SELECT device_id, state FROM sheet_row ORDER BY number"


@dataclass(frozen=True)
class Program:
    """A running bindtool: its process, its window, and its data folder."""

    process: subprocess.Popen[bytes]
    window: str
    database: Path

    @property
    def title(self) -> str:
        """The window's title."""
        return xdotool("getwindowname", self.window)

    def scan(self, *texts: str) -> None:
        """Type as a scanner does, into this window only, each text after another pull of its trigger."""
        xdotool("windowfocus", "--sync", self.window)
        for text in texts:
            xdotool("type", "--delay", "2", text)
            xdotool("key", "Return", "sleep", str(NEXT_PULL))

    def keys(self, *keys: str) -> None:
        """Press keys, such as "ctrl+Return"."""
        xdotool("windowfocus", "--sync", self.window, "key", *keys)

    def offers_bind(self) -> bool:
        """Look at the step button: blue on the footer's background, which is white during a confirmation."""
        seen = QGuiApplication.primaryScreen().grabWindow(int(self.window)).toImage()
        colours = theme.palette(dark=False)
        button = seen.pixelColor(seen.width() - 30, seen.height() - 40)
        beside = seen.pixelColor(seen.width() - 290, seen.height() - 12)
        return button == colours.highlight().color() and beside == colours.window().color()

    def footer_colour(self) -> str:
        """Return the footer's background colour, beside its button."""
        seen = QGuiApplication.primaryScreen().grabWindow(int(self.window)).toImage()
        return seen.pixelColor(seen.width() - 290, seen.height() - 12).name()

    def rows(self) -> list[tuple[str, str]]:
        """Return the saved id and state of each row; nothing while the window is opening."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sheet_row'").fetchone():
                return []
            return database.execute(ALL_ROWS).fetchall()


@contextmanager
def practising(folder: Path) -> Iterator[Program]:
    """Start bindtool in practice mode with its data in `folder`; ends processes still running at the end."""
    with _started(command(), environment(folder), folder / "practice" / "bindtool.db") as program:
        yield program


@contextmanager
def working(folder: Path, profile: Profile, token: str = channel.TOKEN) -> Iterator[Program]:
    """Start bindtool with its data in `folder`, a profile from IT and a token, "" for the password store's."""
    (folder / "machine").mkdir(parents=True, exist_ok=True)
    (folder / "machine" / "it.toml").write_text(to_toml(profile), encoding="utf-8")
    environ = {**environment(folder), "BINDTOOL_TOKEN": token}
    with _started([sys.executable, "-m", "bindtool"], environ, folder / "bindtool.db") as program:
        yield program


@contextmanager
def _started(command: Sequence[str], environ: Mapping[str, str], database: Path) -> Iterator[Program]:
    process = subprocess.Popen(command, env=environ)
    try:
        yield Program(process, window_of(process, "bindtool"), database)
    finally:
        process.kill()
        process.wait()


def command() -> list[str]:
    """Return the command for practice mode."""
    return [sys.executable, "-m", "bindtool", "--practice"]


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the program writes only into `folder`."""
    return {**os.environ, "BINDTOOL_DATA_DIR": str(folder), "BINDTOOL_PROFILE_DIR": str(folder / "machine")}


def window_of(process: subprocess.Popen[bytes], name: str, display: str | None = None) -> str:
    """Return a visible window of a process, by its name, as soon as there is one."""
    return wait_for_window("--all", "--pid", str(process.pid), "--name", name, display=display)


def windows_of(process: subprocess.Popen[bytes], name: str) -> list[str]:
    """Return the visible windows of a process, by their name."""
    return visible_windows("--all", "--pid", str(process.pid), "--name", name)


def wait_for_window(*criteria: str, display: str | None = None) -> str:
    """Return the first window that `visible_windows` finds, as soon as there is one."""
    found: list[str] = []

    def is_there() -> bool:
        found[:] = visible_windows(*criteria, display=display)
        return bool(found)

    until(is_there)
    return found[0]


def visible_windows(*criteria: str, display: str | None = None) -> list[str]:
    """Return the visible windows that meet criteria of xdotool, such as "--name" and a pattern."""
    try:
        return xdotool("search", "--onlyvisible", *criteria, display=display).split()
    except subprocess.CalledProcessError:
        return []  # there is none, or another window disappeared during the search


def xdotool(*arguments: str, display: str | None = None) -> str:
    """Run xdotool, on another display if one is named, and return its output; with a timeout."""
    environ = os.environ if display is None else {**os.environ, "DISPLAY": display}
    command = ["xdotool", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()
