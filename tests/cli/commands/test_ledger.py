"""`bindtool ledger` and a real PostgreSQL: made by IT, looked at by a bench, its password kept and forgotten."""

from __future__ import annotations

from contextlib import closing

import pytest
from keyring.backends import fail

from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.secret import Password
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.shared_ledger.postgres.schema import STEPS
from tests.cli.desk import Desk, Keyboard
from tests.core.shared_ledger.forged import forge
from tests.core.shared_ledger.samples import an_entry
from tests.postgres import BENCH, Cluster, Database


def use(desk: Desk, ledger: str, name: str = "line") -> None:
    """Have a profile that names a ledger."""
    folder = desk.folder / "data" / "profiles"
    ProfileRepository(folder, desk.folder / "machine").add(Profile(name, "1024", ledger=ledger))


def secret_of(address: LedgerAddress, desk: Desk) -> str:
    """Return the stored password."""
    return desk.password_store.read_password(address.secret_name).reveal()


# ---------------------------------------------------------------- made


def test_made(bare_desk: Desk, cluster: Cluster) -> None:
    """The ledger is made, and IT is told what comes next in words that psql and a profile take."""
    database = cluster.database()
    password = f"{cluster.password}\n".encode()
    done = bare_desk.run("ledger", "init", str(database.owner), stdin=password)
    assert done.status == 0
    role, command, line = done.out.splitlines()
    assert (role, command) == ("CREATE ROLE bench LOGIN IN ROLE bindtool_bench;", "\\password bench")
    database.sql("DROP ROLE IF EXISTS bench")
    database.sql(f"{role} ALTER ROLE bench PASSWORD 'of the bench'")
    named = LedgerAddress.parse(line.removeprefix('ledger = "').removesuffix('"'))
    use(bare_desk, str(named))
    assert bare_desk.run("ledger", "check", stdin=b"of the bench").status == 0
    assert "version 1" in done.err
    again = bare_desk.run("ledger", "init", str(database.owner), stdin=password)
    assert (again.status, again.out) == (0, done.out)
    assert "is up to date" in again.err
    assert cluster.password not in done.out + done.err + again.out + again.err


def test_brought_on(bare_desk: Desk, cluster: Cluster) -> None:
    """A ledger of an earlier bindtool works, and says what its owner has to do; what no bench can read is named."""
    database = cluster.ledger(STEPS[:1])
    with closing(database.connect()) as server:
        server.push([an_entry(1)])
    forge(database, 2, label="''")
    use(bare_desk, str(database.bench))
    password = cluster.password.encode()
    before = bare_desk.run("ledger", "check", stdin=password)
    done = bare_desk.run("ledger", "init", str(database.owner), stdin=password)
    after = bare_desk.run("ledger", "check")
    assert (before.status, done.status, after.status) == (0, 0, 0)
    assert [cells[0] for cells in before.cells] == ["site", "tls", "login", "version", "lag", "lag"]
    assert "IT has to run `bindtool ledger init` once more" in before.cells[3][2]
    assert before.cells[5][2].startswith("1 entry there can't be read and is left out")
    assert "is up to date now: its tables have version 1" in done.err
    assert after.cells[3][2].endswith("tables of version 1")
    database.drop()


def test_made_by_hand(bare_desk: Desk, cluster: Cluster) -> None:
    """At a terminal the password is asked for unseen."""
    bare_desk.typed = cluster.password
    assert bare_desk.run("ledger", "init", str(cluster.database().owner), stdin=Keyboard()).status == 0
    bare_desk.typed = ""
    done = bare_desk.run("ledger", "init", str(cluster.database().owner), stdin=Keyboard())
    assert done.status == 1
    assert "refuses the login of ledger_owner" in done.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://owner:hunter2@db.example/ledger", "contains a password"),
        ("db.example/ledger", "is not the address"),
    ],
)
def test_no_address(bare_desk: Desk, url: str, said: str) -> None:
    """Refused before anything is asked, and a password in it is not repeated."""
    done = bare_desk.run("ledger", "init", url)
    assert done.status == 2
    assert said in done.err
    assert "hunter2" not in done.err


# ---------------------------------------------------------------- looked at


def test_a_password_that_works_is_stored(bare_desk: Desk, ledger: Database) -> None:
    """Piped in once, by whoever sets the laptop up; from then on the bench has it."""
    use(bare_desk, str(ledger.bench))
    with closing(ledger.connect()) as server:
        server.push([an_entry(1), an_entry(2)])
    done = bare_desk.run("ledger", "check", "--profile", "line", stdin=f"{ledger.cluster.password}\r\n".encode())
    assert done.status == 0
    assert [cells[:2] for cells in done.cells] == [
        ["site", "ok"], ["tls", "ok"], ["login", "ok"], ["version", "ok"], ["lag", "ok"],
    ]  # fmt: skip
    words = {cells[0]: cells[2] for cells in done.cells}
    assert words["site"] == f"127.0.0.1, port {ledger.cluster.port}, database {ledger.name}"
    assert words["version"].endswith("tables of version 1")
    assert words["lag"].startswith("2 entries there")
    assert "was stored" in done.err
    assert secret_of(ledger.bench, bare_desk) == ledger.cluster.password
    again = bare_desk.run("ledger", "check")
    assert (again.status, again.out, again.err) == (0, done.out, "")
    assert ledger.cluster.password not in done.out + done.err


def test_a_password_that_does_not_work_is_not_stored(bare_desk: Desk, ledger: Database) -> None:
    """The one that was there stays."""
    use(bare_desk, str(ledger.bench))
    bare_desk.password_store.store_password(ledger.bench.secret_name, Password("older"))
    done = bare_desk.run("ledger", "check", stdin=b"wrong")
    assert done.status == 1
    assert [cells[1] for cells in done.cells] == ["ok", "ok", "problem", "unclear", "unclear"]
    assert f"refuses the login of {BENCH}" in done.out
    assert secret_of(ledger.bench, bare_desk) == "older"


def test_no_password(bare_desk: Desk, ledger: Database) -> None:
    """Nobody to ask: said. Somebody at a terminal: asked, and remembered."""
    use(bare_desk, str(ledger.bench))
    done = bare_desk.run("ledger", "check")
    assert done.status == 1
    assert [cells[1] for cells in done.cells] == ["unclear", "unclear", "problem", "unclear", "unclear"]
    bare_desk.typed = ""
    assert bare_desk.run("ledger", "check", stdin=Keyboard()).status == 1
    bare_desk.typed = ledger.cluster.password
    assert bare_desk.run("ledger", "check", stdin=Keyboard()).status == 0
    bare_desk.typed = "not asked for again"
    assert bare_desk.run("ledger", "check", stdin=Keyboard()).status == 0


def test_no_password_store(bare_desk: Desk, ledger: Database) -> None:
    """The variable for the password is named, and not the window."""
    use(bare_desk, str(ledger.bench))
    bare_desk.password_store = KeyringStore(fail.Keyring())  # type: ignore[no-untyped-call]
    done = bare_desk.run("ledger", "check")
    assert done.status == 1
    assert "BINDTOOL_LEDGER_PASSWORD" in done.err
    assert "window" not in done.err


def test_the_password_of_a_script(bare_desk: Desk, ledger: Database) -> None:
    """That of the environment is tried and not stored; standard input is left to others."""
    use(bare_desk, str(ledger.bench))
    for password, status in (("wrong", 1), (ledger.cluster.password, 0)):
        bare_desk.environ["BINDTOOL_LEDGER_PASSWORD"] = password
        assert bare_desk.run("ledger", "check", stdin=b"of somebody else").status == status
    assert bare_desk.run("ledger", "check").status == 1
    bare_desk.environ["BINDTOOL_LEDGER_PASSWORD"] = "two\nlines"
    assert bare_desk.run("ledger", "check").status == 2


@pytest.mark.parametrize("text", [b"two\nlines", b"\0", b"x" * 2000])
def test_what_is_no_password(bare_desk: Desk, ledger: Database, text: bytes) -> None:
    """Usage, and it is not repeated."""
    use(bare_desk, str(ledger.bench))
    done = bare_desk.run("ledger", "check", stdin=text)
    assert (done.status, done.out) == (2, "")
    assert "two" not in done.err


def test_not_made(bare_desk: Desk, cluster: Cluster) -> None:
    """A bench that is ahead of IT."""
    database = cluster.database()
    use(bare_desk, str(database.bench))
    done = bare_desk.run("ledger", "check", stdin=cluster.password.encode())
    assert done.status == 1
    assert done.cells[3][:2] == ["version", "problem"]
    assert "bindtool ledger init" in done.err


def test_a_profile_without_a_ledger(bare_desk: Desk) -> None:
    """There is nothing to look at."""
    use(bare_desk, "")
    assert bare_desk.run("ledger", "check").status == 2
    assert bare_desk.run("ledger", "forget").status == 2


def test_forgotten(bare_desk: Desk, ledger: Database) -> None:
    """The passwords of all ledgers that profiles name go; a second time there is none."""
    use(bare_desk, str(ledger.bench))
    use(bare_desk, str(ledger.bench), "another")
    assert bare_desk.run("ledger", "check", "--profile", "line", stdin=ledger.cluster.password.encode()).status == 0
    done = bare_desk.run("ledger", "forget")
    assert (done.status, done.out) == (0, "")
    assert done.err == f"The password of {ledger.bench} was forgotten.\n"
    assert "No password" in bare_desk.run("ledger", "forget").err
