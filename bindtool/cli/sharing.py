"""The shared ledger during one `bind`: numbers before the devices are read, claims before they go, news at the end.

Owns what `bind` asks of it and what is said of it. The ledger itself is `core.shared_ledger`'s; a profile without
one costs nothing here.
"""

from __future__ import annotations

import asyncio
import platform
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.bound_before import reason_of
from bindtool.core.channel import Behaviour
from bindtool.core.errors import BindtoolError, LedgerFailed
from bindtool.core.label_use import lacks_label
from bindtool.core.message import Message
from bindtool.core.outcome import State
from bindtool.core.row_problem import NO_NUMBER
from bindtool.core.running_numbers import Blocks
from bindtool.core.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from bindtool.cli.console import Console
    from bindtool.cli.surroundings import Surroundings
    from bindtool.core.labeller import Labeller
    from bindtool.core.profile import Profile
    from bindtool.core.row import Row
    from bindtool.core.run import Job
    from bindtool.core.secret import Password
    from bindtool.core.shared_ledger.ledger import ServerLedger, SharedLedger
    from bindtool.core.store import Store

PATIENCE = 5.0
"""Seconds that a `bind` waits at its end until the others know; what they don't know by then waits on the disk."""

LOOK_AGAIN = 0.02
"""Seconds."""


class Sharing:
    """What one `bind` has to do with other benches; nothing where its profile shares no ledger."""

    def __init__(self, profile: Profile, operator: str, surroundings: Surroundings, console: Console) -> None:
        self._profile = profile
        self._operator = operator
        self._clock = surroundings.clock
        self._console = console
        self._password_store = surroundings.password_store
        self._ledger: SharedLedger | None = None
        self._server: ServerLedger | None = None
        self._sheet = Sheet()
        self._claimed: list[int] = []

    @asynccontextmanager
    async def opened(self, store: Store, profiles: Sequence[Profile]) -> AsyncIterator[None]:
        """Have the ledger open; at the end wait a while until the others know what was bound."""
        ledger = self._put_together(store, profiles)
        if ledger is None:
            yield
            return
        self._ledger = ledger
        try:
            ledger.start()
            yield
            await self._end(ledger)
        finally:
            ledger.close()
            await asyncio.to_thread(ledger.join, PATIENCE)

    async def number(self, sheet: Sheet, labels: Labeller | None) -> None:
        """Give those rows a label that had to go without a running number; hold them where none can be had."""
        if labels is None or not isinstance(labels.numbers, Blocks):
            return
        while left := [row for row in sheet if lacks_label(row)]:
            try:
                labels.numbers.add(await self._reserve(labels.template.beginning, labels.numbers.highest))
            except BindtoolError as error:
                self._console.error(error)
                hold_unnumbered(sheet, labels)
                return
            _change(sheet, labels.relabel(left))

    async def claim(self, sheet: Sheet, jobs: Sequence[Job], store: Store) -> None:
        """Claim what is about to go; rows whose device another bench has are held in the sheet.

        One that another bench has bound is held too, whenever that was: nobody is here to tick it.
        """
        if not jobs or self._ledger is None or self._profile.behaviour is Behaviour.REPLACES:
            return
        channel, now = self._profile.channel, self._clock.now()
        entries = store.all_bound_before(channel, [job.device.device_id for job in jobs])
        taken = {entry.device_id: reason_of(entry, now) for entry in entries.values() if entry.machine}
        wanted = {job.number: job.device.device_id for job in jobs if job.device.device_id not in taken}
        if self._server is not None and wanted:
            from bindtool.core.shared_ledger.claims import reason

            self._sheet, self._claimed = sheet, list(wanted)
            claimed = await self._server.claim(self._operator, channel, list(wanted.values()), seen=False)
            taken |= {each.device_id: reason(each, now) for each in claimed.taken}
            if claimed.problem is not None:
                self._console.tell(Message.of("ledger.unclaimed"))
        reasons = {job.number: taken[job.device.device_id] for job in jobs if job.device.device_id in taken}
        if reasons:
            _hold(sheet, reasons)
            self._console.tell(Message.of("ledger.taken", n=len(reasons)))

    def turn(self) -> Callable[[], AbstractAsyncContextManager[None]] | None:
        """Return what the run has to be in on a channel that replaces its list; None where there are no turns."""
        server = self._server
        if self._profile.behaviour is not Behaviour.REPLACES or server is None:
            return None
        return lambda: server.turn(self._operator, self._profile.channel)

    def nudge(self) -> None:
        """Say that something was bound."""
        if self._ledger is not None:
            self._ledger.nudge()

    def _put_together(self, store: Store, profiles: Sequence[Profile]) -> SharedLedger | None:
        if not (self._profile.ledger or self._profile.shared_folder):
            return None
        # Only where there is one: most have none, and these take their time to load.
        from bindtool.core.shared_ledger import opening
        from bindtool.core.shared_ledger.ledger import ServerLedger

        ground = opening.Ground(store.benches, platform.node(), self._clock, self._read_password)
        ledger = opening.open_ledger(self._profile, profiles, ground, lambda _: None, lambda _: None)
        self._server = ledger if isinstance(ledger, ServerLedger) else None
        return ledger

    def _read_password(self, name: str) -> Password:
        return self._password_store().read_password(name)

    async def _reserve(self, series: str, above: int) -> range:
        if self._server is None:
            raise LedgerFailed("ledger.no_numbers")
        return await self._server.reserve(self._profile.channel, series, above)

    async def _end(self, ledger: SharedLedger) -> None:
        """Let others have what was not bound, and wait a while until they know what was."""
        rows = [self._sheet[number] for number in self._claimed]
        if self._server is not None and rows:
            left = [row.device_id for row in rows if row.outcome.state is not State.BOUND]
            await self._server.let_go(self._profile.channel, left)
        ledger.try_now()
        until = self._clock.monotonic() + PATIENCE
        never = asyncio.Event()
        while waiting := ledger.bench.benches.count(ledger.bench.channels):
            problem = ledger.standing.problem
            if problem is not None or self._clock.monotonic() > until:
                if problem is not None:
                    self._console.error(problem)
                self._console.tell(Message.of("cli.ledger_waiting", n=waiting))
                return
            await self._clock.wait(never, LOOK_AGAIN)


def hold_unnumbered(sheet: Sheet, labels: Labeller | None) -> None:
    """Hold the rows that have no label since there is no running number for them."""
    if labels is not None and labels.out_of_numbers:
        _hold(sheet, {row.number: Message.of(NO_NUMBER) for row in sheet if lacks_label(row)})


def _hold(sheet: Sheet, reasons: Mapping[int, Message]) -> None:
    _change(sheet, [replace(sheet[number], held=why) for number, why in reasons.items()])


def _change(sheet: Sheet, rows: Sequence[Row]) -> None:
    """Rows of a file count as saved: none is shown before it is."""
    sheet.change(rows)
    sheet.mark_saved([row.number for row in rows])
