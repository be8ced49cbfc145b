"""`bindtool bind --dry-run`: shows the requests without sending them.

It decides which parts of them are shown. The requests are made by the same code as the real ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.cli.list_and_report import write_report
from bindtool.core.api.bind_request import as_curl
from bindtool.core.binding.progress import count_requests
from bindtool.core.binding.replace_mode import carried_along
from bindtool.core.jobs.bind_job import policy_for
from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from bindtool.cli.commands.resume import Plan
    from bindtool.cli.console import Console
    from bindtool.core.binding.protocols import Policy
    from bindtool.core.common.clock import Clock
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store

ALL_WOULD_GO, SOME_WOULD_NOT = 0, 1


def show(
    given: argparse.Namespace, plan: Plan, profile: Profile, store: Store, console: Console, clock: Clock
) -> int:
    """Print each request as curl, name the rows that would not be sent, and return the exit status.

    Raises:
        BadInput: "file.unwritable" or "file.in_use", the report.
    """
    sheet, jobs = plan.sheet, plan.jobs()
    policy = policy_for(profile, store)
    along = carried_along(store.bindings.bound_devices(profile.channel), jobs) if policy.whole_list else ()
    for some in _requests(jobs, policy):
        sent = [*(each.device for each in along), *(job.device for job in some)]
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
    if jobs:
        needed = count_requests(len(jobs), policy)
        console.say(console.texts("confirm.requests", n=needed.n, most=needed.at_most))
    write_report(given, sheet, profile, console.texts, clock)
    would_go = sheet.counts()[State.BOUND] + len(jobs)
    return ALL_WOULD_GO if would_go == len(sheet) else SOME_WOULD_NOT


def _requests(jobs: Sequence[Job], policy: Policy) -> Iterator[Sequence[Job]]:
    """Yield the rows of each request, as long as nothing is refused."""
    ahead = 0 if policy.proven or policy.whole_list else 1
    if jobs[:ahead]:
        yield jobs[:ahead]
    size = max(1, len(jobs)) if policy.whole_list else policy.batch_size
    for start in range(ahead, len(jobs), size):
        yield jobs[start : start + size]
