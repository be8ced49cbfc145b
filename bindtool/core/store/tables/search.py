"""Searches this computer's data about devices: the ledger, the sheets, and the requests of runs.

A bound device is found in the ledger, or in another bench's entry, whatever its row says now; any other device in
its row; a device that was sent, is not bound, and was edited or deleted since, in the run. So nothing is found
twice.

No index serves the search in this bench's own rows: SQLite scans 100,000 of them in some 20 ms, and each index
would slow down every scan. Entries of others are more, and do not come in with scans: they have one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.history_records import LedgerKey, Record, SearchQuery, SearchResult
from bindtool.core.model.outcome import State
from bindtool.core.store.tables.codec import answer_from, carries, channel_from, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from bindtool.core.model.channel import Channel

# The three texts are searched as one: a person types into one field.
_BOUND = """
    SELECT entry_id, bound_at AS time, device_id, label, log_id, operator, profile,
        site, connector_id, key, user_id, bound_at AS answered_at, '0' AS code, '' AS message, NULL AS http_status
    FROM ledger
    WHERE bound_at >= :since AND bound_at < :until
        AND device_id || char(10) || label || char(10) || log_id LIKE :text ESCAPE '!'
    ORDER BY entry_id DESC LIMIT :limit
"""

NOT_TAKEN_BACK = """
    NOT EXISTS (
        SELECT 1 FROM bench JOIN ledger ON ledger.bound_at = foreign_entry.bound_at
        WHERE bench_id = foreign_entry.bench AND entry_id = foreign_entry.entry
    )
"""
"""Of an entry under this bench's id that others returned: its own ledger has not restored it since."""

# By the instant, since benches may write the same one with other offsets; the index `foreign_text` covers the
# query, so that a search without a match costs half as much, and the newest hundreds next to nothing. An earlier
# bindtool has accepted times that no computer can show.
_REMOTE = f"""
    SELECT bench, entry, machine, bound_at AS time, device_id, label, log_id, operator, profile, job,
        site, connector_id, key, user_id, bound_at AS answered_at, '0' AS code, '' AS message, NULL AS http_status
    FROM foreign_entry
    WHERE foreign_id IN (
        SELECT foreign_id FROM foreign_entry
        WHERE bound_at >= :since AND bound_at < :until AND bound_at >= '1970-01-02' AND bound_at < '2200'
            AND device_id || char(10) || label || char(10) || log_id || char(10) || machine LIKE :text ESCAPE '!'
        ORDER BY unixepoch(bound_at) DESC, bound_at DESC LIMIT :limit
    ) AND {NOT_TAKEN_BACK}
"""  # noqa: S608 - no value is in it

_NOT_BOUND = """
    SELECT found.*, sheet.profile, sheet.job
    FROM (
        SELECT sheet_id, number, coalesce(answered_at, added_at) AS time, device_id, label, operator,
            CASE state WHEN 'ready' THEN 'unsent' ELSE state END AS state,
            answered_at, code, message, log_id, http_status
        FROM row_now
        WHERE row_now.state <> 'bound'
            AND time >= :since AND time < :until
            AND device_id || char(10) || label || char(10) || log_id LIKE :text ESCAPE '!'
            AND (:state IS NULL OR CASE state WHEN 'ready' THEN 'unsent' ELSE state END = :state)
        ORDER BY sheet_id DESC, number DESC LIMIT :limit
    ) AS found
    CROSS JOIN sheet USING (sheet_id)
"""

# Devices sent that their row no longer holds; CROSS, since SQLite would join all before it filters most out.
_CHANGED_SINCE = f"""
    SELECT changed.*, coalesce(answered_at, begun_at) AS time, answered_at, code, message, log_id, http_status
    FROM (
        SELECT run.run_id, run.sheet_id, run_device.number, run_device.device_id, run_device.label, run.operator,
            run.profile, site, connector_id, run.key, user_id, job, max(request_span.request) AS request,
            run_device.refused, json_group_array(request.verdict) AS verdicts
        FROM run
        CROSS JOIN run_device USING (run_id)
        CROSS JOIN sheet USING (sheet_id)
        CROSS JOIN request_span ON request_span.run_id = run.run_id AND {carries("run_device.number")}
        CROSS JOIN request ON request.run_id = run.run_id AND request.number = request_span.request
        WHERE run.started_at < :until AND coalesce(run.ended_at, '9') >= :since
            AND run_device.number > 0
            AND (
                run_device.device_id || char(10) || run_device.label LIKE :text ESCAPE '!'
                OR run.run_id IN (SELECT run_id FROM request WHERE log_id LIKE :text ESCAPE '!')
            )
            AND NOT EXISTS (
                SELECT 1 FROM sheet_row
                WHERE sheet_row.sheet_id = run.sheet_id AND sheet_row.number = run_device.number
                    AND sheet_row.device_id = run_device.device_id
            )
        GROUP BY run.run_id, run_device.number
    ) AS changed
    JOIN request ON request.run_id = changed.run_id AND request.number = changed.request
    WHERE device_id || char(10) || label || char(10) || log_id LIKE :text ESCAPE '!'
        AND time >= :since AND time < :until
"""  # noqa: S608 - no value is in it

_ROWS_OF_ENTRIES = f"""
    SELECT asked.key AS at, sheet_id, run_device.number, job
    FROM json_each(?) AS asked
    CROSS JOIN run_device ON run_device.device_id = json_extract(asked.value, '$[0]')
    JOIN request_span ON request_span.run_id = run_device.run_id AND {carries("run_device.number")}
    JOIN request ON request.run_id = run_device.run_id AND request.number = request_span.request
    JOIN run ON run.run_id = run_device.run_id
    JOIN sheet USING (sheet_id)
    WHERE run_device.number > 0 AND request.answered_at = json_extract(asked.value, '$[1]')
"""  # noqa: S608 - no value is in it


def own(connection: sqlite3.Connection, wanted: SearchQuery, limit: int | None) -> list[Record]:
    """Return the records of this bench's own devices, `limit` of them and some more at most, in no order.

    The newest sheets and entries are searched first, so that frequent texts are found as quickly as rare ones.
    """
    values = _values(wanted, limit)
    records: list[Record] = []
    if wanted.state in {None, State.BOUND}:
        records += _bound(connection, values)
    if wanted.state is not State.BOUND:
        records += map(_of_row, connection.execute(_NOT_BOUND, values))
        changed = filter(None, map(_of_run, connection.execute(_CHANGED_SINCE, values)))
        records += (record for record in changed if wanted.state in {None, record.state})
    return records


def remote(connection: sqlite3.Connection, wanted: SearchQuery, limit: int | None) -> list[Record]:
    """Return other benches' bindings, the newest `limit` of them and one more at most, in no order."""
    if wanted.own or wanted.state not in {None, State.BOUND}:
        return []
    return list(map(_of_remote, connection.execute(_REMOTE, _values(wanted, limit))))


def newest(records: Iterable[Record], limit: int | None, *, others: bool) -> SearchResult:
    """Return the newest records, `limit` of them at most; `others`: there are entries of other benches."""
    found = sorted(records, key=lambda record: record.time, reverse=True)
    return SearchResult(tuple(found[:limit]), more=limit is not None and len(found) > limit, others=others)


def bench_id(connection: sqlite3.Connection) -> str:
    """Return the permanent id of this data folder."""
    (found,) = connection.execute("SELECT bench_id FROM bench").fetchone()
    return str(found)


def containing(text: str) -> str:
    """Return the LIKE pattern for texts that contain a text, with "!" before special characters."""
    stored = storable(text)
    for special in "!%_":
        stored = stored.replace(special, f"!{special}")
    return f"%{stored}%"


def days(wanted: SearchQuery) -> dict[str, str]:
    """Return the days of a query as texts that bound their times in a comparison.

    A time continues with "T" after its day, so "U" sorts after the whole day; "9" sorts after every day.
    """
    return {
        "since": "" if wanted.since is None else wanted.since.isoformat(),
        "until": "9" if wanted.until is None else f"{wanted.until.isoformat()}U",
    }


def _values(wanted: SearchQuery, limit: int | None) -> dict[str, object]:
    return {
        "text": containing(wanted.text),
        "state": wanted.state,
        # One more than is returned shows that there is more.
        "limit": -1 if limit is None else limit + 1,
        **days(wanted),
    }


def _bound(connection: sqlite3.Connection, values: Mapping[str, object]) -> Iterator[Record]:
    bench = bench_id(connection)
    entries = connection.execute(_BOUND, values).fetchall()
    asked = json.dumps([(entry["device_id"], entry["time"]) for entry in entries])
    rows = {row["at"]: row for row in connection.execute(_ROWS_OF_ENTRIES, (asked,))}
    for at, entry in enumerate(entries):
        row = rows.get(at)
        yield _record(
            entry,
            State.BOUND,
            key=LedgerKey(bench, entry["entry_id"]),
            channel=channel_from(entry),
            sheet_id=None if row is None else row["sheet_id"],
            number=None if row is None else row["number"],
            job="" if row is None else row["job"],
        )


def _of_remote(entry: sqlite3.Row) -> Record:
    return _record(
        entry,
        State.BOUND,
        key=LedgerKey(entry["bench"], entry["entry"]),
        channel=channel_from(entry),
        job=entry["job"],
        machine=entry["machine"],
    )


def _of_row(row: sqlite3.Row) -> Record:
    return _record(
        row,
        State(row["state"]),
        sheet_id=row["sheet_id"],
        number=row["number"],
        job=row["job"],
    )


def _of_run(sent: sqlite3.Row) -> Record | None:
    """Return the record of a device that was edited or deleted since; None if the ledger has it."""
    verdicts = json.loads(sent["verdicts"])
    if VerdictKind.BOUND in verdicts:
        return None
    return _record(
        sent,
        State.UNKNOWN if VerdictKind.LOST in verdicts else State.REFUSED if sent["refused"] else State.UNSENT,
        channel=channel_from(sent),
        sheet_id=sent["sheet_id"],
        number=sent["number"],
        job=sent["job"],
    )


def _record(
    record: sqlite3.Row,
    state: State,
    *,
    job: str,
    channel: Channel | None = None,
    sheet_id: int | None = None,
    number: int | None = None,
    key: LedgerKey | None = None,
    machine: str = "",
) -> Record:
    return Record(
        time=datetime.fromisoformat(record["time"]),
        device_id=record["device_id"],
        label=record["label"],
        state=state,
        answer=answer_from(record),
        operator=record["operator"],
        profile=record["profile"],
        channel=channel,
        key=key,
        sheet_id=sheet_id,
        number=number,
        job=job,
        machine=machine,
    )
