"""Compares two builds of one commit: two folders, or two files.

Usage: python packaging/compare.py ONE OTHER. Exit status 0 if they are identical byte for byte, else 1.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(one: Path, other: Path) -> int:
    """Print each file that differs with the offset of its first difference, and their number."""
    first, second = contents(one), contents(other)
    differing = 0
    for name in sorted({*first, *second}):
        fault = difference(first.get(name), second.get(name))
        if fault:
            differing += 1
            print(f"{name or one.name}: {fault}")
    print(f"{differing} of {len({*first, *second})} files differ")
    return 1 if differing else 0


def contents(place: Path) -> dict[str, Path]:
    """Return the files below `place` by relative name; a single file has the name ""."""
    if place.is_file():
        return {"": place}
    return {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}


def difference(one: Path | None, other: Path | None) -> str:
    """Describe the difference of two files; "" if there is none."""
    if one is None or other is None:
        return "only in the second" if one is None else "only in the first"
    here, there = one.read_bytes(), other.read_bytes()
    if here == there:
        return ""
    unlike = [place for place, (a, b) in enumerate(zip(here, there, strict=False)) if a != b]
    start = unlike[0] if unlike else min(len(here), len(there))
    return f"{len(here)} and {len(there)} bytes, {len(unlike)} unlike, the first at {start}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
