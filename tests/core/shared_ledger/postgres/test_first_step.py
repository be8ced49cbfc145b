"""A ledger that the first step has made: benches go on with it as it is, and once its owner has brought it on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres.client import make
from bindtool.core.shared_ledger.postgres.schema import FIRST_STEP, STEPS, last_step
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, TWO, an_entry, page_of
from tests.postgres import Cluster, Database

DUMP = Path(__file__).resolve().parents[3] / "fixtures" / "first_step" / "ledger.sql"
BY_ADDRESS = replace(CHANNEL, site="https://static-api.coze.cn")
TOLD = (an_entry(1), an_entry(2), an_entry(1, TWO.bench, "SN900001", BY_ADDRESS))


@pytest.fixture
def of_first_step(cluster: Cluster) -> Iterator[Database]:
    """Return the ledger, as a backup of it was put back; the claims in it have not run out."""
    cluster.ledger().drop()  # the role is the whole server's
    database = cluster.database()
    cluster.restore(DUMP.read_text(encoding="utf-8"), database.name)
    database.sql("UPDATE bindtool.claim SET expires_at = now() + interval '5 minutes'")
    yield database
    database.drop()


def records(database: Database) -> list[str]:
    """Return all that stands in the tables, but for how far the ledger was brought on."""
    tables = ("bench_login", "block", "channel", "claim", "entry", "series", "turn")
    return [database.sql(f"SELECT * FROM bindtool.{table} ORDER BY 1, 2, 3") for table in tables]  # noqa: S608 - our own


def schema_of(database: Database) -> str:
    """Return what makes its tables, functions and rights, but for a line that is another each time."""
    lines = database.cluster.dump(database.name, "--schema-only").splitlines()
    return "\n".join(line for line in lines if not line.startswith("\\"))


def test_it_works_as_it_is(of_first_step: Database) -> None:
    """Its entries are read and others added; it says that its owner has a step to take."""
    with closing(of_first_step.connect()) as bench:
        assert page_of(bench).entries == TOLD
        bench.push([an_entry(3)])
        assert page_of(bench).entries == (*TOLD, an_entry(3))
        assert (bench.info().due, bench.info().schema) == (True, 1)


def test_it_is_brought_on(of_first_step: Database) -> None:
    """Nothing in it is lost, and it is like a new one to the letter."""
    before, name = records(of_first_step), of_first_step.sql("SELECT ledger_id FROM bindtool.about")
    made = make(of_first_step.owner, of_first_step.password)
    assert (made.before, made.about.steps, made.about.ledger_id) == (FIRST_STEP, last_step(STEPS), name)
    assert records(of_first_step) == before
    fresh = of_first_step.cluster.ledger()
    assert schema_of(of_first_step) == schema_of(fresh)
    fresh.drop()


def test_what_was_told_by_an_address(of_first_step: Database) -> None:
    """Once brought on, numbers, claims and devices of the address are the channel's."""
    make(of_first_step.owner, of_first_step.password)
    with closing(of_first_step.connect()) as bench:
        assert bench.reserve(CHANNEL, "SN", ONE.bench, 10, 0) == range(101, 111)
        taken = bench.claim(ONE, CHANNEL, ["SN900001", "SN900002", "SN000009"], NOWHERE, 300)
        assert {each.device_id for each in taken} == {"SN900001", "SN900002"}


def test_a_turn_that_was_left_there(of_first_step: Database) -> None:
    """Its bench gets it back, and nobody else before."""
    with closing(of_first_step.connect()) as bench:
        assert bench.take_turn(TWO, CHANNEL, 300) is not None
        assert bench.take_turn(ONE, CHANNEL, 300) is None


def test_one_from_before_is_left_alone(of_first_step: Database) -> None:
    """It is named as that to a bench and to its owner, and nothing in it changes."""
    of_first_step.sql("ALTER TABLE bindtool.about DROP COLUMN steps")
    before = of_first_step.cluster.dump(of_first_step.name).splitlines()
    for way_in in (of_first_step.connect, lambda: make(of_first_step.owner, of_first_step.password)):
        with pytest.raises(LedgerFailed, match=r"ledger\.unreleased"):
            way_in()
    after = of_first_step.cluster.dump(of_first_step.name).splitlines()
    assert [line for line in after if not line.startswith("\\")] == [
        line for line in before if not line.startswith("\\")
    ]
