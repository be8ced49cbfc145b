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
    """The progress of one request, over one way after another.

    `left` is done as soon as a part of the request itself may have been sent to the site. `past_proxy`: there is a
    connection to the site, through the proxy where one stands in the way.

    Args:
        quiet: seconds that a new connection is listened to before anything is sent to the site.
    """

    def __init__(self, quiet: float = 0.0) -> None:
        self._quiet = quiet
        self.left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.begin()

    def begin(self) -> None:
        """Forget the way before."""
        self.past_proxy = False
        self._stream: httpcore.AsyncNetworkStream | None = None

    @property
    def connected(self) -> bool:
        """Whether the connection was accepted: by the site, or by a SOCKS proxy."""
        return self._stream is not None

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step. Once the request leaves, no more are reported: they are a dozen a request.

        Raises:
            ConnectionError: the other side has sent something or hung up, before the request leaves.
        """
        if step == "http11.send_request_headers.started":
            if self._stream is not None:
                await self._listen(self._stream)
            self.left.set_result(None)
            about["request"].extensions.pop("trace", None)
        elif step.endswith(".connect_tcp.complete"):
            self._stream = about["return_value"]
            self.past_proxy = not step.startswith("socks.")
        elif step.endswith(".start_tls.complete"):
            self._stream = about["return_value"]
        elif step == "socks.setup_socks5_connection.complete":
            self.past_proxy = True

    async def _listen(self, stream: httpcore.AsyncNetworkStream) -> None:
        """Make sure that a new connection is silent: what comes now would be taken for the answer.

        Read above TLS, whose own records say nothing: TLS 1.3 sends session tickets unasked.
        """
        reading = asyncio.ensure_future(stream.read(1))
        try:
            await asyncio.wait((reading,), timeout=self._quiet)
            if reading.done():
                raise ConnectionError("an answer before the request" if reading.result() else "closed")
        finally:
            reading.cancel()
            await asyncio.wait((reading,))

    async def close(self) -> None:
        """Close what the library leaves open where TLS fails or a SOCKS proxy refuses."""
        if self._stream is not None:
            await self._stream.aclose()


class CertificateProbe(RequestTrace):
    """Ends a connection as soon as the site's certificate is there, and before any request is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.certificate = b""

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step.

        Raises:
            CertificateSeen: the certificate is there, or the request would leave.
        """
        await super().follow(step, about)
        if step.endswith(".start_tls.complete"):
            tls = about["return_value"].get_extra_info("ssl_object")
            self.certificate = tls.getpeercert(binary_form=True)
            raise CertificateSeen
        if self.left.done():
            raise CertificateSeen


class CertificateSeen(Exception):
    """Ends the connection of a `CertificateProbe`."""
