"""Compiles the catalogues of a package, so that one commit gives the same bytes at any hour.

Usage: python packaging/compile_words.py TRANSLATIONS EPOCH, with the folder of the languages and the time of the
commit in seconds since 1970. Babel's own command writes the hour of the compilation into what it compiles.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def main(translations: Path, epoch: int) -> int:
    """Write a .mo beside each .po; returns 1 where there is none."""
    words = sorted(translations.glob("*/LC_MESSAGES/*.po"))
    for po in words:
        with po.open("rb") as file:
            catalogue = read_po(file, locale=po.parent.parent.name)
        catalogue.creation_date = datetime.fromtimestamp(epoch, UTC)
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return 0 if words else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
