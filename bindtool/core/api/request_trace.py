"""How far a request got, step by step, as the HTTP library reports it: above all whether it may have left.

`CertificateProbe` ends a connection once the site's certificate is there, so that it can be shown. The steps and
their values are those of httpx's engine, httpcore (extension "trace").
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpcore


class RequestTrace:
    """The way of one request.

    `left` is done as soon as a part of the request itself may be on its way to the site. `shook_hands_with`: the
    last host that was asked for TLS, "" for none yet.
    """

    def __init__(self) -> None:
        self.left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.shook_hands_with = ""
        self._stream: httpcore.AsyncNetworkStream | None = None

    @property
    def connected(self) -> bool:
        """Something took the connection: the site or a proxy."""
        return self._stream is not None

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step. Once the request leaves, no other step is told: a run has a dozen a request."""
        if step == "http11.send_request_headers.started" and about["request"].method != b"CONNECT":
            self.left.set_result(None)
            about["request"].extensions.pop("trace", None)
        elif step.endswith(".connect_tcp.complete"):
            self._stream = about["return_value"]
        elif step.endswith(".start_tls.started"):
            self.shook_hands_with = about["server_hostname"]

    async def hang_up(self) -> None:
        """Close what the library leaves open after a proxy has refused."""
        if self._stream is not None:
            await self._stream.aclose()


class CertificateProbe(RequestTrace):
    """A way that ends as soon as the certificate of `host` can be seen, and before anything is sent there."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self.certificate = b""

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step.

        Raises:
            SeenEnough: the way ends here.
        """
        await super().follow(step, about)
        if step.endswith(".start_tls.complete") and self.shook_hands_with == self._host:
            tls = about["return_value"].get_extra_info("ssl_object")
            self.certificate = tls.getpeercert(binary_form=True)
            raise CertificateSeen
        if self.left.done():
            raise CertificateSeen


class CertificateSeen(Exception):
    """Nothing more is wanted of a connection."""
