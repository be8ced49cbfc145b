"""A program of its own that renews a sign-in in the system's password store repeatedly, for tests of races.

`python -m tests.core.sign_in.renewer NAME SITE LOCKS COUNT`: prints the result of each of COUNT renewals. With
COUNT 0 it is killed after the site's answer, before the store has it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.api.responses import HttpReply
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import BindtoolError
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.network.proxies import Proxies
from bindtool.core.sign_in.renewal import Entry, StoredSignIn


class Killed(KeyringStore):
    """A store whose process is killed when it is about to save something."""

    def keep(self, name: str, record: TokenRecord) -> None:
        """Kill the process."""
        os.kill(os.getpid(), signal.SIGKILL)


async def renew(name: str, site: str, locks: Path, count: int) -> None:
    """Renew the token, and use it."""
    store, timeouts = (KeyringStore() if count else Killed()), Timeouts()
    record = store.record(name, site)
    assert record.sign_in is not None
    entry = Entry(store, name, site, locks)
    renewal = StoredSignIn(entry, record, record.sign_in, timeouts, SystemClock(), Proxies.of_this_system(), warn)
    token = record.token
    for _ in range(count or 1):
        found = await renewal.token(refused=token)
        assert isinstance(found, AccessToken), found
        token = found
        async with CozeApi(site, token, timeouts, SystemClock(), Proxies.of_this_system()) as api:
            reply = await api.users_me()
        sys.stdout.write(f"{reply.status if isinstance(reply, HttpReply) else reply}\n")


def warn(error: BindtoolError) -> None:
    """Receive the error of a token that can't be stored: there is none here."""
    raise error


if __name__ == "__main__":
    asyncio.run(renew(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
