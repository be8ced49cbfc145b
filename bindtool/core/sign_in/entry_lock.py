"""The lock of an entry of the password store, held while changing a sign-in, across programs and data folders.

A refresh token can be used once. The password store is one per account of this computer, so the lock is too: it is
not in a data folder, of which there may be several.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import platformdirs

from bindtool.core.common.data_folder import PROGRAM, lock_holder_file, make_private
from bindtool.core.common.errors import BadInput, SignInFailed
from bindtool.core.common.untrusted_input import read_small

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bindtool.core.common.clock import Clock

_PATIENCE = 90.0
"""Seconds to wait for another holder: longer than two requests may take."""

_STEP = 0.1
"""Seconds between two tries. A wait in a thread could not be cancelled, and would take the lock for no caller."""


@asynccontextmanager
async def entry_lock(name: str, clock: Clock, folder: Path | None = None) -> AsyncIterator[None]:
    """Hold the lock of the entry `name` until the context ends, or the process does.

    Args:
        name: the name of the entry.
        clock: the clock for waits.
        folder: the folder of the locks; None for the default, one per account.

    Raises:
        SignInFailed: "sign_in.entry_in_use" with `process`, another program holds it; "sign_in.no_lock" with path
            and why. The entry must not be changed then.
    """
    from filelock import FileLock, Timeout

    folder = folder or platformdirs.user_state_path(PROGRAM, appauthor=False) / "sign-in"
    path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.lock"
    holder = path.with_suffix(".holder")
    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False)
    ends = clock.monotonic() + _PATIENCE
    while not lock.is_locked:
        try:
            make_private(folder)
            lock.acquire()
        except Timeout:
            if clock.monotonic() >= ends:
                raise SignInFailed("sign_in.entry_in_use", process=_process(holder)) from None
            await clock.wait(asyncio.Event(), _STEP)
        except OSError as error:
            raise SignInFailed("sign_in.no_lock", path=str(folder), why=error.strerror or "") from error
    try:
        with lock_holder_file(holder):
            yield
    finally:
        lock.release()


def _process(holder: Path) -> str:
    """Return the number of the process that holds the lock; "" if unknown."""
    try:
        lines = read_small(holder).decode("ascii", "replace").split("\n")
    except BadInput:
        return ""
    return next((line for line in lines[1:] if line.isdigit()), "")
