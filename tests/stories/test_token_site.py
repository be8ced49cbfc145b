"""A token and its site: it goes nowhere else, and without a site nowhere at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import keyring
import pytest

from bindtool.core.credentials.keyring_store import SERVICE
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.stories.conftest import PROFILE, TOKEN, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Open


@pytest.fixture
def stranger() -> Iterator[PracticeServer]:
    """Give a site that is not the one that the token was made on."""
    with PracticeServer(latency=0, rate=0) as server:
        yield server


def left_alone(bench: Bench) -> None:
    """Let something have stored the token without its site."""
    keyring.set_password(SERVICE, PROFILE, channel.TOKEN)
    note = TokenMetadata.of(TOKEN, datetime(2026, 10, 9, tzinfo=UTC))
    TokenMetadataFile(bench.data.token_metadata).put(PROFILE, note)


@pytest.fixture
def fast_lane(bench: Bench, profile: Profile, stranger: PracticeServer) -> Profile:
    """Let a file from a stranger name the token that somebody has entered, and a site of its own."""
    bench.has_token()
    fast_lane = replace(profile, name="Fast lane", site=stranger.site, token_name=PROFILE)
    bench.has_profile_from_it(fast_lane)
    return fast_lane


def called(site: str) -> str:
    """Return what people call a server of these tests."""
    return f"port {urlsplit(site).port} of this computer"


def was_shown(stranger: PracticeServer) -> bool:
    """Tell whether a site was sent the token."""
    return any(channel.TOKEN in request.headers.get("authorization", "") for request in stranger.requests)


def test_a_profile_from_a_stranger(
    fast_lane: Profile, server: PracticeServer, stranger: PracticeServer, open_window: Open
) -> None:
    """Its site gets nothing, at Bind or at the check of the token; the window says where the token belongs."""
    with open_window() as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice(f"The token “{PROFILE}” is not for {called(fast_lane.site)}")
        me.sees_states("ready")
        me.press("Enter token")
        me.sees(f"It is for {called(server.site)}. A new one replaces it")
        me.press("Check")
        me.sees(f"It was entered for {called(server.site)} and is sent to no other site.")
        me.press("Close")
    assert stranger.requests == ()


def test_the_check_of_a_laptop_with_a_stranger(
    fast_lane: Profile, stranger: PracticeServer, open_window: Open
) -> None:
    """It asks the site without the token."""
    with open_window() as me:
        me.do("Check this laptop…")
        me.sees(f"The token “{PROFILE}” is not for {called(fast_lane.site)}")
        me.press("Close")
    assert not was_shown(stranger)


def test_a_token_without_a_site(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """It is sent nowhere, at Bind or at its check, though one of that name has worked; it is entered anew."""
    with open_window(profile) as me:
        me.scan("SPK1")
        me.bind()
        me.sees_states("bound")
    left_alone(bench)
    asked = len(server.requests)
    with open_window() as me:
        me.scan("SPK2")
        me.bind()
        me.sees_notice(f"The token “{PROFILE}” was stored without its site")
        me.press("Enter token")
        me.press("Check")
        me.sees(f"Enter the token of {called(server.site)}; it replaces this one.")
        assert len(server.requests) == asked
        me.sees_states("bound", "ready")
        me.press("Close")
