"""Whether there is a newer bindtool, asked of a real server over TLS."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from bindtool import __version__
from bindtool.core.common.clock import SystemClock
from bindtool.core.diagnostics.newer_version import NewerVersion, find_newer
from bindtool.core.network.proxies import Proxies
from tests.core.api.authority import Authority
from tests.core.api.loopback import Loopback
from tests.ports import held_port

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

PAGE = "https://it.example/bindtool"


def answer(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    """Return an answer of HTTP."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def says(**said: object) -> bytes:
    """Return an answer that is JSON."""
    return answer(json.dumps(said).encode())


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the certificate of a server that this computer trusts."""
    authority = Authority(tmp_path)
    authority.trusted(monkeypatch)
    return authority.issue("127.0.0.1")


def ask(site: str, version: str = "0.9") -> NewerVersion | None:
    """Ask a site for a version newer than that."""
    return asyncio.run(
        find_newer(f"{site}/bindtool.json?for=all", SystemClock(), Proxies.of_this_system(), version)
    )


@pytest.mark.parametrize(
    ("newest", "own", "newer"),
    [
        ("0.10", "0.9", True),
        ("0.9.1", "0.9", True),
        ("1", "0.99.9", True),
        ("0.9", "0.9", False),
        ("0.9.0", "0.9", False),
        ("0.9", "0.9.0", False),
        ("0.8.12", "0.9", False),
        ("10.0", "9.9", True),
        ("0", "0.1", False),
    ],
)
def test_numbers_are_compared(certificate: Path, newest: str, own: str, newer: bool) -> None:
    """As numbers, and not as texts; the request says nothing of this computer."""
    with Loopback(says(version=newest, page=PAGE, more="for later"), certificate=certificate) as server:
        found = ask(f"https://{server.address}", own)
    assert found == (NewerVersion(newest, PAGE) if newer else None)
    (heard,) = server.heard
    assert (heard.method, heard.target) == ("GET", "/bindtool.json?for=all")
    assert heard.headers.keys() == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert heard.headers["user-agent"] == f"bindtool/{__version__}"


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"2.0"),
        answer(b"[]"),
        answer(b""),
        says(version="2.0"),
        says(page=PAGE),
        says(version=2.0, page=PAGE),
        says(version="2.0", page=None),
        says(version="2.0-beta", page=PAGE),
        says(version="2.0\u0661", page=PAGE),
        says(version="2." + "9" * 100, page=PAGE),
        says(version="2.0", page="http://it.example/bindtool"),
        says(version="2.0", page="file:///etc/passwd"),
        says(version="2.0", page="javascript:alert(1)"),
        answer(b'{"version": "2.0", "version": "3.0", "page": "https://it.example"}'),
        says(version="2.0", page=PAGE, more="x" * 20_000),
        answer(says(version="2.0", page=PAGE).partition(b"\r\n\r\n")[2], "404 Not Found"),
        answer(b"", "302 Found", "Location: http://it.example/bindtool.json\r\n"),
        answer(b"", "302 Found", "Location: /other.json\r\n"),
        b"no HTTP\r\n\r\n",
    ],
)
def test_what_is_no_answer(certificate: Path, caplog: pytest.LogCaptureFixture, reply: bytes) -> None:
    """It is in the log, and nothing comes of it; a redirect is not followed."""
    caplog.set_level(logging.INFO)
    with Loopback(reply, certificate=certificate) as server:
        assert ask(f"https://{server.address}") is None
        assert len(server.heard) == 1
    assert [record.name for record in caplog.records if server.address in record.getMessage()] == [
        "bindtool.core.diagnostics.newer_version"
    ]


def test_a_stranger_or_nobody_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A certificate that this computer does not trust, and a server that is not there, end in the log."""
    caplog.set_level(logging.INFO)
    strange = Authority(tmp_path).issue("127.0.0.1")
    with Loopback(says(version="2.0", page=PAGE), certificate=strange) as server:
        assert ask(f"https://{server.address}") is None
    assert "untrusted" in caplog.text
    assert server.heard == []
    with held_port() as port:
        assert ask(f"https://127.0.0.1:{port}") is None
    assert "connect" in caplog.text


def test_an_address_without_a_path(certificate: Path) -> None:
    """It is asked for the site's first page."""
    with Loopback(says(version="2.0", page=PAGE), certificate=certificate) as server:
        address = f"https://{server.address}"
        assert asyncio.run(find_newer(address, SystemClock(), Proxies.of_this_system())) is not None
    assert server.heard[0].target == "/"
