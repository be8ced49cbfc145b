"""Replaces a damaged database by a new one with all readable data; the old file is kept.

It handles and swaps the two files. Which data goes from the one into the other is decided in `rebuild`; whether to
replace, by a person.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import mode_within
from bindtool.core.store import schema
from bindtool.core.store.connection import connect, log_of, open_for_writing, transaction
from bindtool.core.store.damage.rebuild import take_over
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.tables.bindings import Gap, open_gap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from bindtool.core.store.copies import Copy


@dataclass(frozen=True, slots=True)
class Recovered:
    """The result of a replacement.

    `bound`: entries of the ledger, this bench's own and others'; `bound_lost`: its own that could not be read.
    `rows`: of sheets; `rows_lost`: whether rows may be missing that came after the time of the copy, `copied`; None
    if there was none. `gap`: since when devices may be missing, if they may. `kept`: the path of the old file, if
    it was moved.
    """

    bound: int
    bound_lost: int
    rows: int
    rows_lost: bool
    copied: datetime | None
    gap: Gap | None
    kept: Path | None = None


def replace_damaged(path: Path, at: datetime, copies: Iterable[Copy] = ()) -> Recovered:
    """Replace a damaged database, which must not be open, and keep it under another name.

    Args:
        path: the damaged database; the caller alone writes in its folder.
        at: the time for its other name.
        copies: of it, the newest first.

    Raises:
        StoreFailed: "store.newer", "store.unreleased", "store.disk_full", "store.unwritable", "store.failed";
            nothing was changed.
    """
    fresh = path.with_name(f"{path.name}.recovered")
    kept = _unused(path.with_name(f"{path.name}.damaged-{at:%Y%m%d-%H%M%S}"))
    try:
        found = recover_into(fresh, path, at, copies)
        with failing_as_store(path):
            _keep(path, kept)
            _take_in_log(path)
            fresh.replace(path)
    finally:
        _remove(fresh)
    return replace(found, kept=kept)


def recover_into(fresh: Path, path: Path, at: datetime, copies: Iterable[Copy] = ()) -> Recovered:
    """Write the readable data of the database at `path` into a new one; fails as `replace_damaged`."""
    _remove(fresh)
    with failing_as_store(fresh), closing(open_for_writing(fresh)) as new:
        schema.migrate(new)
        new.execute("PRAGMA foreign_keys = OFF")
        with transaction(new):
            found = take_over(new, path, copies, at)
            (bound,) = new.execute(
                "SELECT (SELECT count(*) FROM ledger) + (SELECT count(*) FROM foreign_entry)"
            ).fetchone()
            (rows,) = new.execute("SELECT count(*) FROM sheet_row").fetchone()
            gap = open_gap(new)
    rows_lost = not found.unread.isdisjoint({"sheet", "sheet_row"})
    copied = None if found.copied is None else found.copied.astimezone(at.tzinfo)
    return Recovered(bound, found.bound_lost, rows, rows_lost, copied, gap)


def _unused(path: Path) -> Path:
    """Return the path, or a similar unused one in the same folder."""
    names = (path, *(path.with_name(f"{path.name}.{number}") for number in range(2, 100)))
    return next(name for name in names if not name.exists())


def _keep(path: Path, kept: Path) -> None:
    """Copy the damaged file and its log to other names; on failure, neither copy stays.

    They are copied and not linked: some file systems have no links, and opening the one would change the other.
    """
    files = [(path, kept), *((log, log_of(kept)) for log in (log_of(path),) if log.exists())]
    try:
        for file, copy in files:
            shutil.copyfile(file, copy)
            copy.chmod(mode_within(path.parent))
    except OSError:
        _remove(kept)
        raise


def _take_in_log(path: Path) -> None:
    """Have SQLite checkpoint a log into the database, and delete it, as it does on closing.

    A file and its log can't be renamed in one step, and a log that outlives its file is read as the new one's.
    """
    # If SQLite still can't read a file, its log is useless.
    with suppress(sqlite3.DatabaseError), closing(connect(path.absolute().as_uri())) as connection:
        connection.execute("PRAGMA user_version").fetchone()
    for file in (log_of(path), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for file in (path, log_of(path), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
