"""Reads a file of the history back: the entries that others have exported, and the lines that can't be right.

It decides which lines stand for entries; one of a device that is not bound is counted and nothing else. The file's
two forms are parsed in `history_parser`, and written in `history_export`; what makes an entry believable is decided
in `core.model.ledger_entry`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.ledger_entry import SharedEntry, entry_of
from bindtool.core.model.outcome import State
from bindtool.core.reports.history_export import COLUMNS
from bindtool.core.reports.history_parser import NoLines, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bindtool.core.reports.history_parser import HistoryLine

MOST_BYTES = 256 * 1024 * 1024
"""Of a file: some 600,000 entries."""

_PAGE = 2000
_BENCH = re.compile(r"[0-9A-Za-z-]{1,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Untaken:
    """A line that was not taken, by its number in the file, and why."""

    line: int
    why: Message


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What some lines of a file have brought. `not_entries`: how many stand for a device that is not bound."""

    entries: tuple[SharedEntry, ...]
    untaken: tuple[Untaken, ...]
    not_entries: int


def read_history(data: bytes, name: str) -> Iterator[HistoryPage]:
    """Read what `history_file` wrote, some lines at a time. `name`: the file's, for what is said of it.

    Raises:
        BadInput: "history.too_large", or "history.not_an_export" where the file is of another kind; nothing of it
            was read then.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("history.too_large", path=name, limit=MOST_BYTES // 2**20)
    try:
        lines = lines_of(data, COLUMNS)
    except NoLines as error:
        raise BadInput("history.not_an_export", path=name) from error
    return _pages(lines)


def _pages(lines: Iterator[HistoryLine]) -> Iterator[HistoryPage]:
    while some := list(islice(lines, _PAGE)):
        entries: list[SharedEntry] = []
        untaken: list[Untaken] = []
        not_entries = 0
        for line in some:
            found = line.problem or _entry(line.cells)
            if found is None:
                not_entries += 1
            elif isinstance(found, SharedEntry):
                entries.append(found)
            else:
                untaken.append(Untaken(line.number, found))
        yield HistoryPage(tuple(entries), tuple(untaken), not_entries)


def _entry(cells: Mapping[str, object]) -> SharedEntry | Message | None:
    """Return the entry of a line, what is wrong with it, or None where it stands for none."""
    bench, number = cells["bench"], cells["entry"]
    if bench in (None, "") and number in (None, ""):
        return None
    if not isinstance(bench, str) or not _BENCH.fullmatch(bench):
        return _unfit("bench")
    if cells["status"] != State.BOUND:
        return _unfit("status")
    # In a table a number is a text.
    if isinstance(number, str) and _NUMBER.fullmatch(number):
        number = int(number)
    return entry_of(bench, number, cells)


def _unfit(column: str) -> Message:
    return Message.of("history.untaken.unfit", column=column)
