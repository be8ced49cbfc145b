"""A channel: the four values by which Coze tells one list of devices from another.

Also how such a list treats new devices. How a channel is typed in and stored is in `core.profiles`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_VENDOR_SITES: Mapping[str, str] = MappingProxyType({"https://static-api.coze.cn": "https://api.coze.cn"})
"""The vendor's alternative addresses and their sites (docs.coze.cn, "access_api_via_fixed_ip")."""

_HOST_AND_PORT = r"(?ai)(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]+)?"


class Behaviour(StrEnum):
    """How new devices affect the channel's earlier ones. Coze's page doesn't say.

    The values appear in profile files and in `profile list`.
    """

    ADDS = "adds"
    REPLACES = "replaces"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Channel:
    """A connector on a site, with the key and the developer that its devices are bound under.

    `site` is an origin such as "https://api.coze.cn", without a slash at its end. `connector_id` is text, never a
    number. `user_id` is the developer's Coze UID, "" for the token's own account, as far as Coze's page
    lets one guess.

    `address`: the origin to connect to, "" for the site itself; it is not part of the channel's identity. An
    alternative address of the vendor's given as the site is replaced by the site.
    """

    site: str
    connector_id: str
    key: str
    user_id: str = ""
    address: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "site", vendor_site(self.site))

    @property
    def origin(self) -> str:
        """The origin that requests go to."""
        return self.address or self.site

    @property
    def sites(self) -> tuple[str, ...]:
        """The site, and the address an earlier bindtool wrote in its place: it took each address for a site."""
        known = (address for address, site in _VENDOR_SITES.items() if site == self.site)
        return tuple(dict.fromkeys((self.site, *known, self.origin)))

    @property
    def names(self) -> tuple[str, str, str, str]:
        """The four values."""
        return self.site, self.connector_id, self.key, self.user_id

    def includes(self, other: Channel) -> bool:
        """Return whether `other` is this channel, possibly with an address in place of the site."""
        return other.site in self.sites and other.names[1:] == self.names[1:]


def distinct(channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """Return the channels without duplicates; a channel with several addresses once with each."""
    return tuple({(each, each.sites): each for each in channels}.values())


def joined_names(channels: Iterable[Channel]) -> str:
    """Return a text that differs between sets of channels, and changes when a site gains an address."""
    return "".join(sorted({repr(each) + " ".join(each.sites[1:]) for each in channels}))


def vendor_site(address: str) -> str:
    """Return the site behind one of the vendor's addresses; any other address is its own site."""
    return _VENDOR_SITES.get(address, address)


def is_loopback(site: str) -> bool:
    """Return whether an origin is this computer, for which plain http is safe and a proxy useless."""
    try:
        host = urlsplit(site).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_of_site(address: str, site: str) -> bool:
    """Return whether an address is https and on a site's domain: for "https://api.coze.cn", coze.cn and below.

    On this computer, as in practice mode, http is allowed. Only host and port may stand before the path: at a
    backslash, a browser takes the part before it for the host, and `urlsplit` the part behind it.
    """
    try:
        found, asked = urlsplit(address), urlsplit(site)
        host, of_site = found.hostname or "", asked.hostname or ""
    except ValueError:
        return False
    if not re.fullmatch(_HOST_AND_PORT, found.netloc):
        return False
    if is_loopback(site):
        return is_loopback(f"{found.scheme}://{found.netloc}")
    domain = of_site.removeprefix("api.")
    # Anyone can register a domain below the rest of "api.cn".
    domain = domain if "." in domain else of_site
    return found.scheme == "https" and bool(domain) and (host == domain or host.endswith(f".{domain}"))
