"""The hand-off of runs in commands: `bind` hands over due runs, `check` reports waiting files.

The contents of a file, and when it is complete, are decided in `core.jobs.handoff`.
"""

from __future__ import annotations

import asyncio
import platform
from functools import partial
from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import StoreFailed
from bindtool.core.diagnostics.workstation_check import CheckResult, examine_handoff
from bindtool.core.model.handoff import LEAVING_WAITS

if TYPE_CHECKING:
    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store


async def hand_over(profile: Profile, store: Store, console: Console) -> None:
    """Hand over the due runs of this data folder, and report how many files wait; changes no exit status."""
    # Most commands hand nothing over.
    from bindtool.core.jobs import handoff
    from bindtool.i18n.report_text import handoff_file

    make_file = partial(handoff_file, console.texts)
    work = partial(handoff.hand_over, store, [profile], platform.node(), make_file)
    try:
        waiting = await asyncio.wait_for(in_daemon_thread(work, name="bindtool-handoff"), LEAVING_WAITS)
    except TimeoutError:
        waiting = store.handoffs.count
    except StoreFailed as error:
        console.error(error)
        return
    if waiting:
        console.say(console.texts("handoff.waiting", n=waiting))


def check_handoff(profile: Profile, process: ProcessEnvironment) -> tuple[CheckResult, ...]:
    """Return the check results for the hand-off, if the profile has one or files wait."""
    # Only a profile with a hand-off needs the database.
    from bindtool.core.store import History, is_of_today

    path = DataFolder.of(process.environ).database
    try:
        waiting = History(path).handoffs_waiting if path.exists() and is_of_today(path) else 0
    except StoreFailed:
        waiting = 0
    return examine_handoff(profile.handoff.folder, waiting)
