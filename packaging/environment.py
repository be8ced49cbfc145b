"""Creates the virtual environment for `make`; usage: environment.py FOLDER [--keep].

Run by the Python for the environment. Keeps a working environment if it has that Python, or, with --keep, any
Python. Recreates an environment of another Python, or one moved or without its Python; never touches a folder that
make did not create, which belongs to the user. Runs on older Pythons too, to report them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

OLDEST, TOO_NEW = (3, 11), (3, 14)
MARK = "created"
"""A file that marks the environment as created by make: it contains the path at creation."""

_WHICH = "import sys; print(sys.base_prefix, *sys.version_info[:3])"


def main(arguments: list[str]) -> str | None:
    """Create the environment if needed; return an error message, or None."""
    folder = Path(arguments[0]).absolute()
    wanted = None if "--keep" in arguments else which(sys.executable)
    if is_fit(folder, wanted):
        return None
    if folder.exists() and not (folder / MARK).is_file():
        return (
            f"{folder} was not made by make, so it is left alone.\n"
            f"Move it away, or have make work in another folder: make VENV={folder.name}-bindtool"
        )
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        version = ".".join(map(str, sys.version_info[:3]))
        return f"bindtool needs Python 3.11, 3.12 or 3.13; this is {version}. Name one: make PYTHON=python3.13"
    print(f"Making {folder.name} with {sys.executable}", flush=True)
    if folder.exists():
        shutil.rmtree(folder)
    venv.create(folder, symlinks=sys.platform != "win32", with_pip=True)
    (folder / MARK).write_text(f"{folder}\n", encoding="utf-8")
    return None


def is_fit(folder: Path, wanted: str | None) -> bool:
    """Return whether make created this environment here with the wanted Python, or for None any working one."""
    mark = folder / MARK
    if not mark.is_file() or mark.read_text(encoding="utf-8").strip() != str(folder):
        return False
    programs = "Scripts" if sys.platform == "win32" else "bin"
    held = which(str(folder / programs / "python"))
    return held is not None and wanted in {None, held}


def which(python: str) -> str | None:
    """Return a Python's installation folder and version; None if it can't be run."""
    try:
        done = subprocess.run([python, "-c", _WHICH], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
