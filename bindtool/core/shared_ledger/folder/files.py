"""The files of a shared folder: how one is put there whole, and what is read without harm.

A file has a part of a bench's ledger, and the digest of what is in it stands in its name. So a file is never
changed, no two benches give one name to different things, even where a data folder was copied, and one that is only
half there is noticed. What is in it is decided in `sync`.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from hashlib import blake2b
from typing import TYPE_CHECKING

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.common.output_files import TEMPORARY, SharedFileName

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 64 * 1024 * 1024
"""Of a file: a hundred times one that is full."""


# A pipe would be waited for, and a link leads elsewhere. Windows has neither in a folder that others can write to.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def digest_of(data: bytes | memoryview) -> str:
    """Return what stands in a name for what is in the file."""
    return blake2b(data, digest_size=16).hexdigest()


def writer_of(machine: str) -> str:
    """Return what stands in a name for the name of a computer."""
    return blake2b(machine.encode("utf-8", "replace"), digest_size=4).hexdigest()


class FolderFiles:
    """A folder that benches share. It is never made: where a share is missing, its place may still be there.

    Methods raise LedgerFailed, "ledger.folder_unreachable", where the folder can't be had; one file that can't be
    had is no reason for that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> frozenset[SharedFileName]:
        """Return the names of all files that are ours; what else lies there is left alone."""
        with self._reached(), os.scandir(self._folder) as entries:
            found = (SharedFileName.parse(entry.name) for entry in entries if entry.is_file(follow_symlinks=False))
            return frozenset(name for name in found if name is not None)

    def stamp(self, name: SharedFileName) -> tuple[int, int]:
        """Return a file's size, and a time that is another one when it was written anew; zeros for none."""
        with suppress(OSError):
            found = (self._folder / str(name)).lstat()
            return found.st_size, found.st_mtime_ns
        return 0, 0

    def read(self, name: SharedFileName) -> bytes | None:
        """Return what is in a file, whatever its name says; None where it can't be read now."""
        try:
            with open(self._folder / str(name), "rb", opener=_open) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
                    return None
                return file.read(MOST_BYTES)
        except OSError:
            return None

    def put(self, name: SharedFileName, data: bytes) -> None:
        """Write a temporary file, and rename it once the disk has all of it."""
        temporary = self._folder / f"{_temporary_name(name.bench, name.writer)}{secrets.token_hex(8)}.tmp"
        with self._reached():
            try:
                with temporary.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self._folder / str(name))
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)

    def remove(self, name: SharedFileName) -> None:
        """Take a file away; where somebody reads it just now, it stays."""
        with suppress(OSError):
            (self._folder / str(name)).unlink()

    def clear(self, bench: str, writer: str) -> None:
        """Remove temporary files that this bench left when it was killed."""
        with self._reached(), os.scandir(self._folder) as entries:
            left = [entry.name for entry in entries if entry.name.startswith(_temporary_name(bench, writer))]
        for name in left:
            with suppress(OSError):
                (self._folder / name).unlink()

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            detail = error.strerror or str(error)
            raise LedgerFailed("ledger.folder_unreachable", path=str(self._folder), detail=detail) from error


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _CAREFULLY)


def _temporary_name(bench: str, writer: str) -> str:
    return f"{TEMPORARY}{bench}-{writer}-"
