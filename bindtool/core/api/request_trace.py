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
    """The progress of one request.

    `left` is done as soon as a part of the request itself may have been sent to the site. `tls_host`: the last host
    with which a TLS handshake began, "" for none yet.
    """

    def __init__(self) -> None:
        self.left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.tls_host = ""
        self._stream: httpcore.AsyncNetworkStream | None = None

    @property
    def connected(self) -> bool:
        """Whether the site or a proxy accepted the connection."""
        return self._stream is not None

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step. Once the request leaves, no more are reported: they are a dozen a request."""
        if step == "http11.send_request_headers.started" and about["request"].method != b"CONNECT":
            self.left.set_result(None)
            about["request"].extensions.pop("trace", None)
        elif step.endswith(".connect_tcp.complete"):
            self._stream = about["return_value"]
        elif step.endswith(".start_tls.started"):
            self.tls_host = about["server_hostname"]

    async def close(self) -> None:
        """Close what the library leaves open after a proxy has refused."""
        if self._stream is not None:
            await self._stream.aclose()


class CertificateProbe(RequestTrace):
    """Ends a connection as soon as the certificate of `host` is there, and before any request is sent."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self.certificate = b""

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step.

        Raises:
            CertificateSeen: the certificate is there, or the request would leave.
        """
        await super().follow(step, about)
        if step.endswith(".start_tls.complete") and self.tls_host == self._host:
            tls = about["return_value"].get_extra_info("ssl_object")
            self.certificate = tls.getpeercert(binary_form=True)
            raise CertificateSeen
        if self.left.done():
            raise CertificateSeen


class CertificateSeen(Exception):
    """Ends the connection of a `CertificateProbe`."""
