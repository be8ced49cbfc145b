"""Scripted parts around a run: a server that can lose answers, and a journal that can fail.

Both check rules that no answer reveals: a device is never in two requests at once, and no request is sent without a
journal entry.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from enum import StrEnum

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoToken, NotSent, Reply
from bindtool.core.api.verdict import VerdictKind
from bindtool.core.common.errors import SignInFailed, StoreFailed
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job, Request
from bindtool.core.model.outcome import Outcome
from tests.core.binding.virtual_time import FakeClock

RETRY_AFTER = 7.0
"""Seconds in the Retry-After of `Fault.WAIT`."""

PASSING_CODE = 4000
"""The code of `Fault.PASSING` and of too many devices, if none of them has a code of its own."""


class Fault(StrEnum):
    """The fate of one request."""

    NONE = "answered as it should be"
    LOST_BEFORE = "lost on the way there"
    LOST_AFTER = "taken, and the answer lost on the way back"
    TROUBLE = "taken, and answered with HTTP 500"
    NEVER_SENT = "no way to the server"
    HANGS = "no way to the server, which is known after ten seconds"
    NO_LOG_IN = "the proxy wants a log-in"
    WAIT = "HTTP 429 with Retry-After"
    COME_BACK = "HTTP 429 with a Retry-After of an hour"
    QUOTA = "code 4008"
    QUOTA_TOMORROW = "code 4008 with a Retry-After of an hour"
    SLOW = "answered after ten seconds"
    PASSING = "refused this once"
    UNAUTHORIZED = "HTTP 401"
    FORBIDDEN = "HTTP 403"
    UNKNOWN_CHANNEL = "HTTP 404"
    UNPAID = "code 4027"
    SIGNED_OUT = "no token to send it with"
    UNUSUAL = "code 4102"
    CLOCK_AHEAD = "answered as it should be, by a server whose clock is an hour ahead"


_TAKEN = {Fault.NONE, Fault.CLOCK_AHEAD, Fault.SLOW, Fault.LOST_AFTER, Fault.TROUBLE}
_UNSENT: Mapping[Fault, NotSent] = {
    Fault.NEVER_SENT: NotSent.CONNECT,
    Fault.HANGS: NotSent.TIMEOUT,
    Fault.NO_LOG_IN: NotSent.PROXY_LOGIN,
}
_SLOW = {Fault.SLOW, Fault.HANGS}
_LOST = {Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.TROUBLE}
_ANSWERS: Mapping[Fault, tuple[int, int]] = {
    Fault.WAIT: (429, 4013),
    Fault.COME_BACK: (429, 4013),
    Fault.QUOTA: (200, 4008),
    Fault.QUOTA_TOMORROW: (200, 4008),
    Fault.UNAUTHORIZED: (401, 4100),
    Fault.FORBIDDEN: (403, 4101),
    Fault.UNKNOWN_CHANNEL: (404, 4200),
    Fault.UNPAID: (200, 4027),
    Fault.UNUSUAL: (200, 4102),
    Fault.TROUBLE: (500, 5000),
}
_RETRY_AFTER = {Fault.WAIT: RETRY_AFTER, Fault.COME_BACK: 3600.0, Fault.QUOTA_TOMORROW: 3600.0}


@dataclass
class Call:
    """A request as sent by the client; `done_at` is None until its reply, and if it was given up."""

    ids: tuple[str, ...]
    fault: Fault
    at: float
    done_at: float | None = None

    @property
    def lost(self) -> bool:
        """Whether the client can't know if the devices were accepted."""
        return self.done_at is None or self.fault in _LOST


@dataclass
class FakeJournal:
    """Stores what is written; the `fails_at`-th write, counted from 1, fails, and `failed` are its rows.

    `ended`: the numbers of the requests that have an outcome.
    `takes`: the seconds of the first writes; the others take `seconds`. A caller that stops waiting does not stop
    the write.
    """

    clock: FakeClock
    seconds: float = 0.01
    fails_at: int | None = None
    knows: dict[int, Outcome] = field(default_factory=dict)
    on_the_way: dict[int, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    before: dict[int, dict[int, Outcome]] = field(default_factory=dict)
    writes: int = 0
    failed: set[int] = field(default_factory=set)
    ended: list[int] = field(default_factory=list)
    takes: Iterator[float] = field(default_factory=lambda: iter(()))

    async def begin(self, request: Request) -> None:
        """Record that a request is about to be sent."""
        before = self.before[request.number] = {job.number: self.knows[job.number] for job in request.jobs}
        outcomes = {number: outcome.begun(request.number) for number, outcome in before.items()}

        def written() -> None:
            self.requests.append(request)
            self.on_the_way.update({job.number: job.device.device_id for job in request.jobs})

        await self._write(outcomes, written)

    async def withdraw(self, request: Request) -> None:
        """Record that a request was not sent after all."""
        outcomes = self.before[request.number]

        def written() -> None:
            self.requests.remove(request)
            for number in outcomes:
                del self.on_the_way[number]

        await self._write(outcomes, written)

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Record the outcomes of rows."""
        assert outcomes, "a write of nothing"

        def written() -> None:
            self.ended += [] if request is None else [request.number]
            for number in outcomes:
                self.on_the_way.pop(number, None)

        await self._write(outcomes, written)

    async def _write(self, outcomes: Mapping[int, Outcome], written: Callable[[], None]) -> None:
        self.writes += 1
        fails = self.writes == self.fails_at
        try:
            await self.clock.spend(next(self.takes, self.seconds))
        finally:
            if not fails:
                self.knows.update(outcomes)
                written()
        if fails:
            self.failed |= outcomes.keys()
            raise StoreFailed("store.full")


@dataclass
class FakeServer:
    """Holds devices; refuses each request with a device of `bad` with its code.

    `limit`: the maximum number of devices per request, None for no limit. `faults`: the fates of the first
    requests, in order; the others are answered normally.
    """

    clock: FakeClock
    journal: FakeJournal
    bad: Mapping[str, int] = field(default_factory=dict)
    faults: Iterable[Fault] = ()
    seconds: float = 0.15
    limit: int | None = None
    bound: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._script = iter(self.faults)
        self._in_flight: list[tuple[str, ...]] = []

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Take a request and answer it, or not; if given up, report whether it was sent."""
        if give_up.is_set():
            return NeverSent(self.clock.now(), NotSent.TIMEOUT)
        ids = tuple(device.device_id for device in devices)
        assert ids, "a request without devices"
        assert {*ids} <= {*self.journal.on_the_way.values()}, "a request that the journal does not know"
        assert not any({*ids} & {*others} for others in self._in_flight), "a device in two requests"
        call = Call(ids, next(self._script, Fault.NONE), self.clock.monotonic())
        self.calls.append(call)
        self._in_flight.append(ids)
        self.most_at_once = max(self.most_at_once, len(self._in_flight))
        try:
            if call.fault in _TAKEN and not self._code(ids):
                self.bound.update(ids)
            seconds = 10.0 if call.fault in _SLOW else self.seconds
            if await self.clock.wait(give_up, seconds) and call.fault not in _UNSENT:
                return AnswerLost(self.clock.now())
            call.done_at = self.clock.monotonic()
            return self._reply(call)
        finally:
            self._in_flight.remove(ids)

    @property
    def requests(self) -> list[tuple[str, ...]]:
        """The devices of each request so far."""
        return [call.ids for call in self.calls]

    @property
    def lost(self) -> set[str]:
        """The devices in requests without a proper answer."""
        return {device_id for call in self.calls if call.lost for device_id in call.ids}

    def _code(self, ids: Sequence[str]) -> int:
        too_many = self.limit is not None and len(ids) > self.limit
        return next((self.bad[device_id] for device_id in ids if device_id in self.bad), PASSING_CODE * too_many)

    def _own_answer(self, call: Call) -> tuple[int, int]:
        code = self._code(call.ids)
        return 200, code or (PASSING_CODE if call.fault is Fault.PASSING else 0)

    def _reply(self, call: Call) -> Reply:
        now = self.clock.now()
        if call.fault in _UNSENT:
            return NeverSent(now, _UNSENT[call.fault])
        if call.fault is Fault.SIGNED_OUT:
            return NoToken(now, SignInFailed("sign_in.over", name="line"))
        if call.fault in {Fault.LOST_BEFORE, Fault.LOST_AFTER}:
            return AnswerLost(now)
        status, code = _ANSWERS.get(call.fault) or self._own_answer(call)
        seconds = _RETRY_AFTER.get(call.fault)
        headers = {} if seconds is None else {"retry-after": f"{seconds:.0f}"}
        if call.fault is Fault.CLOCK_AHEAD:
            headers["date"] = format_datetime(now + timedelta(hours=1))
        body = {"code": code, "msg": "as scripted", "detail": {"logid": f"log-{len(self.calls)}"}}
        return HttpReply(now, status, headers, json.dumps(body).encode())


def jobs_for(ids: Iterable[str], outcome: Outcome | None = None) -> list[Job]:
    """Return a job for each id, numbered from 1."""
    known = outcome or Outcome()
    return [Job(number, Device(device_id, f"label {device_id}"), known) for number, device_id in enumerate(ids, 1)]


def named(count: int) -> list[str]:
    """Return `count` ids: "d1", "d2" and so on, so that row 7 holds "d7"."""
    return [f"d{number}" for number in range(1, count + 1)]
