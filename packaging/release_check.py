"""`make release-check`: `release_check.py [TAG]` prints a line for each thing that a release lacks, status 1.

Without a tag it checks the version of `bindtool/__init__.py`, which must not have been tagged yet. Needs git and
nothing but Python's standard library: the release workflow runs it before anything is installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from release_entry import ROOT, NoEntry, declared_version, entry

METAINFO = Path("packaging", "linux", "bindtool.metainfo.xml")
CATALOGUES = [Path("resources", "translations", name, "LC_MESSAGES", "bindtool.po") for name in ("en", "zh_CN")]
NAMING_PACKAGES = [
    *map(Path, ("README.md", "README.zh-CN.md")),
    *(Path("resources", "guide", name) for name in ("rolling-out.md", "rolling-out.zh.md")),
]
"""The papers that name a package with its version."""
_PACKAGE = re.compile(r"bindtool[_-](\d+\.\d+\.\d+)")
_ID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
_EMPTY = re.compile(r'^msgstr(?:\[\d\])? ""$(?!\n")', re.MULTILINE)


def missing(root: Path, tag: str | None) -> list[str]:
    """Return what keeps a checkout from being released, a line each."""
    version = declared_version(root)
    found = []
    try:
        entry(tag or f"v{version}", version, (root / "CHANGELOG.md").read_text(encoding="utf-8"))
    except NoEntry as error:
        found.append(str(error))
    for paper in NAMING_PACKAGES:
        named = {*_PACKAGE.findall((root / paper).read_text(encoding="utf-8"))}
        found += [f"{paper.as_posix()} names a package of {other}" for other in sorted(named - {version})]
    release = re.compile(rf'<release version="({re.escape(version)}|@VERSION@)"')
    if not release.search((root / METAINFO).read_text(encoding="utf-8")):
        found.append(f"{METAINFO.as_posix()} has no release {version}")
    found += _untranslated(root, version)
    if _git(root, "status", "--porcelain"):
        found.append("git status: there are changes that are not committed")
    if tag is None and _git(root, "tag", "--list", f"v{version}"):
        found.append(f"there is a tag v{version} already: set the next version")
    return found


def _untranslated(root: Path, version: str) -> list[str]:
    """Return the faults of the catalogues: another version, ids of one language alone, empty and fuzzy texts."""
    found = []
    ids = {}
    for catalogue in CATALOGUES:
        text = (root / catalogue).read_text(encoding="utf-8")
        head, _, texts = text.partition("\n\n")
        ids[catalogue] = {*_ID.findall(texts)}
        if f"bindtool {version}\\n" not in head:
            found.append(f"{catalogue.as_posix()} is not of {version}")
        if _EMPTY.search(texts) or "#, fuzzy" in texts:
            found.append(f"{catalogue.as_posix()} has a text that is empty or fuzzy")
    one, other = ids.values()
    found += [f"{each}: in one catalogue only" for each in sorted(one ^ other)]
    return found


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(root), *arguments],  # noqa: S607 - the checkout's own git
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def main() -> int:
    """Print what is missing before the given tag, or before that of the version."""
    tag = sys.argv[1] if len(sys.argv) > 1 else None
    found = missing(ROOT, tag)
    for each in found:
        print(each)
    if not found:
        print(f"Nothing is missing: {tag or 'v' + declared_version(ROOT)} can be tagged and released.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
