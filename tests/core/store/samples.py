"""Values shared by the store's tests: a channel, devices, rows, answers, and a clock set by the test."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.store import BindingRecord, Store

START = datetime(2026, 11, 25, 9, 30, tzinfo=timezone(timedelta(hours=8)))
CHANNEL = Channel("https://api.coze.cn", "7412345678901234567", "device_id", "2478774393")
ANSWER = Answer(START + timedelta(seconds=5), 0, "", "20261125093005ABCDEF", 200)
REFUSAL = Answer(START + timedelta(seconds=6), 4000, "bad parameter", "20261125093006ABCDEF", 200)


class Clock:
    """A clock that stands still until `time` is set."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        """Return the time that was set."""
        return self.time

    def monotonic(self) -> float:
        """Return the same as seconds."""
        return self.time.astimezone(UTC).timestamp()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Return at once: the store waits for nothing."""
        return event.is_set()


def bound_before(store: Store, channel: Channel, device_id: str) -> BindingRecord | None:
    """Return the latest entry of one device."""
    return store.bindings.bound_before(channel, [device_id]).get(device_id)


def row(number: int, device_id: str = "", outcome: Outcome | None = None, label: str = "") -> Row:
    """Return a scanned row, not saved yet."""
    device_id = device_id or f"SPK{number:04}"
    return Row(
        number,
        device_id,
        label or f"Speaker {number}",
        Source.SCANNED,
        START,
        operator="A12",
        arrived=f"{device_id}\r",
        outcome=outcome or Outcome(),
    )


def told(
    entry: int, device_id: str = "", *, minutes: int = 0, machine: str = "bench-2", label: str = "", bench: str = ""
) -> SharedEntry:
    """Return an entry bound by another bench, some minutes after the start."""
    key = LedgerKey(bench or f"{machine:0<32}", entry)
    device_id, label = device_id or f"SPK9{entry:03}", label or f"Other {entry}"
    at = START + timedelta(minutes=minutes)
    return SharedEntry(key, machine, CHANNEL, device_id, label, at, f"LOG9{entry:03}", "李", "Line 9", "WO-9")


def devices(*rows: Row) -> dict[int, Device]:
    """Return the devices of a run over these rows."""
    return {row.number: Device(row.device_id, row.label) for row in rows}


def sending(*numbers: int, request: int = 1) -> dict[int, Outcome]:
    """Return the outcomes of rows sent with their first request."""
    return dict.fromkeys(numbers, Outcome().begun(request))


def known(store: Store, channel: Channel, device_id: str) -> BindingRecord:
    """Return the latest entry of one device, which has one."""
    return store.bindings.bound_before(channel, [device_id])[device_id]


KINDS = {
    State.BOUND: VerdictKind.BOUND,
    State.REFUSED: VerdictKind.REFUSED,
    State.WAITING: VerdictKind.REFUSED,
    State.UNKNOWN: VerdictKind.LOST,
}
"""The verdict on the answer that left rows in a state; for rows to be sent again it is a wait."""


def settled(state: State, *numbers: int, answer: Answer | None = ANSWER, request: int = 1) -> dict[int, Outcome]:
    """Return the outcomes of rows whose first request was answered."""
    return dict.fromkeys(numbers, Outcome().begun(request).settled(state, answer))


def sent(
    store: Store,
    *rows: Row,
    state: State = State.BOUND,
    answer: Answer | None = ANSWER,
    channel: Channel = CHANNEL,
    operator: str = "A12",
    token: str = "",
    **head: str,
) -> int:
    """Send the rows of a new sheet in the one request of a run that ends then; return the sheet's id."""
    sheet_id = store.sheets.create(put=rows, **head).result(30).sheet_id  # type: ignore[arg-type]  # texts of the head
    run = store.runs.begin(sheet_id, channel, devices(*rows), operator=operator, profile="Line 2", token=token)
    run_id = run.result(30)
    numbers = [each.number for each in rows]
    store.runs.begin_request(run_id, 1, sending(*numbers)).result(30)
    store.runs.settle(run_id, settled(state, *numbers, answer=answer), 1, KINDS.get(state)).result(30)
    store.runs.end(run_id, "finished").result(30)
    return sheet_id
