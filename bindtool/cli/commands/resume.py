"""`bindtool bind --resume`: finds the run that an earlier `bind` left unfinished, and goes on with it.

It decides what counts as unfinished and how its rows meet the file, which is read again. A sheet of `bind` is
closed when its run has come to its end, so one that is open was left by a crash, a Ctrl+C or an answer that stopped
the run.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.jobs.interrupted_run import end_runs
from bindtool.core.model.channel import is_loopback
from bindtool.core.model.outcome import State
from bindtool.core.sheet.sheet import Sheet, edited
from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import Row, SheetHead
    from bindtool.core.store import Store


@value(frozen=True, slots=True)
class Unfinished:
    """A sheet that an earlier `bind` left, as it stands now."""

    head: SheetHead
    sheet: Sheet

    @property
    def named(self) -> Message:
        """What a person is told of it."""
        return Message.of(
            "cli.unfinished",
            file=self.head.origin,
            time=self.head.created_at.strftime("%Y-%m-%d %H:%M"),
            **self._known,
        )

    @property
    def taken_up(self) -> Message:
        """What a person is told when it is gone on with."""
        return Message.of("cli.resuming", file=self.head.origin, **self._known)

    @property
    def _known(self) -> dict[str, int]:
        counts = self.sheet.counts()
        return {"bound": counts[State.BOUND], "unknown": counts[State.UNKNOWN], "total": len(self.sheet)}


def find(store: Store, origin: str, profile: str) -> Unfinished | None:
    """Return the newest unfinished run of a file of this name, one of this profile if it has any.

    Else the newest of any file; None where there is none.
    """
    left = list(_left(store))
    of_this_file = [unfinished for unfinished in left if unfinished.head.origin == origin]
    of_this_profile = [unfinished for unfinished in of_this_file if unfinished.head.profile == profile]
    return next(iter([*of_this_profile, *of_this_file, *left]), None)


def _left(store: Store) -> Iterator[Unfinished]:
    """Yield the newest open sheet of each file; one without rows has nothing to go on with."""
    for head in store.sheets.all():
        if head.origin != "window" and store.sheets.current(head.profile, head.origin) == head:
            rows = store.sheets.load(head.sheet_id)
            if rows:
                yield Unfinished(head, Sheet(rows))


def merge(
    of_file: Sheet, unfinished: Unfinished, channel: Channel, store: Store, *, numbered: bool = False
) -> Sheet:
    """Return the rows of the file, each with what the unfinished run knows of its device.

    A refusal was of the label of that time: where the file has another one, the row has not been sent.

    `numbered`: labels have running numbers. A device then keeps the one that it was given.

    Raises:
        BadInput: "cli.resume_other_channel", or "cli.resume_other_file" where the file lacks devices of the run.
    """
    _refuse_other_channel(unfinished, channel, store)
    earlier = {row.device_id: row for row in unfinished.sheet if _took_part(unfinished.sheet, row)}
    missing = [device_id for device_id in earlier if of_file.first_with(device_id) is None]
    if missing:
        raise BadInput(
            "cli.resume_other_file", file=unfinished.head.origin, device_id=missing[0], count=len(missing)
        )
    rows = []
    for row in of_file:
        known = earlier.get(row.device_id)
        if known is None or of_file.first_with(row.device_id) != row:
            rows.append(row)
        else:
            # What was bound was bound under the label of that time.
            keeps = numbered or known.outcome.state is State.BOUND
            label = known.label if keeps else row.label
            outcome = edited(known, replace(row, label=label)).outcome
            rows.append(replace(row, label=label, outcome=outcome))
    return Sheet(rows)


async def take_over(store: Store, unfinished: Unfinished, sheet: Sheet) -> int:
    """Write the merged rows over those of the unfinished run, in one step; return the id of its sheet."""
    sheet_id = unfinished.head.sheet_id
    gone = [row.number for row in unfinished.sheet if row.number not in sheet]
    await asyncio.wrap_future(store.sheets.save(sheet_id, put=tuple(sheet), drop=gone))
    await end_runs(store, sheet_id)
    return sheet_id


def _took_part(sheet: Sheet, row: Row) -> bool:
    return sheet.status(row.number).state is not State.INCOMPLETE


def _refuse_other_channel(unfinished: Unfinished, channel: Channel, store: Store) -> None:
    for row in unfinished.sheet:
        request = store.runs.last_request(unfinished.head.sheet_id, row.number)
        if request is not None:
            if _without_port(request.run.channel) != _without_port(channel):
                file, site = unfinished.head.origin, request.run.channel.site
                raise BadInput("cli.resume_other_channel", file=file, site=site)
            return


def _without_port(channel: Channel) -> Channel:
    """A server on this computer, such as that of practice mode, has another port each time."""
    return replace(channel, site="loopback") if is_loopback(channel.site) else channel
