"""Finds files of `resources/`: in a checkout, in an installed wheel, in a frozen program.

A module of its own, since everything above the core uses it, before Qt and without it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """Return the path of a file or folder below `resources/`, for example `asset("sample", "devices.csv")`.

    A wheel and a frozen program carry the folder inside the package; a checkout has it beside the package.
    """
    inside = _PACKAGE / "resources"
    return (inside if inside.is_dir() else _PACKAGE.parent / "resources").joinpath(*parts)
