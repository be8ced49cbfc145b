"""Lists bindtool's components with versions and licences: Python libraries, and other parts bundled in a package.

The build lists the parts in a file (`packaging/build_steps.py`). In a package the list is complete. If pip installs
bindtool, also from a checkout, it chooses the versions of the libraries after the build and installs their licences
with them: the list has only their names, and the rest is in their metadata.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = "pypi"
"""The origin of a Python library; other origins are "deb" and "generic", all types of package-url (purl-spec)."""

_TEXT = re.compile(r"[^/]*\.dist-info/(licen[cs]es?/|licen[cs]e|copying|notice)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BundledPart:
    """A component of bindtool; `licence` is a short name or "", `text` the whole licence."""

    name: str
    version: str
    origin: str
    licence: str
    text: str


def all_parts(file: Path) -> tuple[BundledPart, ...]:
    """Return the parts listed in `file`, by name, without libraries that this system does not need.

    Raises:
        OSError: there is no such file.
    """
    listed = [BundledPart(**part) for part in json.loads(file.read_text(encoding="utf-8"))]
    parts = [part if part.version else _installed(part) for part in listed]
    return tuple(sorted((part for part in parts if part is not None), key=lambda part: part.name.lower()))


def _installed(part: BundledPart) -> BundledPart | None:
    """Return a library as installed here; its own licence text takes precedence over the build's."""
    try:
        found = distribution(part.name)
    except PackageNotFoundError:
        return None
    about = found.metadata
    said = [*about.get_all("License-Expression", ()), *about.get_all("License", ())]
    # Some put the whole text into that field, or nothing.
    said = [licence for licence in said if "\n" not in licence and licence != "UNKNOWN"]
    classified = [line for line in about.get_all("Classifier", ()) if line.startswith("License :: ")]
    licence = (said or [", ".join(line.rpartition(" :: ")[2] for line in classified)])[0]
    files = sorted(file.as_posix() for file in found.files or ())
    texts = [found.read_text(file.partition("/")[2]) or "" for file in files if _TEXT.match(file)]
    return BundledPart(found.name, found.version, part.origin, licence, "\n\n".join(texts).strip("\n") or part.text)
