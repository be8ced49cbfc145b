"""A release's entry in CHANGELOG.md: `release_entry.py v1.2.3` prints it, and fails if the tag has none.

The tag must be the version of `bindtool/__init__.py`, and the entry must have a date: `## [1.2.3] - 2026-11-25`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?P<date> - \d{4}-\d{2}-\d{2})?(?: - \w+)?$", re.MULTILINE)


class NoEntry(Exception):
    """The tag can't be released; the message gives the reason."""


def entry(tag: str, version: str, changelog: str) -> str:
    """Return the text below a release's heading.

    Raises:
        NoEntry: the tag is another version's, or has no dated entry with a text.
    """
    if tag != f"v{version}":
        raise NoEntry(f"the tag is {tag}, and bindtool/__init__.py says {version}")
    headings = list(_HEADING.finditer(changelog))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading["name"] == version:
            if heading["date"] is None:
                raise NoEntry(f"the entry of {version} in CHANGELOG.md has no date")
            text = changelog[heading.end() : following.start() if following else len(changelog)].strip()
            if text:
                return text
    raise NoEntry(f"CHANGELOG.md has no entry for {version}")


def declared_version(root: Path) -> str:
    """Return the version that a checkout's `bindtool/__init__.py` states."""
    about = (root / "bindtool" / "__init__.py").read_text(encoding="utf-8")
    return about.partition('__version__ = "')[2].partition('"')[0]


def main() -> int:
    """Print the entry of the given tag."""
    try:
        print(entry(sys.argv[1], declared_version(ROOT), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    except NoEntry as error:
        print(f"No release: {error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
