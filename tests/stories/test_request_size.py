"""A server that takes fewer devices a request than the profile wants: found out in use, and there to be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.practice.server import PracticeServer

if TYPE_CHECKING:
    from tests.stories.conftest import Bench, Open


def test_the_size_that_works_stands_in_the_profile(bench: Bench, profile: Profile, open_window: Open) -> None:
    """All are bound, and the form says what requests carry and since when that is known."""
    with PracticeServer(latency=0, rate=0, limit=2) as server:
        bench.has_profile(
            replace(profile, site=server.site, pace=RequestSettings(rate=0, batch_size=4), proven=True)
        )
        bench.has_token(site=server.site)
        with open_window() as me:
            me.scan("SPK1", "SPK2", "SPK3", "SPK4", "SPK5", "SPK6")
            me.sees_states(*["ready"] * 6)
            me.bind()
            me.sees_states(*["bound"] * 6)
            me.do("Profile…")
            me.press("Pace")
            me.sees("Requests carry 1: larger ones were refused on ")
