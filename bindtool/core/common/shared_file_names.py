"""The names of the files that benches share in a folder.

A module of its own below `core.shared_ledger`: whatever writes a person's file checks that it replaces none of
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_NAME = r"bindtool-([0-9a-f]{32})-([0-9a-f]{8})-(0|[1-9][0-9]{0,15})-([0-9a-f]{32})\.jsonl"
TEMPORARY = ".bindtool-"
"""The beginning of a name while the file is written."""


@dataclass(frozen=True, slots=True)
class SharedFileName:
    """What the name of a file says: the bench, the number of the part, and the digest of its content.

    `writer` stands for the name of the computer: a data folder that was copied to another has the same bench.
    """

    bench: str
    writer: str
    part: int
    digest: str

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Return what a name says; None for a file that is none of ours."""
        found = re.fullmatch(_NAME, name)
        return None if found is None else cls(found[1], found[2], int(found[3]), found[4])

    def __str__(self) -> str:
        return f"bindtool-{self.bench}-{self.writer}-{self.part}-{self.digest}.jsonl"


def is_shared_name(name: str) -> bool:
    """Tell whether a file of that name, in whatever folder, is one that benches share, or is about to be."""
    return SharedFileName.parse(name.casefold()) is not None or name.casefold().startswith(TEMPORARY)
