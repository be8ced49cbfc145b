"""Where a file that a person names may be written.

Not over a list that is being read, the program's own files, a read-only profile or a folder, and not over what
benches share in a folder, whose names stand here. Files are compared by what the path leads to and not by its text:
links, and names that differ in case alone on a disk that does not distinguish them, lead to the same file. The
writing itself is in `atomic_files`.
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
    """Write a file that a person has named. Arguments and errors are those of `check_output`."""
    check_output(path, folder, inputs)
    write_atomically(path, data)


def check_output(path: Path, folder: DataFolder, inputs: Sequence[Path | int] = ()) -> None:
    """See whether a person's file may and can be written at `path`. Arguments are those of `check_place`.

    Raises:
        BadInput: those of `check_place` and of `write_atomically`.
    """
    check_place(path, folder, inputs)
    check_writable(path)


def check_place(path: Path, folder: DataFolder, inputs: Sequence[Path | int] = ()) -> None:
    """See whether a person's file may be written at `path`.

    Args:
        path: where it is to be.
        folder: the program's data; of its two folders, that of practice mode and the other, both are kept.
        inputs: what is read meanwhile: paths, or the number of an open file.

    Raises:
        BadInput: "output.folder", "output.input", "output.own_file"; "file.unwritable" where nobody may look.
    """
    if is_folder(path):
        raise BadInput("output.folder", path=str(path))
    if any(_is_same(path, one) for one in inputs):
        raise BadInput("output.input", path=str(path))
    if any(_is_own(path, one) for one in folder.both):
        raise BadInput("output.own_file", path=str(path))


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there.

    Raises:
        BadInput: "file.unwritable": the system does not say, as in a folder of others, or on a share that has gone.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise write_error(path, error) from error


def _is_own(path: Path, folder: DataFolder) -> bool:
    """Tell whether a file is one of the program's or of those that benches share, or would be taken for one."""
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
    except (OSError, ValueError):  # one of them is not there, or can't be
        return False


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
