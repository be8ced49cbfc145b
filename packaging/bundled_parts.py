"""The parts of a package besides Python libraries, for the licence dialog and the SBOM.

Finds the owner of each file: on Debian by the package that installed it, elsewhere Python and Qt. Used by
bindtool.spec, which lists them with the libraries.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.diagnostics.licences import BundledPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LGPL = Path(__file__).resolve().parent / "licences" / "LGPL-3.0-only.txt"
_PLACES_OF_PYTHONS_LICENCE = (
    "LICENSE.txt",
    f"lib/python{platform.python_version().rpartition('.')[0]}/LICENSE.txt",
)


def other_parts(sources: Iterable[Path], qt: str) -> Iterator[BundledPart]:
    """Yield Qt, of the version `qt`, and the owners of the bundle's files; `sources`: their paths here."""
    yield BundledPart("Qt", qt, "generic", "", LGPL.read_text(encoding="utf-8"))
    yield from _of_debian(sources) if shutil.which("dpkg-query") else _of_python()


def _of_debian(sources: Iterable[Path]) -> Iterator[BundledPart]:
    """Yield the Debian packages of the files; Python is one of them here."""
    names = {name for path in sources if (name := _owner(path.resolve()))}
    for name in sorted(names):
        package, version = _asked("--show", "--showformat", "${Package}\n${Version}", name).splitlines()
        text = Path("/usr/share/doc", package, "copyright").read_text(encoding="utf-8", errors="replace")
        yield BundledPart(package, version, "deb", "", text)


def _owner(path: Path) -> str:
    """Return the package that installed a file; "" for none. Some packages list /lib for files in /usr/lib."""
    for known_as in (path, Path("/", *path.parts[2:])):
        found = _asked("--search", str(known_as))
        if found:
            return found.partition(": ")[0].partition(",")[0]
    return ""


def _asked(*arguments: str) -> str:
    done = subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()


def _of_python() -> Iterator[BundledPart]:
    for place in _PLACES_OF_PYTHONS_LICENCE:
        path = Path(sys.base_prefix, place)
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            yield BundledPart("Python", platform.python_version(), "generic", "", text)
            return
