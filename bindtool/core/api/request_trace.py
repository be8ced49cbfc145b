"""How far a request got, step by step, as the HTTP library reports it: above all whether it may have left.

`CertificateProbe` ends a connection once the site's certificate is there, so that it can be shown. The steps and
their values are those of httpx's engine, httpcore (extension "trace").
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.api.transport import Line


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
        self._line: Line | None = None

    @property
    def connected(self) -> bool:
        """Whether the connection was accepted: by the site, or by a SOCKS proxy."""
        return self._line is not None

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Take note of a step. Once the request leaves, no more are reported: they are a dozen a request.

        Raises:
            ConnectionError: the other side has sent something or hung up, before the request leaves.
        """
        if step == "http11.send_request_headers.started":
            if self._line is not None:
                # What comes now would be taken for the answer.
                await self._line.listen(self._quiet)
                if not self._line.is_silent:
                    raise ConnectionError("an answer before the request" if await self._line.read(1) else "closed")
            self.left.set_result(None)
            about["request"].extensions.pop("trace", None)
        elif step.endswith(".connect_tcp.complete"):
            self._line = about["return_value"]
            self.past_proxy = not step.startswith("socks.")
        elif step == "socks.setup_socks5_connection.complete":
            self.past_proxy = True


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
