"""The tables of a shared ledger, as numbered steps from an empty database to today's.

It decides which version a bench can use, and takes each step in one transaction. The version counts the steps that
older benches can't use; others leave it as it is, and only `ledger init` asks for them. What a step does stands in
a module of its own, such as `migration_1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres import claim_rules, migration_1, migration_2
from bindtool.core.shared_ledger.postgres.errors import failed
from bindtool.core.shared_ledger.postgres.session import NEWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.shared_ledger.postgres.session import PostgresSession

BENCH_ROLE = "bindtool_bench"
"""The role whose members may add and read, and neither change nor delete; logins are made by IT."""

OLDEST_POSTGRES = 13

# A ledger of the first step has no column for the steps.
_ABOUT = """
    SELECT ledger_id, version, bindtool, coalesce((to_jsonb(about)->>'steps')::integer, version)
    FROM bindtool.about AS about
"""
_REACHED = "UPDATE bindtool.about SET version = :version, bindtool = :bindtool RETURNING version"
_STEPPED = "UPDATE bindtool.about SET steps = :steps, stepped_at = clock_timestamp() RETURNING steps"


@dataclass(frozen=True, slots=True)
class Migration:
    """A step, and the first bindtool that can use what it leads to.

    `compatible`: those that could use the tables before can do so afterwards, and the version stays.
    """

    bindtool: str
    statements: Sequence[str]
    compatible: bool = False


STEPS = (
    Migration("0.1.0", (*migration_1.TABLES, *migration_1.FUNCTIONS, *migration_1.RIGHTS)),
    Migration(
        "0.1.0",
        (
            *migration_2.TABLES,
            *migration_2.FUNCTIONS,
            *claim_rules.CLAIMS,
            *migration_2.NUMBERS,
            *claim_rules.TURNS,
            *migration_2.RIGHTS,
        ),
        compatible=True,
    ),
)
"""A step that has shipped is never edited."""


@dataclass(frozen=True, slots=True)
class LedgerInfo:
    """What a ledger says of itself: its name, the version of its tables, the first bindtool that can use them.

    `steps`: how many have been taken.
    """

    ledger_id: str
    version: int
    bindtool: str
    steps: int

    @property
    def due(self) -> bool:
        """Whether the ledger, which can be used, lacks a step that its owner has to take."""
        return self.steps < len(STEPS)


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a ledger: how many steps it had before, 0 where there was none, and what it is now."""

    before: int
    about: LedgerInfo


def read_info(session: PostgresSession, steps: Sequence[Migration] = STEPS) -> LedgerInfo:
    """Return what the ledger says of itself, if this bindtool can use it; from then on it tells of new entries.

    Raises:
        LedgerFailed: "ledger.not_made", "ledger.not_allowed", "ledger.older", "ledger.newer" with `needed`, `found`
            and `known`.
    """
    about = _about(session)
    if about.version < version_of(steps):
        raise failed("ledger.older", session.address)
    _refuse_newer(session, about, steps)
    return about


def version_of(steps: Sequence[Migration]) -> int:
    """Return the version of the tables behind these steps."""
    return sum(not step.compatible for step in steps)


def migrate(session: PostgresSession, steps: Sequence[Migration] = STEPS) -> Made:
    """Bring a database to today's tables; what stands in them stays.

    Raises:
        LedgerFailed: "ledger.newer"; "ledger.server_unfit" with `detail`, an old PostgreSQL or a database that does
            not hold every character; "ledger.not_allowed".
    """
    _refuse_unfit(session)
    # Two at once would both begin with an empty database.
    session.run("SELECT pg_advisory_lock(1651076707, 0)")
    ((there,),) = session.run("SELECT to_regclass('bindtool.about') IS NOT NULL")
    before = _about(session).steps if there else 0
    if there:
        _refuse_newer(session, _about(session), steps)
    for number, step in enumerate(steps[before:], start=before + 1):
        session.run("BEGIN")
        for statement in step.statements:
            session.run(statement)
        if not step.compatible:
            session.ask(_REACHED, version=version_of(steps[:number]), bindtool=step.bindtool)
        if number > 1:
            session.ask(_STEPPED, steps=number)
        session.run("COMMIT")
    session.run("SELECT pg_advisory_unlock(1651076707, 0)")
    return Made(before, _about(session))


def _about(session: PostgresSession) -> LedgerInfo:
    # In one round trip, since a bench may come from far away for a single question.
    ((ledger_id, version, bindtool, steps),) = session.run(f"LISTEN {NEWS}; {_ABOUT}")
    return LedgerInfo(ledger_id, version, bindtool, steps)


def _refuse_newer(session: PostgresSession, about: LedgerInfo, steps: Sequence[Migration]) -> None:
    known = version_of(steps)
    if about.version > known:
        where = {"host": session.address.host, "database": session.address.database}
        raise LedgerFailed("ledger.newer", needed=about.bindtool, found=about.version, known=known, **where)


def _refuse_unfit(session: PostgresSession) -> None:
    ((version, encoding),) = session.run(
        "SELECT current_setting('server_version_num')::integer / 10000, current_setting('server_encoding')"
    )
    if version < OLDEST_POSTGRES or encoding != "UTF8":
        raise failed("ledger.server_unfit", session.address, f"PostgreSQL {version}, {encoding}")
