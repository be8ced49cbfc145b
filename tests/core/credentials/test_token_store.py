"""Tokens that are held in memory, where the password store can't serve."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import TokenMissing, TokenNotForSite
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.credentials.token_store import HeldStore

SITE = "https://api.coze.cn"
TOKEN = AccessToken("czu_" + "x" * 64)


def test_a_token_is_held_for_its_site() -> None:
    """It is given to that site alone."""
    store = HeldStore(KnownSecrets())
    store.store("line", TOKEN, SITE)

    assert store.read("line", SITE) == TOKEN
    with pytest.raises(TokenNotForSite):
        store.read("line", "https://api.coze.com")


def test_a_sign_in_is_held_whole() -> None:
    """It can be renewed as one that is stored."""
    secrets = KnownSecrets()
    store = HeldStore(secrets)
    record = TokenRecord(TOKEN, SITE, SignIn("73.app.coze", Secret("r" * 40), "71", 1_800_000_000, 900))

    store.keep("line", record)

    assert store.record("line", SITE) == record
    assert store.describe() == "memory"
    assert secrets.clean(f"{'r' * 40} of {TOKEN.reveal()}") == "*** of ***"


def test_what_was_let_go_of_is_gone() -> None:
    """The second time there is nothing to let go of."""
    store = HeldStore(KnownSecrets())
    store.store("line", TOKEN, SITE)

    assert [store.forget("line"), store.forget("line")] == [True, False]
    with pytest.raises(TokenMissing):
        store.record("line", SITE)
