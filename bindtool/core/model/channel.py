"""A channel: the four values by which Coze tells one list of devices from another.

Also what such a list does with new devices. How a channel is typed in and stored is in `core.profiles`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from bindtool.values import value

_HOST_AND_PORT = r"(?ai)(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]+)?"


class Behaviour(StrEnum):
    """What becomes of a channel's earlier devices when new ones are sent. Coze's page doesn't say.

    The values appear in profile files and in `profile list`.
    """

    ADDS = "adds"
    REPLACES = "replaces"
    NOT_CHECKED = "not checked"


@value(frozen=True, slots=True)
class Channel:
    """A connector on a site, with the key and the developer that its devices are bound under.

    `site` is an origin such as "https://api.coze.cn", without a slash at its end. `connector_id` is text, never a
    number. `user_id` is the developer's Coze UID, "" for the token's own account, as far as Coze's page
    lets one guess.
    """

    site: str
    connector_id: str
    key: str
    user_id: str = ""


def is_loopback(site: str) -> bool:
    """Tell whether an origin is this computer itself, where plain http is no danger and a proxy no help."""
    try:
        host = urlsplit(site).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_of_site(address: str, site: str) -> bool:
    """Tell whether an address is https and on a site's domain: for "https://api.coze.cn", coze.cn and below.

    On this computer itself, where practice is, it may be http. Nothing but host and port may stand before the path:
    where a backslash does, a browser takes what is before it for the host, and `urlsplit` what is behind it.
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
    # What is left of "api.cn" is everybody's.
    domain = domain if "." in domain else of_site
    return found.scheme == "https" and bool(domain) and (host == domain or host.endswith(f".{domain}"))
