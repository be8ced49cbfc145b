"""A connection to a real server that breaks at the worst time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from tests.postgres import Database


class Broken:
    """A connection that is cut right after a push, or during one."""

    def __init__(self, server: PostgresServer, cut: Callable[[], None], *, confirmed: bool) -> None:
        self._server = server
        self._cut = cut
        self._confirmed = confirmed
        self.ledger_id = server.ledger_id

    def push(self, entries: Sequence[SharedEntry]) -> None:
        """Add entries, and lose the answer or the next one."""
        self._server.push(entries)
        self._cut()
        if not self._confirmed:
            raise LedgerFailed("ledger.unreachable", host="db", detail="reset")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)


def broken(ledger: Database, *, confirmed: bool) -> Callable[[], PostgresServer]:
    """Return a function that connects; the connection works until the first push."""
    return lambda: cast("PostgresServer", Broken(ledger.connect(), ledger.end_connections, confirmed=confirmed))
