"""A plain HTTP client of the practice server, with one connection, and the requests clients have sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Fault

BIND_PATH = f"/v1/connectors/{channel.CONNECTOR_ID}/user_configs"


def bind_body(ids: Sequence[str], **more: object) -> bytes:
    """Return the body of a bind request for these ids."""
    enums = [{"label": f"L-{device_id}", "value": device_id} for device_id in ids]
    return json.dumps({"configs": [{"key": channel.KEY, "enums": enums}], **more}).encode()


@dataclass(frozen=True)
class Seen:
    """An answer as a client sees it; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, parsed as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """A client with one connection."""

    connection: HTTPConnection
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "Authorization": f"Bearer {channel.TOKEN}",
            "Content-Type": "application/json",
        }
    )

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Seen:
        """Send a request with the practice token and read its answer."""
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        seen = {name.lower(): value for name, value in answer.getheaders()}
        return Seen(answer.status, seen, answer.read())

    def bind(self, *ids: str) -> Seen:
        """Bind these ids."""
        return self.send("POST", BIND_PATH, bind_body(ids))


def client_of(server: PracticeServer, timeout: float = 10.0) -> Client:
    """Return a client of this server; it connects with its first request."""
    return Client(HTTPConnection(server.site.removeprefix("http://"), timeout=timeout))


def announced(fault: Fault, arrived: threading.Event) -> Iterator[Fault]:
    """Yield one fault, and set `arrived` when a request meets it."""
    arrived.set()
    yield fault


def lists_sent(server: PracticeServer) -> list[list[str]]:
    """Return the devices of each bind request received by a server."""
    bodies = [json.loads(request.body) for request in server.requests if request.call is Call.BIND]
    return [[enum["value"] for enum in body["configs"][0]["enums"]] for body in bodies]


def labels_sent(server: PracticeServer, before: int = 0) -> dict[str, str]:
    """Return the last label of each device in a server's bind requests, without its first `before` requests."""
    bodies = [json.loads(request.body) for request in server.requests[before:] if request.call is Call.BIND]
    return {enum["value"]: enum["label"] for body in bodies for enum in body["configs"][0]["enums"]}
