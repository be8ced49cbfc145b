"""Writes files that are there either whole or not at all.

Which files must not be replaced is decided in `output_files`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOCKED = frozenset({5, 32, 33})
"""Windows' codes ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; the first comes too where a
file that is to be replaced is open (Microsoft, "MoveFileExW")."""


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`; where that fails, what was there before stays. The folder must exist.

    A file that is there keeps its mode. A pipe or a device such as /dev/stdout is written to and not replaced.

    Raises:
        BadInput: "file.in_use" where another program has the file open, else "file.unwritable", both with `path`
            and `why`, the system's own words.
    """
    with _as_bad_input(path):
        if _is_special(path):
            path.write_bytes(data)
            return
        target = _target(path)
        temporary = _temporary_for(target)
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with suppress(OSError):  # there is none yet, or its disk knows no modes
                temporary.chmod(target.stat().st_mode)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def put_new(folder: Path, name: str, data: bytes, link: Callable[[Path, Path], object] = os.link) -> Path:
    """Put a file into a folder that is there, under a name that no other file has; return its path.

    A file of that name with the same contents counts as put; beside one with others a number is added to the name.
    Killed meanwhile, it leaves a file whose name begins with `.bindtool-`, which the next try replaces. `link`:
    gives a file a second name; where a share knows none, the file is renamed.

    Raises:
        OSError: the folder can't be had.
    """
    path, number = folder / name, 1
    while not _is_put(folder / f".bindtool-{path.name}.tmp", path, data, link):
        number += 1
        path = (folder / name).with_stem(f"{Path(name).stem}-{number}")
    return path


def _is_put(temporary: Path, path: Path, data: bytes, link: Callable[[Path, Path], object]) -> bool:
    """Put `data` at `path` if nothing is there; return whether it is there now."""
    if path.exists():
        return path.read_bytes() == data
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        link(temporary, path)
    except OSError:
        if path.exists():  # since a moment ago
            return False
        temporary.replace(path)
    else:
        temporary.unlink()
    return True


def check_writable(path: Path) -> None:
    """See whether a file could be put at `path`, without touching what is there.

    Raises:
        BadInput: those of `write_atomically`.
    """
    with _as_bad_input(path):
        if _is_special(path):
            return
        temporary = _temporary_for(_target(path))
        temporary.open("xb").close()
        temporary.unlink()


def write_error(path: Path, error: OSError | ValueError) -> BadInput:
    """Return what a person is told where a file could not be written because of `error`.

    Windows refuses to replace a file that another program has open, such as a workbook in Excel.
    """
    # Of a folder that nobody may look into, Windows does not say either what is in it.
    locked = getattr(error, "winerror", None) in _LOCKED and os.path.isfile(path)  # noqa: PTH113 - raises nothing
    why = getattr(error, "strerror", None) or str(error)
    return BadInput("file.in_use" if locked else "file.unwritable", path=str(path), why=why)


@contextmanager
def _as_bad_input(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise write_error(path, error) from error


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _target(path: Path) -> Path:
    """A link's target is replaced, not the link; it may lie on another disk."""
    return Path(os.path.realpath(path))


def _temporary_for(target: Path) -> Path:
    return target.with_name(f".bindtool-{os.urandom(8).hex()}.tmp")
