"""Takes screenshots: starts the real program, types into it, and saves the display.

Usage: packaging/screenshots.py [--guide] FOLDER. Each picture is FOLDER/SCALE/LANGUAGE-SCHEME-NAME.png: a screen of
1366 by 768 at 100, 125, 150 and 200 %. With --guide, only the small ones of README and guide: FOLDER/NAME.png and
FOLDER/NAME.zh.png; LibreOffice draws one of them. They are taken in sessions of their own
(packaging/test-session.sh), which don't touch the user's desktop.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import guide_pictures
from PySide6.QtGui import QGuiApplication
from stage import HEIGHT, LANGUAGES, ROOT, SCHEMES, SETTLING, WIDTH, Camera, program, xdotool

from bindtool.practice import channel

INSIDE = "--inside"
SCALES = (100, 125, 150, 200)
"""Percent. Each has a display of its own, on which the window has the same logical size."""
GUIDE = "--guide"

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
FROM_ERP = "Order 4711\nPos\tArticle\tdevice_id\tlabel\n" + "\n".join(
    f"{n}\tSPK-2\tSPK26113F30{n:02X}\tShelf {n}" for n in range(1, 11)
)
IN_DOUBT = "设备编号\t出厂编号\t仓库\n" + "\n".join(f"ZC2026{n:04}\tGH88{n:06}\tA{n % 3}" for n in range(1, 11))
"""Tables on the clipboard: one has bindtool's own column titles, in the other either number may be the ID."""
JOB_PLACE = (1300, 100)
"""Position of the job in the scan bar, in pixels."""
SAMPLES_PLACE = (590, 546)
"""Position of the samples button on an empty sheet, in pixels."""
LABEL_PLACE = (330, 330)
"""Position of a label in the table, in pixels."""


def main(arguments: list[str]) -> int:
    """Take every picture; return 0, or 2 without a folder."""
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
            guide_pictures.take(camera, language)
            continue
        for scheme in SCHEMES:
            first_day(camera, language, scheme)
            practice(camera, language, scheme)
    return 0


def in_session(scale: int, switches: list[str], folder: Path) -> int:
    """Take the pictures of one scale, in percent, in a session of their own; return the exit status."""
    session = ROOT / "packaging" / "test-session.sh"
    command = [str(session), sys.executable, __file__, INSIDE, *switches, str(folder)]
    wide, high = guide_pictures.SCREEN if GUIDE in switches else (WIDTH, HEIGHT)
    screen = f"{wide * scale // 100}x{high * scale // 100}"
    environment = {**os.environ, "TEST_SCREEN": screen, "SCREENSHOT_SCALE": str(scale)}
    return subprocess.run(command, env=environment, check=False).returncode


def first_day(camera: Camera, language: str, scheme: str) -> None:
    """The first screen, the form, and a bench set up by IT: an empty sheet and the token dialog."""
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
    """A day in practice: a filled sheet, the confirmation, the run, and its result."""
    name = f"{language}-{scheme}"
    samples = channel.sample_ids(1)
    with program(camera, language, scheme, practice=True) as window:
        camera.wait(SETTLING)
        camera.take(f"{name}-3-empty-practice")
        window.click(JOB_PLACE)
        camera.wait(SETTLING)
        window.fill("WO-1125", "22", "A12")
        window.keys("Tab", "space")
        xdotool("windowfocus", window.id)  # there is no window manager to restore it
        window.click(SAMPLES_PLACE)
        camera.wait_until(lambda: len(window.states()) == len(samples))
        for text in SCANNED_LAST:
            window.type(text)
            window.keys("Return")
        camera.wait_until(lambda: len(window.states()) == len(samples) + len(SCANNED_LAST))
        camera.take(f"{name}-4-filled")
        window.click(LABEL_PLACE)
        window.keys("ctrl+a", "alt+g")
        camera.take(f"{name}-10-labels")
        window.keys("Escape")
        window.click(LABEL_PLACE)  # select one row instead of all
        window.keys("Escape")
        window.keys("ctrl+Return")
        camera.take(f"{name}-5-confirmation")
        xdotool("key", "ctrl+Return")
        camera.wait_until(lambda: window.states().count("bound") > 1)
        camera.take_now(f"{name}-6-running")
        camera.wait_until(lambda: window.states().count("bound") == len(samples))
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
        window.type("\n".join(["SPK26113F2030", "SPK26113F2031", *samples[2:]]))
        camera.take(f"{name}-12-compare")
        window.keys("Escape")
        xdotool("windowfocus", window.id)
        window.type(FROM_ERP)
        camera.take(f"{name}-13-table-pasted")
        window.type(IN_DOUBT)
        camera.take(f"{name}-13-table-in-doubt")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
