"""The practice server: combines the rules, a script of faults and a loopback socket; records all requests.

It has the order of steps for one request (record, judge, apply a fault, keep) and starts and stops the server. The
rules are in `rules`, the faults in `faults`, the bytes in `wire`.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final, Self

from bindtool.practice import channel
from bindtool.practice.rules import Binding, Bucket, Call, Memory, PracticeReply, RecordedRequest, judge
from bindtool.practice.wire import Close, Delivery, Fault, LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType


_VENDOR_OFFSET: Final = timedelta(hours=8)


class PracticeServer:
    """The bind API on a free port of 127.0.0.1, in threads of its own.

    Use it as a context manager, or with `start` and `stop`. After a stop it can be started again: same port, same
    devices. Snapshots may be read from any thread at any time.
    """

    def __init__(
        self,
        *,
        latency: float = channel.LATENCY,
        rate: int = channel.RATE,
        burst: int = 0,
        limit: int = 0,
        faults: Iterable[Fault | None] = (),
        clock: Callable[[], float] = time.monotonic,
        replaces: bool = False,
    ) -> None:
        """Prepare a server that does not listen yet.

        `latency` is in seconds, `rate` in requests per second (0: no limit). After a pause `burst` may come at once
        (0: those of a second). `limit` is in devices per request (0: no limit). `faults` are for the bind call, one
        per request in order, None for none; when they are used up, the rules alone apply. `clock` is in seconds and
        never goes back. `replaces`: each request that binds makes a new list of devices.
        """
        self._latency = latency
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._memory = Memory(Bucket(rate, burst or rate) if rate else None, replaces=replaces)
        self._requests: list[RecordedRequest] = []
        self._faults: dict[Call, Iterator[Fault | None]] = {Call.BIND: iter(faults)}
        self._port = 0
        self._loopback: LoopbackServer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen and answer. Raises RuntimeError if it is running, OSError if its earlier port is taken by now."""
        if self._loopback is not None:
            raise RuntimeError("the practice server runs already")
        self._loopback = LoopbackServer(self._port, self._respond)
        self._port = self._loopback.port
        self._loopback.start()

    def stop(self) -> None:
        """Cut every connection, slow answers too; return when all threads have ended. Harmless if not running."""
        if self._loopback is not None:
            self._loopback.stop()
            self._loopback = None

    def drain(self) -> None:
        """Wait for clients that have disconnected: on return, all their requests have been processed."""
        if self._loopback is not None:
            self._loopback.drain()

    def script(self, faults: Iterable[Fault | None], call: Call = Call.BIND) -> None:
        """Append faults for the next requests of this call."""
        with self._lock:
            self._faults[call] = chain(self._faults.get(call, ()), faults)

    @property
    def site(self) -> str:
        """The site of a profile for this server. Raises RuntimeError before the first start."""
        if self._port == 0:
            raise RuntimeError("the practice server has no port before its first start")
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """Every request so far, in order of arrival."""
        with self._lock:
            return tuple(self._requests)

    @property
    def bound(self) -> Mapping[str, Binding]:
        """The devices bound on the channel now, by device id."""
        with self._lock:
            return self._memory.bound

    def _respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Delivery:
        # Devices are bound on arrival: a client that stops waiting has bound them all the same.
        with self._lock:
            request = RecordedRequest(method, path, headers, body, self._clock())
            self._requests.append(request)
            reply, keep, lost = self.ruling(request, _new_logid())
            fault = next(self._faults.get(request.call, iter(())), None)
            if fault is None and lost:
                fault = Close()
            if fault is None or fault.commit:
                keep()
        delivery = fault.deliver(reply) if fault else Delivery(reply)
        return replace(delivery, wait=delivery.wait + self._latency)

    def ruling(self, request: RecordedRequest, logid: str) -> tuple[PracticeReply, Callable[[], None], bool]:
        """Return the answer, the function that applies it, and whether it gets lost."""
        ruling = judge(request, self._memory, logid=logid, limit=self._limit)
        return ruling.reply, lambda: self._memory.keep(ruling), bool(ruling.lost)


def _new_logid() -> str:
    """Return a log id in the vendor's format: the time in China to the second, then 20 hexadecimal digits."""
    return f"{datetime.now(UTC) + _VENDOR_OFFSET:%Y%m%d%H%M%S}{secrets.token_hex(10).upper()}"
