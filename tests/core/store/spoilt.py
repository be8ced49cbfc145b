"""Databases with damaged pages, as left on a disk by a bad cable, a bad block or half a copy."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

from bindtool.core.common.clock import Clock
from bindtool.core.model.outcome import State
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, devices, row, sending, settled

PAGE = 4096
TABLE_LEAF = 0x0D


def fill(path: Path, clock: Clock, runs: int = 4, size: int = 150) -> None:
    """Bind `runs` times `size` devices; each run has a closed sheet of its own, and its last row is refused."""
    with Store(path, clock) as store:
        for run in range(runs):
            rows = [row(number, f"SPK{run}-{number:06}") for number in range(1, size + 1)]
            sheet_id = store.sheets.create(job=f"WO-{run}", put=rows).result(30).sheet_id
            run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
            numbers = range(1, size + 1)
            store.runs.begin_request(run_id, 1, sending(*numbers)).result(30)
            store.runs.settle(run_id, settled(State.BOUND, *numbers[:-1]), 1).result(30)
            store.runs.settle(run_id, settled(State.REFUSED, size)).result(30)
            store.runs.end(run_id, "finished").result(30)
            store.sheets.close(sheet_id).result(30)


def pages_in(path: Path) -> int:
    """Return the number of pages of a closed database."""
    return path.stat().st_size // PAGE


def root_of(path: Path, table: str) -> int:
    """Return the number of a table's first page."""
    with closing(sqlite3.connect(path)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        return int(page)


def ledger_pages(path: Path) -> list[int]:
    """Return the numbers of the pages with entries of the ledger on them (sqlite.org, "Database File Format")."""
    content = path.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    return [number for number, page in enumerate(pages, 1) if page[0] == TABLE_LEAF and page.count(b"SPK") > 1]


def spoil(path: Path, page: int) -> None:
    """Write garbage over a page of a closed database; the same each time."""
    noise = random.Random(page)  # noqa: S311 - garbage
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(noise.randbytes(PAGE))
