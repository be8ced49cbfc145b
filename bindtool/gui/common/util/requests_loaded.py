"""What sends requests, loaded at its first use and beside the window's thread, where it would be a tick of 90 ms.

Owns that loading. Whoever imports `core.api` or what stands on it waits for it first.
"""

from __future__ import annotations

import asyncio
from functools import cache


async def requests_loaded() -> None:
    """Return once it is loaded; from the second time on that is at once."""
    await asyncio.to_thread(_load)


@cache
def _load() -> None:
    import bindtool.core.jobs.channel_run  # noqa: F401
    from bindtool.core.api.connection import load

    async def rest_loaded() -> None:
        load()

    asyncio.run(rest_loaded())
