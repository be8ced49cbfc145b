"""The tables of runs and requests: devices to send, requests sent, and their answers.

An answer changes only rows that still hold the device that was sent. When a request begins or is settled is decided
in `core.binding.run_record`; `core.jobs.store_journal` passes it on to the store.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import TYPE_CHECKING

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.store.tables import bindings, codec
from bindtool.core.store.tables.codec import (
    answer_columns,
    answer_from,
    channel_columns,
    channel_from,
    outcome_columns,
    storable,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device
    from bindtool.core.model.handoff import Handoff
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.copies import Copies
    from bindtool.core.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Run:
    """One press of Bind. `origin` is its sheet's; `ended_at` is None until it ends, and after a crash."""

    run_id: int
    sheet_id: int
    origin: str
    started_at: datetime
    channel: Channel
    operator: str
    profile: str
    ended_at: datetime | None
    ending: str


@dataclass(frozen=True, slots=True)
class RunOfDevice:
    """A run that had a device, sent or not.

    `sheet_closed`: its sheet was closed since. `left`: the run bound a device, or lost the answer of one.
    """

    device_id: str
    run: Run
    sheet_closed: bool
    left: bool


@dataclass(frozen=True, slots=True)
class SentDevice:
    """A device as it was sent; the row `number` may have been edited or deleted since.

    A number below 0 is of a device without a row here: bound before, and sent again as part of the whole list.
    """

    number: int
    device_id: str
    label: str


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request of a run, for Coze's support.

    `answer` is None while none is known: the request is in flight, or the program ended before it came. An answer
    with only a time says when the request was given up. `kind`: the classification of the answer when it came; LOST
    while none is known.
    """

    run: Run
    number: int
    begun_at: datetime
    answer: Answer | None
    devices: tuple[SentDevice, ...]
    kind: VerdictKind = VerdictKind.LOST

    @property
    def duration(self) -> timedelta | None:
        """The time from the begin to the answer, or to giving up; None without either.

        None too if the clock was set back in between: the answer can't precede the request.
        """
        if self.answer is None or self.answer.time < self.begun_at:
            return None
        return self.answer.time - self.begun_at


class Runs:
    """Runs, their requests and answers. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader, writer: Writer, clock: Clock, copies: Copies) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._copies = copies

    def begin(
        self,
        sheet_id: int,
        channel: Channel,
        devices: Mapping[int, Device],
        *,
        operator: str = "",
        profile: str = "",
        token: str = "",
        handoff: Handoff | None = None,
    ) -> Future[int]:
        """Write that a run begins, with all devices to send by row number; the future resolves to its run_id.

        It resolves once a copy has that too, so that no label that may have been sent is ever assigned again.
        Devices sent without a row have a number below 0. `token`: its key in the password store, "" for one that is
        not stored. `handoff`: the target of its hand-off; None for none.
        """
        at = self._clock.now().isoformat()
        sent = [(number, device.device_id, device.label) for number, device in devices.items()]

        def write(connection: sqlite3.Connection) -> int:
            (run_id,) = connection.execute(
                """
                INSERT INTO run (sheet_id, started_at, operator, profile, token, site, connector_id, key, user_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING run_id
                """,
                (sheet_id, at, storable(operator), storable(profile), storable(token), *channel_columns(channel)),
            ).fetchone()
            codec.insert(connection, "INSERT INTO run_device (run_id, number, device_id, label)", (run_id,), sent)
            if handoff is not None:
                connection.execute(
                    "INSERT INTO handoff (run_id, profile, folder, format, checking) VALUES (?, ?, ?, ?, ?)",
                    (run_id, storable(profile), storable(handoff.folder), handoff.format, handoff.checking),
                )
            return int(run_id)

        return self._copies.follow(self._writer.submit(write, locked=True), self._copies.copy_run)

    def begin_request(
        self, run_id: int, number: int, rows: Iterable[int], carried: Iterable[int] = ()
    ) -> Future[None]:
        """Write that request `number` of a run is about to be sent; from now on these `rows` count as sending.

        Wait for it before sending the request. Rows that no longer hold the device of the run stay unchanged.
        `carried`: numbers of devices without a row.
        """
        at = self._clock.now().isoformat()
        spans = [(run_id, first, number, last) for first, last in _stretches(sorted([*carried, *rows]))]

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO request (run_id, number, begun_at, under_way) VALUES (?, ?, ?, 1)",
                (run_id, number, at),
            )
            connection.executemany("INSERT INTO request_span VALUES (?, ?, ?, ?)", spans)

        # A request waits for this, and not for earlier answers' writes, which take ten times as long.
        return self._writer.submit(write, locked=True, ahead=True)

    def withdraw_request(self, run_id: int, number: int) -> Future[None]:
        """Delete request `number` of a run, which was not sent after all. Its rows are restored."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM request_span WHERE run_id = ? AND request = ?", (run_id, number))
            connection.execute("DELETE FROM request WHERE run_id = ? AND number = ?", (run_id, number))

        return self._writer.submit(write, locked=True)

    def settle(
        self,
        run_id: int,
        outcomes: Mapping[int, Outcome],
        request: int | None = None,
        kind: VerdictKind | None = None,
    ) -> Future[None]:
        """Write the outcomes of rows, with the answer to `request`, and add bound devices to the ledger.

        `request` is None if the outcome came without one, for rows with no request in flight. The rows of a request
        have one answer, so it is the request's; without one it was given up now. `kind`: its classification, None
        for an answer that may have been lost; it is read back and never derived again.

        Rows that no longer hold the device of the run stay unchanged; the ledger gets the device that was sent, and
        refused ones are marked on the run too.
        """
        now, stretches = self._clock.now(), _alike(outcomes)
        answer = next((outcome.answer for outcome in outcomes.values() if outcome.answer), Answer(time=now))

        def write(connection: sqlite3.Connection) -> None:
            for outcome, first, last in stretches:
                _write_outcome(connection, run_id, outcome, first, last)
                if outcome.state is State.BOUND:
                    bindings.append(connection, run_id, first, last, outcome.answer or Answer(time=now))
                elif outcome.state is State.REFUSED:
                    connection.execute(
                        "UPDATE run_device SET refused = 1 WHERE run_id = ? AND number BETWEEN ? AND ?",
                        (run_id, first, last),
                    )
            if request is not None:
                connection.execute(
                    """
                    UPDATE request
                    SET answered_at = ?, code = ?, message = ?, log_id = ?, http_status = ?, verdict = ?,
                        under_way = 0
                    WHERE run_id = ? AND number = ?
                    """,
                    (*answer_columns(answer), kind or VerdictKind.LOST, run_id, request),
                )

        return self._writer.submit(write)

    def end(self, run_id: int, ending: str) -> Future[None]:
        """Write that a run is over; `ending` says how, in the caller's own word. The end time is written once."""
        ended = self._writer.execute(
            "UPDATE run SET ended_at = coalesce(ended_at, ?), ending = ? WHERE run_id = ?",
            (self._clock.now().isoformat(), storable(ending), run_id),
        )
        self._copies.follow(ended, lambda _: self._copies.make_if_due())
        return ended

    def unfinished(self, ending: str | None = None) -> tuple[Run, ...]:
        """Return the unfinished runs and those with that `ending`, the newest first."""
        with self._reader.reading() as connection:
            records = connection.execute(
                """
                SELECT * FROM run JOIN sheet USING (sheet_id)
                WHERE ended_at IS NULL OR ending = ? ORDER BY run_id DESC
                """,
                (ending,),
            )
            return tuple(map(run_from, records))

    def last(self, sheet_id: int, numbers: Sequence[int] = ()) -> Run | None:
        """Return the newest run of a sheet, over or not; with `numbers`, the newest that sent one of these rows."""
        with self._reader.reading() as connection:
            record = connection.execute(
                f"""
                SELECT * FROM run JOIN sheet USING (sheet_id)
                WHERE sheet_id = ? AND (? OR EXISTS (
                    SELECT 1 FROM json_each(?) AS asked CROSS JOIN request_span
                    WHERE request_span.run_id = run.run_id AND {codec.carries("asked.value")}
                ))
                ORDER BY run_id DESC LIMIT 1
                """,  # noqa: S608 - no value is in it
                (sheet_id, not numbers, json.dumps(list(numbers))),
            ).fetchone()
            return None if record is None else run_from(record)

    def devices(self, run_id: int) -> tuple[SentDevice, ...]:
        """Return all devices of a run, by row number, sent or not."""
        with self._reader.reading() as connection:
            records = connection.execute("SELECT * FROM run_device WHERE run_id = ? ORDER BY number", (run_id,))
            return tuple(map(_device_from, records))

    def of_devices(
        self, channel: Channel, device_ids: Iterable[str], *, any_site: bool = False
    ) -> tuple[RunOfDevice, ...]:
        """Return the runs on a channel that had these devices, in order; `any_site`: as for `LastAnswers`."""
        asked = {storable(device_id): device_id for device_id in device_ids}
        with self._reader.reading() as connection:
            records = connection.execute(
                f"""
                SELECT run.*, sheet.*, asked.value AS device_id, EXISTS (
                    SELECT 1 FROM request WHERE request.run_id = run.run_id AND verdict IN ('bound', 'lost')
                ) AS left
                FROM json_each(:asked) AS asked
                CROSS JOIN run_device INDEXED BY run_device_device ON run_device.device_id = asked.value
                CROSS JOIN run USING (run_id)
                JOIN sheet USING (sheet_id)
                WHERE number > 0 AND (:any_site OR {codec.ON_SITE})
                    AND connector_id = :connector_id AND run.key = :key AND user_id = :user_id
                ORDER BY run_id
                """,  # noqa: S608 - no value is in it
                {"asked": json.dumps(list(asked)), "any_site": any_site, **codec.named_channel(channel)},
            )
            return tuple(
                RunOfDevice(
                    asked[record["device_id"]],
                    run_from(record),
                    record["closed_at"] is not None,
                    bool(record["left"]),
                )
                for record in records
            )

    def requests(self, run_id: int) -> tuple[SentRequest, ...]:
        """Return the requests of a run by number, each with its answer and devices."""
        with self._reader.reading() as connection:
            return requests_of(connection, run_id)

    def count_requests(
        self, sheet_id: int, *, run_id: int | None = None, between: tuple[datetime, datetime] | None = None
    ) -> int:
        """Return the number of requests sent for a sheet; of one run only, or only those begun in [begin, end)."""
        begin, end = (time.timestamp() for time in between) if between is not None else (None, None)
        with self._reader.reading() as connection:
            (count,) = connection.execute(
                """
                SELECT count(*) FROM run JOIN request USING (run_id)
                WHERE sheet_id = :sheet_id AND verdict <> 'never_sent' AND run_id = coalesce(:run_id, run_id)
                    AND (:begin IS NULL OR unixepoch(begun_at) >= :begin AND unixepoch(begun_at) < :end)
                """,
                {"sheet_id": sheet_id, "run_id": run_id, "begin": begin, "end": end},
            ).fetchone()
        return int(count)

    def last_requests(self, sheet_id: int, numbers: Sequence[int]) -> tuple[SentRequest, ...]:
        """Return the last request of each row in `numbers`, in any run, in order and each request once."""
        with self._reader.reading() as connection:
            # Of the newest run that has the number (sqlite.org, "Bare columns in an aggregate query").
            records = connection.execute(
                f"""
                SELECT DISTINCT run_id, request FROM (
                    SELECT max(run_id) AS run_id, request FROM (
                        SELECT asked.value AS number, run_id, max(request) AS request
                        FROM json_each(?) AS asked CROSS JOIN run JOIN request_span USING (run_id)
                        WHERE sheet_id = ? AND {codec.carries("asked.value")}
                        GROUP BY asked.value, run_id
                    ) GROUP BY number
                ) ORDER BY run_id, request
                """,  # noqa: S608 - no value is in it
                (json.dumps(list(numbers)), sheet_id),
            ).fetchall()
            by_run = groupby(records, key=lambda record: int(record["run_id"]))
            wanted = [(run_id, [record["request"] for record in of_run]) for run_id, of_run in by_run]
            return tuple(chain.from_iterable(requests_of(connection, *of_run) for of_run in wanted))

    def last_request(self, sheet_id: int, number: int) -> SentRequest | None:
        """Return the last request that carried row `number` of a sheet, in any run."""
        return next(iter(self.last_requests(sheet_id, [number])), None)


def runs_of(connection: sqlite3.Connection, sheet_id: int) -> tuple[Run, ...]:
    """Return the runs of a sheet, over or not, the newest first."""
    records = connection.execute(
        "SELECT * FROM run JOIN sheet USING (sheet_id) WHERE sheet_id = ? ORDER BY run_id DESC", (sheet_id,)
    )
    return tuple(map(run_from, records))


def requests_of(
    connection: sqlite3.Connection, run_id: int, numbers: Sequence[int] = ()
) -> tuple[SentRequest, ...]:
    """Return the requests of a run by number, each with its devices by row number; `numbers` selects some."""
    record = connection.execute(
        "SELECT * FROM run JOIN sheet USING (sheet_id) WHERE run_id = ?", (run_id,)
    ).fetchone()
    if record is None:
        return ()
    run = run_from(record)
    records = connection.execute(
        """
        SELECT request.number AS request, request.begun_at, request.answered_at, request.code, request.message,
            request.log_id, request.http_status, request.verdict,
            run_device.number, run_device.device_id, run_device.label
        FROM request_span
        JOIN request ON request.run_id = request_span.run_id AND request.number = request_span.request
        JOIN run_device ON run_device.run_id = request_span.run_id AND run_device.number BETWEEN first AND last
        WHERE request_span.run_id = ? AND (? OR request_span.request IN (SELECT value FROM json_each(?)))
        ORDER BY request.number, run_device.number
        """,
        (run_id, not numbers, json.dumps(list(numbers))),
    )
    found = []
    for sent, of_request in groupby(records, key=lambda record: record["request"]):
        first, *others = of_request
        begun_at = datetime.fromisoformat(first["begun_at"])
        devices = tuple(map(_device_from, (first, *others)))
        found.append(SentRequest(run, sent, begun_at, answer_from(first), devices, VerdictKind(first["verdict"])))
    return tuple(found)


def _write_outcome(connection: sqlite3.Connection, run_id: int, outcome: Outcome, first: int, last: int) -> None:
    """Write an outcome to the rows `first` to `last` that still hold the device of the run.

    All of them share two statements: Python's thread yields to the others at every statement, and has to wait for
    its turn again. If one statement both selected and wrote, SQLite would buffer each row before writing any, and
    take twice as long.
    """
    (sheet_id,) = connection.execute("SELECT sheet_id FROM run WHERE run_id = ?", (run_id,)).fetchone()
    # In order, so that SQLite goes through both tables side by side.
    changed = connection.execute(
        """
        SELECT number, device_id FROM run_device WHERE run_id = ? AND number BETWEEN ? AND ?
        EXCEPT
        SELECT number, device_id FROM sheet_row WHERE sheet_id = ? AND number BETWEEN ? AND ?
        ORDER BY number
        """,
        (run_id, first, last, sheet_id, first, last),
    ).fetchall()
    start = first
    for end in (*(number for number, _ in changed), last + 1):
        connection.execute(
            """
            UPDATE sheet_row SET state = ?, attempts = ?, request = ?, lost = ?,
                answered_at = ?, code = ?, message = ?, log_id = ?, http_status = ?, refused_with = ?
            WHERE sheet_id = ? AND number BETWEEN ? AND ?
            """,
            (*outcome_columns(outcome), sheet_id, start, end - 1),
        )
        start = end + 1


def _alike(outcomes: Mapping[int, Outcome]) -> list[tuple[Outcome, int, int]]:
    """Return outcomes by gapless ranges of numbers: the first and the last number with the same one."""
    stretches: list[tuple[Outcome, int, int]] = []
    for outcome, numbers in groupby(sorted(outcomes), outcomes.__getitem__):
        stretches += [(outcome, *ends) for ends in _stretches(list(numbers))]
    return stretches


def _stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each gapless range of ascending numbers, of limited length."""
    first = 0
    for at, number in enumerate(numbers):
        if number != numbers[first] + at - first or at - first == codec.LONGEST_SPAN:
            yield numbers[first], numbers[at - 1]
            first = at
    yield numbers[first], numbers[-1]


def run_from(record: sqlite3.Row) -> Run:
    return Run(
        run_id=record["run_id"],
        sheet_id=record["sheet_id"],
        origin=record["origin"],
        started_at=datetime.fromisoformat(record["started_at"]),
        channel=channel_from(record),
        operator=record["operator"],
        profile=record["profile"],
        ended_at=None if record["ended_at"] is None else datetime.fromisoformat(record["ended_at"]),
        ending=record["ending"],
    )


def _device_from(record: sqlite3.Row) -> SentDevice:
    return SentDevice(record["number"], record["device_id"], record["label"])
