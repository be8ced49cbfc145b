"""Converts the core's values to columns and back; inserts many records at once."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from bindtool.core.model.channel import Channel
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Hold, Note, Row, Source

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bindtool.core.model.history_records import LedgerKey

Column = str | int | None

_FIRST_OF_OUTCOME = 10
"""The index of `state` among the columns of a row, after the sheet's id and the row's other columns."""

_REFUSED_SINCE = 2
"""In the column `lost`: an older bindtool reads it as the 1 of a lost answer."""

_RECENT = 100
"""The number of recent outcomes kept for sharing: refused rows stand between those of one request."""


def storable(text: str) -> str:
    """Return `text` in a form that UTF-8 can encode: a lone surrogate becomes U+FFFD, a pair its character.

    JSON escapes in an answer, file names and input methods can bring lone surrogates; none may cost the row.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def channel_columns(channel: Channel) -> tuple[str, str, str, str]:
    """Site, connector_id, key, user_id."""
    site, connector_id, key, user_id = map(storable, channel.names)
    return site, connector_id, key, user_id


ON_SITE = "site IN (SELECT value FROM json_each(:sites))"
"""The condition that a record is of a channel's site: an earlier bindtool has written an address in its place."""


def named_channel(channel: Channel) -> dict[str, str]:
    """Return the same by name, for a statement with named parameters; `sites` is for `ON_SITE`."""
    named = dict(zip(("site", "connector_id", "key", "user_id"), channel_columns(channel), strict=True))
    return {**named, "sites": json.dumps(list(map(storable, channel.sites)))}


def listed_channels(channels: Iterable[Channel]) -> str:
    """Return the values of channels as JSON, each with all values that its records may have for the site."""
    listed = ((storable(site), *channel_columns(each)[1:]) for each in channels for site in each.sites)
    return json.dumps(list(listed))


def channel_from(record: sqlite3.Row) -> Channel:
    """Parse the output of `channel_columns`."""
    return Channel(record["site"], record["connector_id"], record["key"], record["user_id"])


def answer_columns(answer: Answer | None) -> tuple[Column, ...]:
    """answered_at, code, message, log_id, http_status."""
    if answer is None:
        return (None, None, "", "", None)
    return (
        answer.time.isoformat(),
        None if answer.code is None else str(answer.code),
        storable(answer.message),
        storable(answer.log_id),
        answer.http_status,
    )


def answer_from(record: sqlite3.Row) -> Answer | None:
    """Parse the output of `answer_columns`."""
    if record["answered_at"] is None:
        return None
    return Answer(
        time=datetime.fromisoformat(record["answered_at"]),
        code=None if record["code"] is None else int(record["code"]),
        message=record["message"],
        log_id=record["log_id"],
        http_status=record["http_status"],
    )


def outcome_columns(outcome: Outcome) -> tuple[Column, ...]:
    """State, attempts, request, lost (2: refused since), the columns of its answer, refused_with."""
    return (
        outcome.state,
        outcome.attempts,
        outcome.request,
        outcome.lost + outcome.refused_since,
        *answer_columns(outcome.answer),
        outcome.refused_with,
    )


def outcome_from(record: sqlite3.Row) -> Outcome:
    """Parse the output of `outcome_columns`."""
    return Outcome(
        state=State(record["state"]),
        answer=answer_from(record),
        attempts=record["attempts"],
        request=record["request"],
        lost=bool(record["lost"]),
        refused_since=record["lost"] == _REFUSED_SINCE,
        refused_with=record["refused_with"],
    )


own_columns: Callable[[Row], tuple[Column, ...]] = attrgetter("number", "device_id", "label", "arrived")
"""The columns that differ in every row."""
"""Source, added_at, operator, note, held: the columns that rows which come in together mostly share."""


def intake_columns(row: Row) -> tuple[Column, ...]:
    """Source, added_at, operator, note, held: mostly equal in rows that come in together."""
    return (
        row.source,
        row.added_at.isoformat(),
        storable(row.operator),
        None if row.note is None else storable(row.note.to_json()),
        None if row.held is None else storable(row.held.to_json()),
    )


def rows_from(records: Iterable[sqlite3.Row]) -> Iterator[Row]:
    """Yield the rows of `own_columns`, `intake_columns` and `outcome_columns`, marked as saved.

    Rows that were sent together share one outcome object: this saves much memory in a large sheet.
    """
    recent: dict[tuple[Column, ...], Outcome] = {}
    for record in records:
        sent: tuple[Column, ...] = record[_FIRST_OF_OUTCOME:]
        if sent not in recent:
            if len(recent) > _RECENT:
                recent.clear()
            recent[sent] = outcome_from(record)
        device_id, arrived = record["device_id"], record["arrived"]
        yield Row(
            number=record["number"],
            device_id=device_id,
            label=record["label"],
            source=Source(record["source"]),
            added_at=datetime.fromisoformat(record["added_at"]),
            operator=record["operator"],
            arrived=device_id if arrived == device_id else arrived,
            note=None if record["note"] is None else Note.from_json(record["note"]),
            held=None if record["held"] is None else Hold.from_json(record["held"]),
            saved=True,
            outcome=recent[sent],
        )


def shared_entry_from(record: sqlite3.Row, key: LedgerKey, machine: str) -> SharedEntry:
    """Return an entry of this ledger, or of another bench's, in its shared form."""
    return SharedEntry(
        key,
        machine,
        channel_from(record),
        record["device_id"],
        record["label"],
        datetime.fromisoformat(record["bound_at"]),
        record["log_id"],
        record["operator"],
        record["profile"],
        record["job"] or "",
    )


LONGEST_SPAN = 100
"""Rows of a range; so the range with a given row begins less than that before it, by the key of the table."""


def carries(number: str) -> str:
    """Return the condition that a range of `request_span` contains the row number, an SQL expression."""
    return f"first BETWEEN {number} - {LONGEST_SPAN - 1} AND {number} AND last >= {number}"


_MOST = 2048
"""Records per statement; with four values each below SQLite's limit of 32,766 (sqlite.org, "limits")."""


def insert(
    connection: sqlite3.Connection, into: str, shared: Sequence[Column], records: Sequence[Sequence[Column]]
) -> None:
    """Insert all `records`, which have as many values each, with the `shared` values before those of each.

    `into` is the INSERT up to the column names. Texts in `records` are made storable here.
    """
    done = 0
    while left := len(records) - done:
        # A power of two: there are few such statements, and Python caches each of them prepared.
        count = min(_MOST, 1 << left.bit_length() - 1)
        statement = f"{into} SELECT * FROM {_values(len(shared), 1)}, {_values(len(records[done]), count)}"  # noqa: S608 - no value is in it
        values = (*shared, *chain.from_iterable(records[done : done + count]))
        try:
            connection.execute(statement, values)
        except UnicodeEncodeError:  # hardly any text has a lone surrogate
            connection.execute(
                statement, [storable(value) if isinstance(value, str) else value for value in values]
            )
        done += count


def _values(width: int, count: int) -> str:
    one = ("(" + ", ".join("?" * width) + ")",)
    return f"(VALUES {', '.join(one * count)})"
