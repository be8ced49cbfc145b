"""A proxy, and the ways to a site: as values, read from the addresses that settings and scripts have.

Which ways there are is asked in `system_proxies`.
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
"""Stands for the way straight to the site where addresses are listed."""

_SHORTEST = 4
"""Characters: anything shorter occurs in many texts by chance."""

_SCHEME = r"(?i)([a-z][a-z0-9+.-]*)://"
_HOST_AND_PORT = r"(?:\[([^\]]*)\]|([^:\[\]/?#]+))(?::([0-9]{1,5})?)?(?=[/?#]|\Z)"
_HOST = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?"
_LAST_PORT = 0xFFFF


class ProxyKind(StrEnum):
    """How one speaks to a proxy; an address begins with it."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS5 = "socks5"


_KINDS = {
    **{kind.value: kind for kind in ProxyKind},
    # That the proxy looks the site's name up, and nobody before it, goes without saying.
    "socks5h": ProxyKind.SOCKS5,
    "socks": ProxyKind.SOCKS5,
}
_PORTS = {ProxyKind.HTTP: 80, ProxyKind.HTTPS: 443, ProxyKind.SOCKS5: 1080}


class BadProxy(ValueError):
    """That is no address of a proxy that can be spoken to; says why, in English.

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
    """Who passes a proxy."""

    user: str
    password: Password


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Args:
        kind: how one speaks to it.
        host: a name in lower case, "proxy.example", or an address, an IPv6 one without brackets.
        port: 1 to 65535.
        login: the one that stands in its address.
        from_wpad: only the network named it, so that nobody logs in to it by themselves.
    """

    kind: ProxyKind
    host: str
    port: int
    login: ProxyLogin | None = None
    from_wpad: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the proxy of an address, such as "http://lin:pass@proxy.example:8080" or "proxy.example:8080".

        A password may have any character: settings are typed by people, who don't know which ones an address
        reserves. Without a scheme the proxy is spoken to by HTTP; without a port it is the scheme's usual one.

        Raises:
            BadProxy: that is none.
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
        """Host and port, "proxy.example:8080"; the password store knows it by this."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """The address as it may be shown, "http://proxy.example:8080": without a login."""
        return f"{self.kind}://{self.name}"


class RouteSource(StrEnum):
    """What has named the ways to a site."""

    NOTHING = "nothing"
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    SCRIPT = "script"
    WPAD = "wpad"


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways to a site.

    Args:
        ways: at least one, in the order in which they are to be tried; None goes straight to the site.
        source: what has named them.
        script: the address of the automatic script, without a login; "" where there is none.
        fault: why the script could not be used: a code or the system's words; "" where it could.
    """

    ways: tuple[Proxy | None, ...] = (None,)
    source: RouteSource = RouteSource.NOTHING
    script: str = ""
    fault: str = ""


def usable_ways(addresses: Iterable[str], *, from_wpad: bool = False) -> tuple[Proxy | None, ...]:
    """Return the ways that addresses name, in their order; None for "direct://", and where there are none.

    Those that bindtool can't speak to are left out.

    Raises:
        BadProxy: there are none but those; it is of the first.
    """
    ways: dict[Proxy | None, None] = {}
    unusable: list[BadProxy] = []
    for address in addresses:
        try:
            way = None if address == DIRECT else replace(Proxy.parse(address), from_wpad=from_wpad)
        except BadProxy as error:
            unusable.append(error)
        else:
            ways.setdefault(way)
    if unusable and not ways:
        raise unusable[0]
    return tuple(ways) or (None,)


def without_login(address: str) -> str:
    """Return the address of a proxy or script as it may be shown: without a login, even where it is none."""
    return _split_login(address)[0]


def without_secret(words: str, login: ProxyLogin | None) -> str:
    """Return what a proxy said, without the password that it was sent, as it is and as HTTP sends it."""
    if login is None:
        return words
    password = login.password.reveal()
    for secret in (password, b64encode(f"{login.user}:{password}".encode(errors="replace")).decode()):
        if len(secret) >= _SHORTEST:
            words = words.replace(secret, STARS)
    return words


def _split_login(address: str) -> tuple[str, str]:
    """Return an address without its login, and the login: all that stands before the last "@"."""
    match = re.match(_SCHEME, address)
    scheme = match[0] if match else ""
    found, _, host = address.removeprefix(scheme).rpartition("@")
    return f"{scheme}{host}", found


def _host(place: re.Match[str]) -> str:
    """Return the host of an address as `Proxy` has it; "" for what is none."""
    try:
        if place[1] is not None:
            return str(IPv6Address(place[1]))
        host = place[2].encode("idna").decode().lower()
    except ValueError:
        return ""
    return host if re.fullmatch(_HOST, host) else ""
