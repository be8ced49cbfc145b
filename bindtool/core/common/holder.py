"""Who writes in a data folder: account and process, in a file beside its lock.

Owns that file. What it says counts only while somebody has the lock, which is for `data_folder`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.untrusted_input import read_small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST = 100
"""Characters of an account's name; whoever may write in the folder may have written something else there."""


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Let others read who has the lock, until the context ends; where nothing can be written, they go without."""
    with suppress(OSError):
        # Somebody who was killed may have left it: from now on it would be untrue.
        path.unlink(missing_ok=True)
        path.write_text(f"{_this_account()}\n{os.getpid()}\n", encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def other_account(path: Path) -> str:
    """Return the account that the file names, where it is not this process's own; "" where nobody can tell."""
    try:
        lines = read_small(path).decode().split("\n")
        mine = _this_account()
    except (BadInput, OSError, UnicodeDecodeError):
        return ""
    account, *rest = lines
    # Whole, or not yet written to its end.
    whole = len(rest) == 2 and rest[0].isdigit() and not rest[1]  # noqa: PLR2004 - process, and nothing behind it
    return account if whole and account != mine and account.isprintable() and len(account) <= _LONGEST else ""


def _this_account() -> str:
    """The system's own word: the environment's variables stay as they were where somebody becomes somebody else."""
    try:
        import pwd
    except ImportError:
        return os.getlogin()  # Windows, which knows it without a terminal
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
