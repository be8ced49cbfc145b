"""The shared ledger during one `bind`: running numbers before the devices go, and news for others at the end.

It decides what `bind` asks of the ledger and what is said of it. The ledger itself is in `core.shared_ledger`; a
profile without one costs nothing here.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.cli.profile_choice import all_profiles
from bindtool.core.common.errors import BindtoolError, LedgerFailed
from bindtool.core.common.messages import Message
from bindtool.core.intake.holds import lacks_label
from bindtool.core.labels.numbers import Blocks
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.secret import Password
    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import Row
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

READ_TIMEOUT = 10.0
"""Seconds that a `bind` waits at its beginning until what others have put into a shared folder is read."""

END_TIMEOUT = 5.0
"""Seconds that a `bind` waits at its end until the others know; what they don't know by then waits on the disk."""

LOOK_AGAIN = 0.02
"""Seconds."""


@asynccontextmanager
async def opened_ledger(
    profile: Profile, store: Store, process: ProcessEnvironment, console: Console
) -> AsyncIterator[SharedLedger | None]:
    """Have the ledger open that `profile` shares, None where it shares none.

    At the end wait a while until the others know what was bound.
    """
    ledger = _open(profile, store, process)
    if ledger is None:
        yield None
        return
    try:
        ledger.start()
        if not profile.ledger:
            # No server says who has bound what: what is not known here is bound once more.
            await _until_read(ledger, process.clock)
        yield ledger
        await _tell_others(ledger, process.clock, console)
    finally:
        ledger.close()
        await asyncio.to_thread(ledger.join, END_TIMEOUT)


def _open(profile: Profile, store: Store, process: ProcessEnvironment) -> SharedLedger | None:
    if not (profile.ledger or profile.shared_folder):
        return None
    # Only where there is one: most have none, and these take their time to load.
    import platform

    from bindtool.core.shared_ledger.ledger import Bench, open_ledger

    def read_password(name: str) -> Password:
        password = process.password_store().read_password(name)
        process.secrets.note(password)
        return password

    bench = Bench(store.benches, platform.node(), process.clock)
    return open_ledger(
        profile, all_profiles(process).profiles, bench, read_password, lambda _: None, lambda _: None
    )


async def _until_read(ledger: SharedLedger, clock: Clock) -> None:
    until = clock.monotonic() + READ_TIMEOUT
    never = asyncio.Event()
    while ledger.tried < 0 and clock.monotonic() <= until:
        await clock.wait(never, LOOK_AGAIN)


async def _tell_others(ledger: SharedLedger, clock: Clock, console: Console) -> None:
    asked = ledger.try_now()
    until = clock.monotonic() + END_TIMEOUT
    never = asyncio.Event()
    while waiting := ledger.bench.benches.count(ledger.bench.channels):
        # A problem of an earlier try may be over.
        was_tried = ledger.tried >= asked
        problem = ledger.status.problem
        if (was_tried and problem is not None) or clock.monotonic() > until:
            if problem is not None:
                console.error(problem)
            console.tell(Message.of("cli.ledger_waiting", n=waiting))
            return
        await clock.wait(never, LOOK_AGAIN)


async def number(
    sheet: Sheet, labels: Labeller | None, ledger: SharedLedger | None, channel: Channel, console: Console
) -> None:
    """Give those rows a label that had to go without a running number; hold them where none can be had."""
    if labels is None or not isinstance(labels.numbers, Blocks):
        return
    while left := [row for row in sheet if lacks_label(row)]:
        try:
            if ledger is None:
                raise LedgerFailed("ledger.no_numbers")
            labels.numbers.add(await ledger.reserve(channel, labels.template.beginning, labels.numbers.highest))
        except BindtoolError as error:
            console.error(error)
            hold_unnumbered(sheet, labels)
            return
        _change(sheet, labels.relabel(left))


def hold_unnumbered(sheet: Sheet, labels: Labeller | None) -> None:
    """Hold the rows that have no label since there is no running number for them."""
    if labels is not None and labels.out_of_numbers:
        hold(sheet, {row.number: Hold.of(HoldReason.NO_NUMBER) for row in sheet if lacks_label(row)})


def hold(sheet: Sheet, reasons: Mapping[int, Hold]) -> None:
    """Hold rows of a file, each for its reason."""
    _change(sheet, [replace(sheet[number], held=why) for number, why in reasons.items()])


def _change(sheet: Sheet, rows: Sequence[Row]) -> None:
    """Rows of a file count as saved: none is shown before it is."""
    sheet.change(rows)
    sheet.mark_saved([row.number for row in rows])
