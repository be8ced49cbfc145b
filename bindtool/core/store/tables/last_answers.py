"""The known results of devices, from all requests of this data folder and from other benches' entries.

The latest request of a device decides: bound, lost or refused. A device that was bound stays bound when it is
refused later, and only a code of 0 settles a lost answer (`core/model/outcome.py`). The refusal of a whole request
is no answer for its devices, nor is that of a run that could not attribute it to the channel or its rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.store.tables.codec import ON_SITE, answer_from, carries, named_channel, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.tables.bindings import BindingRecord, Bindings

_HERE = f"""
    (:any_site OR {ON_SITE}) AND connector_id = :connector_id AND {{table}}.key = :key AND user_id = :user_id
"""

_REQUESTS = f"""
    SELECT asked.value AS device_id, run_device.run_id, run_device.label, request.number AS request, begun_at,
        answered_at, code, message, log_id, http_status, verdict
    FROM json_each(:asked) AS asked
    CROSS JOIN run_device INDEXED BY run_device_device ON run_device.device_id = asked.value
    CROSS JOIN run USING (run_id)
    CROSS JOIN request_span ON request_span.run_id = run_device.run_id AND {carries("run_device.number")}
    CROSS JOIN request ON request.run_id = run_device.run_id AND request.number = request_span.request
    WHERE run_device.number > 0 AND verdict IN ('bound', 'lost', 'refused') AND {_HERE.format(table="run")}
    ORDER BY run_device.run_id, request.number
"""  # noqa: S608 - no value is in it

OF_ROWS = """(
    EXISTS (SELECT 1 FROM request WHERE request.run_id = {table}.run_id AND verdict = 'bound')
    OR (SELECT count(*) >= 3 FROM run_device WHERE run_device.run_id = {table}.run_id AND refused)
)"""
"""A run's refusals are of rows if it has bound a device, or if three devices were refused individually and the run
did not blame the channel (`core/binding/runner.py`)."""

_REFUSED_ALONE = f"""
    SELECT run_id, request, {OF_ROWS.format(table="request_span")} AS of_rows
    FROM request_span WHERE run_id IN (SELECT value FROM json_each(?))
    GROUP BY run_id, request HAVING sum(last - first + 1) = 1
"""  # noqa: S608 - no value is in it
"""Requests of one row."""

_LABELS = (
    ("foreign_entry", "foreign_entry", "unixepoch(bound_at)"),
    ("ledger", "ledger", "entry_id"),
    ("run", "run_device JOIN run USING (run_id)", "run_id"),
)
"""The sources of devices' labels, the latest last: the table with the channel, the source and its order."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The latest answer for a device on a channel.

    `label`: as it was sent, or as it was bound. `outcome`: BOUND, UNKNOWN (its answer was lost) or REFUSED; its
    `attempts` count the requests that had an answer or lost it.
    """

    label: str
    outcome: Outcome


class LastAnswers:
    """The latest answers. Thread-safe; fails as the store.

    `any_site`: ignore the site. The practice server has another port each time.
    """

    def __init__(self, reader: Reader, bindings: Bindings) -> None:
        self._reader = reader
        self._bindings = bindings

    def by_device(
        self, channel: Channel, device_ids: Collection[str], *, any_site: bool = False
    ) -> Mapping[str, LastAnswer]:
        """Return, by id, the latest answer on this channel of each of these devices that has one."""
        asked = {storable(device_id): device_id for device_id in device_ids}
        values = {"asked": json.dumps(list(asked)), "any_site": any_site, **named_channel(channel)}
        with self._reader.reading() as connection:
            requests = connection.execute(_REQUESTS, values).fetchall()
            refused = {record["run_id"] for record in requests if record["verdict"] == VerdictKind.REFUSED}
            alone = {
                (run_id, request): bool(of_rows)
                for run_id, request, of_rows in connection.execute(_REFUSED_ALONE, (json.dumps(list(refused)),))
            }
        histories: dict[str, _History] = {}
        for record in requests:
            history = histories.setdefault(asked[record["device_id"]], _History())
            history.take(record, of_row=alone.get((record["run_id"], record["request"])))
        entries = self._bindings.bound_before(channel, list(device_ids))
        answers = {
            device_id: histories.get(device_id, _NOTHING).with_entry(entries.get(device_id))
            for device_id in histories.keys() | entries.keys()
        }
        return {device_id: answer for device_id, answer in answers.items() if answer is not None}

    def labels(
        self, channel: Channel, device_ids: Collection[str], *, any_site: bool = False
    ) -> Mapping[str, Sequence[str]]:
        """Return, by id, the labels assigned to these devices on this channel, sent or not, the latest last."""
        asked = {storable(device_id): device_id for device_id in device_ids}
        values = {"asked": json.dumps(list(asked)), "any_site": any_site, **named_channel(channel)}
        given: dict[str, list[str]] = {}
        with self._reader.reading() as connection:
            for table, source, order in _LABELS:
                records = connection.execute(
                    f"""
                    SELECT device_id, label FROM {source}
                    WHERE device_id IN (SELECT value FROM json_each(:asked)) AND {_HERE.format(table=table)}
                    ORDER BY {order}
                    """,  # noqa: S608 - constants
                    values,
                )
                for device_id, label in records:
                    given.setdefault(asked[device_id], []).append(label)
        return given


class _History:
    """The answers of one device, taken in the order of its requests."""

    def __init__(self) -> None:
        self._label = ""
        self._outcome: Outcome | None = None
        self._attempts = 0
        self._lost_at: datetime | None = None
        self._was_bound = False

    def take(self, record: sqlite3.Row, *, of_row: bool | None) -> None:
        """Add a request. `of_row`: the run's refusals are known to be of rows; None for a request of several."""
        kind = VerdictKind(record["verdict"])
        self._attempts += 1
        before = self._outcome or Outcome()
        if kind is VerdictKind.REFUSED:
            # A device that was refused before does not count in "the channel or its rows?".
            counts = of_row or (of_row is not None and before.state is State.REFUSED)
            if not counts or before.state is State.BOUND:
                return
        elif kind is VerdictKind.LOST:
            self._lost_at = datetime.fromisoformat(record["begun_at"])
        else:
            self._was_bound = True
        self._outcome = before.settled(_STATES[kind], answer_from(record))
        self._label = record["label"]

    def with_entry(self, entry: BindingRecord | None) -> LastAnswer | None:
        """Return the latest answer, unless a later binding or another bench has a later one; None for none."""
        outcome = self._outcome
        if entry is not None and (outcome is None or outcome.state is State.REFUSED or self._bound_since(entry)):
            answer = Answer(entry.bound_at, code=0, log_id=entry.log_id)
            return LastAnswer(entry.label, Outcome(State.BOUND, answer, self._attempts))
        return None if outcome is None else LastAnswer(self._label, replace(outcome, attempts=self._attempts))

    def _bound_since(self, entry: BindingRecord) -> bool:
        """Return whether a device whose answer was lost here was bound later, according to `entry`."""
        if self._lost_at is None or self._outcome is None or self._outcome.state is State.BOUND:
            return False
        # An own entry is older if its request is known: a clock may have been set back.
        return entry.bound_at > self._lost_at and (bool(entry.machine) or not self._was_bound)


_NOTHING = _History()
_STATES = {
    VerdictKind.BOUND: State.BOUND,
    VerdictKind.LOST: State.UNKNOWN,
    VerdictKind.REFUSED: State.REFUSED,
}
