"""What a package bundles besides Python libraries, for the panel of licences and the SBOM.

It finds out whose it is: on Debian the package that brought a file says it, elsewhere it is Python's and Qt's.
Used by bindtool.spec, which lists it with the libraries.
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
    """Return Qt, of the version `qt`, and what the files of the bundle belong to: `sources`, as they lie here."""
    yield BundledPart("Qt", qt, "generic", "", LGPL.read_text(encoding="utf-8"))
    yield from _of_debian(sources) if shutil.which("dpkg-query") else _of_python()


def _of_debian(sources: Iterable[Path]) -> Iterator[BundledPart]:
    """Python is one of Debian's packages here."""
    names = {name for path in sources if (name := _owner(path.resolve()))}
    for name in sorted(names):
        package, version = _asked("--show", "--showformat", "${Package}\n${Version}", name).splitlines()
        text = Path("/usr/share/doc", package, "copyright").read_text(encoding="utf-8", errors="replace")
        yield BundledPart(package, version, "deb", "", text)


def _owner(path: Path) -> str:
    """Return the package that brought a file, "" for none. Some still say /lib for what lies in /usr/lib."""
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
