"""What is asked of a server, PostgreSQL is asked."""

from __future__ import annotations

from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.protocols import LedgerServer


def test_postgresql_answers_every_question() -> None:
    """Nothing of the protocol is missing."""
    questions = {name for name in vars(LedgerServer) if not name.startswith("_")}
    assert len(questions) >= 10
    assert questions <= set(vars(PostgresServer))
