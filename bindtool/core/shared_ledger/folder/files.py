"""The files of a shared folder: written atomically, and read safely.

A file has a part of a bench's ledger, and its name contains the digest of its contents. So a file is never changed,
no two benches give the same name to different contents, even after copying a data folder, and an incomplete file is
detected. The contents are decided in `sync`.
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
"""Of a file: a hundred times a full one."""


# Opening a pipe would block, and a link leads elsewhere. Windows has neither in a folder that others can write to.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def digest_of(data: bytes | memoryview) -> str:
    """Return the digest of a file's contents for its name."""
    return blake2b(data, digest_size=16).hexdigest()


def writer_of(machine: str) -> str:
    """Return a computer's name in the form for file names."""
    return blake2b(machine.encode("utf-8", "replace"), digest_size=4).hexdigest()


class FolderFiles:
    """A folder that benches share. It is never created: the mount point of a missing share may still exist.

    Methods raise LedgerFailed, "ledger.folder_unreachable", if the folder can't be accessed; one inaccessible file
    is no reason for that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> frozenset[SharedFileName]:
        """Return the names of all files that are ours; other files are ignored."""
        with self._reached(), os.scandir(self._folder) as entries:
            found = (SharedFileName.parse(entry.name) for entry in entries if entry.is_file(follow_symlinks=False))
            return frozenset(name for name in found if name is not None)

    def stamp(self, name: SharedFileName) -> tuple[int, int]:
        """Return a file's size, and a time that changes with every rewrite; zeros for none."""
        with suppress(OSError):
            found = (self._folder / str(name)).lstat()
            return found.st_size, found.st_mtime_ns
        return 0, 0

    def read(self, name: SharedFileName) -> bytes | None:
        """Return a file's contents, whatever its name says; None if it can't be read now."""
        try:
            with open(self._folder / str(name), "rb", opener=_open) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
                    return None
                return file.read(MOST_BYTES)
        except OSError:
            return None

    def put(self, name: SharedFileName, data: bytes) -> None:
        """Write a temporary file, and rename it once it is completely on disk."""
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
        """Delete a file; on Windows it stays while another program reads it."""
        with suppress(OSError):
            (self._folder / str(name)).unlink()

    def clear(self, bench: str, writer: str) -> None:
        """Delete temporary files that this bench left when it was killed."""
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
