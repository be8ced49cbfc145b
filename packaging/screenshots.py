"""Takes the pictures of the window: starts the real program, types into it, and saves what the display shows.

Usage: packaging/screenshots.py [--guide] FOLDER. Each picture is FOLDER/SCALE/LANGUAGE-SCHEME-NAME.png: a screen of
1366 by 768 at 100, 150 and 200 %. With --guide, those in the guide alone, which are small: FOLDER/guide-NAME.png
and FOLDER/guide-NAME.zh.png. They are made in sessions of their own (packaging/test-session.sh), so the desktop of
whoever runs this is not touched.
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
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "--inside"
SCALES = (100, 150, 200)
"""Percent. Each has a display of its own, on which the window has the same room."""
WIDTH, HEIGHT = 1366, 768
GUIDE = "--guide"
LANGUAGES = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}
# The desktop's own word for its colours; the program follows the desktop.
SCHEMES = {"light": "BreezeLight", "dark": "BreezeDark"}
PATIENCE = 30
SETTLING = 0.9
"""Seconds until a flash has faded and the last answer is drawn."""

PROFILE = """\
name = "{name}"
connector_id = "7400000000000123456"
user_id = "7126000000000007126"
user_name = "{developer}"
who_to_ask = "{who}"
label_template = "智能音箱-{{id:-6}}"
"""
WORDS = {
    "en": {"name": "Smart speaker, line 2", "developer": "Developer A", "who": "Lin, 8021"},
    "zh": {"name": "智能音箱 2 号线", "developer": "开发者 A", "who": "林工 8021"},
}
SCANNED_LAST = ("SN:SPK26113F2019;MAC:5C-02-72-00-19", "SPK26113F2020")
SCANNED_FOR_GUIDE = ("6901234567892", "SN:SPK26113F2019;MAC:5C-02-72-00-19")
REST = (683, 740)
"""Where the mouse lies, in pixels of the window."""
FIRST_ANSWER = (130, 225)
"""Where the strip's question offers the first part of a code, in pixels."""
GUIDE_WIDTH = 760
JOB_PLACE = (1300, 100)
"""Where the strip shows the job, in pixels."""
LABEL_PLACE = (330, 330)
"""A label in the table, in pixels."""


def main(arguments: list[str]) -> int:
    """Take every picture; returns 0, or 2 where no folder was named."""
    *switches, folder = arguments or [""]
    if not folder or folder.startswith("-") or not {*switches} <= {INSIDE, GUIDE}:
        print(__doc__, file=sys.stderr)
        return 2
    if INSIDE not in switches:
        scales = SCALES[:1] if GUIDE in switches else SCALES
        return max(in_session(scale, switches, Path(folder).resolve()) for scale in scales)
    scale = int(os.environ["SCREENSHOT_SCALE"])
    camera = Camera(
        QGuiApplication([]), Path(folder) if GUIDE in switches else Path(folder, str(scale)), scale / 100
    )
    camera.folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        if GUIDE in switches:
            guide(camera, language)
            continue
        for scheme in SCHEMES:
            first_day(camera, language, scheme)
            practice(camera, language, scheme)
    return 0


def in_session(scale: int, switches: list[str], folder: Path) -> int:
    """Take the pictures of one scale, in percent, in a session of their own; return its status."""
    session = ROOT / "packaging" / "test-session.sh"
    command = [str(session), sys.executable, __file__, INSIDE, *switches, str(folder)]
    screen = f"{WIDTH * scale // 100}x{HEIGHT * scale // 100}"
    environment = {**os.environ, "TEST_SCREEN": screen, "SCREENSHOT_SCALE": str(scale)}
    return subprocess.run(command, env=environment, check=False).returncode


@dataclass(frozen=True)
class Camera:
    """Saves what the display shows; the program's clipboard texts come from here too. `scale`: of the display."""

    app: QGuiApplication
    folder: Path
    scale: float

    def pixels(self, *places: int) -> list[str]:
        """Return places of the window in pixels of the display, as xdotool takes them."""
        return [str(round(place * self.scale)) for place in places]

    def take(self, name: str) -> None:
        """Save the display as it is once it has come to rest."""
        self.wait(SETTLING)
        self.take_now(name)

    def take_now(self, name: str) -> None:
        """Save the display as it is."""
        self.app.primaryScreen().grabWindow(0).save(str(self.folder / f"{name}.png"))
        print(name, flush=True)

    def take_part(self, name: str, place: tuple[int, int, int, int]) -> None:
        """Save a part of the display, x, y, width and height, no wider than a page of the guide."""
        self.wait(SETTLING)
        part = self.app.primaryScreen().grabWindow(0).copy(*place).toImage()
        if part.width() > GUIDE_WIDTH:
            part = part.scaledToWidth(GUIDE_WIDTH, Qt.TransformationMode.SmoothTransformation)
        in_few_colours(part).save(str(self.folder / f"{name}.png"), quality=0)  # lossless all the same, and small
        print(name, flush=True)

    def wait(self, seconds: float) -> None:
        """Let time pass, and hand out the clipboard meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)

    def wait_until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not so():
            if time.monotonic() > end:
                raise TimeoutError
            self.wait(0.01)


def in_few_colours(image: QImage) -> QImage:
    """Return the picture in the 256 colours that stand for most of it: a third of the bytes, and no eye sees it."""
    pixels = memoryview(image.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
    alike: dict[int, Counter[int]] = {}
    for colour, times in Counter(pixels).items():
        alike.setdefault(colour & 0xE0E0E0, Counter())[colour] = times
    # Of each kind of colour its most frequent shades in turn, so that a little green is not lost among the greys.
    turns = zip_longest(*([colour for colour, _ in shades.most_common()] for shades in alike.values()))
    colours = [colour for turn in turns for colour in turn if colour is not None][:256]
    return image.convertToFormat(QImage.Format.Format_Indexed8, colours, Qt.ImageConversionFlag.AvoidDither)


@dataclass(frozen=True)
class Window:
    """The program's window."""

    camera: Camera
    id: str
    database: Path

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, such as "ctrl+Return"."""
        for key in keys:
            xdotool("key", key)
            self.camera.wait(0.1)

    def type(self, text: str) -> None:
        """Paste a text, since a display's keyboard has no Chinese."""
        self.camera.app.clipboard().setText(text)
        self.keys("ctrl+v")

    def click(self, place: tuple[int, int]) -> None:
        """Click on a place of the window and put the mouse aside."""
        xdotool("mousemove", *self.camera.pixels(*place), "click", "1", "mousemove", *self.camera.pixels(*REST))

    def fill(self, *texts: str) -> None:
        """Fill one field after the other."""
        for text in texts:
            self.type(text)
            self.keys("Tab")

    def states(self) -> list[str]:
        """Return the states that the disk has."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            return [state for (state,) in database.execute("SELECT state FROM sheet_row")]


@contextmanager
def program(
    camera: Camera, language: str, scheme: str, profile: str = "", *, practice: bool = False
) -> Iterator[Window]:
    """Start bindtool with a fresh data folder, fill the display with its window, and end it afterwards."""
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
        }
        command = [sys.executable, "-m", "bindtool", *(["--practice"] if practice else [])]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            window = xdotool(
                "search", "--sync", "--all", "--onlyvisible", "--pid", str(process.pid), "--name", "bindtool"
            )
            size = camera.pixels(WIDTH, HEIGHT)
            xdotool("windowmove", window, "0", "0", "windowsize", window, *size, "windowfocus", window)
            xdotool("mousemove", *camera.pixels(*REST))
            yield Window(camera, window, Path(folder, *(["practice"] if practice else []), "bindtool.db"))
        finally:
            process.kill()
            process.wait()


def first_day(camera: Camera, language: str, scheme: str) -> None:
    """The first screen, the form, and a bench that IT has set up: an empty sheet and the panel for the token."""
    name = f"{language}-{scheme}"
    words = WORDS[language]
    with program(camera, language, scheme) as window:
        camera.take(f"{name}-1-first-run")
        window.keys("Tab", "space")
        camera.take(f"{name}-2-form-empty")
        window.fill(words["name"])
        window.keys("Tab")
        window.fill("7400000000000123456", "device_id", "7126000000000007126", words["developer"], words["who"])
        camera.take(f"{name}-2-form-filled")
    with program(camera, language, scheme, PROFILE.format(**words)) as window:
        camera.take(f"{name}-3-empty")
        window.keys("F1")
        camera.take(f"{name}-9-guide")
        window.keys("Escape")
        xdotool("windowfocus", window.id)
        window.keys("ctrl+t")
        window.type('"Bearer pat_' + "0123456789abcdef" * 4 + '"')
        camera.take(f"{name}-8-token")


def practice(camera: Camera, language: str, scheme: str) -> None:
    """A day in practice: a filled sheet, the last look, the run, and what it has come to."""
    name = f"{language}-{scheme}"
    sample = (ROOT / "resources" / "sample" / "devices.csv").read_text(encoding="utf-8-sig")
    rows = sample.splitlines()[1:]
    with program(camera, language, scheme, practice=True) as window:
        camera.wait(SETTLING)
        window.click(JOB_PLACE)
        camera.wait(SETTLING)
        window.fill("WO-1125", "22", "A12")
        window.keys("Tab", "space")
        xdotool("windowfocus", window.id)  # there is no window manager to give it back
        window.type("\n".join(row.replace(",", "\t") for row in rows))
        for text in SCANNED_LAST:
            window.type(text)
            window.keys("Return")
        camera.wait_until(lambda: len(window.states()) == len(rows) + len(SCANNED_LAST))
        camera.take(f"{name}-4-filled")
        window.click(LABEL_PLACE)
        window.keys("ctrl+a", "alt+g")
        camera.take(f"{name}-10-labels")
        window.keys("Escape")
        window.click(LABEL_PLACE)  # one row instead of all of them
        window.keys("Escape")
        window.keys("ctrl+Return")
        camera.take(f"{name}-5-confirmation")
        xdotool("key", "ctrl+Return")
        camera.wait_until(lambda: window.states().count("bound") > 1)
        camera.take_now(f"{name}-6-running")
        camera.wait_until(lambda: window.states().count("bound") == len(rows))
        camera.take(f"{name}-7-finished")
        window.keys("ctrl+Return")
        camera.take(f"{name}-7-to-handle")
        window.keys("alt+h")
        camera.take(f"{name}-10-history")
        window.keys("Escape")
        window.keys("ctrl+f")
        window.type("SPK26113F20")
        window.keys("alt+v")
        camera.take(f"{name}-11-find")
        window.keys("alt+w", "ctrl+shift+o")
        window.type("\n".join(["SPK26113F2030", "SPK26113F2031", *(row.partition(",")[0] for row in rows[2:])]))
        camera.take(f"{name}-12-compare")


def guide(camera: Camera, language: str) -> None:
    """The pictures in the guide, of a window as small as it gets: a question, a held row, a last look, the end."""
    end = "" if language == "en" else f".{language}"
    sample = (ROOT / "resources" / "sample" / "devices.csv").read_text(encoding="utf-8-sig")
    with program(camera, language, "light", practice=True) as window:
        camera.wait(SETTLING)
        xdotool("windowsize", window.id, "960", "600")
        camera.wait(SETTLING)
        window.type("\n".join(row.replace(",", "\t") for row in sample.splitlines()[1:]))
        for text in SCANNED_FOR_GUIDE:
            window.type(text)
            window.keys("Return")
        camera.take_part(f"guide-question{end}", (6, 51, 948, 203))
        window.click(FIRST_ANSWER)
        xdotool("windowsize", window.id, "1100", "600")
        camera.take_part(f"guide-held{end}", (6, 168, 834, 138))
        xdotool("windowsize", window.id, "960", "600")
        window.keys("ctrl+Return")
        camera.take_part(f"guide-confirm{end}", (6, 300, 948, 294))
        xdotool("key", "ctrl+Return")
        camera.wait_until(lambda: window.states().count("bound") == len(sample.splitlines()) - 1)
        window.keys("ctrl+Return")
        camera.take_part(f"guide-end{end}", (6, 168, 948, 426))


def xdotool(*arguments: str) -> str:
    """Run xdotool and return what it says."""
    command = ["/usr/bin/env", "xdotool", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
