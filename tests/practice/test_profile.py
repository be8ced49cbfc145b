"""The profile of practice mode."""

from __future__ import annotations

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile


def test_it_fits_the_practice_channel() -> None:
    """Its values are the channel's; its pace is that of any new profile."""
    profile = practice_profile("http://127.0.0.1:8080")
    assert profile.channel.site == "http://127.0.0.1:8080"
    assert (profile.connector_id, profile.key, profile.user_id) == (
        channel.CONNECTOR_ID,
        channel.KEY,
        channel.USER_ID,
    )
    assert profile.pace == Profile("x", "1").pace
    assert profile.proven is False


def test_what_its_channel_does_is_known() -> None:
    """Its rules add: there is nothing to check, and no publish page to look at."""
    assert practice_profile("http://127.0.0.1:8080").behaviour is Behaviour.ADDS
