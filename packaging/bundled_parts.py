"""Licence texts of what a package bundles besides Python libraries, for the page of licences and the SBOM.

It finds out whose they are: on Debian the package that brought a file says it, elsewhere they are Python and Qt.
Used by bindtool.spec; `bindtool.core.diagnostics.licences` reads the texts, as `<origin>/<name>_<version>.txt`.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PLACES_OF_PYTHONS_LICENCE = (
    "LICENSE.txt",
    f"lib/python{platform.python_version().rpartition('.')[0]}/LICENSE.txt",
)


def write_texts(sources: Iterable[Path], licences: Path, qt: str, folder: Path) -> None:
    """Write a text for each part into `folder`.

    Args:
        sources: the files of the bundle, as they lie on this system.
        licences: the folder of texts that nobody brings along.
        qt: the version of Qt.
        folder: where to; made if it is missing.
    """
    texts = {("generic", "Qt", qt): (licences / "LGPL-3.0-only.txt").read_text(encoding="utf-8")}
    texts |= dict(_of_debian(sources) if shutil.which("dpkg-query") else _of_python())
    for (origin, name, version), text in texts.items():
        path = folder / origin / f"{name}_{version}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _of_debian(sources: Iterable[Path]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Python is one of Debian's packages here."""
    names = {name for path in sources if (name := _owner(path.resolve()))}
    for name in sorted(names):
        package, version = _asked("--show", "--showformat", "${Package}\n${Version}", name).splitlines()
        text = Path("/usr/share/doc", package, "copyright").read_text(encoding="utf-8", errors="replace")
        # A colon, as in 1:2.3-4, is no part of a file's name on Windows.
        yield ("deb", package, version.rpartition(":")[2]), text


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


def _of_python() -> Iterator[tuple[tuple[str, str, str], str]]:
    for place in _PLACES_OF_PYTHONS_LICENCE:
        path = Path(sys.base_prefix, place)
        if path.is_file():
            yield ("generic", "Python", platform.python_version()), path.read_text(encoding="utf-8")
            return
