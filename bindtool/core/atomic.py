"""Files that are there whole or not at all.

Owns how a file is put in another's place. What stands in it is for the caller.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bindtool.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

_LOCKED = frozenset({5, 32, 33})
"""Windows' codes ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; the first comes too where a
file that is to be replaced is open (Microsoft, "MoveFileExW")."""


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`; where that fails, what was there before stays. The folder must exist.

    A pipe or a device such as /dev/stdout is written to and not replaced.

    Raises:
        BadInput: "file.in_use" where another program has the file open, else "file.unwritable", both with `path`
            and `why`, the system's own words.
    """
    temporary = path.with_name(f".bindtool-{os.urandom(8).hex()}.tmp")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # A link's target is replaced, not the link.
            temporary.replace(path.resolve())
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise unwritten(path, error) from error


def unwritten(path: Path, error: OSError) -> BadInput:
    """Return what a person is told where a file could not be written because of `error`.

    Windows refuses to replace a file that another program has open, such as a workbook in Excel.
    """
    locked = getattr(error, "winerror", None) in _LOCKED and path.is_file()
    return BadInput(
        "file.in_use" if locked else "file.unwritable", path=str(path), why=error.strerror or str(error)
    )
