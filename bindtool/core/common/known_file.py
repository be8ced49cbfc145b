"""A file that this process has open, and whether its path still leads to it.

Owns the comparison. The file is looked at and never opened: closing a second handle of a database would drop the
locks that SQLite has on its first (sqlite.org, "How To Corrupt An SQLite Database File").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class KnownFile:
    """The file that lay at `path`, known by its device and inode; on Windows by its volume and file index."""

    path: Path
    device: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the file that lies there now.

        Raises:
            OSError: there is none.
        """
        found = path.stat()
        return cls(path, found.st_dev, found.st_ino)

    @property
    def is_there(self) -> bool:
        """Whether the path leads to it still: it was neither moved nor deleted nor replaced."""
        try:
            return self.at(self.path) == self
        except OSError:
            return False
