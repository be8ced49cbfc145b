"""Decides whether a file may be written at a path chosen by the user.

`atomic_files` writes it. Protected are a list being read, the program's own files, read-only profiles, folders, and
the files that benches share in a folder, whose names are defined here. Files are compared by identity, not by the
path's text: links, and on a case-insensitive disk names that differ in case alone, lead to the same file.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bindtool.core.common.atomic_files import check_writable, write_atomically, write_error
from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.common.data_folder import DataFolder


def write_output(path: Path, data: bytes, folder: DataFolder, inputs: Sequence[Path | int] = ()) -> None:
    """Write a file chosen by the user. Arguments and errors are those of `check_output`."""
    check_output(path, folder, inputs)
    write_atomically(path, data)


def check_output(path: Path, folder: DataFolder, inputs: Sequence[Path | int] = ()) -> None:
    """Check that a file may and can be written at `path`. Arguments are those of `check_place`.

    Raises:
        BadInput: as in `check_place` and in `write_atomically`.
    """
    check_place(path, folder, inputs)
    check_writable(path)


def check_place(path: Path, folder: DataFolder, inputs: Sequence[Path | int] = ()) -> None:
    """Check that a file of the user may be written at `path`.

    Args:
        path: the file's path.
        folder: the data folder; the main and the practice folder are both protected.
        inputs: files being read: paths or file descriptors.

    Raises:
        BadInput: "output.folder", "output.input", "output.own_file"; "file.unwritable" if access is denied.
    """
    if is_folder(path):
        raise BadInput("output.folder", path=str(path))
    if any(_is_same(path, one) for one in inputs):
        raise BadInput("output.input", path=str(path))
    if any(_is_own(path, one) for one in folder.both):
        raise BadInput("output.own_file", path=str(path))


def is_folder(path: Path) -> bool:
    """Return whether `path` is a folder.

    Raises:
        BadInput: "file.unwritable": the system can't tell, as in another user's folder or on a lost share.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise write_error(path, error) from error


def _is_own(path: Path, folder: DataFolder) -> bool:
    """Return whether a file is the program's own or shared by benches, or would be taken for such a file."""
    target = path
    with suppress(ValueError):  # a NUL in the name
        target = Path(os.path.realpath(path))
    if is_shared_name(target.name) or any(_is_same(target.parent, one) for one in folder.own_folders):
        return True
    if _is_same(target.parent, folder.path) and folder.is_own_name(target.name):
        return True
    return any(_is_same(target, one) for one in folder.own_files())


def _is_same(one: Path, other: Path | int) -> bool:
    try:
        there = os.fstat(other) if isinstance(other, int) else other.stat()
        return os.path.samestat(one.stat(), there)
    except (OSError, ValueError):  # either does not exist, or has an invalid name
        return False


_NAME = r"bindtool-([0-9a-f]{32})-([0-9a-f]{8})-(0|[1-9][0-9]{0,15})-([0-9a-f]{32})\.jsonl"
TEMPORARY = ".bindtool-"
"""Prefix of a file's name while it is being written."""


@dataclass(frozen=True, slots=True)
class SharedFileName:
    """The parts of a shared file's name: bench, writer, number of the part, and digest of the content.

    `writer` identifies the computer: a data folder copied to another computer has the same bench.
    """

    bench: str
    writer: str
    part: int
    digest: str

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; return None if it is not a shared file's name."""
        found = re.fullmatch(_NAME, name)
        return None if found is None else cls(found[1], found[2], int(found[3]), found[4])

    def __str__(self) -> str:
        return f"bindtool-{self.bench}-{self.writer}-{self.part}-{self.digest}.jsonl"


def is_shared_name(name: str) -> bool:
    """Return whether a file of that name, in any folder, is shared by benches or about to be."""
    return SharedFileName.parse(name.casefold()) is not None or name.casefold().startswith(TEMPORARY)
