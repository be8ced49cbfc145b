"""Writes files atomically: whole or not at all.

`output_files` decides which files must not be replaced.
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
"""Windows' codes ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; the first is also returned
if the file to replace is open (Microsoft, "MoveFileExW")."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`; on failure the previous file stays. The folder must exist.

    An existing file keeps its mode. A pipe or a device such as /dev/stdout is written to and not replaced.

    Raises:
        BadInput: "file.in_use" if another program has the file open, else "file.unwritable", both with `path` and
            `why`, the system's message.
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
            with suppress(OSError):  # no such file yet, or a file system without modes
                temporary.chmod(target.stat().st_mode)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def put_new(folder: Path, name: str, data: bytes, link: Callable[[Path, Path], object] = os.link) -> Path:
    """Create a file in an existing folder under a unique name; return its path.

    A file of that name with the same contents counts as created; if the contents differ, a number is added to the
    name. If killed, leaves a file whose name begins with `.bindtool-`, which the next attempt replaces. `link`:
    creates a hard link; on a share without hard links, the file is renamed.

    Raises:
        OSError: the folder can't be used.
    """
    path, number = folder / name, 1
    while not _is_put(folder / f".bindtool-{path.name}.tmp", path, data, link):
        number += 1
        path = (folder / name).with_stem(f"{Path(name).stem}-{number}")
    return path


def _is_put(temporary: Path, path: Path, data: bytes, link: Callable[[Path, Path], object]) -> bool:
    """Create `path` with `data` unless it exists; return whether it now has this data."""
    if path.exists():
        return path.read_bytes() == data
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        link(temporary, path)
    except OSError:
        if path.exists():  # created in the meantime
            return False
        temporary.replace(path)
    else:
        temporary.unlink()
    return True


def check_writable(path: Path) -> None:
    """Check that a file can be written at `path`, without touching an existing file.

    Raises:
        BadInput: as in `write_atomically`.
    """
    with _as_bad_input(path):
        if _is_special(path):
            return
        temporary = _temporary_for(_target(path))
        temporary.open("xb").close()
        temporary.unlink()


def write_error(path: Path, error: OSError | ValueError) -> BadInput:
    """Return the error for the user when `error` has prevented writing a file.

    Windows refuses to replace a file that another program has open, such as a workbook in Excel.
    """
    # Windows gives the same code for an unreadable folder, in which no file is visible.
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
    """Resolve symbolic links: the target is replaced, not the link, and may be on another disk."""
    return Path(os.path.realpath(path))


def _temporary_for(target: Path) -> Path:
    return target.with_name(f".bindtool-{os.urandom(8).hex()}.tmp")
