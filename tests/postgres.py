"""A PostgreSQL for the tests: a cluster on a free port, in a temporary folder.

It runs as an unprivileged user, since PostgreSQL refuses root, and requires a password over TCP.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Self

import pytest
from pg8000.native import Connection

from bindtool.core.credentials.secret import Password
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.postgres.client import PostgresServer, connect, make
from bindtool.core.shared_ledger.postgres.schema import STEPS, Migration, migrate
from bindtool.core.shared_ledger.postgres.session import PostgresSession
from bindtool.core.shared_ledger.postgres.tls import TIMEOUTS
from tests.ports import hold_port, port_of

HOST = "127.0.0.1"
OWNER, BENCH = "ledger_owner", "line_bench"
PASSWORD = secrets.token_urlsafe(12)
"""The password of every user, in every server of this process."""

_LET_IN = f"GRANT bindtool_bench TO {BENCH}"

_LONGEST_WAIT = 60
"""Seconds."""


class Cluster:
    """A running PostgreSQL.

    Args:
        durable: whether it waits for its disk; without, tests are quicker, but a power cut would destroy the data.
        certificate: a file with a certificate and its key, for TLS.
    """

    def __init__(self, *, durable: bool = True, certificate: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bindtool-pg-"))
        self.password = PASSWORD
        self._held = hold_port()
        self.port = port_of(self._held)
        self._made: dict[int, Database] = {}
        self._keeper: Connection | None = None
        _own(self.folder)
        # With the owners and modes required by the server.
        subprocess.run(["cp", "--archive", _set_up(), self.folder / "data"], check=True)
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "on" if durable else "off",
            "log_min_messages": "info",
            "log_statement": "all",
            "max_connections": 200,
        }
        if certificate is not None:
            # The key must be a file of the server's user, unreadable for others.
            copy = self.folder / "server.pem"
            shutil.copyfile(certificate, copy)
            copy.chmod(0o600)
            _own(copy)
            settings |= {"ssl": "on", "ssl_cert_file": copy, "ssl_key_file": copy}
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(lines)
        self.start()
        roles = f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB; CREATE ROLE {BENCH} LOGIN; "
        self.command(roles + "".join(f"ALTER ROLE {role} PASSWORD '{self.password}'; " for role in (OWNER, BENCH)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def log(self) -> str:
        """The server's log."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start or restart it; return when it accepts connections."""
        self._as_server("pg_ctl", "--pgdata", "data", "--log", "log", "--wait", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; with "immediate" like a crash."""
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None
        self._as_server("pg_ctl", "--pgdata", "data", "--mode", mode, "--wait", "stop")

    def remove(self) -> None:
        """Stop it and delete its folder."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        self._held.close()
        shutil.rmtree(self.folder)

    def sql(self, statement: str, database: str = "postgres", role: str = "postgres") -> str:
        """Have psql run a statement; return its output, a line a row with | between the columns."""
        options = ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set", "ON_ERROR_STOP=1"]
        who = ["--username", role, "--dbname", database]
        return self._client("psql", *options, *who, "--command", statement).strip()

    def dump(self, database: str, *options: str) -> str:
        """Return a database's content as a backup; `options`: of pg_dump."""
        return self._client("pg_dump", *options, "--username", "postgres", "--dbname", database)

    def restore(self, dump: str, database: str) -> None:
        """Restore the output of `dump` into an empty database."""
        file = self.folder / "dump.sql"
        file.write_text(dump, encoding="utf-8")
        options = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(file)]
        self._client("psql", *options, "--username", "postgres", "--dbname", database)

    def ask_for(self, method: str) -> None:
        """Require another method of pg_hba.conf for logins over TCP."""
        rules = self.folder / "data" / "pg_hba.conf"
        text = rules.read_text(encoding="utf-8")
        rules.write_text(f"host all all {HOST}/32 {method}\n{text}", encoding="utf-8")
        self.sql("SELECT pg_reload_conf()")

    def command(self, statement: str) -> None:
        """Run a statement without a result, over a persistent connection."""
        if self._keeper is None:
            self._keeper = self._connection("postgres")
        self._keeper.run(statement)

    def database(self) -> Database:
        """Make an empty database."""
        return self._new("template1")

    def ledger(self, steps: Sequence[Migration] = STEPS) -> Database:
        """Create a database with a ledger of these steps and allow the bench's login: by a quick copy."""
        if len(steps) not in self._made:
            first = self.database()
            with closing(PostgresSession(first.owner, first.password, TIMEOUTS)) as session:
                migrate(session, steps)
            self._made[len(steps)] = first
        made = self._new(self._made[len(steps)].name)
        self.command(_LET_IN)
        with closing(self._connection(made.name)) as connection:
            connection.run("UPDATE bindtool.about SET ledger_id = gen_random_uuid()::text")
        return made

    def _new(self, template: str) -> Database:
        name = f"ledger_{secrets.token_hex(4)}"
        # Since version 15 each page of the copy goes through the write-ahead log too, unless the old strategy is
        # requested.
        strategy = "STRATEGY FILE_COPY" if self._version >= 15 else ""
        self.command(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} {strategy}")
        return Database(self, name)

    @cached_property
    def _version(self) -> int:
        return int((self.folder / "data" / "PG_VERSION").read_text(encoding="ascii"))

    def _connection(self, database: str) -> Connection:
        socket_file = self.folder / f".s.PGSQL.{self.port}"
        return Connection("postgres", database=database, password=self.password, unix_sock=str(socket_file))

    def _client(self, program: str, *arguments: str) -> str:
        where = ["--host", str(self.folder), "--port", str(self.port)]
        done = subprocess.run([_binaries() / program, *where, *arguments], capture_output=True, text=True,
            check=False, timeout=_LONGEST_WAIT)  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def _as_server(self, program: str, *arguments: str) -> None:
        _as_server(self.folder, program, *arguments)


@dataclass(frozen=True)
class Database:
    """A database of a cluster, and its addresses."""

    cluster: Cluster
    name: str

    @property
    def owner(self) -> LedgerAddress:
        """The address for the owner, who creates the ledger."""
        return LedgerAddress(HOST, self.cluster.port, self.name, OWNER)

    @property
    def bench(self) -> LedgerAddress:
        """The address for a bench."""
        return LedgerAddress(HOST, self.cluster.port, self.name, BENCH)

    @property
    def password(self) -> Password:
        """The password of both."""
        return Password(self.cluster.password)

    def make(self) -> Self:
        """Create the ledger, and allow the bench's login."""
        make(self.owner, self.password)
        self.cluster.command(_LET_IN)
        return self

    def drop(self) -> None:
        """Drop the database, even with open connections."""
        self.cluster.command(f"DROP DATABASE {self.name} WITH (FORCE)")

    def connect(self) -> PostgresServer:
        """Log in as a bench."""
        return connect(self.bench, self.password)

    def sql(self, statement: str, role: str = "postgres") -> str:
        """Have psql run a statement; return its output, a line a row with | between the columns."""
        return self.cluster.sql(statement, self.name, role)

    def set_back(self, dump: str) -> None:
        """Restore the database to an earlier state, even with open connections."""
        self.clear()
        self.cluster.restore(dump, self.name)

    def clear(self) -> None:
        """Replace it by an empty database, even with open connections."""
        self.drop()
        self.cluster.command(f"CREATE DATABASE {self.name} OWNER {OWNER}")

    def end_connections(self, user: str = BENCH) -> None:
        """End the connections of benches, as a restart or a firewall would."""
        ours = f"usename = '{user}' AND datname = '{self.name}'"
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - our names


@cache
def _set_up() -> Path:
    """Return the files of a new server, which are created once for all later ones."""
    folder = Path(tempfile.mkdtemp(prefix="bindtool-pg-"))
    atexit.register(shutil.rmtree, folder)
    _own(folder)
    file = folder / "password"
    file.write_text(PASSWORD, encoding="ascii")
    _own(file)
    options = ["--username", "postgres", "--pwfile", str(file), "--no-sync"]
    ways = ["--auth-host", "scram-sha-256", "--auth-local", "trust"]
    texts = ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    _as_server(folder, "initdb", "--pgdata", "data", *options, *ways, *texts)
    return folder / "data"


def _as_server(folder: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the server's user."""
    # The server would inherit a pipe, and keep it open until it ends.
    with (folder / f"{program}.out").open("ab") as out:
        done = subprocess.run([*_unprivileged(), _binaries() / program, *arguments], cwd=folder, check=False,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=_LONGEST_WAIT)  # fmt: skip
    if done.returncode:
        raise RuntimeError((folder / f"{program}.out").read_text(encoding="utf-8", errors="replace"))


def _own(path: Path) -> None:
    """Hand a path to the server's user."""
    if _unprivileged():
        shutil.chown(path, *_user()[:2])


def _binaries() -> Path:
    """Return the folder of PostgreSQL's programs: POSTGRES_BIN, the newest of Debian's, or those in PATH."""
    if sys.platform == "win32":
        pytest.skip("no PostgreSQL of the tests' own on Windows")
    if "POSTGRES_BIN" in os.environ:
        return Path(os.environ["POSTGRES_BIN"])
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    in_path = shutil.which("initdb")
    if not found and in_path is None:
        raise RuntimeError("no PostgreSQL here: packaging/system-libraries.sh --tests")
    return (found[-1] if found else Path(str(in_path))).parent


def _unprivileged() -> list[str]:
    """Return the command prefix for running as an unprivileged user."""
    if os.getuid() != 0:
        return []
    user, group, _ = _user()
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]


def _user() -> tuple[int, int, str]:
    import pwd  # Windows has none

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid, name
    raise RuntimeError("there is nobody whom PostgreSQL could run as")
