"""A file of the history read back: the entries that others have exported, and the lines that can't be right.

Owns what an entry must be to be believed. A line is taken whole or not at all, and one that stands for no entry (a
device that is not bound) is counted and nothing else. The forms of the file are `history_lines`', what is written
into it `history_file`'s.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.channel import Channel
from bindtool.core.device import holds_token, id_problem, label_problem
from bindtool.core.errors import BadInput
from bindtool.core.history import LedgerKey
from bindtool.core.history_file import COLUMNS
from bindtool.core.history_lines import NoLines, lines_of
from bindtool.core.message import Message
from bindtool.core.outcome import State
from bindtool.core.shared_entry import SharedEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bindtool.core.history_lines import Line

MOST_BYTES = 256 * 1024 * 1024
"""Of a file: some 600,000 entries."""

LONGEST_TEXT = 4096
"""Characters of a cell; an ID has its own limit."""

_PAGE = 2000
_ENTRY_END = 2**63
_BENCH = re.compile(r"[0-9A-Za-z-]{1,64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
_YEARS = range(1970, 9999)

_TEXTS = (
    "machine",
    "time",
    "device_id",
    "label",
    "logid",
    "operator",
    "profile",
    "job",
    "site",
    "connector_id",
    "key",
    "user_id",
)
_NAMES = ("site", "connector_id", "key", "user_id")
"""What tells one channel from another: nothing in it is for people only."""


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


def _pages(lines: Iterator[Line]) -> Iterator[HistoryPage]:
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
    entry = _positive(number)
    if entry is None:
        return _unfit("entry")
    if cells["status"] != State.BOUND:
        return _unfit("status")
    texts = {}
    for column in _TEXTS:
        text = cells[column]
        if not isinstance(text, str):
            return _unfit(column)
        texts[column] = text
    bound_at = _time(texts["time"])
    if bound_at is None:
        return _unfit("time")
    return _problem(texts) or SharedEntry(
        LedgerKey(bench, entry),
        texts["machine"],
        Channel(*(texts[column] for column in _NAMES)),
        texts["device_id"],
        texts["label"],
        bound_at,
        texts["logid"],
        texts["operator"],
        texts["profile"],
        texts["job"],
    )


def _problem(texts: Mapping[str, str]) -> Message | None:
    for column, text in texts.items():
        if len(text) > LONGEST_TEXT:
            return Message.of("history.untaken.too_long", column=column, limit=LONGEST_TEXT)
        if not text.isprintable() and _unprintable(text, "" if column in _NAMES else "\t\r\n"):
            return Message.of("history.untaken.control", column=column)
        if holds_token(text):
            return Message.of("history.untaken.token", column=column)
    unnamed = next((column for column in _NAMES[:3] if not texts[column]), None)
    if unnamed is not None:
        return _unfit(unnamed)
    # A spreadsheet that has saved the file shortens the long numbers in it, and takes zeros off the others.
    if _SCIENTIFIC.fullmatch(texts["connector_id"]):
        return Message.of("reason.id_scientific", text=texts["connector_id"])
    return id_problem(texts["device_id"]) or label_problem(texts["label"])


def _unfit(column: str) -> Message:
    return Message.of("history.untaken.unfit", column=column)


def _unprintable(text: str, allowed: str) -> bool:
    """Tell whether a text has control characters or half characters in it, other than those that are allowed."""
    return any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text if sign not in allowed)


def _positive(number: object) -> int | None:
    """Return a whole number that a ledger may have given: as a number, or as a table has it."""
    if isinstance(number, str) and _NUMBER.fullmatch(number):
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 < number < _ENTRY_END else None


def _time(text: str) -> datetime | None:
    """Return a time as an entry has it. It is part of the name: spelt otherwise, it would name another entry."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_whole = time.tzinfo is not None and time.isoformat() == text
    return time if is_whole and time.year in _YEARS else None
