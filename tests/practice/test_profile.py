"""The profile of practice mode, and its sample devices."""

from __future__ import annotations

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile, sample_ids
from bindtool.resource_paths import asset


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


def test_samples_show_what_can_become_of_a_device() -> None:
    """Of twenty, one is refused and the answer of one is lost; another series has other ids of the same look."""
    first, second = sample_ids(1), sample_ids(2)
    endings = [each[-4:] for each in first]
    assert (len(set(first)), endings.count(channel.REFUSED_ENDING), endings.count(channel.LOST_ENDING)) == (
        20,
        1,
        1,
    )
    assert not set(first) & set(second)
    assert {len(each) for each in (*first, *second)} == {13}


def test_the_sample_sheet_has_the_first_series() -> None:
    """What a command line without a window binds is what the window offers."""
    lines = asset("sample", "devices.csv").read_text(encoding="utf-8-sig").splitlines()
    assert tuple(line.partition(",")[0] for line in lines[1:]) == sample_ids(1)
