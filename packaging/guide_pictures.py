"""The pictures in README and guide, in both languages: the scene of each, and its part of the window.

`tests.coze_stand_in` plays Coze; `stage` takes the pictures.
"""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from stage import GUIDE_WIDTH, SETTLING, STARTING, Camera, Window, program, xdotool

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, SheetHead, Source
from bindtool.core.reports.rows import part_of
from bindtool.core.scanner.self_test import SHOWN
from bindtool.core.sheet.sheet import Sheet
from bindtool.i18n.catalogue import Texts
from bindtool.i18n.report_text import report_file, report_of
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.coze_stand_in import stand_in_for_coze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


PROFILE = f"""\
name = "{{name}}"
connector_id = "{channel.CONNECTOR_ID}"
user_id = "{channel.USER_ID}"
user_name = "{{developer}}"
who_to_ask = "{{who}}"
label_template = "{{label}}{{{{id:-6}}}}"
"""
ADDS = 'behaviour = "adds"\n'
ONE_BY_ONE = f"{ADDS}[pace]\nbatch_size = 1\nresend = 0\nanswer_timeout = 2.0\n"
WORDS = {
    "en": {"name": "Line 2", "developer": "Developer A", "who": "Lin, 8021", "label": "speaker-"},
    "zh": {"name": "2 号线", "developer": "开发者 A", "who": "林工 8021", "label": "智能音箱-"},
}
DEVICES = tuple(f"SPK26113F20{number:02}" for number in range(1, 22))
REFUSED = ("SPK26113E0000", "SPK26113F0000")
LOST = "SPK26113F8888"
CARTON = "6901234567892"
CODE = "SN:SPK26113F2022;MAC:5C-02-72-00-22"
SMALL = (960, 600)
"""The smallest window, in pixels."""
FULL = (1366, 768)
FORM = (960, 760)
WIDE = (1100, 600)
SCREEN = (1700, 900)
"""The display for the guide's pictures."""
SUMS = (37, 125, 1154, 225)
"""Position of a summary's totals in LibreOffice, in pixels."""
CHART = (784, 383, 856, 346)
LOADING = 6
"""Seconds for LibreOffice to draw a workbook."""
BESIDE = (660, 172, 440, 428)
"""The panel beside the rows to handle, in a window of size WIDE."""
CHECK_CHANNEL, TEST_SCANNER = 5, 6
"""The places of two entries on the menu's page of settings."""


def take(camera: Camera, language: str) -> None:
    """Take all pictures in a language: "en" or "zh"."""
    end = "" if language == "en" else f".{language}"
    profile = PROFILE.format(**WORDS[language])
    with (
        tempfile.TemporaryDirectory() as folder,
        PracticeServer() as server,
        stand_in_for_coze(Path(folder), server) as coze,
    ):
        setting_up(camera, language, end, profile, coze.environ)
        with_token = {**coze.environ, "BINDTOOL_TOKEN": channel.TOKEN}
        whole_day(camera, language, end, profile + ADDS, with_token)
        first_look(camera, language, end, profile, with_token)
        unknown(camera, language, end, profile + ONE_BY_ONE, with_token)
    offline(camera, language, end, profile)
    report(camera, language, end)


def setting_up(camera: Camera, language: str, end: str, profile: str, around: Mapping[str, str]) -> None:
    """The first screen, the form, and the token dialog."""
    words, texts = WORDS[language], texts_of(language)
    with program(camera, language, "light", around=around, size=SMALL) as window:
        window.whole()
        camera.take_part(f"guide-first-run{end}", (60, 40, 840, 470))
    with program(camera, language, "light", around=around, size=FORM) as window:
        window.whole()
        window.keys("Tab", "space")
        camera.wait(STARTING)
        window.fill(words["name"])
        window.keys("Tab", "Tab")  # the site and its address stay as they are
        window.fill(channel.CONNECTOR_ID, channel.KEY, channel.USER_ID, words["developer"])
        window.keys(*["shift+Tab"] * 7)
        camera.take_part(f"guide-form{end}", (100, 0, 760, 760))
    with program(camera, language, "light", profile, around=around, size=SMALL) as window:
        window.whole()
        window.keys("ctrl+t")
        window.whole()
        window.type(f'"Bearer {channel.TOKEN}"')
        window.keys("ctrl+Return")
        camera.wait(STARTING)
        camera.take_part(f"guide-token{end}", place_of(texts("token.label")))


def whole_day(camera: Camera, language: str, end: str, profile: str, around: Mapping[str, str]) -> None:
    """A sheet from its scans to the history."""
    with program(camera, language, "light", profile, around=around) as window:
        window.whole()
        window.keys("alt+j")
        camera.wait(SETTLING)
        window.fill("WO-1125", "25", "A12")
        window.keys("Tab", "space")
        xdotool("windowfocus", window.id)  # there is no window manager to restore it
        window.type("\n".join([*DEVICES, *REFUSED]))
        scan(window, CARTON, CODE)
        window.resize(SMALL)
        camera.take_part(f"guide-question{end}", (0, 169, 960, 62))
        window.click((676, 196))
        window.resize(WIDE)
        camera.take_part(f"guide-held{end}", (0, 168, 840, 108))
        window.resize(SMALL)
        window.keys("ctrl+Return")
        camera.take_part(f"guide-confirm{end}", (0, 354, 960, 246))
        window.resize(FULL)
        xdotool("key", "ctrl+Return")
        camera.wait_until(lambda: window.states().count("bound") == len(DEVICES) + 1)
        camera.take_part(f"main-window{end}", (0, 0, *FULL), whole=True)
        window.keys("ctrl+Return")
        window.resize(WIDE)
        camera.take_part(f"guide-end{end}", BESIDE)
        window.keys("alt+h")
        camera.take_part(f"guide-history{end}", (0, 0, 1100, 420))
        window.keys("Escape")
        window.resize(SMALL)
        window.keys("F1")
        camera.wait(SETTLING)
        title = texts_of(language)("guide.title")
        xdotool("search", "--onlyvisible", "--name", f"^{title}$", "windowmove", "0", "320")
        camera.take_part(f"guide-not-ready{end}", (0, 45, 960, 120))


def first_look(camera: Camera, language: str, end: str, profile: str, around: Mapping[str, str]) -> None:
    """The check of a channel, before its first device."""
    with program(camera, language, "light", profile, around=around, size=SMALL) as window:
        window.whole()
        scan(window, *DEVICES[:2])
        window.choose_setting(CHECK_CHANNEL)
        window.keys("space")
        camera.take_part(f"guide-channel-check{end}", (60, 0, 840, 400))


def unknown(camera: Camera, language: str, end: str, profile: str, around: Mapping[str, str]) -> None:
    """A row whose answer was lost."""
    with program(camera, language, "light", profile, around=around, size=WIDE) as window:
        window.whole()
        window.type("\n".join([*DEVICES[:2], LOST]))
        camera.wait_until(lambda: len(window.states()) == len([*DEVICES[:2], LOST]))
        window.keys("ctrl+Return")
        camera.wait(STARTING)
        xdotool("key", "ctrl+Return")
        camera.wait_until(lambda: "unknown" in window.states())
        camera.wait(STARTING)
        window.keys("ctrl+Return")
        camera.wait(SETTLING)
        window.click((1069, 186))  # closes the notice, which says the same
        camera.take_part(f"guide-unknown{end}", BESIDE)


def offline(camera: Camera, language: str, end: str, profile: str) -> None:
    """Pages that need no Coze: the laptop check without a network, and the scanner test."""
    texts = texts_of(language)
    with program(camera, language, "light", profile, size=SMALL) as window:
        window.whole()
        window.keys("alt+l")
        camera.wait(3)
        camera.take_part(f"guide-check-laptop{end}", place_of(texts("laptop.title")))
        window.keys("Escape")
        xdotool("windowfocus", window.id)
        window.choose_setting(TEST_SCANNER)
        # As scanned while Caps Lock is on.
        xdotool("type", "--delay", "5", SHOWN.swapcase())
        window.keys("Return")
        camera.take_part(f"guide-scanner-test{end}", (0, 0, 960, 495))


def texts_of(language: str) -> Texts:
    """Return the program's texts."""
    return Texts("en" if language == "en" else "zh_CN")


def place_of(title: str) -> tuple[int, int, int, int]:
    """Return a dialog's position and size on the display: x, y, width and height, in pixels."""
    geometry = xdotool("search", "--onlyvisible", "--name", f"^{title}$", "getwindowgeometry", "--shell")
    found = dict(line.split("=") for line in geometry.splitlines())
    return int(found["X"]), int(found["Y"]), int(found["WIDTH"]), int(found["HEIGHT"])


def scan(window: Window, *texts: str) -> None:
    """Scan texts one after another."""
    for text in texts:
        window.type(text)
        window.keys("Return")


def report(camera: Camera, language: str, end: str) -> None:
    """The summary of a day's workbook, drawn by LibreOffice."""
    words, texts = WORDS[language], texts_of(language)
    begun = datetime(2026, 11, 27, 8, tzinfo=timezone(timedelta(hours=8)))
    parts = [
        part_of(SheetHead(1, begun, words["name"], "WO-1125", 200), Sheet(rows_of_day(words, begun, 197))),
        part_of(SheetHead(2, begun, words["name"], "WO-1126", 120), Sheet(rows_of_day(words, begun, 120))),
    ]
    title = texts("report.of_day", name=f"{begun:%Y-%m-%d}")
    made = report_of(texts, title, parts, begun + timedelta(hours=9), practice=False)
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "report.xlsx")
        summary_first(report_file(made, ".xlsx"), book)
        settings = f"-env:UserInstallation={Path(folder, 'libreoffice').as_uri()}"
        command = ["soffice", "--norestore", "--nologo", settings, "--calc", str(book)]
        process = subprocess.Popen(command, start_new_session=True)
        try:
            found = xdotool("search", "--sync", "--onlyvisible", "--name", "LibreOffice Calc").splitlines()[0]
            xdotool("windowmove", found, "0", "0", "windowsize", found, *map(str, SCREEN))
            camera.wait(LOADING)
            xdotool("windowfocus", found, "key", "--repeat", "24", "Down")  # the cell's frame out of the way
            camera.wait(SETTLING)
            seen = camera.app.primaryScreen().grabWindow(0).toImage()
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    camera.keep(f"guide-report{end}", one_below_the_other(seen.copy(*SUMS), seen.copy(*CHART)))


def one_below_the_other(upper: QImage, lower: QImage) -> QImage:
    """Return two pictures combined vertically, each as wide as a page of the guide."""
    smooth = Qt.TransformationMode.SmoothTransformation
    parts = [each.scaledToWidth(GUIDE_WIDTH, smooth) for each in (upper, lower)]
    whole = QImage(GUIDE_WIDTH, sum(part.height() for part in parts), QImage.Format.Format_RGB32)
    painter = QPainter(whole)
    painter.drawImage(0, 0, parts[0])
    painter.drawImage(0, parts[0].height(), parts[1])
    painter.end()
    return whole


def rows_of_day(words: Mapping[str, str], begun: datetime, count: int) -> Iterator[Row]:
    """Yield the rows of a sheet, bound over eight hours; a few were refused."""
    for number in range(1, count + 1):
        time = begun + timedelta(minutes=number * 470 // count)
        refused = number % 90 == 0
        answer = Answer(time, 4000 if refused else 0, "", f"2026112716{number:06}", 200)
        outcome = Outcome(State.REFUSED if refused else State.BOUND, answer, 1)
        device = f"SPK26113F{number:04}"
        label = f"{words['label']}{device[-6:]}"
        yield Row(number, device, label, Source.SCANNED, time, "A12", outcome=outcome)


def summary_first(workbook: bytes, path: Path) -> None:
    """Write a workbook with its sheets reversed: only the first is drawn."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as made, zipfile.ZipFile(path, "w") as turned:
        for name in made.namelist():
            content = made.read(name)
            if name == "xl/workbook.xml":
                text = re.sub(r"<definedNames>.*?</definedNames>", "", content.decode())
                content = re.sub(r"(<sheet .*?/>)(<sheet .*?/>)", r"\2\1", text).encode()
            turned.writestr(name, content)
