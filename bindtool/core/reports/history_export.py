"""Exports the history to a file, to be collected from many computers: CSV or JSON lines.

The columns and the format of each value are here. An entry of the ledger is identified by `bench`, `entry` and
`time` and never changes: files can be merged in any order and any number of times if existing entries are kept.
`time` is part of the identity: a data folder that was copied to another computer takes its `bench` along, and from
then on both continue from the same `entry`. A line without an `entry` is of a device that is not bound; it is for
people, and has no identity. `history_import` reads such files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bindtool.core.model.history_records import Record
from bindtool.core.model.outcome import Answer, State
from bindtool.core.reports import csv_writer
from bindtool.core.reports.csv_writer import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from bindtool.core.model.ledger_entry import SharedEntry

COLUMNS = (
    "bench",
    "entry",
    "machine",
    "time",
    "device_id",
    "label",
    "status",
    "code",
    "message",
    "logid",
    "operator",
    "profile",
    "job",
    "site",
    "connector_id",
    "key",
    "user_id",
)

JSON_LINES = ".jsonl"


def history_json(records: Iterable[Record], machine: str) -> Iterator[Mapping[str, str | int | None]]:
    """Yield for each record the columns of the report, then those of the history, by name; empty ones are None.

    `machine`: as for `history_file`. Row, attempts and source are not known for the past.
    """
    for record in records:
        values = dict(zip(COLUMNS, _cells(record, machine), strict=True))
        names = dict.fromkeys((*csv_writer.COLUMNS, *COLUMNS))
        yield {name: None if values.get(name) == "" else values.get(name) for name in names}


def history_file(path: Path, records: Iterable[Record], machine: str) -> bytes:
    """Return the contents of the file: JSON lines for a name that ends in .jsonl, else CSV in UTF-8 with BOM.

    `machine`: this computer's name; a record of another has its own. In JSON lines an empty cell is null, and texts
    are unchanged; in CSV, formulas are escaped.
    """
    lines = (_cells(record, machine) for record in records)
    if path.suffix.lower() == JSON_LINES:
        return "".join(_json_lines(lines)).encode()
    return csv_text(COLUMNS, lines).encode("utf-8-sig")


def entries_file(entries: Iterable[SharedEntry]) -> bytes:
    """Return entries of any benches as JSON lines in the format of `history_file`."""
    return "".join(_json_lines(_cells(_record(entry), "") for entry in entries)).encode()


def _record(entry: SharedEntry) -> Record:
    return Record(
        entry.bound_at,
        entry.device_id,
        entry.label,
        State.BOUND,
        Answer(entry.bound_at, 0, "", entry.log_id, None),
        entry.operator,
        entry.profile,
        entry.channel,
        entry.key,
        job=entry.job,
        machine=entry.machine,
    )


def _json_lines(lines: Iterable[tuple[str | int | None, ...]]) -> Iterator[str]:
    for line in lines:
        yield json.dumps(dict(zip(COLUMNS, line, strict=True)), ensure_ascii=False) + "\n"


def _cells(record: Record, machine: str) -> tuple[str | int | None, ...]:
    """Return a line's cells in the order of `COLUMNS`; times in full precision, since they identify entries."""
    answer, channel, key = record.answer, record.channel, record.key
    return (
        *((None, None) if key is None else (key.bench, key.entry)),
        record.machine or machine,
        record.time.isoformat(),
        record.device_id,
        record.label,
        record.state.value,
        *((None, None) if answer is None else (answer.code, answer.message)),
        record.log_id,
        record.operator,
        record.profile,
        record.job,
        *([None] * 4 if channel is None else (channel.site, channel.connector_id, channel.key, channel.user_id)),
    )
