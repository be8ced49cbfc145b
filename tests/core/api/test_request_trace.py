"""How far a request got, step by step; real connections are in test_client and test_client_way_out."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bindtool.core.api.request_trace import CertificateProbe, CertificateSeen, RequestTrace

SENDS = "http11.send_request_headers.started"
ASKS_PROXY = {"request": SimpleNamespace(method=b"CONNECT")}
ITSELF = {"request": SimpleNamespace(method=b"POST", extensions={})}


def test_asking_a_proxy_to_connect_is_not_leaving() -> None:
    """Only the request itself counts."""

    async def go() -> list[bool]:
        trace = RequestTrace()
        left = [trace.left.done()]
        for about in (ASKS_PROXY, ITSELF):
            await trace.follow(SENDS, about)
            left.append(trace.left.done())
        await trace.close()
        return left

    assert asyncio.run(go()) == [False, False, True]


def test_a_certificate_probe_sends_nothing() -> None:
    """Should the connection get to the request without a certificate having been seen, it ends there."""

    async def go() -> None:
        probe = CertificateProbe("coze.example")
        await probe.follow("connection.start_tls.started", {"server_hostname": "proxy.example"})
        await probe.follow("connection.start_tls.complete", {})
        with pytest.raises(CertificateSeen):
            await probe.follow(SENDS, ITSELF)
        assert probe.certificate == b""

    asyncio.run(go())
