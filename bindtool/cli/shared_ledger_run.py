"""The shared ledger during one `bind`: running numbers before the devices are sent, and syncing at the end.

It decides the queries of `bind` to the ledger and their output. The ledger itself is in `core.shared_ledger`; a
profile without one costs nothing here.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.cli.list_and_report import change_saved
from bindtool.cli.profile_choice import all_profiles
from bindtool.core.common.errors import BindtoolError, LedgerFailed
from bindtool.core.common.messages import Message
from bindtool.core.labels.numbers import Blocks
from bindtool.core.model.device import label_problem
from bindtool.core.model.row import Hold, HoldReason, Row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.secret import Password
    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.channel import Channel
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

READ_TIMEOUT = 10.0
"""Seconds that a `bind` waits at its beginning until the server has answered, or others' entries in a shared folder
are read."""

END_TIMEOUT = 5.0
"""Seconds that a `bind` waits at its end until the others have its entries; the rest waits on disk."""

LOOK_AGAIN = 0.02
"""Seconds."""


@asynccontextmanager
async def opened_ledger(
    profile: Profile, store: Store, process: ProcessEnvironment, console: Console, *, demanded: bool = True
) -> AsyncIterator[SharedLedger | None]:
    """Open the shared ledger of `profile`, None if it has none.

    At the end, wait a while until the others have this run's entries.

    `demanded`: nothing may be sent without a ledger on a server.

    Raises:
        LedgerFailed: "ledger.demanded", it can't be reached; the cause has been printed.
        BadInput: the environment's password is invalid; the ids are those of `Password`.
    """
    ledger = _open(profile, store, process)
    if ledger is None:
        yield None
        return
    try:
        ledger.start()
        if demanded or not profile.ledger:
            # With a folder, no server arbitrates: a device that others have bound and that is not read here is
            # bound again.
            await _until_read(ledger, process.clock)
        problem = ledger.status.problem
        if demanded and profile.ledger and problem is not None:
            # Its hint is for a run that continues.
            console.say_messages(problem.title)
            raise LedgerFailed("ledger.demanded")
        yield ledger
        await _print_waiting(ledger, process.clock, console)
    finally:
        ledger.close()
        await asyncio.to_thread(ledger.join, END_TIMEOUT)


def _open(profile: Profile, store: Store, process: ProcessEnvironment) -> SharedLedger | None:
    if not (profile.ledger or profile.shared_folder):
        return None
    # Only with a ledger: most profiles have none, and these are slow to load.
    import platform

    from bindtool.core.shared_ledger.ledger import Bench, open_ledger

    # It is for the only ledger that this command opens.
    given = None if process.given_password is None else process.given_password.password()

    def read_password(name: str) -> Password:
        password = given or process.password_store().read_password(name)
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


async def _print_waiting(ledger: SharedLedger, clock: Clock, console: Console) -> None:
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
            console.say_messages(Message.of("cli.ledger_waiting", n=waiting))
            return
        await clock.wait(never, LOOK_AGAIN)


async def number(
    sheet: Sheet, labels: Labeller, ledger: SharedLedger | None, channel: Channel, console: Console
) -> None:
    """Give running numbers to rows that lack only a label; hold them if none is available."""
    blocks = labels.numbers if isinstance(labels.numbers, Blocks) else None
    while lacking := _lacking_label_alone(sheet):
        if blocks is None or blocks.left:
            change_saved(sheet, [row for row in labels.relabel(lacking) if row.label])
            continue
        try:
            if ledger is None:
                raise LedgerFailed("ledger.no_numbers")
            blocks.add(await ledger.reserve(channel, labels.template.beginning, blocks.highest))
        except BindtoolError as error:
            console.error(error)
            hold(sheet, dict.fromkeys((row.number for row in lacking), Hold.of(HoldReason.NO_NUMBER)))


def preview_numbers(sheet: Sheet, labels: Labeller) -> None:
    """Give rows that lack only a label the numbers that they would get now; hold those that would get none."""
    change_saved(sheet, [row for row in labels.relabel(_lacking_label_alone(sheet)) if row.label])
    left = _lacking_label_alone(sheet)
    hold(sheet, dict.fromkeys((row.number for row in left), Hold.of(HoldReason.NO_NUMBER)))


def _lacking_label_alone(sheet: Sheet) -> list[Row]:
    missing = label_problem("")
    lacking = [row for row in sheet if not row.label]
    statuses = sheet.statuses([row.number for row in lacking])
    return [row for row, status in zip(lacking, statuses, strict=True) if status.reason == missing]


def hold(sheet: Sheet, reasons: Mapping[int, Hold]) -> None:
    """Hold rows of a file, each for its reason."""
    change_saved(sheet, [replace(sheet[number], held=why) for number, why in reasons.items()])
