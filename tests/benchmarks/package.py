"""The .deb of dist/: its size by kind of file, and its start-up time beside this checkout's.

Usage: packaging/test-session.sh python -m tests.benchmarks.package [STARTS], after `make deb`. The package is
unpacked, not installed: its program runs from any folder. Figures, not pass or fail.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from tests.benchmarks.first_paint import first_paint
from tests.stories.program import command

ROOT = Path(__file__).resolve().parents[2]
STARTS = 10
LARGEST_DEB = 45
"""Million bytes (issue on installers)."""
SLOWEST = 1.2
"""Times the checkout's start (issue on installers)."""

GROUPS = (
    ("Unicode data (ICU)", r"libicu"),
    ("Qt's libraries", r"libQt6"),
    ("Qt's plugins and words", r"PySide6/Qt/"),
    ("Qt for Python", r"PySide6/|libpyside|shiboken"),
    ("Python", r"libpython|python3\.|base_library"),
    ("cryptography, for the password store", r"cryptography|cffi"),
    ("our code and the libraries in Python", r"^bindtool$"),
    ("OpenSSL, Kerberos, SQLite", r"libcrypto|libssl|krb5|k5crypto|libsqlite"),
    ("licences", r"licen[cs]es?/|dist-info|parts\.json"),
    ("what xcb, fonts and D-Bus need", r"\.so"),
)
"""Groups of files by the first matching pattern; the rest is "others"."""


def main(arguments: list[str]) -> int:
    """Print the figures; return 1 if there is no package."""
    packages = list((ROOT / "dist").glob("*.deb"))
    if len(packages) != 1:
        print("no package in dist/: make deb")
        return 1
    size = packages[0].stat().st_size / 1e6
    print(f"{packages[0].name}: {size:.1f} MB (at most {LARGEST_DEB})")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run(["dpkg-deb", "--extract", packages[0], place / "system"], check=True)
        bundle = place / "system" / "usr" / "lib" / "bindtool"
        print_room(bundle)
        print_starts(bundle / "bindtool", place, int(arguments[0]) if arguments else STARTS)
    return 0


def print_room(bundle: Path) -> None:
    """Print the installed size by group, largest first."""
    room: Counter[str] = Counter()
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            name = path.relative_to(bundle).as_posix().removeprefix("_internal/")
            room[next((group for group, pattern in GROUPS if re.search(pattern, name)), "others")] += (
                path.stat().st_size
            )
    print(f"installed: {room.total() / 1e6:.0f} MB")
    for group, size in room.most_common():
        print(f"{size / 1e6:8.1f} MB  {group}")


def print_starts(program: Path, place: Path, starts: int) -> None:
    """Print the median time to the first painted window, of the package and of the checkout, taken in turns."""
    app = QGuiApplication([])
    ways = {"checkout": command(), "package": [str(program), "--practice"]}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(starts):
        for name, way in ways.items():
            times[name].append(first_paint(app, place / name, way))
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name, median in medians.items():
        print(f"{name}: first painted window after {median * 1000:.0f} ms (median of {starts})")
    print(f"package / checkout: {medians['package'] / medians['checkout']:.2f} (at most {SLOWEST})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
