"""How far a request got, told step by step; real ways are gone in test_api and test_api_way_out."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bindtool.core.api.request_trace import CertificateProbe, CertificateSeen, RequestTrace

SENDS = "http11.send_request_headers.started"
ASKS_PROXY = {"request": SimpleNamespace(method=b"CONNECT")}
ITSELF = {"request": SimpleNamespace(method=b"POST", extensions={})}


def test_asking_a_proxy_for_a_way_is_not_leaving() -> None:
    """Only the request itself counts."""

    async def go() -> list[bool]:
        way = RequestTrace()
        left = [way.left.done()]
        for about in (ASKS_PROXY, ITSELF):
            await way.follow(SENDS, about)
            left.append(way.left.done())
        await way.hang_up()
        return left

    assert asyncio.run(go()) == [False, False, True]


def test_a_glance_sends_nothing() -> None:
    """Should the connection get to the request without a certificate having been seen, it ends there."""

    async def go() -> None:
        glance = CertificateProbe("coze.example")
        await glance.follow("connection.start_tls.started", {"server_hostname": "proxy.example"})
        await glance.follow("connection.start_tls.complete", {})
        with pytest.raises(CertificateSeen):
            await glance.follow(SENDS, ITSELF)
        assert glance.certificate == b""

    asyncio.run(go())
