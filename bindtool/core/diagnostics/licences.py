"""What bindtool is made of, with versions and licences: Python libraries, and what a package bundles besides.

It finds the parts and their texts; showing them, and lists of them for machines, are elsewhere. Libraries are found
by their metadata, which a package carries along. Texts of other parts are laid in a folder when a package is made:
`<origin>/<name>_<version>.txt`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import distributions
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.metadata import Distribution
    from pathlib import Path

LIBRARY = "pypi"
"""The origin of a Python library; others are the names of folders. Each is a type of package-url (purl-spec)."""

_ROOTS = ("bindtool", "pyinstaller")
"""The program, and what starts it in a package; the latter is not there in a checkout."""

_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)\s*(?:\[(?P<extras>[^]]*)\])?[^;]*(?:;(?P<marker>.*))?", re.ASCII | re.DOTALL
)
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
_TEXT = re.compile(r"licen[cs]es?/|licen[cs]e|copying|notice", re.ASCII | re.IGNORECASE)
_SPDX = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class BundledPart:
    """One thing that bindtool is made of; `licence` is a short name or "", `text` the whole licence."""

    name: str
    version: str
    origin: str
    licence: str
    text: str


def all_parts(folder: Path, search: Sequence[str] | None = None) -> tuple[BundledPart, ...]:
    """Return all parts, by name.

    Args:
        folder: where the texts are that no library brings along: for one without a text of its own `<name>.txt`,
            else `<SPDX id>.txt`, and those of other parts below.
        search: where to look for libraries; None: where this process imports from.
    """
    libraries = [_library(each, folder) for each in _needed(_installed(search))]
    return tuple(sorted((*libraries, *_others(folder)), key=lambda part: part.name.lower()))


def needed_libraries() -> tuple[str, ...]:
    """Return the names of the libraries that this process has and that bindtool needs, bindtool among them."""
    return tuple(each.name for each in _needed(_installed(None)))


def _installed(search: Sequence[str] | None) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    for each in distributions() if search is None else distributions(path=list(search)):
        found.setdefault(_normal(each.name), each)
    return found


def _needed(installed: Mapping[str, Distribution]) -> Iterator[Distribution]:
    """Follow the requirements; one that is not installed is another system's."""
    seen: set[tuple[str, frozenset[str]]] = set()
    names: set[str] = set()
    left = [(name, frozenset[str]()) for name in _ROOTS]
    while left:
        name, extras = asked = left.pop()
        if asked in seen or name not in installed:
            continue
        seen.add(asked)
        if name not in names:
            names.add(name)
            yield installed[name]
        if name != _ROOTS[-1]:  # what makes packages needs more than what starts them
            left += _requirements(installed[name], extras)


def _requirements(distribution: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for requirement in distribution.requires or ():
        match = _REQUIREMENT.match(requirement)
        if match is None:
            continue
        wanted_by = _EXTRA.search(match["marker"] or "")
        if wanted_by is None or wanted_by[1] in extras:
            asked = (match["extras"] or "").replace(" ", "").split(",")
            yield _normal(match["name"]), frozenset(filter(None, asked))


def _library(distribution: Distribution, folder: Path) -> BundledPart:
    about = distribution.metadata
    said = [*about.get_all("License-Expression", ()), *about.get_all("License", ())]
    # Some put the whole text there, or nothing.
    said = [licence for licence in said if "\n" not in licence and licence != "UNKNOWN"]
    classified = [line for line in about.get_all("Classifier", ()) if line.startswith("License :: ")]
    licence = (said or [", ".join(line.rpartition(" :: ")[2] for line in classified)])[0]
    files = [file for file in distribution.files or () if _TEXT.match(_inside_metadata(str(file)))]
    texts = [distribution.read_text(_inside_metadata(str(file))) or "" for file in sorted(files)]
    if not texts:
        words = [distribution.name, *_SPDX.findall(licence)]
        known = [folder / f"{word}.txt" for word in words]
        texts = [file.read_text(encoding="utf-8") for file in known if file.is_file()]
    return BundledPart(distribution.name, distribution.version, LIBRARY, licence, "\n\n".join(texts).strip("\n"))


def _inside_metadata(file: str) -> str:
    """Return the path inside the folder of metadata, "" for a file outside it."""
    folder, _, rest = file.replace("\\", "/").partition("/")
    return rest if folder.endswith(".dist-info") else ""


def _others(folder: Path) -> Iterator[BundledPart]:
    for file in folder.glob("*/*_*.txt"):
        name, _, version = file.stem.partition("_")
        yield BundledPart(name, version, file.parent.name, "", file.read_text(encoding="utf-8", errors="replace"))


def _normal(name: str) -> str:
    """Return a name as registries compare it (packaging.python.org, "Name normalization")."""
    return re.sub(r"[-_.]+", "-", name).lower()
