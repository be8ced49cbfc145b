"""`bindtool proxy`: the log-in of a proxy, stored and forgotten in the system's password store, and never shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bindtool.core.common.errors import BindtoolError, PasswordStoreLocked
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.core.network.stored_logins import ProxyPlace, StoredLogins, new_login
from tests.cli.desk import Desk, Keyboard
from tests.memory_store import MemoryStore

HOST = "proxy-of-tests.example"


@pytest.fixture
def keyring_desk(bare_desk: Desk) -> Iterator[Desk]:
    """Return a laptop with the password store of the system, and leave nothing in it."""
    password_store = bare_desk.password_store = KeyringStore()
    yield bare_desk
    for port in (None, 8080):
        password_store.forget_password(ProxyPlace(HOST, port).entry)


def found(desk: Desk, address: str) -> ProxyLogin | None:
    """Return the log-in that a proxy would be sent."""
    told: list[BindtoolError] = []
    login = StoredLogins(lambda: desk.password_store, told.append)(Proxy.parse(address))
    assert told == []
    return login


def test_stored_and_forgotten(keyring_desk: Desk) -> None:
    """The password comes on standard input; another start of the program finds it until it is forgotten."""
    done = keyring_desk.run("proxy", "set", f"{HOST}:8080", "--user", "COMPANY\\lin", stdin=b"s3cret \r\n")
    assert (done.status, done.out) == (0, "")
    assert f"The log-in of COMPANY\\lin for the proxy {HOST}:8080 was stored." in done.err
    assert "s3cret" not in done.err
    keyring_desk.password_store = KeyringStore()
    assert found(keyring_desk, f"{HOST}:8080") == new_login("COMPANY\\lin", "s3cret ")
    assert found(keyring_desk, f"{HOST}:3128") is None
    forgotten = keyring_desk.run("proxy", "forget", f"http://{HOST}:8080")
    again = keyring_desk.run("proxy", "forget", f"http://{HOST}:8080")
    assert (forgotten.status, again.status) == (0, 0)
    assert "was forgotten" in forgotten.err
    assert f"There was no log-in for the proxy {HOST}:8080." in again.err
    assert found(keyring_desk, f"{HOST}:8080") is None


def test_for_all_ports(keyring_desk: Desk) -> None:
    """Without a port it is for each of the host, which is said."""
    done = keyring_desk.run("proxy", "set", HOST, "--user", "lin", stdin="密码".encode())
    assert done.status == 0
    assert f"all ports of {HOST}" in done.err
    assert found(keyring_desk, f"{HOST}:8080") == found(keyring_desk, HOST) == new_login("lin", "密码")


def test_at_a_terminal(bare_desk: Desk) -> None:
    """The user name is asked for, the password typed unseen."""
    bare_desk.typed = "s3cret"
    done = bare_desk.run("proxy", "set", HOST, stdin=Keyboard("林\n".encode()))
    assert done.status == 0
    assert f"User name for the proxy {HOST}:" in done.err
    assert found(bare_desk, HOST) == new_login("林", "s3cret")


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("set", HOST), b"s3cret", "Pass it with --user."),
        (("set", HOST, "--user", "lin"), b"", "There is no password"),
        (("set", HOST, "--user", "lin"), b"\n", "There is no password"),
        (("set", HOST, "--user", "a:b"), b"s3cret", "This is no user name"),
        (("set", f"http://lin:s3cret@{HOST}", "--user", "lin"), b"s3cret", "does not belong in the address"),
        (("set", "two words", "--user", "lin"), b"s3cret", "“two words” is not the address of a proxy"),
        (("forget", "two words"), b"", "“two words” is not the address of a proxy"),
        (("forget",), b"", "HOST"),
        (("show", HOST), b"", "show"),
    ],
)
def test_usage(bare_desk: Desk, words: tuple[str, ...], stdin: bytes, said: str) -> None:
    """Status 2, and nothing is stored or repeated."""
    done = bare_desk.run("proxy", *words, stdin=stdin)
    assert done.status == 2
    assert said in done.err
    assert "s3cret" not in done.err
    assert found(bare_desk, HOST) is None


def test_a_store_that_cannot_serve(bare_desk: Desk) -> None:
    """Status 3, as for a token."""

    class Locked(MemoryStore):
        """A store whose prompt is closed each time."""

        def store_password(self, name: str, password: Password) -> None:
            """Refuse."""
            raise PasswordStoreLocked("password_store.locked")

        def forget_password(self, name: str) -> bool:
            """Refuse."""
            raise PasswordStoreLocked("password_store.locked")

    bare_desk.password_store = Locked()
    assert bare_desk.run("proxy", "set", HOST, "--user", "lin", stdin=b"s3cret").status == 3
    assert bare_desk.run("proxy", "forget", HOST).status == 3
