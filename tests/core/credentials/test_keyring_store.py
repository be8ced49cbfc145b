"""Tokens in the system's real password store, and a clear answer wherever it can't serve.

The store of the session that the tests run in serves the ordinary cases (Windows: the Credential Manager). A locked
one and one that was never set up are real too, on a bus of their own. Only what no store here can be made to do
is played by a backend.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, Windows, chainer, fail, kwallet, libsecret, macOS, null
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError, PasswordSetError

from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    PasswordMissing,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import SERVICE, KeyringStore
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Password, Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.credentials.token_store import FixedStore, TokenStore
from bindtool.core.network.stored_logins import ProxyPlace
from bindtool.core.profiles.ledger_address import LedgerAddress

NAME = "tests of the password store"
SITE = "https://api.coze.cn"
OTHER_SITE = "https://api.coze.com"
TEXT = "pat_5678secret"
TOKEN = AccessToken(TEXT)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's")


def new(backend: Callable[[], KeyringBackend]) -> KeyringBackend:
    """Return an instance of one of keyring's classes, whose own `__init__` has no types."""
    return backend()


def calls(password_store: KeyringStore) -> tuple[Callable[[], object], ...]:
    """Return all that may be asked of a store."""
    return (
        lambda: password_store.read(NAME, SITE),
        lambda: password_store.store(NAME, TOKEN, SITE),
        lambda: password_store.forget(NAME),
        lambda: password_store.read_password(NAME),
        lambda: password_store.store_password(NAME, Password(TEXT)),
    )


# ---------------------------------------------------------------- the real store


@pytest.fixture
def password_store() -> Iterator[KeyringStore]:
    """Return the system's password store, and leave nothing in it."""
    password_store = KeyringStore()
    yield password_store
    password_store.forget(NAME)


@pytest.mark.parametrize("text", [TEXT, "x" * 1180])
def test_a_stored_token_can_be_read(password_store: KeyringStore, text: str) -> None:
    """Another start of the program finds what was stored."""
    password_store.store(NAME, AccessToken(text), SITE)
    assert KeyringStore().read(NAME, SITE).reveal() == text


def test_what_is_read_or_kept_is_noted(password_store: KeyringStore) -> None:
    """The log is to know it from then on, whatever its form."""
    record = TokenRecord(
        AccessToken("k" * 30), SITE, SignIn("73.app.coze", Secret("r" * 40), "71", 1_800_000_000, 900)
    )
    keeping, reading = KnownSecrets(), KnownSecrets()
    KeyringStore(secrets=keeping).keep(NAME, record)
    KeyringStore(secrets=reading).read(NAME, SITE)
    for known in (keeping, reading):
        assert known.clean(f"{'k' * 30} and {'r' * 40}") == "*** and ***"


def test_a_later_token_takes_the_place(password_store: KeyringStore) -> None:
    """A name has one token; other names keep theirs."""
    password_store.store(NAME, TOKEN, SITE)
    password_store.store(NAME, AccessToken("sat_12345678"), SITE)
    assert password_store.read(NAME, SITE) == AccessToken("sat_12345678")
    with pytest.raises(TokenMissing):
        password_store.read(NAME + " other", SITE)


def test_a_forgotten_token_is_gone(password_store: KeyringStore) -> None:
    """Forgetting says whether there was one."""
    password_store.store(NAME, TOKEN, SITE)
    assert password_store.forget(NAME) is True
    assert password_store.forget(NAME) is False
    with pytest.raises(TokenMissing) as caught:
        password_store.read(NAME, SITE)
    assert caught.value.title.id == "token.missing.title"
    assert caught.value.title.values == {"name": NAME}


@pytest.mark.parametrize("text", ["x", "Pässwort mit Leerzeichen 密码", "x" * 1000])
def test_a_stored_password_can_be_read(password_store: KeyringStore, text: str) -> None:
    """A password is what a person chose, and is kept apart from what a token may be."""
    with pytest.raises(PasswordMissing) as caught:
        password_store.read_password(NAME)
    assert caught.value.title.values == {"name": NAME}
    password_store.store_password(NAME, Password(text))
    assert KeyringStore().read_password(NAME).reveal() == text
    assert password_store.forget_password(NAME) is True
    with pytest.raises(PasswordMissing):
        password_store.read_password(NAME)


def test_a_token_goes_to_its_own_site_alone(password_store: KeyringStore) -> None:
    """A profile that names somebody's token and another site gets nothing, whatever it does with the name."""
    password_store.store(NAME, TOKEN, SITE)
    with pytest.raises(TokenNotForSite) as caught:
        password_store.read(NAME, OTHER_SITE)
    assert caught.value.id == "token.other_site"
    assert caught.value.title.values == {"name": NAME, "site": OTHER_SITE, "kept_for": SITE}
    assert password_store.read(NAME, SITE) == TOKEN


@linux
def test_a_token_without_a_site_goes_nowhere(password_store: KeyringStore) -> None:
    """Something has kept the token alone; one that is stored takes its place."""
    new(SecretService.Keyring).set_password(SERVICE, NAME, TEXT)
    with pytest.raises(TokenNotForSite) as caught:
        password_store.read(NAME, SITE)
    assert (caught.value.id, caught.value.title.values) == ("token.no_site", {"name": NAME, "site": SITE})
    password_store.store(NAME, TOKEN, SITE)
    assert password_store.read(NAME, SITE) == TOKEN


@pytest.mark.parametrize(
    "name",
    [
        LedgerAddress.parse("postgresql://bench@db.example/bindtool").secret_name,
        ProxyPlace("proxy.example", 8080).entry,
        ProxyPlace("proxy.example", None).entry,
        ProxyPlace("proxy.example", 8080).entry.upper(),
    ],
)
def test_a_password_is_no_token(password_store: KeyringStore, name: str) -> None:
    """Asked for as a token, there is none: by a profile or a command it is neither read, replaced nor removed."""
    try:
        password_store.store_password(name, Password("only-in-tests"))
        with pytest.raises(TokenMissing):
            password_store.read(name, SITE)
        with pytest.raises(BadInput) as caught:
            password_store.store(name, TOKEN, SITE)
        assert caught.value.id == "token.name_taken"
        assert password_store.forget(name) is False
        assert password_store.read_password(name).reveal() == "only-in-tests"
    finally:
        password_store.forget_password(name)


@linux
def test_the_store_has_a_name(password_store: KeyringStore) -> None:
    """`bindtool check` shows which store it is."""
    assert password_store.describe() == "SecretService Keyring"


@linux
def test_an_entry_that_was_changed_from_outside(password_store: KeyringStore) -> None:
    """What is no token does not get into a header."""
    new(SecretService.Keyring).set_password("bindtool", NAME, "two lines\r\nX-Other: 1")
    with pytest.raises(BadInput) as caught:
        password_store.read(NAME, SITE)
    assert caught.value.id == "token.unfit_line_break"


@linux
def test_a_chain_is_not_read_through(password_store: KeyringStore) -> None:
    """The chain of stores that keyring itself makes is asked at its first trusted link."""
    password_store.store(NAME, TOKEN, SITE)
    chained = KeyringStore(new(chainer.ChainerBackend))
    assert chained.describe() == "SecretService Keyring"
    assert chained.read(NAME, SITE) == TOKEN


# ---------------------------------------------------------------- real stores that can't serve


@pytest.fixture
def own_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return what starts a session bus with a command on it, with an empty home and no display.

    The tests then talk to that bus until it ends with the test.
    """
    sessions: list[subprocess.Popen[str]] = []

    def start(command: str) -> None:
        run = tmp_path / "run"
        run.mkdir(mode=0o700)
        env = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        env |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_RUNTIME_DIR": str(run)}
        script = f'{command}; echo "$DBUS_SESSION_BUS_ADDRESS"; read -r'
        session = subprocess.Popen(
            ["dbus-run-session", "--", "bash", "-c", script],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        sessions.append(session)
        assert session.stdout
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.stdout.readline().strip())

    yield start
    for session in sessions:
        session.communicate("\n", timeout=30)


@linux
def test_a_locked_store(own_bus: Callable[[str], None]) -> None:
    """Where no one can type the password, reading, storing and forgetting say that the store is locked."""
    import secretstorage

    own_bus("printf PASSWORD | gnome-keyring-daemon --unlock --components=secrets >/dev/null")
    password_store = KeyringStore()
    password_store.store(NAME, TOKEN, SITE)
    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()

    for call in calls(password_store):
        with pytest.raises(PasswordStoreLocked) as caught:
            call()
        assert caught.value.id == "password_store.locked"


@linux
def test_a_store_that_was_never_set_up(own_bus: Callable[[str], None]) -> None:
    """A Secret Service with no collection, and no display to make one, counts as none."""
    own_bus("true")
    with pytest.raises(PasswordStoreUnusable) as caught:
        KeyringStore().read(NAME, SITE)
    assert caught.value.id == "password_store.absent"
    assert caught.value.title.values == {"backend": "SecretService Keyring"}


@linux
def test_no_store_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a bus there is no store, and nothing is written anywhere instead."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    for call in (KeyringStore().describe, lambda: KeyringStore().store(NAME, TOKEN, SITE)):
        with pytest.raises(PasswordStoreUnusable) as caught:
            call()
        assert caught.value.id == "password_store.absent"
        assert caught.value.title.values == {"backend": "fail Keyring"}


@pytest.mark.parametrize("chosen", ["keyring.backends.null.Keyring", "no.such.Keyring"])
def test_what_a_person_chose_is_not_passed_over(monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    """Who switched keyring off in its settings, or named what is not there, gets no other store."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", chosen)
    with pytest.raises(PasswordStoreUnusable) as caught:
        KeyringStore().store(NAME, TOKEN, SITE)
    assert caught.value.id == "password_store.absent"


# ---------------------------------------------------------------- backends that play what no store here does


class OpenFile(KeyringBackend):
    """A store that bindtool does not know."""

    # keyring collects every subclass and shall not offer these to other tests.
    viable = False

    def __init__(self) -> None:
        """Take no settings from the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        """Fail: it must not be asked."""
        raise AssertionError

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail: it must not be asked."""
        raise AssertionError


class Chain(chainer.ChainerBackend):
    """A chain of the given links."""

    viable = False
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self, *links: KeyringBackend) -> None:
        self.backends = links


class Failing(SecretService.Keyring):
    """A trusted store whose every answer is the given failure."""

    viable = False

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        """Fail."""
        raise self._error

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise self._error

    def delete_password(self, service: str, username: str) -> None:
        """Fail."""
        raise self._error


class Stubborn(SecretService.Keyring):
    """A trusted store that gives nothing away."""

    viable = False

    def __init__(self) -> None:
        """Take no settings from the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give the same token for good."""
        return TEXT

    def set_password(self, service: str, username: str, password: str) -> None:
        """Take a token and lose it."""

    def delete_password(self, service: str, username: str) -> None:
        """Say that there is none, as some backends do where the person refused."""
        raise PasswordDeleteError("Cancelled by user")


class CredentialManager(Windows.WinVaultKeyring):
    """Windows' store, kept in memory."""

    viable = False

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept."""
        return self._kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._kept[username] = password


@pytest.mark.parametrize(
    ("backend", "id_", "named"),
    [
        (new(fail.Keyring), "password_store.absent", "fail Keyring"),
        (new(null.Keyring), "password_store.absent", "null Keyring"),
        (OpenFile(), "password_store.plain", "test keyring store OpenFile"),
        (Chain(), "password_store.absent", "test keyring store Chain"),
        (Chain(new(null.Keyring), new(fail.Keyring)), "password_store.absent", "test keyring store Chain"),
        (Chain(new(null.Keyring), OpenFile()), "password_store.plain", "test keyring store OpenFile"),
    ],
)
def test_a_store_that_is_not_trusted_is_never_asked(backend: KeyringBackend, id_: str, named: str) -> None:
    """It is named instead, whatever was wanted of it."""
    password_store = KeyringStore(backend)
    for call in (password_store.describe, *calls(password_store)):
        with pytest.raises(PasswordStoreUnusable) as caught:
            call()
        assert caught.value.id == id_
        assert caught.value.title.values == {"backend": named}


@pytest.mark.parametrize(
    ("backend", "name"),
    [
        (new(SecretService.Keyring), "SecretService Keyring"),
        (new(libsecret.Keyring), "libsecret Keyring"),
        (new(macOS.Keyring), "macOS Keyring"),
        (new(Windows.WinVaultKeyring), "Windows WinVaultKeyring"),
        (new(kwallet.DBusKeyring), "kwallet DBusKeyring"),
        (Chain(OpenFile(), new(SecretService.Keyring)), "SecretService Keyring"),
    ],
)
def test_the_stores_that_are_trusted(backend: KeyringBackend, name: str) -> None:
    """The systems' own stores, and the trusted link of a chain though it be the second."""
    assert KeyringStore(backend).describe() == name


NAMED = {"backend": "test keyring store Failing"}


@pytest.mark.parametrize(
    ("error", "kind", "id_", "values"),
    [
        (KeyringLocked(TEXT), PasswordStoreLocked, "password_store.locked", {}),
        (InitError(TEXT), PasswordStoreUnusable, "password_store.absent", NAMED),
        (NoKeyringError(TEXT), PasswordStoreUnusable, "password_store.absent", NAMED),
        (PasswordSetError(TEXT), PasswordStoreUnusable, "password_store.failed", {"detail": "PasswordSetError"}),
        (OSError(1783, "CredWrite", TEXT), PasswordStoreUnusable, "password_store.failed", {"detail": "OSError"}),
    ],
)
def test_what_a_failure_means(
    error: Exception, kind: type[BindtoolError], id_: str, values: dict[str, str]
) -> None:
    """Each failure has its message; its words, which may hold the token, are in no part of the error."""
    password_store = KeyringStore(Failing(error))
    for call in calls(password_store):
        with pytest.raises(kind) as caught:
            call()
        assert caught.value.id == id_
        assert caught.value.title.values == values
        assert TEXT not in repr(caught.value)
        assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_a_store_that_loses_a_token() -> None:
    """What was stored is read back and compared."""
    with pytest.raises(PasswordStoreUnusable) as caught:
        KeyringStore(Stubborn()).store(NAME, AccessToken("sat_12345678"), SITE)
    assert caught.value.id == "password_store.forgetful"
    with pytest.raises(PasswordStoreUnusable) as caught:
        KeyringStore(Stubborn()).store_password(NAME, Password("another"))
    assert caught.value.id == "password_store.forgetful"


def test_a_store_that_keeps_what_was_to_be_forgotten() -> None:
    """A refused deletion is a failure, not a token that was never there."""
    with pytest.raises(PasswordStoreUnusable) as caught:
        KeyringStore(Stubborn()).forget(NAME)
    assert caught.value.title.values == {"detail": "PasswordDeleteError"}


def test_the_limit_of_windows() -> None:
    """1,280 characters go in, the site among them; one more is refused before Windows is asked."""
    backend = CredentialManager()
    password_store = KeyringStore(backend)
    longest = 1280 - len(TokenRecord(TOKEN, SITE).text) + TOKEN.length
    password_store.store(NAME, AccessToken("x" * longest), SITE)
    with pytest.raises(BadInput) as caught:
        password_store.store(NAME, AccessToken("y" * (longest + 1)), SITE)
    assert caught.value.id == "token.too_long_for_windows"
    assert caught.value.title.values == {"length": longest + 1, "limit": longest}
    assert password_store.read(NAME, SITE).length == longest
    assert len(backend.get_password(SERVICE, NAME) or "") == 1280


# ---------------------------------------------------------------- stores beside the system's


def test_a_fixed_token_is_for_one_site() -> None:
    """That of the environment belongs to the profile that it is first needed for: no other site gets it."""
    store = FixedStore(TOKEN, "BINDTOOL_TOKEN")
    assert store.read(NAME, SITE) == TOKEN
    with pytest.raises(TokenNotForSite) as caught:
        store.read(NAME, OTHER_SITE)
    assert caught.value.title.values == {"name": "BINDTOOL_TOKEN", "site": OTHER_SITE, "kept_for": SITE}


def test_a_sign_in_is_kept_as_a_whole(password_store: KeyringStore) -> None:
    """Another start finds what it is renewed with, and a profile for another site does not."""
    sign_in = SignIn("9.app.coze", Secret("refresh"), "77", 1720098388, 900)
    record = TokenRecord(TOKEN, SITE, sign_in)
    password_store.keep(NAME, record)
    assert KeyringStore().record(NAME, SITE) == record
    assert password_store.read(NAME, SITE) == TOKEN
    with pytest.raises(TokenNotForSite):
        password_store.record(NAME, OTHER_SITE)


def test_a_fixed_token_is_under_every_name() -> None:
    """It is read whatever the name, and neither replaced nor forgotten."""
    store: TokenStore = FixedStore(TOKEN, "BINDTOOL_TOKEN")
    assert store.read("one", SITE) == store.read("two", SITE) == TOKEN
    assert store.record("one", SITE) == TokenRecord(TOKEN, SITE)
    assert store.describe() == "BINDTOOL_TOKEN"
    for call in (
        lambda: store.store(NAME, TOKEN, SITE),
        lambda: store.keep(NAME, TokenRecord(TOKEN, SITE)),
        lambda: store.forget(NAME),
    ):
        with pytest.raises(BadInput) as caught:
            call()
        assert caught.value.id == "token.fixed"
        assert caught.value.title.values == {"source": "BINDTOOL_TOKEN"}
