"""Each fault does on the wire what it says, and takes the devices or not as it says."""

from __future__ import annotations

import threading
from http.client import IncompleteRead, RemoteDisconnected

import pytest

from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Fault
from tests.practice.client import BIND_PATH, Client, announced, bind_body, client_of
from tests.practice.faults import (
    Drip,
    Raw,
    Reset,
    ScriptedAnswer,
    Slow,
    Truncated,
    empty,
    html,
    json_text,
    redirect,
)


@pytest.mark.parametrize("commit", [True, False])
def test_reset(server: PracticeServer, client: Client, *, commit: bool) -> None:
    """The connection is reset, before or after the devices were taken."""
    server.script([Reset(commit)])

    with pytest.raises(ConnectionResetError) as caught:
        client.bind("A1")

    assert not isinstance(caught.value, RemoteDisconnected)
    assert ("A1" in server.bound) is commit
    assert len(server.requests) == 1


@pytest.mark.parametrize("commit", [True, False])
def test_close(server: PracticeServer, client: Client, *, commit: bool) -> None:
    """The connection is closed in good order, without a byte."""
    server.script([Close(commit)])

    with pytest.raises(RemoteDisconnected):
        client.bind("A1")

    assert ("A1" in server.bound) is commit


@pytest.mark.parametrize("commit", [True, False])
def test_truncated(server: PracticeServer, client: Client, *, commit: bool) -> None:
    """The body ends before the length that was promised."""
    server.script([Truncated(commit, missing=7)])

    with pytest.raises(IncompleteRead) as caught:
        client.bind("A1")

    assert caught.value.expected == 7
    assert caught.value.partial.startswith(b'{"code": 0')
    assert ("A1" in server.bound) is commit


@pytest.mark.parametrize("commit", [True, False])
def test_slow(server: PracticeServer, *, commit: bool) -> None:
    """A client that does not wait that long sees nothing, although the devices may be taken."""
    arrived = threading.Event()
    server.script(announced(Slow(3600, commit), arrived))
    client = client_of(server, timeout=0.05)

    with pytest.raises(TimeoutError):
        client.bind("A1")
    client.connection.close()

    assert arrived.wait(10)
    assert ("A1" in server.bound) is commit


def test_slow_but_in_time(server: PracticeServer, client: Client) -> None:
    """A client that waits gets the answer of the rules."""
    server.script([Slow(0.05)])

    assert client.bind("A1").json()["code"] == 0


def test_drip(server: PracticeServer, client: Client) -> None:
    """The answer comes byte by byte, and whole in the end; the connection goes on."""
    server.script([Drip(0.0001)])

    assert client.bind("A1").json()["code"] == 0
    assert client.bind("A2").json()["code"] == 0
    assert set(server.bound) == {"A1", "A2"}


def test_a_drip_ends_with_the_server(server: PracticeServer, client: Client) -> None:
    """Stopping the server cuts an answer that drips."""
    server.script([Drip(3600)])
    client.connection.request("POST", BIND_PATH, bind_body(["A1"]), client.headers)
    assert client.connection.sock is not None
    first = client.connection.sock.recv(9)

    server.stop()

    assert first == b"H"
    assert client.connection.sock.recv(9) == b""


@pytest.mark.parametrize("code", [0, 4101, "0", False, None])
def test_answer(server: PracticeServer, client: Client, code: object) -> None:
    """Any code under any status, in the vendor's shape, with a log id; by default nothing is taken."""
    server.script([ScriptedAnswer(code, 500, "no", {"Retry-After": "3"})])

    seen = client.bind("A1")

    assert seen.status == 500
    assert seen.headers["retry-after"] == "3"
    assert seen.json() == {"code": code, "msg": "no", "detail": {"logid": seen.headers["x-tt-logid"]}}
    assert server.bound == {}


def test_answer_after_the_devices_were_taken(server: PracticeServer, client: Client) -> None:
    """A failure can be told although the devices are bound."""
    server.script([ScriptedAnswer(5000, 500, commit=True)])

    assert client.bind("A1").status == 500
    assert set(server.bound) == {"A1"}


def test_raw(server: PracticeServer, client: Client) -> None:
    """Status, headers and bytes go out as they were given, even a status that nobody knows."""
    server.script([Raw(599, {"X-One": "1"}, b"\x00\xff")])

    seen = client.bind("A1")

    assert (seen.status, seen.body) == (599, b"\x00\xff")
    assert seen.headers == {"x-one": "1", "content-length": "2"}


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "body"),
    [
        (html(), 502, "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        (html(200), 200, "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        (empty(), 200, "application/json", b""),
        (json_text("[]"), 200, "application/json; charset=utf-8", b"[]"),
        (json_text("{}", 500), 500, "application/json; charset=utf-8", b"{}"),
        (json_text("{oops"), 200, "application/json; charset=utf-8", b"{oops"),
    ],
)
def test_bodies_that_are_no_answer(
    server: PracticeServer, client: Client, fault: Raw, status: int, content_type: str, body: bytes
) -> None:
    """Pages, nothing, and JSON of the wrong kind."""
    server.script([fault])

    seen = client.bind("A1")

    assert (seen.status, seen.headers["content-type"]) == (status, content_type)
    assert seen.body.startswith(body)
    assert bool(seen.body) is bool(body)
    assert server.bound == {}


def test_redirect(server: PracticeServer, client: Client) -> None:
    """The answer points elsewhere; who follows it shows up in the record."""
    server.script([redirect(f"{server.site}/elsewhere", commit=True)])

    seen = client.bind("A1")

    assert (seen.status, seen.headers["location"]) == (302, f"{server.site}/elsewhere")
    assert set(server.bound) == {"A1"}


def test_faults_come_in_order_and_end() -> None:
    """Handed-in faults come first, scripted ones after them; None is no fault; then the rules alone hold."""
    handed_in: list[Fault | None] = [ScriptedAnswer(1), None]
    with PracticeServer(latency=0, rate=0, faults=handed_in) as server:
        server.script([ScriptedAnswer(2)])
        server.script([ScriptedAnswer(3)])
        client = client_of(server)
        codes = [client.bind("A1").json()["code"] for _ in range(6)]
        client.connection.close()

    assert codes == [1, 0, 2, 3, 0, 0]


def test_other_calls_do_not_use_up_the_script(server: PracticeServer, client: Client) -> None:
    """The script of the bind call waits for a bind; the token check has a script of its own."""
    server.script([ScriptedAnswer(1)])
    server.script([ScriptedAnswer(4101)], Call.ME)

    codes = [
        seen.json()["code"]
        for seen in (
            client.send("GET", "/v1/users/me"),
            client.send("GET", "/v1/users/me"),
            client.bind("A1"),
            client.bind("A1"),
        )
    ]

    assert codes == [4101, 0, 1, 0]


def test_a_fault_goes_before_a_lost_answer(server: PracticeServer, client: Client) -> None:
    """A fault without commit leaves the lost answer for the next time."""
    server.script([ScriptedAnswer(4101)])

    assert client.bind("A9999").json()["code"] == 4101
    with pytest.raises(RemoteDisconnected):
        client.bind("A9999")
    assert client.bind("A9999").json()["code"] == 0
