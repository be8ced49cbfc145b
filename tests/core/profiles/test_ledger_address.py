"""The address of a shared ledger: what IT writes, and never a password in it."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import BadInput, PasswordMissing
from bindtool.core.credentials.secret import Password, is_password_entry
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.ledger import connector
from tests.memory_store import MemoryStore


@pytest.mark.parametrize(
    ("text", "address", "written"),
    [
        (
            "bench@DB.Example/ledger",
            LedgerAddress("db.example", 5432, "ledger", "bench"),
            "bench@db.example/ledger",
        ),
        ("bench@10.0.0.5:5433/l", LedgerAddress("10.0.0.5", 5433, "l", "bench"), "bench@10.0.0.5:5433/l"),
        ("a_1@[::1]:6000/%E5%8F%B0", LedgerAddress("::1", 6000, "台", "a_1"), "a_1@[::1]:6000/台"),
    ],
)
@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_addresses(scheme: str, text: str, address: LedgerAddress, written: str) -> None:
    """Host, port, database and login; it is written back in one way, which names the password."""
    assert LedgerAddress.parse(f"{scheme}://{text}") == address == LedgerAddress.parse(str(address))
    assert str(address) == f"postgresql://{written}"
    assert address.secret_name == f"ledger {address}"
    assert is_password_entry(address.secret_name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "db.example",
        "https://bench@db.example/ledger",
        "postgresql://db.example/ledger",
        "postgresql://bench@/ledger",
        "postgresql://bench@db.example",
        "postgresql://bench@db.example/",
        "postgresql://bench@db.example/a/b",
        "postgresql://bench@db.example:99999/ledger",
        "postgresql://bench@db.example:port/ledger",
        "postgresql://bench@db.example/ledger?sslmode=disable",
        "postgresql://bench@db.example/ledger#x",
        "postgresql://bench@[::1/ledger",
        "postgresql://line%201@[2001:db8::1]:6000/ledger",
        f"postgresql://{'u' * 64}@db.example/ledger",
    ],
)
def test_anything_else(text: str) -> None:
    """What is no address is refused; so is a wish for no TLS."""
    with pytest.raises(BadInput) as caught:
        LedgerAddress.parse(text)
    assert caught.value.id == "ledger.address_unfit"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://bench:hunter2@db.example/ledger",
        "postgresql://bench:@db.example/ledger",
        "postgresql://bench@db.example/ledger?password=hunter2",
    ],
)
def test_a_password_in_it(text: str) -> None:
    """The file goes to thirty laptops: it is refused, and not repeated."""
    with pytest.raises(BadInput) as caught:
        LedgerAddress.parse(text)
    assert caught.value.id == "ledger.address_has_password"
    assert "hunter2" not in repr(caught.value)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("db.example", False),
        ("10.0.0.5", False),
        ("2001:db8::1", False),
        ("localhost.example", False),
    ],
)
def test_this_computer(host: str, local: bool) -> None:
    """Where TLS is no help."""
    assert LedgerAddress(host, 5432, "ledger", "bench").is_local is local


@pytest.mark.parametrize(
    "name",
    [
        *("Line 2", "ledger", "ledger of Lin", "postgresql://a@b/c", "ledger https://a@b/c"),
        *("proxy", "proxy 2", "proxy.example:8080", "proxy of: 7", "our proxy a:1"),
    ],
)
def test_names_that_no_password_has(name: str) -> None:
    """Tokens may go by them."""
    assert not is_password_entry(name)


@pytest.mark.parametrize(
    "other",
    [
        "postgresql://bench@stranger.example/ledger",
        "postgresql://bench@db.example:5433/ledger",
        "postgresql://other@db.example/ledger",
        "postgresql://bench@db.example/other",
    ],
)
def test_a_password_is_kept_with_its_server(other: str) -> None:
    """A profile that names another server, port, database or log-in has none: it goes nowhere else."""
    password_store = MemoryStore()
    own = LedgerAddress.parse("postgresql://bench@db.example/ledger")
    password_store.store_password(own.secret_name, Password("only-in-tests"))
    with pytest.raises(PasswordMissing):
        connector(other, password_store.read_password)()
