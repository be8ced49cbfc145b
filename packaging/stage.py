"""Takes pictures of the real program, typed into on a display of its own.

Sets up the display and the program's environment, and saves pictures. `screenshots` and `guide_pictures` decide
which.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1366, 768
LANGUAGES = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}
# KDE's names for its colour schemes; the program follows the desktop.
SCHEMES = {"light": "BreezeLight", "dark": "BreezeDark"}
GUIDE_WIDTH = 760
"""Width of a picture in a page of the guide, in pixels."""
_PATIENCE = 30
SETTLING = 0.9
"""Seconds for a flash to fade and the last answer to be drawn."""
STARTING = 2
"""Seconds until a window, or a part of it, is usable after opening."""
_REST = (683, 740)
"""Resting position of the mouse, in pixels of the window."""


@dataclass(frozen=True)
class Camera:
    """Saves the display; also provides the program's clipboard texts. `scale`: the display's."""

    app: QGuiApplication
    folder: Path
    scale: float

    def pixels(self, *places: int) -> list[str]:
        """Convert window coordinates to display pixels, as strings for xdotool."""
        return [str(round(place * self.scale)) for place in places]

    def take(self, name: str) -> None:
        """Save the display once it is idle."""
        self.wait(SETTLING)
        self.take_now(name)

    def take_now(self, name: str) -> None:
        """Save the display now."""
        self.app.primaryScreen().grabWindow(0).save(str(self.folder / f"{name}.png"))
        print(name, flush=True)

    def take_part(self, name: str, place: tuple[int, int, int, int], *, whole: bool = False) -> None:
        """Save a part of the display, x, y, width and height; `whole`: at any width."""
        self.wait(SETTLING)
        self.keep(name, self.app.primaryScreen().grabWindow(0).copy(*place).toImage(), whole=whole)

    def keep(self, name: str, image: QImage, *, whole: bool = False) -> None:
        """Save a picture in few bytes, and no wider than the guide's pages, unless `whole`."""
        if image.width() > GUIDE_WIDTH and not whole:
            image = image.scaledToWidth(GUIDE_WIDTH, Qt.TransformationMode.SmoothTransformation)
        in_few_colours(image).save(str(self.folder / f"{name}.png"), quality=0)  # still lossless, and small
        print(name, flush=True)

    def wait(self, seconds: float) -> None:
        """Let time pass, serving the clipboard meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)

    def wait_until(self, so: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        end = time.monotonic() + _PATIENCE
        while not so():
            if time.monotonic() > end:
                raise TimeoutError
            self.wait(0.01)


def in_few_colours(image: QImage) -> QImage:
    """Return the picture reduced to its 256 most representative colours: a third of the bytes, without a visible
    change.
    """
    pixels = memoryview(image.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
    alike: dict[int, Counter[int]] = {}
    for colour, times in Counter(pixels).items():
        alike.setdefault(colour & 0xE0E0E0, Counter())[colour] = times
    # Take the most frequent shades of each kind of colour in turn, so that a little green is not lost among the
    # greys.
    turns = zip_longest(*([colour for colour, _ in shades.most_common()] for shades in alike.values()))
    colours = [colour for turn in turns for colour in turn if colour is not None][:256]
    return image.convertToFormat(QImage.Format.Format_Indexed8, colours, Qt.ImageConversionFlag.AvoidDither)


@dataclass(frozen=True)
class Window:
    """The program's window."""

    camera: Camera
    id: str
    database: Path

    def whole(self) -> None:
        """Wait until the window is usable."""
        self.camera.wait_until(self.database.is_file)
        self.camera.wait(STARTING)

    def resize(self, size: tuple[int, int]) -> None:
        """Resize the window, in pixels."""
        xdotool("windowsize", self.id, *self.camera.pixels(*size))
        self.camera.wait(SETTLING)

    def keys(self, *keys: str) -> None:
        """Press keys one after another, such as "ctrl+Return"."""
        for key in keys:
            xdotool("key", key)
            self.camera.wait(0.1)

    def type(self, text: str) -> None:
        """Paste a text, since a display's keyboard has no Chinese."""
        self.camera.app.clipboard().setText(text)
        self.keys("ctrl+v")

    def click(self, place: tuple[int, int]) -> None:
        """Click at a position of the window and move the mouse away."""
        xdotool("mousemove", *self.camera.pixels(*place), "click", "1", "mousemove", *self.camera.pixels(*_REST))

    def choose_setting(self, place: int) -> None:
        """Choose the entry at `place`, from 0, of the menu's page of settings."""
        self.keys("F10", "End", "Up", "Right")
        self.camera.wait(SETTLING)
        self.keys("Home", *["Down"] * place, "Return")
        self.camera.wait(SETTLING)

    def fill(self, *texts: str) -> None:
        """Fill one field after another."""
        for text in texts:
            self.type(text)
            self.keys("Tab")

    def states(self) -> list[str]:
        """Return the saved states."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            return [state for (state,) in database.execute("SELECT state FROM sheet_row")]


@contextmanager
def program(
    camera: Camera,
    language: str,
    scheme: str,
    profile: str = "",
    *,
    practice: bool = False,
    around: Mapping[str, str] = MappingProxyType({}),
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> Iterator[Window]:
    """Start bindtool with a fresh data folder, resize its window (pixels), and end it afterwards.

    `around`: additional environment variables.
    """
    with tempfile.TemporaryDirectory() as folder:
        machine = Path(folder, "machine")
        machine.mkdir()
        if profile:
            (machine / "it.toml").write_text(profile, encoding="utf-8")
        configuration = Path(folder, "configuration")
        configuration.mkdir()
        (configuration / "kdeglobals").write_text(f"[General]\nColorScheme={SCHEMES[scheme]}\n", encoding="utf-8")
        environment = {
            **os.environ,
            "BINDTOOL_DATA_DIR": folder,
            "BINDTOOL_PROFILE_DIR": str(machine),
            "LANG": LANGUAGES[language],
            "XDG_CONFIG_HOME": str(configuration),
            "XDG_CURRENT_DESKTOP": "KDE",
            "KDE_SESSION_VERSION": "6",
            "QT_SCALE_FACTOR": str(camera.scale),
            **around,
        }
        command = [sys.executable, "-m", "bindtool", *(["--practice"] if practice else [])]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            window = xdotool(
                "search", "--sync", "--all", "--onlyvisible", "--pid", str(process.pid), "--name", "bindtool"
            )
            room = camera.pixels(*size)
            xdotool("windowmove", window, "0", "0", "windowsize", window, *room, "windowfocus", window)
            xdotool("mousemove", *camera.pixels(*_REST))
            yield Window(camera, window, Path(folder, *(["practice"] if practice else []), "bindtool.db"))
        finally:
            process.kill()
            process.wait()


def xdotool(*arguments: str) -> str:
    """Run xdotool and return its output."""
    command = ["/usr/bin/env", "xdotool", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_PATIENCE)
    return done.stdout.strip()
