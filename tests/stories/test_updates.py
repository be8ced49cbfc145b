"""A newer bindtool is there, and IT has named an address that knows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.core.api.authority import Authority
from tests.core.api.loopback import Loopback

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open

PAGE = "https://it.example/bindtool"
NEWER = json.dumps({"version": "99.0", "page": PAGE}).encode()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """Give IT's server, which this computer trusts."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    authority = Authority(tmp_path)
    authority.trusted(monkeypatch)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(NEWER), NEWER)
    with Loopback(answer, certificate=authority.issue("127.0.0.1")) as server:
        yield server


@pytest.fixture
def named(bench: Bench, profile: Profile, site: Loopback) -> Profile:
    """Give the profile with that server's address in it; somebody has entered its token."""
    bench.has_token()
    return replace(profile, updates=f"https://{site.address}/bindtool.json")


def test_it_is_told_once_a_day(bench: Bench, named: Profile, site: Loopback, open_window: Open) -> None:
    """The page is a press away, no other window asks that day, and nothing is asked about what was seen."""
    bench.has_profile_from_it(named)
    opened: list[str] = []

    def open_page(address: str) -> bool:
        opened.append(address)
        return len(opened) < 2

    with open_window(open_page=open_page) as me:
        notice = me.place.controller.update_notice
        notice.look()
        me.sees_notice("bindtool 99.0 is available; you have ")
        me.press("Learn more")
        assert opened == [PAGE]
        notice.look()
        me.scan("SPK1")
        me.sees_states("ready")
    with open_window(open_page=open_page) as me:
        me.place.controller.update_notice.look()
        me.scan("SPK2")
        me.sees_states("ready", "ready")
    assert [heard.target for heard in site.heard] == ["/bindtool.json"]


def test_without_a_browser(bench: Bench, named: Profile, site: Loopback, open_window: Open) -> None:
    """The address is said in words."""
    bench.has_profile_from_it(named)
    with open_window() as me:
        me.place.controller.update_notice.look()
        me.press("Learn more")
        me.sees_notice(PAGE)


def test_a_profile_of_ones_own_can_not_turn_it_on(
    bench: Bench, named: Profile, site: Loopback, open_window: Open
) -> None:
    """Whoever sent it by mail would be called by every laptop, and be believed."""
    bench.has_profile(named)
    with open_window() as me:
        me.place.controller.update_notice.look()
        me.scan("SPK1")
        me.sees_states("ready")
    assert site.heard == []
