"""The locks are complete: what a locked package asks for is in the lock, on each Python and system."""

from __future__ import annotations

import re
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = Path(__file__).resolve().parents[1] / "packaging" / "locks"
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"linux": ("Linux", "posix"), "win32": ("Windows", "nt"), "darwin": ("Darwin", "posix")}


def environment(python: str, system: str) -> dict[str, str]:
    """Give what markers are judged by on a Python and a system."""
    platform, os = SYSTEMS[system]
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_system": platform,
        "os_name": os,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def locked(names: tuple[str, ...], where: dict[str, str]) -> dict[str, str]:
    """Read which version of each package some locks name for an environment, the first lock first."""
    versions: dict[str, str] = {}
    for name in names:
        text = (LOCKS / name).read_text(encoding="utf-8")
        for package, version, marker in re.findall(r"^([\w.-]+)==(\S+)(?: ; (.*?))? \\$", text, re.MULTILINE):
            if not marker or Marker(marker).evaluate(where):
                versions.setdefault(canonicalize_name(package), version)
    return versions


def wished(name: str, where: dict[str, str]) -> list[Requirement]:
    """Read what a list for people names for an environment."""
    lines = (LOCKS / name).read_text(encoding="utf-8").splitlines()
    named = [Requirement(line) for line in lines if re.match(r"\w", line)]
    return [each for each in named if each.marker is None or each.marker.evaluate(where)]


def is_installed(name: str) -> bool:
    """Tell whether a package is in this environment."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def unmet(wishes: list[Requirement], versions: dict[str, str], where: dict[str, str]) -> tuple[list[str], set[str]]:
    """Follow wishes through the metadata of what is installed; returns what is unmet and what was read."""
    missing: list[str] = []
    seen: set[tuple[str, str]] = set()
    read: set[str] = set()
    while wishes:
        wish = wishes.pop()
        name = canonicalize_name(wish.name)
        if name not in versions or not wish.specifier.contains(versions[name], prereleases=True):
            missing.append(f"{wish} (locked: {versions.get(name)})")
            continue
        for extra in {"", *wish.extras}:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            if not is_installed(name):
                continue  # it is for another system or another Python
            found = metadata.distribution(name)
            if found.version != versions[name]:
                missing.append(f"{name} {found.version} is installed, {versions[name]} is locked")
                continue
            read.add(name)
            asked = map(Requirement, found.requires or [])
            here = {**where, "extra": extra}
            wishes.extend(each for each in asked if each.marker is None or each.marker.evaluate(here))
    return missing, read


@pytest.mark.parametrize(("python", "system"), list(product(PYTHONS, SYSTEMS)))
def test_every_wish_of_a_locked_package_is_locked(python: str, system: str) -> None:
    """`pip install --no-deps` of the locks leaves nothing out, in whatever year it runs."""
    where = environment(python, system)
    run = locked(("requirements.txt",), where)
    both = locked(("requirements.txt", "requirements-dev.txt"), where)

    for_people = wished("requirements.in", where) + wished("requirements-build.in", where)
    missing, read = unmet(for_people, run, where)
    missing_dev, read_dev = unmet(for_people + wished("requirements-dev.in", where), both, where)

    assert missing + missing_dev == []
    # What is not asked for by anything would be a leftover; what can't be read is for another system or Python.
    assert {name for name in both.keys() - read - read_dev if is_installed(name)} == set()
    assert {"coverage", "pytest-cov"} <= read_dev


def test_locks_agree() -> None:
    """Locks that are installed on top of each other name the same version of what both have."""
    where = environment("3.11", "linux")
    first = locked(("requirements.txt",), where)
    for other in ("dev", "freeze", "package", "windows", "release"):
        second = locked((f"requirements-{other}.txt",), where)
        assert {name: second[name] for name in first.keys() & second.keys() if first[name] != second[name]} == {}
