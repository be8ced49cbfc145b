"""The one way to a profile's token: it goes to its own site alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import AddressNotConfirmed, TokenMissing, TokenNotForSite
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.jobs.site_token import check_address, find_token
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, Site
from tests.memory_store import MemoryStore

TOKEN = AccessToken("pat_5678secret")
LINE = Profile(name="Line 2", connector_id="1", site=Site.COZE_CN)
STRANGER = Profile(name="From a stranger", connector_id="1", site="https://stranger.example", token_name="Line 2")
STORED = datetime(2026, 10, 9, tzinfo=UTC)
LATER = STORED + timedelta(days=1)


def token_for(profile: Profile, store: MemoryStore, since: datetime | None) -> AccessToken:
    """Return the token alone; there is nothing to renew, and nothing to tell."""
    place = TokenPlace(profile.token, since)
    found = find_token(
        profile, store, place, SystemClock(), Proxies.of_this_system(), lambda _: pytest.fail("told")
    )
    assert (found.place, found.renewal) == (place, None)
    return found.token


def test_one_without_a_site_goes_nowhere() -> None:
    """Something has kept the token alone: nobody can tell whose it is, and it stays where it is."""
    store = MemoryStore()
    store.store("Line 2", TOKEN, "")
    for profile in (LINE, STRANGER):
        with pytest.raises(TokenNotForSite) as caught:
            token_for(profile, store, STORED)
        assert caught.value.id == "token.no_site"


def test_a_token_that_is_missing() -> None:
    """It is missed under its name."""
    with pytest.raises(TokenMissing):
        token_for(LINE, MemoryStore(), None)


FIXED_IP = "https://static-api.coze.cn"
GATEWAY = "https://coze.example.com"
BY_GATEWAY = replace(LINE, address=GATEWAY, read_only=True)


@pytest.mark.parametrize(("address", "profile"), [(FIXED_IP, LINE), (GATEWAY, BY_GATEWAY)])
def test_one_that_was_stored_for_an_address(address: str, profile: Profile) -> None:
    """It is the site's, and nobody is asked."""
    store = MemoryStore()
    store.store("Line 2", TOKEN, address)
    assert token_for(profile, store, STORED) == TOKEN
    with pytest.raises(TokenNotForSite):
        token_for(replace(LINE, site=Site.COZE_COM), store, STORED)


def test_one_that_was_stored_for_somebody_elses_address() -> None:
    """It is not the site's: a profile has to name the address."""
    store = MemoryStore()
    store.store("Line 2", TOKEN, GATEWAY)
    with pytest.raises(TokenNotForSite) as caught:
        token_for(LINE, store, STORED)
    assert caught.value.title.values["kept_for"] == GATEWAY


def test_an_address_that_nobody_has_confirmed() -> None:
    """No token may go there; what was confirmed for one site is not for another."""
    mailed = replace(LINE, address=GATEWAY)
    for confirmed in ((), {(Site.COZE_COM, GATEWAY)}, {(LINE.site, f"{GATEWAY}:8443")}):
        with pytest.raises(AddressNotConfirmed) as caught:
            check_address(mailed, confirmed)
        assert caught.value.title.values == {"address": GATEWAY, "site": LINE.site, "name": "Line 2"}
    check_address(mailed, {(LINE.site, GATEWAY)})
    check_address(BY_GATEWAY)
    check_address(LINE)


def test_one_that_was_signed_in_for_is_renewed() -> None:
    """It comes with what keeps it from running out; as long as it lasts, that is the token itself."""
    sign_in = SignIn("9.app.coze", Secret("refresh"), "77", int(SystemClock().now().timestamp()) + 900, 900)
    store = MemoryStore()
    store.keep("Line 2", TokenRecord(TOKEN, LINE.site, sign_in))
    found = find_token(LINE, store, TokenPlace("Line 2"), SystemClock(), Proxies.of_this_system(), lambda _: None)
    assert found.renewal is not None
    assert (found.token, asyncio.run(found.renewal.token())) == (TOKEN, TOKEN)
    assert found.secrets == (TOKEN, Secret("refresh"))
