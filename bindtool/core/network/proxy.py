"""A proxy, and the routes to a site: as values, parsed from the addresses in settings and scripts.

The routes are determined in `system_proxies`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.redaction import STARS
from bindtool.core.credentials.secret import Password

if TYPE_CHECKING:
    from collections.abc import Iterable

DIRECT = "direct://"
"""A direct route to the site in a list of addresses."""

_SHORTEST = 4
"""Characters: anything shorter occurs in many texts by chance."""

_SCHEME = r"(?i)([a-z][a-z0-9+.-]*)://"
_HOST_AND_PORT = r"(?:\[([^\]]*)\]|([^:\[\]/?#]+))(?::([0-9]{1,5})?)?(?=[/?#]|\Z)"
_HOST = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?"
_LAST_PORT = 0xFFFF


class ProxyKind(StrEnum):
    """The protocol of a proxy; the scheme of its address."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS5 = "socks5"


_KINDS = {
    **{kind.value: kind for kind in ProxyKind},
    # The proxy always resolves the site's name, never bindtool.
    "socks5h": ProxyKind.SOCKS5,
    "socks": ProxyKind.SOCKS5,
}
_PORTS = {ProxyKind.HTTP: 80, ProxyKind.HTTPS: 443, ProxyKind.SOCKS5: 1080}


class BadProxy(ValueError):
    """The address of a proxy is invalid or its scheme not supported; says why, in English.

    `address`: as it may be shown.
    """

    def __init__(self, why: str, address: str) -> None:
        super().__init__(why)
        self.address = address


class UnsupportedScript(BadProxy):
    """An automatic script names the proxies, and bindtool can't evaluate it on this system."""

    def __init__(self, address: str) -> None:
        super().__init__("bindtool can't evaluate automatic scripts on this system", address)


@dataclass(frozen=True, slots=True)
class ProxyLogin:
    """A user and password for a proxy."""

    user: str
    password: Password


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Args:
        kind: its protocol.
        host: a name in lower case, "proxy.example", or an address, an IPv6 one without brackets.
        port: 1 to 65535.
        login: the login in its address.
        from_wpad: only the network named it, so no automatic log-in is sent to it.
    """

    kind: ProxyKind
    host: str
    port: int
    login: ProxyLogin | None = None
    from_wpad: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the address of a proxy, such as "http://lin:pass@proxy.example:8080" or "proxy.example:8080".

        A password may contain any character: settings are typed by people, who don't know which ones a URL
        reserves. The default scheme is HTTP; the default port is the scheme's usual one.

        Raises:
            BadProxy: the address is invalid.
        """
        text = text.strip()
        shown, found = _split_login(text)
        match = re.match(_SCHEME, shown)
        kind = _KINDS.get(match[1].lower()) if match else ProxyKind.HTTP
        if kind is None:
            raise BadProxy("not a kind of proxy that bindtool can use", shown)
        place = re.match(_HOST_AND_PORT, shown[match.end() if match else 0 :])
        host = _host(place) if place is not None else ""
        port = int(place[3] or _PORTS[kind]) if place is not None else 0
        if not host or not 0 < port <= _LAST_PORT:
            raise BadProxy("no host and port", shown)
        user, _, password = found.partition(":")
        try:
            login = ProxyLogin(unquote(user), Password(unquote(password))) if found else None
        except BadInput:
            raise BadProxy("not a password", shown) from None
        return cls(kind, host, port, login)

    @property
    def name(self) -> str:
        """Host and port, "proxy.example:8080"; the key in the password store."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """The address as it may be shown, "http://proxy.example:8080": without a login."""
        return f"{self.kind}://{self.name}"


class RouteSource(StrEnum):
    """The source of the routes to a site."""

    NOTHING = "nothing"
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    SCRIPT = "script"
    WPAD = "wpad"


@dataclass(frozen=True, slots=True)
class Routing:
    """The routes to a site, with their source.

    Args:
        routes: at least one, in the order of trial; None is a direct route to the site.
        source: their source.
        script: the URL of the automatic script, without a login; "" if there is none.
        fault: why the script could not be used: a code or the system's words; "" if it could.
    """

    routes: tuple[Proxy | None, ...] = (None,)
    source: RouteSource = RouteSource.NOTHING
    script: str = ""
    fault: str = ""


def usable_routes(addresses: Iterable[str], *, from_wpad: bool = False) -> tuple[Proxy | None, ...]:
    """Return the routes of addresses, in their order; None for "direct://", and for an empty list.

    Unsupported ones are left out.

    Raises:
        BadProxy: all of them are unsupported; the error is that of the first.
    """
    routes: dict[Proxy | None, None] = {}
    unusable: list[BadProxy] = []
    for address in addresses:
        try:
            route = None if address == DIRECT else replace(Proxy.parse(address), from_wpad=from_wpad)
        except BadProxy as error:
            unusable.append(error)
        else:
            routes.setdefault(route)
    if unusable and not routes:
        raise unusable[0]
    return tuple(routes) or (None,)


def without_login(address: str) -> str:
    """Return the address of a proxy or script as it may be shown: without a login, even if it is invalid."""
    return _split_login(address)[0]


def without_secret(words: str, login: ProxyLogin | None) -> str:
    """Return a proxy's message without the password sent to it, in plain text and as encoded in HTTP."""
    if login is None:
        return words
    password = login.password.reveal()
    for secret in (password, b64encode(f"{login.user}:{password}".encode(errors="replace")).decode()):
        if len(secret) >= _SHORTEST:
            words = words.replace(secret, STARS)
    return words


def _split_login(address: str) -> tuple[str, str]:
    """Return an address without its login, and the login: everything before the last "@"."""
    match = re.match(_SCHEME, address)
    scheme = match[0] if match else ""
    found, _, host = address.removeprefix(scheme).rpartition("@")
    return f"{scheme}{host}", found


def _host(place: re.Match[str]) -> str:
    """Return the host of an address in the form of `Proxy`; "" for an invalid one."""
    try:
        if place[1] is not None:
            return str(IPv6Address(place[1]))
        host = place[2].encode("idna").decode().lower()
    except ValueError:
        return ""
    return host if re.fullmatch(_HOST, host) else ""
