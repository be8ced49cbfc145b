"""Requests of the API to a site on loopback, as the practice channel's technician would send them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.api.responses import NeverSent, Reply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.core.common.clock import Clock, SystemClock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.network.proxies import Proxies
from bindtool.practice import channel as practice

ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"code":0}'
DEVICE = Device("A1", "L-A1")
USUAL = Timeouts()


def api_of(
    site: str,
    timeouts: Timeouts = USUAL,
    *,
    token: str = practice.TOKEN,
    clock: Clock | None = None,
    proxies: Proxies | None = None,
) -> CozeApi:
    """Make the API of a site."""
    return CozeApi(site, AccessToken(token), timeouts, clock or SystemClock(), proxies or Proxies.of_this_system())


def channel_of(site: str) -> Channel:
    """Make the practice channel on a site."""
    return Channel(site, practice.CONNECTOR_ID, practice.KEY)


async def bind(api: CozeApi, site: str, device_id: str = "A1", give_up: asyncio.Event | None = None) -> Reply:
    """Bind a device to the practice channel."""
    return await api.bind(channel_of(site), [Device(device_id, "L")], give_up)


def bind_with(api: CozeApi, site: str, *groups: Sequence[Device]) -> list[Reply]:
    """Bind groups of devices, one request after the other, and close the API."""

    async def bind_all() -> list[Reply]:
        async with api:
            return [await api.bind(channel_of(site), devices) for devices in groups or ([DEVICE],)]

    return asyncio.run(bind_all())


def bind_once(site: str, timeouts: Timeouts = USUAL, *, proxies: Proxies | None = None) -> Reply:
    """Bind a device on a site."""
    (reply,) = bind_with(api_of(site, timeouts, proxies=proxies), site)
    return reply


def never_sent(site: str, timeouts: Timeouts = USUAL, *, proxies: Proxies | None = None) -> NeverSent:
    """Try to bind on a site that can't be reached, and return why not."""
    reply = bind_once(site, timeouts, proxies=proxies)
    assert isinstance(reply, NeverSent)
    assert judge(reply).kind is VerdictKind.NEVER_SENT
    return reply
