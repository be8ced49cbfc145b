"""The desktop session in which tests run: what `packaging/test-session.sh` promises them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SESSION = ROOT / "packaging" / "test-session.sh"

USE = """
import os, re, signal, subprocess, keyring
from tests.patience import until

def bus(question):
    asking = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
    asking += [f"org.freedesktop.DBus.{question}", "string:org.freedesktop.secrets"]
    return subprocess.run(asking, capture_output=True, text=True, check=True).stdout

keyring.set_password("bindtool", "line", "secret")
os.kill(int(re.search("uint32 ([0-9]+)", bus("GetConnectionUnixProcessID"))[1]), signal.SIGKILL)
until(lambda: "boolean false" in bus("NameHasOwner"))
print(keyring.get_password("bindtool", "line"))
"""


FAMILIES = """
from PySide6.QtGui import QFontDatabase, QGuiApplication
app = QGuiApplication([])
print(*{*QFontDatabase.families()} - {"Monospace", "Sans Serif", "Serif"}, sep=",")
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere tests run on the desktop that is there")


def test_a_keyring_that_dies_comes_back_unlocked() -> None:
    """GIVEN a password WHEN the keyring dies THEN who asks next gets it, and the session's end tells of it."""
    done = subprocess.run(
        [SESSION, sys.executable, "-c", USE], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "secret\n"
    assert "gnome-keyring-daemon ended before its time:" in done.stderr


@pytest.mark.parametrize("family", ["WenQuanYi Micro Hei", "WenQuanYi Micro Hei Mono"])
def test_the_window_finds_the_fonts_that_tests_bring(family: str) -> None:
    """One family, or the one that was named, whatever is installed beside it."""
    environ = os.environ | ({} if family == "WenQuanYi Micro Hei" else {"TEST_FONTS": family})
    done = subprocess.run(
        [SESSION, sys.executable, "-c", FAMILIES], env=environ, capture_output=True, text=True, check=False
    )

    assert done.stdout.strip() == family, done.stderr
