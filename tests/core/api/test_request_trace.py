"""How far a request got, step by step; real connections are in test_client and test_client_way_out."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from httpcore import AsyncNetworkStream

from bindtool.core.api.request_trace import CertificateProbe, CertificateSeen, RequestTrace

SENDS = "http11.send_request_headers.started"
ITSELF = {"request": SimpleNamespace(extensions={})}


@pytest.mark.parametrize(
    ("steps", "past"),
    [
        (["connection.connect_tcp.started"], [False]),
        (["connection.connect_tcp.complete"], [True]),
        (["socks.connect_tcp.complete", "socks.setup_socks5_connection.complete"], [False, True]),
    ],
    ids=["on the way", "straight, or by a tunnel", "SOCKS"],
)
def test_how_far_it_got(steps: list[str], past: list[bool]) -> None:
    """A SOCKS proxy that was reached has not let anybody through yet; the next way begins at its beginning."""

    async def go() -> None:
        trace = RequestTrace()
        seen = []
        for step in steps:
            await trace.follow(step, {"return_value": AsyncNetworkStream()})
            seen.append(trace.past_proxy)
        assert seen == past
        trace.begin()
        assert (trace.past_proxy, trace.connected, trace.left.done()) == (False, False, False)

    asyncio.run(go())


def test_a_certificate_probe_sends_nothing() -> None:
    """Should the connection get to the request without a certificate having been seen, it ends there."""

    async def go() -> None:
        probe = CertificateProbe()
        await probe.follow("connection.start_tls.started", {})
        with pytest.raises(CertificateSeen):
            await probe.follow(SENDS, ITSELF)
        assert probe.certificate == b""

    asyncio.run(go())
