"""Channels: the four values, and which sites are this computer itself."""

from __future__ import annotations

import pytest

from bindtool.core.model.channel import Channel, is_loopback, is_of_site


def test_a_channel_without_a_user_is_the_tokens_own() -> None:
    """The developer may be left out."""
    assert Channel("https://api.coze.cn", "0012", "device_id") == Channel(
        "https://api.coze.cn", "0012", "device_id", user_id=""
    )


@pytest.mark.parametrize("field", ["site", "connector_id", "key", "user_id"])
def test_each_of_the_four_values_makes_another_channel(field: str) -> None:
    """Coze tells lists of devices apart by all four, so bindtool does."""
    values = {"site": "https://api.coze.cn", "connector_id": "12", "key": "sn", "user_id": "7"}

    assert Channel(**values) != Channel(**values | {field: "https://other.example"})
    assert len({Channel(**values), Channel(**values)}) == 1


@pytest.mark.parametrize(
    "site",
    [
        "http://127.0.0.1:8080",
        "http://127.255.0.9",
        "http://[::1]:8080",
        "http://localhost",
        "https://LocalHost:8443",
    ],
)
def test_this_computer_is_known(site: str) -> None:
    """Loopback by name and by address, with any port and scheme."""
    assert is_loopback(site)


@pytest.mark.parametrize(
    "site",
    [
        "https://api.coze.cn",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://127.0.0.1@bad.example",
        "http://0.0.0.0",
        "http://192.168.0.1",
        "http://[fe80::1]",
        "http://[::1",
        "127.0.0.1",
        "",
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
