"""A bind API on loopback at minimal cost: every request gets code 0 after a delay.

Runs as a process of its own, so that it takes no time from the processes measured. It prints its port, and lives
until its standard input is closed. `GET /count` returns the requests and devices since the last such request.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from functools import partial

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


class _Counted:
    """Requests and devices since the last count."""

    def __init__(self) -> None:
        self.ever = 0
        self.requests = 0
        self.devices = 0


class _Connection(asyncio.Protocol):
    """One connection: a request at a time, for as long as the client keeps it."""

    def __init__(self, latency: float, counted: _Counted) -> None:
        self._latency = latency
        self._counted = counted
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(_HEAD_END)
        if end < 0:
            return
        length = _LENGTH.search(self._heard, 0, end)
        whole = end + len(_HEAD_END) + (int(length[1]) if length else 0)
        if len(self._heard) >= whole:
            request, self._heard = self._heard[:whole], self._heard[whole:]
            self._answer(request)

    def _answer(self, request: bytes) -> None:
        counted = self._counted
        if request.startswith(b"GET /count"):
            self._write({"requests": counted.requests, "devices": counted.devices})
            counted.requests = counted.devices = 0
            return
        counted.ever += 1
        counted.requests += 1
        # Counted, not parsed: no label of the benchmark contains this text.
        counted.devices += request.count(b'"value"')
        body = {"code": 0, "msg": "", "detail": {"logid": f"20261125093000{counted.ever:020X}"}}
        asyncio.get_running_loop().call_later(self._latency, self._write, body)

    def _write(self, body: object) -> None:
        text = json.dumps(body).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)
        )


async def serve(latency: float) -> None:
    """Answer after `latency` seconds until the other end of standard input is closed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(_Connection, latency, _Counted()), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before an answer")
    asyncio.run(serve(parser.parse_args().latency))
