"""A profile that reaches its site by an address: no token goes there before a person has confirmed it by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.practice import channel
from bindtool.practice.rules import Call
from tests.practice.sign_in import DEVICE_CLIENT, SignInServer

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


def test_signing_in_asks_first(bench: Bench, mailed: Profile, address: SignInServer, open_window: Open) -> None:
    """Not even a code is asked for before; with yes the sign-in begins."""
    ProfileRepository(bench.data.profiles, bench.machine).replace(
        replace(mailed, sign_in=SignInApps(device_client=DEVICE_CLIENT))
    )
    with open_window() as me:
        me.do("Access token…")
        me.press("Show a code")
        me.sees(f"go to {mailed.address}?")
        me.press(YES)
        me.sees("Scan the picture with a phone")
        me.press("Close")
        me.until(lambda: not me.place.services.tasks.busy, "see it end")
    assert [each.call for each in address.requests] == [Call.CODE]


def test_the_check_of_a_laptop(bench: Bench, mailed: Profile, address: SignInServer, open_window: Open) -> None:
    """It asks the address without the token."""
    bench.has_token()
    with open_window() as me:
        me.do("Check this laptop…")
        me.sees(f"go to {mailed.address}?")
        me.press("Close")
    assert not any(channel.TOKEN in request.headers.get("authorization", "") for request in address.requests)


def test_what_it_has_set_counts(bench: Bench, mailed: Profile, address: SignInServer, open_window: Open) -> None:
    """In the machine's folder nobody is asked."""
    bench.has_profile_from_it(mailed)
    bench.has_token()
    with open_window() as me:
        me.scan("SPK1")
        me.bind()
        me.sees_states("bound")
    assert list(address.bound) == ["SPK1"]
