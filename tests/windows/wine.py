"""A Windows of its own, simulated by Wine in a new prefix: its programs, files, and screen.

Wine is not Windows: it proves nothing about SmartScreen, virus scanners, UAC, real fonts or group policy.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import shutil
import sqlite3
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from tests.stories.desktop import desktop
from tests.stories.program import ALL_ROWS, visible_windows, xdotool

PATIENCE = 120.0
"""Seconds: a busy computer may need some of them."""

_ENOUGH = 100
"""Number of pixels of one colour that are no coincidence."""

_PHOTOGRAPH = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(sys.argv)
sys.exit(0 if QGuiApplication.primaryScreen().grabWindow(0).save(sys.argv[1]) else 1)
"""


@dataclass(frozen=True)
class Windows:
    """A Windows on a display of its own; `prefix` holds its disk."""

    prefix: Path
    display: str

    @property
    def disk(self) -> Path:
        """Its drive C."""
        return self.prefix / "drive_c"

    @property
    def local(self) -> Path:
        """The folder of the user's programs and data, `%LOCALAPPDATA%`."""
        return self.disk / "users" / getpass.getuser() / "AppData" / "Local"

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its programs, in English."""
        own = {"WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", "DISPLAY": self.display, "LC_ALL": "C.UTF-8"}
        # A crashed program must exit, and not wait in a dialog of Wine's debugger.
        return {**os.environ, **own, "WINEDLLOVERRIDES": "winedbg.exe="}

    def start(self, *command: str | Path, **environ: str) -> subprocess.Popen[bytes]:
        """Start a program; paths are converted to Windows'."""
        words = [as_windows(word) if isinstance(word, Path) else word for word in command]
        environ = {**self.environ, **environ}
        silent = subprocess.DEVNULL
        return subprocess.Popen(["wine", *words], env=environ, stdin=subprocess.PIPE, stdout=silent, stderr=silent)

    def run(self, *command: str | Path, given: str = "", **environ: str) -> int:
        """Run a program to its end, with `given` as its input, and return its exit status."""
        process = self.start(*command, **environ)
        try:
            process.communicate(given.encode(), timeout=5 * PATIENCE)
        finally:
            process.kill()
        return process.returncode

    def registry(self, key: str) -> str:
        """Return the registry below a key, as printed by `reg query`; "" if the key doesn't exist."""
        command = ["wine", "reg", "query", key]
        done = subprocess.run(command, env=self.environ, capture_output=True, check=False, timeout=PATIENCE)
        return done.stdout.decode(errors="replace") if done.returncode == 0 else ""

    def register(self, key: str, name: str, value: bytes) -> None:
        """Write bytes into the registry."""
        assert self.run("reg", "add", key, "/v", name, "/t", "REG_BINARY", "/d", value.hex(), "/f") == 0

    def trust(self, authority: Path) -> None:
        """Let it trust the certificates of an authority, given as PEM."""
        certificate = ssl.PEM_cert_to_DER_cert(authority.read_text(encoding="ascii"))
        name = hashlib.sha1(certificate, usedforsecurity=False).hexdigest().upper()
        # CERT_CERT_PROP_ID in version 1, as CertSerializeCertificateStoreElement writes it.
        value = struct.pack("<III", 32, 1, len(certificate)) + certificate
        self.register(rf"HKLM\Software\Microsoft\SystemCertificates\Root\Certificates\{name}", "Blob", value)

    def rows(self) -> list[tuple[str, str]]:
        """Return the saved id and state of each row of the user's sheet."""
        # A copy: Wine's locks are not those of this system, and another reader might clean up.
        copy = self.prefix / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for file in (self.local / "bindtool").glob("bindtool.db*"):
            shutil.copy(file, copy)
        with closing(sqlite3.connect(copy / "bindtool.db")) as database:
            return database.execute(ALL_ROWS).fetchall()

    def windows(self, program: str) -> list[str]:
        """Return the visible windows of a program."""
        pattern = "^" + program.replace(".", r"\.") + "$"
        return visible_windows("--class", pattern, display=self.display)

    def keys(self, program: str, *keys: str) -> None:
        """Press keys in a program's window, such as "ctrl+Return"."""
        self._xdotool("windowactivate", "--sync", self.windows(program)[0], "key", "--delay", "50", *keys)

    def scan(self, program: str, *texts: str) -> None:
        """Type as a scanner does."""
        for text in texts:
            self._xdotool("windowactivate", "--sync", self.windows(program)[0])
            self._xdotool("type", "--delay", "20", text)
            self._xdotool("key", "Return")

    def photograph(self, file: Path) -> None:
        """Save its screen."""
        command = [sys.executable, "-c", _PHOTOGRAPH, str(file)]
        subprocess.run(command, env={**self.environ, "QT_QPA_PLATFORM": "xcb"}, check=True, timeout=PATIENCE)

    def is_ready_to_scan(self) -> bool:
        """Look for the green mark at the upper left: bindtool shows it once its field has the focus."""
        file = self.prefix / "look.png"
        self.photograph(file)
        seen = QImage(str(file))
        colors = (seen.pixelColor(x, y) for x in range(0, 360, 2) for y in range(40, 180, 2))
        return sum(color.green() > max(color.red(), color.blue()) + 40 for color in colors) > _ENOUGH

    def end(self) -> None:
        """End all its processes, as when a computer is switched off."""
        subprocess.run(["wineserver", "--kill"], env=self.environ, check=False, timeout=PATIENCE)

    def _xdotool(self, *arguments: str) -> str:
        return xdotool(*arguments, display=self.display)


def as_windows(path: Path) -> str:
    """Return a path in Windows' form; Wine has this system's disk as its drive Z."""
    return f"Z:{path}".replace("/", "\\")


@contextmanager
def new_windows(folder: Path) -> Iterator[Windows]:
    """Yield a Windows without installed programs; its disk is in `folder`."""
    with desktop() as display:
        windows = Windows(folder / "wine", display)
        try:
            until(lambda: windows.run("wineboot", "--init") == 0, "Wine starts")
            yield windows
        finally:
            windows.end()


def until(what: Callable[[], object], expected: str) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            raise AssertionError(f"never came to be: {expected}")
        time.sleep(0.2)
