"""Checks the whole database while a command works, for damage that `bind` itself does not notice.

It decides when damage is reported, and limits the wait for the check, which is in
`core.store.damage.integrity_check`.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.damage.integrity_check import IntegrityCheck

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bindtool.cli.console import Console

_MAX_WAIT = 1.0
"""Seconds at the end; a check that takes longer is cancelled."""


@asynccontextmanager
async def checked_meanwhile(path: Path, console: Console) -> AsyncIterator[None]:
    """Check a database for the duration of the context, while it is open, and then report damage."""
    integrity_check = IntegrityCheck(path)
    checking = asyncio.create_task(in_daemon_thread(integrity_check.run, name="bindtool-inspection"))
    try:
        yield
        await _report_damage(checking, console)
    finally:
        integrity_check.stop()
        checking.cancel()
        await asyncio.gather(checking, return_exceptions=True)


async def _report_damage(checking: asyncio.Task[None], console: Console) -> None:
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(checking), _MAX_WAIT)
    except StoreFailed as error:
        console.error(error)
