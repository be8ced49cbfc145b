"""Hands the rows of each run over to a folder, where an ERP or MES picks them up: an outbox, not a server.

The caller formats the contents of a file. A file waits in the database until it is in its folder, whole and under a
unique name. Files of a folder are delivered in the order of their runs. Blocks as long as a share does, so call it
in a daemon thread, which the process does not wait for.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.common.atomic_files import put_new
from bindtool.core.reports.rows import part_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bindtool.core.model.handoff import HandoffFormat
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.reports.rows import ReportPart
    from bindtool.core.store import Store
    from bindtool.core.store.tables.handoffs import DueHandoff

    MakeFile = Callable[[ReportPart, HandoffFormat], bytes]

logger = logging.getLogger(__name__)


def hand_over(store: Store, profiles: Iterable[Profile], machine: str, make_file: MakeFile) -> int:
    """Fill the files of finished runs, deliver all waiting files, and return the number still waiting.

    Args:
        store: the database.
        profiles: files waiting for a profile's earlier folder go to its current folder.
        machine: this computer's name.
        make_file: creates a file's contents.

    Raises:
        StoreFailed: the database can't be read or written; nothing is lost.
    """
    fill(store, machine, make_file)
    return deliver(store, {profile.name: profile.handoff.folder for profile in profiles})


def fill(store: Store, machine: str, make_file: MakeFile) -> None:
    """Store the contents of the files of finished runs; a run that sent nothing gets no file.

    Raises:
        StoreFailed: as `hand_over`.
    """
    for due in store.handoffs.due():
        if store.runs.count_requests(due.run.sheet_id, run_id=due.run.run_id):
            contents = make_file(part_sent(store, due.run), due.format)
            store.handoffs.fill(due.handoff_id, file_name(due, machine), contents).result()
        else:
            store.handoffs.remove(due.handoff_id).result()


def deliver(store: Store, folders: Mapping[str, str]) -> int:
    """Deliver the waiting files and return the number still waiting. `folders`: by the profiles' names.

    If killed before a delivery is recorded, delivers the same file again at the next start.

    Raises:
        StoreFailed: as `hand_over`.
    """
    away: set[str] = set()
    left = 0
    for file in store.handoffs.waiting():
        folder = folders.get(file.profile) or file.folder
        if folder not in away:
            try:
                put_new(Path(folder), file.name, store.handoffs.contents(file.handoff_id))
            except OSError as error:
                logger.info("hand-off file %s can't be put into its folder: %s", file.name, error.strerror)
                away.add(folder)
            else:
                store.handoffs.remove(file.handoff_id).result()
        left += folder in away
    return left


def file_name(due: DueHandoff, machine: str) -> str:
    """Return a file's name: computer, start and number of the run, and "check" for a check of the channel."""
    parts = ["bindtool", machine, f"{due.run.started_at:%Y%m%d-%H%M%S}", f"run{due.run.run_id}"]
    if due.checking:
        parts.append("check")
    return re.sub(r"[^\w.-]", "-", "_".join(parts)) + f".{due.format}"
