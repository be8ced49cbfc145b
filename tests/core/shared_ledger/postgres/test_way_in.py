"""The way to a server: never in the open to another computer, never to a stranger, and no word of the password."""

from __future__ import annotations

import logging
import socket
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.credentials.secret import Password
from bindtool.core.shared_ledger.postgres.client import PostgresServer, connect
from bindtool.core.shared_ledger.postgres.tls import ServerTimeouts
from tests.core.api.authority import Authority
from tests.core.shared_ledger.samples import NOWHERE, an_entry, new_login, page_of
from tests.postgres import HOST, Cluster, Database

NAME = "ledger.example"
QUICK = ServerTimeouts(connect=10.0, answer=10.0)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that a test may trust, lax as a company's own may be."""
    return Authority(tmp_path_factory.mktemp("authority"), lax=True)


@pytest.fixture(scope="module")
def secure(authority: Authority) -> Iterator[Database]:
    """Return a ledger on a server that offers TLS, with a certificate for `NAME`."""
    with Cluster(durable=False, certificate=authority.issue(NAME)) as cluster:
        yield cluster.database().make()


def dial_here(where: tuple[str, int], seconds: float) -> socket.socket:
    """Reach this computer under any name, as if it were another one."""
    return socket.create_connection((HOST, where[1]), seconds)


def reach(database: Database, host: str = NAME) -> PostgresServer:
    """Log in to a server as one of another computer."""
    return connect(replace(database.bench, host=host), database.password, QUICK, dial_here)


def failure_of(call: Callable[[], object]) -> LedgerFailed:
    """Return how a call fails."""
    with pytest.raises(LedgerFailed) as caught:
        call()
    return caught.value


# ---------------------------------------------------------------- TLS


def test_a_server_that_is_trusted(secure: Database, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything goes over TLS, and what is told while nobody asks arrives as well."""
    authority.trusted(monkeypatch)
    ends = socket.socketpair()
    with closing(reach(secure)) as one, closing(reach(secure)) as two, ends[0], ends[1]:
        assert one.info().tls == "TLSv1.3"
        assert secure.sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl") == "2"
        two.push([an_entry(1)])
        while not one.read_on(NOWHERE, 10).entries:  # type: ignore[union-attr]  # it knows the beginning
            one.listen(ends[0].fileno(), 10)
        one.listen(ends[0].fileno(), 0)
        two.push([an_entry(2)])
        while len(page_of(one).entries) < 2:
            one.listen(ends[0].fileno(), 10)
        assert page_of(one).entries == (an_entry(1), an_entry(2))


def test_a_certificate_for_another_name(
    secure: Database, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is checked: a server of the same company is not the ledger."""
    authority.trusted(monkeypatch)
    failure = failure_of(lambda: reach(secure, "other.example"))
    assert failure.id == "ledger.untrusted"
    assert failure.title.values["host"] == "other.example"
    assert "other.example" in str(failure.hint.values["detail"])


def test_an_authority_that_nobody_trusts(secure: Database) -> None:
    """A certificate alone proves nothing."""
    failure = failure_of(lambda: reach(secure))
    assert failure.id == "ledger.untrusted"
    assert failure.hint.values["detail"]


def test_an_older_certificate(
    tmp_path: Path, authority: Authority, secure: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another authority of the same name has not signed it."""
    Authority(tmp_path).trusted(monkeypatch)
    assert failure_of(lambda: reach(secure)).id == "ledger.untrusted"


def test_a_server_without_tls(ledger: Database) -> None:
    """Another computer is never asked in the open; nothing was sent but the question for TLS."""
    before = ledger.cluster.log.count("connection authorized")
    assert failure_of(lambda: reach(ledger)).id == "ledger.no_tls"
    assert failure_of(lambda: reach(ledger, "192.0.2.7")).id == "ledger.no_tls"
    assert ledger.cluster.log.count("connection authorized") == before


def test_this_computer_is_asked_in_the_open(secure: Database) -> None:
    """Nobody listens in between; `localhost` and the addresses of the loopback are this computer."""
    for host in ("localhost", HOST):
        with closing(reach(secure, host)) as server:
            assert server.info().tls == ""


# ---------------------------------------------------------------- servers that are none


@contextmanager
def speaking(answer: bytes) -> Iterator[int]:
    """Be a server that answers whatever comes first with these bytes, and hangs up."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            asked, _ = listener.accept()
            with asked:
                asked.recv(4096)
                asked.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("host", "answer", "id_"),
    [
        (NAME, b"", "ledger.unreachable"),
        (NAME, b"N", "ledger.no_tls"),
        (NAME, b"E\0\0\0\x10SFATAL\0C08P01\0\0", "ledger.no_tls"),
        (NAME, b"HTTP/1.1 400 Bad Request\r\n\r\n", "ledger.no_tls"),
        (NAME, b"S", "ledger.unreachable"),
        (NAME, b"SHTTP/1.1 400 Bad Request\r\n\r\n", "ledger.unreachable"),
        (HOST, b"", "ledger.unreachable"),
        (HOST, b"HTTP/1.1 400 Bad Request\r\n\r\n", "ledger.unreachable"),
        (HOST, b"?\0\0\0\x04", "ledger.failed"),
        (HOST, b"R\0\0\0\x08\0\0\0\x09", "ledger.unreachable"),
        (HOST, b"E\0\0\0\x0cC57P03\0\0", "ledger.unreachable"),
        (HOST, b"E\0\0\0\x05\0", "ledger.failed"),
    ],
)
def test_no_postgresql(ledger: Database, host: str, answer: bytes, id_: str) -> None:
    """With TLS not even what comes behind a yes in the open is heard; a strange answer is a failure with words."""
    with speaking(answer) as port:
        address = replace(ledger.bench, host=host, port=port)
        assert failure_of(lambda: connect(address, ledger.password, QUICK, dial_here)).id == id_


def test_nobody_there(ledger: Database) -> None:
    """A closed port, a name that nobody has, a name that is none: said with the system's words."""
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    refused = failure_of(lambda: connect(replace(ledger.bench, port=port), ledger.password, QUICK))
    assert refused.id == "ledger.unreachable"
    assert "refused" in str(refused.hint.values["detail"])
    for host in ("no-such-host.invalid", "." * 70):
        failure = failure_of(lambda host=host: connect(replace(ledger.bench, host=host), ledger.password, QUICK))  # type: ignore[misc]  # a default binds it now
        assert failure.id == "ledger.unreachable"


@pytest.mark.long
def test_a_server_that_does_not_answer(ledger: Database) -> None:
    """The wait ends by itself, at the way in and later."""
    with socket.create_server((HOST, 0)) as listener:
        address = replace(ledger.bench, port=listener.getsockname()[1])
        failure = failure_of(lambda: connect(address, ledger.password, ServerTimeouts(0.2, 0.2)))
        assert failure.id == "ledger.unreachable"
    impatient = ServerTimeouts(5.0, 2.0)
    with closing(connect(ledger.bench, ledger.password, impatient)) as server, closing(ledger.connect()) as other:
        other._session.run("BEGIN")  # noqa: SLF001 - a transaction that a bench never leaves open
        other.push([an_entry(1)])
        assert failure_of(lambda: server.push([an_entry(2)])).id == "ledger.unreachable"


# ---------------------------------------------------------------- logging in


def test_refused(ledger: Database) -> None:
    """A wrong password, an unknown login, an unknown database: each with words of its own."""
    wrong = failure_of(lambda: connect(ledger.bench, Password("wrong"), QUICK))
    assert (wrong.id, wrong.title.values["user"]) == ("ledger.login_refused", "line_bench")
    nobody = failure_of(lambda: connect(replace(ledger.bench, user="nobody"), ledger.password, QUICK))
    assert nobody.id == "ledger.login_refused"
    nowhere = failure_of(lambda: connect(replace(ledger.bench, database="nowhere"), ledger.password, QUICK))
    assert (nowhere.id, nowhere.title.values["database"]) == ("ledger.no_database", "nowhere")
    assert failure_of(lambda: connect(ledger.bench, Password(""), QUICK)).id == "ledger.login_refused"


@pytest.mark.parametrize("text", ["x", "two words", "Pässwörter 密码", "quote'\"\\ $1 :x", "p" * 300])
def test_any_password(ledger: Database, text: str) -> None:
    """Short, with spaces, quotes or umlauts: a password is the person's."""
    new_login(ledger, "someone", text)
    with closing(connect(replace(ledger.bench, user="someone"), Password(text), QUICK)) as server:
        server.push([an_entry(1)])


def test_a_password_that_can_not_be_sent(ledger: Database) -> None:
    """SCRAM knows no unassigned characters: a failure like any other, without the text."""
    failure = failure_of(lambda: connect(ledger.bench, Password("\u0378"), QUICK))
    assert failure.id == "ledger.failed"


@pytest.mark.parametrize("method", ["password", "md5"])
def test_older_ways_to_log_in(method: str) -> None:
    """A server of IT may ask as PostgreSQL did before version 14."""
    with Cluster(durable=False) as cluster:
        if method == "md5":
            cluster.sql("ALTER SYSTEM SET password_encryption = 'md5'")
            cluster.sql("SELECT pg_reload_conf()")
            cluster.sql(f"ALTER ROLE line_bench PASSWORD '{cluster.password}'")
        cluster.ask_for(method)
        database = cluster.database()
        if method == "password":
            database.make().connect().close()
        else:
            assert failure_of(database.connect).id == "ledger.not_made"


def test_the_password_is_nowhere(ledger: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Not in what a process shows, not in errors and what lies beneath, not in the log, not in the connection."""
    secret = "hunter2-does-not-leak"
    caplog.set_level(logging.DEBUG)
    new_login(ledger, "keeper", secret)
    address = replace(ledger.bench, user="keeper")
    shown = []
    with closing(connect(address, Password(secret), QUICK)) as server:
        shown.append(subprocess.run(["ps", "auxeww"], capture_output=True, text=True, check=True).stdout)
        session = server._session  # noqa: SLF001 - what it keeps is the question
        shown += [repr(session), repr(vars(session)), repr(vars(session._driver))]  # noqa: SLF001 - the same
        ledger.end_connections("keeper")
        failures = [failure_of(lambda: server.push([an_entry(1)]))]
    password = Password(secret)
    for wrong in (replace(address, database="nowhere"), replace(address, user="nobody")):
        failures += [failure_of(lambda wrong=wrong: connect(wrong, password, QUICK))]  # type: ignore[misc]  # a default binds it now
    for failure in failures:
        told = traceback.TracebackException.from_exception(failure, capture_locals=True)
        shown += ["".join(told.format()), repr(failure), repr(failure.hint)]
        assert failure.__cause__ is None
        assert failure.__context__ is None
    shown.append(caplog.text)
    assert [text for text in shown if secret in text] == []
