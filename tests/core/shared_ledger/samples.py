"""Sample values for the shared ledger's tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.channel import Channel
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import Claimant, Page, SharedEntry, SyncCursor
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from tests.postgres import Database

CHANNEL = Channel("https://api.coze.cn", "1024", "device_id", "42")
OTHER_CHANNEL = Channel("https://api.coze.cn", "2048", "device_id")
CHINA = timezone(timedelta(hours=8))
BEGINNING = datetime(2026, 11, 25, 9, 12, tzinfo=CHINA)
ONE, TWO = Claimant("bench one", "line-1", "Li"), Claimant("bench two", "line-2", "Wang")
NOWHERE = SyncCursor()
AWAY = LedgerFailed("ledger.unreachable", host="db", detail="no route")


def an_entry(number: int, bench: str = ONE.bench, device_id: str = "", channel: Channel = CHANNEL) -> SharedEntry:
    """Return an entry; its number decides its device and its time too."""
    return SharedEntry(
        LedgerKey(bench, number),
        "line-1",
        channel,
        device_id or f"SN{number:06}",
        f"label {number}",
        BEGINNING + timedelta(seconds=number),
        f"log {number}",
        "李雷",
        "Line",
        "job 7",
    )


def nobody_there() -> PostgresServer:
    """Fail to connect."""
    raise AWAY


def new_login(ledger: Database, name: str, password: str, of: str = "IN ROLE bindtool_bench") -> None:
    """Make a login, in place of one of that name; `of`: what it is a member of."""
    ledger.sql(f"DROP ROLE IF EXISTS {name}")
    quoted = password.replace("'", "''")
    ledger.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{quoted}' {of}")


def page_of(server: PostgresServer, place: SyncCursor = NOWHERE, limit: int = 1000) -> Page:
    """Read on from a position that the server knows."""
    page = server.read_on(place, limit)
    assert page is not None
    return page


def at_once(count: int, work: Callable[[int], object]) -> None:
    """Run `work` with each number up to `count` in a thread of its own; raise what one of them raises."""
    with ThreadPoolExecutor(count) as threads:
        for _ in threads.map(work, range(count)):
            pass


def at_rest(server: PostgresServer) -> bool:
    """Return whether there is nothing that would end a wait for news at once."""
    session = server._session  # noqa: SLF001 - the wait itself doesn't reveal why it ended
    return session._newest_notified <= server._read_to and not session._has_more()  # noqa: SLF001 - the same
