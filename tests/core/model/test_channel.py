"""Channels: the four values, the addresses of a site, and which sites are this computer itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.model.channel import Channel, distinct, is_loopback, is_of_site, joined_names


@pytest.mark.parametrize("field", ["site", "connector_id", "key", "user_id"])
def test_each_of_the_four_values_makes_another_channel(field: str) -> None:
    """Coze tells lists of devices apart by all four, so bindtool does."""
    values = {"site": "https://api.coze.cn", "connector_id": "12", "key": "sn", "user_id": "7"}

    assert Channel(**values) != Channel(**values | {field: "https://other.example"})
    assert len({Channel(**values), Channel(**values)}) == 1


FIXED_IP = "https://static-api.coze.cn"
LINE = Channel("https://api.coze.cn", "12", "sn", "7")
BY_GATEWAY = replace(LINE, address="https://coze.example.com")


def test_an_address_makes_no_other_channel() -> None:
    """However the site is reached, it is one channel; requests go to the address."""
    assert {LINE: "one"}[BY_GATEWAY] == "one"
    assert (LINE.origin, BY_GATEWAY.origin) == ("https://api.coze.cn", "https://coze.example.com")
    assert repr(BY_GATEWAY) == repr(LINE)


def test_the_vendors_fixed_ip_address_is_known() -> None:
    """In place of the site it reads as the site; that of another site, and a name that is like it, are others."""
    assert replace(LINE, site=FIXED_IP) == LINE
    assert replace(LINE, site=FIXED_IP).names == ("https://api.coze.cn", "12", "sn", "7")
    for site in (
        "https://static-api.coze.com",
        "https://static-api.coze.cn.example.com",
        "http://static-api.coze.cn",
    ):
        assert replace(LINE, site=site) != LINE


def test_what_may_stand_for_the_site() -> None:
    """In what an earlier bindtool has written: the vendor's addresses, and the one of the channel."""
    assert LINE.sites == ("https://api.coze.cn", FIXED_IP)
    assert BY_GATEWAY.sites == ("https://api.coze.cn", FIXED_IP, "https://coze.example.com")
    assert replace(LINE, site="https://api.coze.com").sites == ("https://api.coze.com",)
    written = replace(LINE, site="https://coze.example.com")
    assert (LINE.includes(written), BY_GATEWAY.includes(written), BY_GATEWAY.includes(LINE)) == (False, True, True)
    assert not BY_GATEWAY.includes(replace(written, key="other"))


def test_several_channels() -> None:
    """Each counts once, with each of its addresses; what was read for fewer addresses was read for others."""
    assert [each.origin for each in distinct([LINE, LINE, BY_GATEWAY])] == [LINE.origin, BY_GATEWAY.origin]
    assert joined_names([LINE, LINE]) == joined_names([LINE])
    assert len({joined_names(each) for each in ([], [LINE], [BY_GATEWAY], [replace(LINE, key="other")])}) == 4


@pytest.mark.parametrize(
    "site",
    [
        *("http://127.0.0.1:8080", "http://127.255.0.9", "http://[::1]:8080"),
        *("http://localhost", "https://LocalHost:8443"),
    ],
)
def test_this_computer_is_known(site: str) -> None:
    """Loopback by name and by address, with any port and scheme."""
    assert is_loopback(site)


@pytest.mark.parametrize(
    "site",
    [
        *("https://api.coze.cn", "http://localhost.example", "http://127.0.0.1.example"),
        *("http://127.0.0.1@bad.example", "http://0.0.0.0"),
        *("http://192.168.0.1", "http://[fe80::1]", "http://[::1", "127.0.0.1", ""),
    ],
)
def test_no_other_host_is_this_computer(site: str) -> None:
    """A name that only looks like loopback is somebody else's, and so is a text that is no site."""
    assert not is_loopback(site)


@pytest.mark.parametrize(
    ("address", "of_site"),
    [
        ("https://www.coze.cn/device?user_code=1", True),
        ("https://coze.cn", True),
        ("http://www.coze.cn", False),
        ("https://coze.cn.example.com", False),
        ("https://WWW.coze.cn:8443/device", True),
        ("https://coze.cn@example.com", False),
        ("https://example.com@coze.cn", False),
        ("https://example.com\\@www.coze.cn", False),
        ("https://example.com\\.coze.cn", False),
        ("https://example.com%5c.coze.cn", False),
        ("https://example.com;.coze.cn", False),
        ("https://example.com/.coze.cn", False),
        ("https://www.coz\u0435.cn", False),
        ("https://www.coze.cn.", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_what_is_of_a_site(address: str, *, of_site: bool) -> None:
    """The host decides, whatever else stands in an address."""
    assert is_of_site(address, "https://api.coze.cn") is of_site
