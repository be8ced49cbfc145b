"""Entries that 0.1.0 has left in the system's password store, put there by another hand."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.errors import TokenOfNoSite
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.practice import channel
from tests.compatibility.first_release import LEDGER, SITE, lay_out, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.cli.desk import Desk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the entries are those of a Secret Service")


@pytest.fixture
def vault() -> Iterator[KeyringStore]:
    """Return the real password store, with the entries of then in the form of then; they are gone afterwards."""
    import secretstorage

    entries = json.loads(text("keyring.json"))
    with closing(secretstorage.dbus_init()) as connection:
        collection = secretstorage.get_default_collection(connection)
        for entry in entries:
            secret = entry["secret"].encode()
            collection.create_item(
                entry["label"], entry["attributes"], secret, replace=True, content_type=entry["content_type"]
            )
        yield KeyringStore()
        for entry in entries:
            for item in list(collection.search_items(entry["attributes"])):
                item.delete()


def test_tokens_and_passwords_are_read(vault: KeyringStore) -> None:
    """Each by its name: the profile's own, one that profiles share, and a ledger's password."""
    for name in ("line", "shared token"):
        with pytest.raises(TokenOfNoSite):
            vault.read(name, SITE)
        assert vault.settle(name, SITE).reveal() == channel.TOKEN
        assert vault.read(name, SITE).reveal() == channel.TOKEN
    ledger = LedgerAddress.parse(LEDGER)
    assert vault.read_password(ledger.secret_name).reveal() == "only-in-tests"


def test_a_token_is_found_by_a_command(
    vault: KeyringStore, desk: Desk, server: PracticeServer, tmp_path: Path
) -> None:
    """A profile of then binds with the token of then, and nobody is asked."""
    lay_out("command_line", tmp_path, site=server.site)
    desk.vault = vault
    assert desk.run("token", "check", "line").status == 0
    assert desk.bind(desk.file("SPK26113F8001"), "--profile", "line").states == {"SPK26113F8001": "bound"}


def test_an_entry_is_replaced_and_forgotten(vault: KeyringStore) -> None:
    """A new token takes the place of the old one: there are no two, and none is left when it is forgotten."""
    vault.store("line", vault.settle("shared token", SITE), SITE)
    assert vault.forget("line")
    assert not vault.forget("line")
