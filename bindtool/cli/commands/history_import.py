"""`bindtool history import`: what other computers have exported, merged into what this one knows.

Owns what is said of each file, and the exit status. What a line must be to be taken is `core.history_reading`'s,
what is news the store's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput
from bindtool.core.reports.history_import import MOST_BYTES, read_history
from bindtool.core.store import Store

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import Surroundings

ALL_TAKEN, SOME_NOT_TAKEN, FILE_NOT_TAKEN = 0, 1, 2


def run(given: argparse.Namespace, surroundings: Surroundings, console: Console) -> int:
    """Take in each file; return the exit status. A file that can't be taken keeps none of the others out.

    Raises:
        FolderInUse: another bindtool writes in the data folder.
        StoreFailed: the database can't be opened or written.
    """
    folder = DataFolder.of(surroundings.environ)
    with folder.writing() as lock, Store(folder.database, surroundings.clock, lock) as store:
        return max(_take_in(file, store, console) for file in given.files)


def _take_in(file: str, store: Store, console: Console) -> int:
    try:
        pages = read_history(_content(Path(file)), file)
    except BadInput as error:
        console.error(error)
        return FILE_NOT_TAKEN
    new = known = untaken = 0
    for page in pages:
        news = len(store.benches.take_in(page.entries).result())
        new += news
        known += len(page.entries) - news
        untaken += len(page.untaken)
        for line in page.untaken:
            problem = console.texts.say(line.why)
            console.say(console.texts("profile.in_file", file=file, line=line.line, problem=problem))
    console.say(console.texts("cli.history_imported", n=new, known=known, untaken=untaken, path=file))
    return SOME_NOT_TAKEN if untaken else ALL_TAKEN


def _content(path: Path) -> bytes:
    """Return what is in a file, or in a pipe; of one that is too large, enough to see that it is."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput("file.unreadable", path=str(path), why=error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise BadInput("file.unreadable", path=str(path), why=str(error)) from error
