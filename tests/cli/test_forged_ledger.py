"""`bindtool bind` with a ledger in which somebody has put what can't be right, or that knows another login."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.test_shared_ledger_run import change
from tests.core.shared_ledger.forged import YEAR_ONE, forge
from tests.postgres import Database

STRANGER = "repeat('e', 32)"


def share(desk: Desk, server: PracticeServer, database: Database, behaviour: Behaviour) -> None:
    """Have a profile that shares the ledger."""
    desk.set_up(server.site)
    desk.password_store.store_password(database.bench.secret_name, database.password)
    change(desk, ledger=str(database.bench), behaviour=behaviour)


@pytest.fixture
def laptop(bare_desk: Desk, server: PracticeServer, ledger: Database) -> Desk:
    """Return a laptop that shares the ledger, and whose channel replaces its list."""
    share(bare_desk, server, ledger, Behaviour.REPLACES)
    return bare_desk


def test_the_next_bind(laptop: Desk, ledger: Database) -> None:
    """An entry without a label, one of the year 1 and one of 20 MB end neither it nor the one after it."""
    assert laptop.bind(laptop.file("A1")).status == 0
    forge(ledger, 1, bench=STRANGER, device_id="'B1'", label="''")
    forge(ledger, 2, bench=STRANGER, device_id="'B2'", written_at=f"'{YEAR_ONE}'", bound_at=f"'{YEAR_ONE}'")
    forge(ledger, 3, bench=STRANGER, device_id="'B3'", label="repeat('x', 20000000)")
    for device_id in ("A2", "A3"):
        done = laptop.bind(laptop.file(device_id))
        assert (done.status, done.states) == (0, {device_id: "bound"}), done.err
    assert laptop.run("history", "export", str(laptop.folder / "history.csv")).status == 0
    assert ",B" not in (laptop.folder / "history.csv").read_text(encoding="utf-8")


def test_another_login(bare_desk: Desk, server: PracticeServer, ledger: Database) -> None:
    """A bench under a login that is not its own can't have the ledger; what its owner has to do is said."""
    share(bare_desk, server, ledger, Behaviour.ADDS)
    assert bare_desk.bind(bare_desk.file("A1")).status == 0
    ledger.sql("DROP ROLE IF EXISTS new_login")
    ledger.sql(f"CREATE ROLE new_login LOGIN PASSWORD '{ledger.cluster.password}' IN ROLE bindtool_bench")
    address = replace(ledger.bench, user="new_login")
    bare_desk.password_store.store_password(address.secret_name, ledger.password)
    change(bare_desk, ledger=str(address))
    stopped = bare_desk.bind(bare_desk.file("A2"))
    assert (stopped.status, list(server.bound)) == (3, ["A1"])
    done = bare_desk.bind(bare_desk.file("A2"), "--without-ledger")
    assert done.states == {"A2": "bound"}
    assert all("knows this bench under another login" in each.err for each in (stopped, done))
    statement = next(line for line in done.err.splitlines() if "INSERT INTO" in line)
    ledger.sql(statement[statement.index("INSERT") :], role="ledger_owner")
    assert bare_desk.bind(bare_desk.file("A3")).status == 0
    with closing(ledger.connect()) as there:
        assert there.info().entries == 3
