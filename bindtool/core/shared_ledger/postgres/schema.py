"""Migrates a shared ledger from an empty database, or from an earlier bindtool's tables, to the current ones.

It decides which ledgers a bench can use. A step changes tables or functions; after any step, the current functions
are installed. The version counts the steps that older benches can't use; others leave it unchanged, and only
`ledger init` requires them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres import claim_rules, functions
from bindtool.core.shared_ledger.postgres.errors import failed
from bindtool.core.shared_ledger.postgres.reading import READING
from bindtool.core.shared_ledger.postgres.session import NEWS, PostgresSession
from bindtool.core.shared_ledger.postgres.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence


BENCH_ROLE = "bindtool_bench"
"""The role whose members may add and read, and neither change nor delete; logins are created by IT."""

OLDEST_POSTGRES = 13

FIRST_STEP = 2
"""The number of the first step. No bindtool that created ledgers with a lower one was ever released."""

# A ledger from before the first step has no column for the steps.
_ABOUT = """
    SELECT ledger_id, version, bindtool, coalesce((to_jsonb(about)->>'steps')::integer, 1)
    FROM bindtool.about AS about
"""
_REACHED = """
    UPDATE bindtool.about
    SET version = :version, bindtool = :bindtool, steps = :steps, stepped_at = clock_timestamp() RETURNING steps
"""
_FUNCTIONS = (*functions.FUNCTIONS, *claim_rules.FUNCTIONS, *functions.RIGHTS)


@dataclass(frozen=True, slots=True)
class Migration:
    """A step, and the first bindtool that can use its result.

    `compatible`: every bindtool that could use the tables before can do so afterwards, and the version stays.
    """

    bindtool: str
    statements: Sequence[str] = ()
    compatible: bool = False


STEPS = (
    Migration("0.1.0", TABLES),
    # claims, numbers and turns are the channel's, whatever address a bench takes for its site
    Migration("0.1.0", compatible=True),
    Migration("0.1.0", READING, compatible=True),
)

FIRST_WITH_REPORTS = 4
"""The number of the step that introduced benches' reports."""


@dataclass(frozen=True, slots=True)
class LedgerInfo:
    """A ledger's description of itself: its id, the version of its tables, the first bindtool that can use them.

    `steps`: the number of steps applied.
    """

    ledger_id: str
    version: int
    bindtool: str
    steps: int

    @property
    def due(self) -> bool:
        """Whether the ledger is usable but lacks a step that its owner has to apply."""
        return self.steps < last_step(STEPS)

    @property
    def takes_reports(self) -> bool:
        """Whether the ledger has tables for benches' reports."""
        return self.steps >= FIRST_WITH_REPORTS


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a migration: the number of steps applied before, 0 for a new ledger, and its current state."""

    before: int
    about: LedgerInfo


def read_info(session: PostgresSession, steps: Sequence[Migration] = STEPS) -> LedgerInfo:
    """Return the ledger's description of itself, if this bindtool can use it; subscribes to new entries.

    Raises:
        LedgerFailed: "ledger.not_made", "ledger.not_allowed", "ledger.older", "ledger.unreleased", "ledger.newer"
            with `needed`, `found` and `known`.
    """
    about = _about(session, steps)
    if about.version < version_of(steps):
        raise failed("ledger.older", session.address)
    return about


def version_of(steps: Sequence[Migration]) -> int:
    """Return the version of the tables after these steps."""
    return sum(not step.compatible for step in steps)


def last_step(steps: Sequence[Migration]) -> int:
    """Return the number of the last of these steps."""
    return FIRST_STEP + len(steps) - 1


def migrate(session: PostgresSession, steps: Sequence[Migration] = STEPS) -> Made:
    """Migrate a database to the current tables, in one transaction; the data stays.

    Raises:
        LedgerFailed: "ledger.newer"; "ledger.unreleased"; "ledger.server_unfit" with `detail`, an old PostgreSQL or
            a database whose encoding lacks characters; "ledger.not_allowed".
    """
    _refuse_unfit(session)
    # Two at once would both begin with an empty database.
    session.run("SELECT pg_advisory_lock(1651076707, 0)")
    ((there,),) = session.run("SELECT to_regclass('bindtool.about') IS NOT NULL")
    before = _about(session, steps).steps if there else 0
    missing = steps[before - FIRST_STEP + 1 :] if there else steps
    if missing:
        session.run("BEGIN")
        for statement in chain(*(step.statements for step in missing), _FUNCTIONS):
            session.run(statement)
        needed = [step.bindtool for step in steps if not step.compatible][-1]
        session.ask(_REACHED, version=version_of(steps), bindtool=needed, steps=last_step(steps))
        session.run("COMMIT")
    session.run("SELECT pg_advisory_unlock(1651076707, 0)")
    return Made(before, _about(session, steps))


def _about(session: PostgresSession, steps: Sequence[Migration]) -> LedgerInfo:
    # In one round trip, since a bench may connect from far away for a single query.
    ((ledger_id, version, bindtool, taken),) = session.run(f"LISTEN {NEWS}; {_ABOUT}")
    if taken < FIRST_STEP:
        raise failed("ledger.unreleased", session.address)
    known = version_of(steps)
    if version > known:
        where = {"host": session.address.host, "database": session.address.database}
        raise LedgerFailed("ledger.newer", needed=bindtool, found=version, known=known, **where)
    return LedgerInfo(ledger_id, version, bindtool, taken)


def _refuse_unfit(session: PostgresSession) -> None:
    ((version, encoding),) = session.run(
        "SELECT current_setting('server_version_num')::integer / 10000, current_setting('server_encoding')"
    )
    if version < OLDEST_POSTGRES or encoding != "UTF8":
        raise failed("ledger.server_unfit", session.address, f"PostgreSQL {version}, {encoding}")
