"""A profile that reaches its site by an address: no token goes there before a person has confirmed it by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.profiles.profile import Profile
from tests.practice.sign_in import SignInServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.conftest import Bench, Open

YES = "Yes, it may go there"


@pytest.fixture
def address(server: SignInServer) -> Iterator[SignInServer]:
    """Give another server, which takes the same tokens."""
    with SignInServer(latency=0, rate=0, sign_in=server.sign_in) as address:
        yield address


@pytest.fixture
def mailed(bench: Bench, profile: Profile, address: SignInServer) -> Profile:
    """Let somebody have opened the file of a stranger."""
    mailed = replace(profile, address=address.site)
    bench.has_profile(mailed)
    return mailed


def test_bind_asks_first(
    bench: Bench, mailed: Profile, server: SignInServer, address: SignInServer, open_window: Open
) -> None:
    """The address is named beside the answer; with yes it is asked whose the token is, and then it binds there."""
    bench.has_token()
    with open_window() as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice(f"go to {mailed.address}?")
        me.sees_states("ready")
        assert YES not in me.buttons()
        me.press("Answer")
        me.sees(f"go to {mailed.address}?")
        assert address.requests == ()
        me.press(YES)
        me.sees("accepts the token")
        me.press("Close")
        me.bind()
        me.sees_states("bound")
    assert (list(address.bound), server.requests) == (["SPK1"], ())
    # It is asked again the next day.
    with open_window() as me:
        me.scan("SPK2")
        me.bind()
        me.sees_notice(f"go to {mailed.address}?")
