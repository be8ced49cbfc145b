"""`bindtool bind --dry-run`: the requests as they would leave, none of which does.

It decides what is shown of them. The requests are made by the same code as the real ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.cli.list_and_report import write_report
from bindtool.core.api.bind_request import as_curl
from bindtool.core.binding.replace_mode import carried_along
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bindtool.cli.console import Console
    from bindtool.core.common.clock import Clock
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import BoundDevice

ALL_WOULD_GO, SOME_WOULD_NOT = 0, 1


def show(
    given: argparse.Namespace,
    sheet: Sheet,
    profile: Profile,
    console: Console,
    clock: Clock,
    bound: Sequence[BoundDevice] = (),
) -> int:
    """Print each request as curl, name the rows that would not go, and return the exit status.

    `bound`: what is on the channel already, if it replaces its list.

    Raises:
        BadInput: "file.unwritable" or "file.in_use", the report.
    """
    jobs = sheet.jobs()
    whole = profile.behaviour is Behaviour.REPLACES
    size = max(1, len(jobs)) if whole else profile.pace.batch_size
    along = carried_along(bound, jobs)
    for start in range(0, len(jobs), size):
        sent = [*(each.device for each in along), *(job.device for job in jobs[start : start + size])]
        console.print(as_curl(profile.channel, sent))
    for each in along:
        if each.machine:
            words = {"device_id": each.device.device_id, "label": each.device.label, "bench": each.machine}
            console.say(console.texts("cli.goes_along", **words))
    for row in sheet:
        status = sheet.status(row.number)
        if status.reason is not None:
            why = console.texts.say(status.reason)
            console.say(console.texts("cli.would_not_go", row=row.number, device_id=row.device_id, why=why))
    console.say(console.texts("cli.dry_run", n=len(jobs)))
    write_report(given, sheet, profile, console.texts, clock)
    return ALL_WOULD_GO if sheet.counts()[State.READY] == len(sheet) else SOME_WOULD_NOT
