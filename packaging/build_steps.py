"""Build steps that setuptools lacks: compiles the catalogues, records the commit and the bundled parts.

pyproject.toml names the two commands. Manual usage: python packaging/build_steps.py RESOURCES, the folder with the
catalogues, which gets the generated files: the checkout's `resources` or a copy of it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bindtool import __version__  # noqa: E402
from bindtool.core.diagnostics.licences import LIBRARY, BundledPart  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = re.compile(r"^\w[\w.-]*", re.MULTILINE)
STARTER = "pyinstaller"
"""PyInstaller's bootloader becomes part of a package."""
QT = ("LGPL-3.0-only", "GPL-3.0-only")
TEXTS = {"pyserial": ("pyserial",), "pyside6-essentials": QT, "shiboken6": QT}
"""Files of `packaging/licences`, for libraries that don't include their licence."""


class BuildPy(build_py):  # type: ignore[misc]  # setuptools ships no types
    """Writes generated files beside the .po files in an editable installation, else into the wheel."""

    def run(self) -> None:
        """Build the packages and the generated files."""
        super().run()
        write(ROOT / "resources" if self.editable_mode else Path(self.build_lib, "bindtool", "resources"))


class Sdist(sdist):  # type: ignore[misc]  # the same
    """Records the commit in the sdist too, so that a wheel built from it has it."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Lay out the sdist's content in the folder `base_dir`."""
        super().make_release_tree(base_dir, files)
        note_commit(Path(base_dir, "resources"))


def write(resources: Path) -> None:
    """Generate all files in the folder `resources`."""
    for po in ROOT.glob("resources/translations/*/LC_MESSAGES/*.po"):
        compile_words(po, resources / po.relative_to(ROOT / "resources").with_suffix(".mo"))
    note_commit(resources)
    write_parts(resources, (own_part(), *libraries()))


def compile_words(po: Path, mo: Path) -> None:
    """Compile a catalogue reproducibly; Babel's own command writes the time into the file."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale=po.parent.parent.name)
    catalogue.creation_date = datetime.fromtimestamp(0, UTC)
    mo.parent.mkdir(parents=True, exist_ok=True)
    with mo.open("wb") as file:
        write_mo(file, catalogue)


def note_commit(resources: Path) -> None:
    """Record the checkout's commit; outside a checkout, the sdist's; "" if unknown, as without git."""
    noted = ROOT / "resources" / "commit"
    if (ROOT / ".git").exists():
        git = ["git", "-c", "safe.directory=*", "rev-parse", "--short=12", "HEAD"]
        try:
            commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            commit = ""
    else:
        commit = noted.read_text(encoding="ascii") if noted.is_file() else ""
    (resources / "commit").write_text(commit, encoding="ascii")


def own_part() -> BundledPart:
    """Return bindtool itself as a part."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8").strip("\n")
    return BundledPart("bindtool", __version__, LIBRARY, "MIT", text)


def libraries() -> list[BundledPart]:
    """Return the libraries of the lock file; version, licence and most texts are known only where they are
    installed.
    """
    locked, build = (
        set(NAMES.findall((ROOT / "packaging" / "locks" / file).read_text(encoding="utf-8")))
        for file in ("requirements.txt", "requirements-build.in")
    )
    return [BundledPart(name, "", LIBRARY, "", text_of(name)) for name in sorted({*locked, STARTER} - build)]


def text_of(name: str) -> str:
    """Return the licence of a library that doesn't include it; "" for any other."""
    files = [ROOT / "packaging" / "licences" / f"{file}.txt" for file in TEXTS.get(name, ())]
    return "\n\n".join(file.read_text(encoding="utf-8").strip("\n") for file in files)


def write_parts(resources: Path, parts: Iterable[BundledPart]) -> None:
    """Write the list for `bindtool.core.diagnostics.licences` into the folder `resources`."""
    text = json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=1)
    (resources / "parts.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
