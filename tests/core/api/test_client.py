"""The API over real HTTP on loopback: the request as the vendor's own SDK sends it, and whatever can come back.

`wire.jsonl` holds four inputs and the request that the SDK (coze-dev/coze-py 6b0f4cd, `connectors.bind`) sent for
each to a server on loopback, captured on 2026-11-25.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bindtool import __version__
from bindtool.core.api.bind_request import bind_path
from bindtool.core.api.client import ChannelBinder, Timeouts
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NotSent, Reply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.core.common.clock import SystemClock
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.practice import channel as practice
from bindtool.practice.rules import PracticeReply
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Delivery, Fault
from tests.core.api.asking import ACCEPTED, DEVICE, api_of, bind_with, channel_of
from tests.core.api.asking import bind as bind_by
from tests.core.api.loopback import Loopback
from tests.ports import held_port
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

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
BRIEF = Timeouts(answer=0.8)
"""Long enough for an answer that comes at once to a computer that has much to do."""
CAPTURED = [json.loads(line) for line in Path(__file__).with_name("wire.jsonl").read_text("utf-8").splitlines()]


class NoonClock(SystemClock):
    """A clock that shows noon."""

    def now(self) -> datetime:
        """Return noon."""
        return NOON


def bind(site: str, *devices: Device, token: str = practice.TOKEN, timeouts: Timeouts | None = None) -> Reply:
    """Bind devices to the practice channel on a site, with one request at noon."""
    api = api_of(site, timeouts or Timeouts(), token=token, clock=NoonClock())
    (reply,) = bind_with(api, site, devices or [DEVICE])
    return reply


# The request


@pytest.mark.parametrize("captured", CAPTURED, ids=["two devices", "a user", "three devices", "unusual texts"])
def test_the_request_is_the_vendors_own(server: PracticeServer, captured: dict[str, Any]) -> None:
    """Method, path, body, authorization and content type are what coze-dev/coze-py 6b0f4cd sends."""
    given, expected = captured["input"], captured["request"]
    channel = Channel(server.site, given["connector_id"], given["key"], given["user_id"] or "")
    devices = [Device(device_id, label) for device_id, label in given["devices"]]

    async def bind_once() -> None:
        async with api_of(server.site, token=given["token"]) as api:
            await ChannelBinder(api, channel).bind(devices, asyncio.Event())

    asyncio.run(bind_once())

    (request,) = server.requests
    assert (request.method, request.path) == (expected["method"], expected["path"])
    assert json.loads(request.body) == expected["body"]
    assert {name: request.headers[name] for name in expected["headers"]} == expected["headers"]


def test_the_token_is_in_one_header_and_nowhere_else(server: PracticeServer) -> None:
    """Path, body and the other headers don't have it, and the program says its name."""
    bind(server.site)

    (request,) = server.requests
    with_token = [name for name, value in request.headers.items() if practice.TOKEN in value]
    assert with_token == ["authorization"]
    assert practice.TOKEN not in request.path
    assert practice.TOKEN.encode() not in request.body
    assert request.headers["user-agent"] == f"bindtool/{__version__}"


def test_asking_whose_the_token_is_binds_nothing(server: PracticeServer) -> None:
    """The check is a GET without a body, and its answer says who it is."""

    async def ask() -> Reply:
        async with api_of(server.site) as api:
            return await api.users_me()

    reply = asyncio.run(ask())

    assert isinstance(reply, HttpReply)
    assert json.loads(reply.body)["data"]["user_name"] == practice.USER_NAME
    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", "/v1/users/me", b"")
    assert request.headers["authorization"] == f"Bearer {practice.TOKEN}"
    assert "content-type" not in request.headers
    assert server.bound == {}


# The answer


def test_an_answer_comes_back_whole(server: PracticeServer) -> None:
    """Time, status, headers by lower-case name, and the body; the devices are bound."""
    reply = bind(server.site, Device("A1", "一"), Device("A2", "二"))

    assert isinstance(reply, HttpReply)
    assert (reply.time, reply.status) == (NOON, 200)
    body = json.loads(reply.body)
    assert body["code"] == 0
    assert reply.headers["x-tt-logid"] == body["detail"]["logid"] == judge(reply).answer.log_id
    assert {device_id: binding.label for device_id, binding in server.bound.items()} == {"A1": "一", "A2": "二"}


@dataclass(frozen=True)
class Case:
    """A fault, what it means, and whether the device is bound all the same."""

    fault: Fault
    kind: VerdictKind
    bound: bool = False
    timeouts: Timeouts | None = None


FAULTS = {
    "reset before it was read": Case(Reset(commit=False), VerdictKind.LOST),
    "reset after it was taken": Case(Reset(commit=True), VerdictKind.LOST, bound=True),
    "closed before it was taken": Case(Close(commit=False), VerdictKind.LOST),
    "closed after it was taken": Case(Close(), VerdictKind.LOST, bound=True),
    "truncated": Case(Truncated(), VerdictKind.LOST, bound=True),
    "a little late": Case(Slow(0.01), VerdictKind.BOUND, bound=True),
    "too late": Case(Slow(60.0), VerdictKind.LOST, bound=True, timeouts=BRIEF),
    "dripping": Case(Drip(0.02), VerdictKind.LOST, bound=True, timeouts=BRIEF),
    "refused": Case(ScriptedAnswer(4000), VerdictKind.REFUSED),
    "200 with 4101": Case(ScriptedAnswer(4101), VerdictKind.STOP),
    "429": Case(html(429), VerdictKind.WAIT),
    "500 with 0": Case(ScriptedAnswer(0, 500, commit=True), VerdictKind.LOST, bound=True),
    "408": Case(empty(408), VerdictKind.LOST),
    "a gateway's page": Case(html(), VerdictKind.LOST),
    "an empty answer": Case(empty(), VerdictKind.LOST),
    "no content": Case(Raw(204), VerdictKind.LOST),
    "a redirect": Case(redirect("http://127.0.0.1:9/"), VerdictKind.LOST),
    "no gzip": Case(
        Raw(200, {"Content-Encoding": "gzip"}, b'{"code":0}', commit=True),
        VerdictKind.LOST,
        bound=True,
    ),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_is_a_reply_with_a_meaning(server: PracticeServer, case: Case) -> None:
    """Whatever the server does, nothing is raised, and the verdict is the one it should be; then all goes on."""
    server.script([case.fault])

    api = api_of(server.site, case.timeouts or Timeouts(), clock=NoonClock())
    spoilt, usual = bind_with(api, server.site, [DEVICE], [Device("A2", "L-A2")])

    assert judge(spoilt).kind is case.kind
    assert (spoilt.time, judge(usual).kind) == (NOON, VerdictKind.BOUND)
    assert set(server.bound) == ({"A1", "A2"} if case.bound else {"A2"})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: PracticeServer, status: int) -> None:
    """The other server never hears of it, so the token can't reach it."""
    with PracticeServer(latency=0, rate=0) as other:
        server.script([redirect(other.site + bind_path(channel_of(other.site)), status)])

        reply = bind(server.site)

        assert isinstance(reply, HttpReply)
        assert reply.status == status
        assert judge(reply).kind is VerdictKind.LOST
        assert (len(server.requests), other.requests) == (1, ())


def test_a_body_without_end_is_cut(server: PracticeServer) -> None:
    """Eight megabytes are no answer of this API: a part is read, and the next request goes on as usual."""
    server.script([Raw(200, {"Content-Type": "application/json"}, b'{"msg":"' + b"x" * (8 << 20) + b'","code":0}')])

    long, usual = bind_with(api_of(server.site), server.site, [DEVICE], [DEVICE])

    assert isinstance(long, HttpReply)
    assert 1 << 20 < len(long.body) < 2 << 20
    assert (judge(long).kind, judge(usual).kind) == (VerdictKind.LOST, VerdictKind.BOUND)


# The token in what comes back


def test_a_token_that_is_echoed_is_taken_out(server: PracticeServer) -> None:
    """A server that repeats the token in body and headers gets it into nothing that is kept."""
    echo = f"no such token: Bearer {practice.TOKEN}"
    server.script([ScriptedAnswer(4000, msg=echo, headers={"X-Echo": echo, "x-tt-logid": f"LOG-{practice.TOKEN}"})])

    reply = bind(server.site)

    assert isinstance(reply, HttpReply)
    assert practice.TOKEN not in repr(reply)
    assert reply.headers["x-echo"] == "no such token: Bearer ***"
    assert reply.headers["x-tt-logid"] == "LOG-***"
    assert judge(reply).answer.message == "no such token: Bearer ***"


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"device_code": "SN2026A0001"}},
        {"data": {"device_code": 20260001234}},
        {"msg": 'no such header: "Bearer eyJhbGciOiJSUzI1NiJ9"'},
        {"msg": '"refresh_token=LBEP9iWU7rn60PWa"'},
    ],
)
def test_what_looks_like_a_token_spoils_no_answer(server: PracticeServer, told: dict[str, object]) -> None:
    """An answer means the same without what might be a token: it is JSON still, with its code."""
    server.script([json_text(json.dumps({"code": 0, **told}))])

    assert judge(bind(server.site)).kind is VerdictKind.BOUND


def test_a_token_that_is_echoed_in_another_encoding_is_not_read(server: PracticeServer) -> None:
    """JSON is in UTF-8 (RFC 8259, 8.1); in UTF-16 nobody would see the token to take it out."""
    text = json.dumps({"code": 4000, "msg": practice.TOKEN, "detail": {"logid": practice.TOKEN}})
    server.script([Raw(200, {}, text.encode("utf-16"))])

    verdict = judge(bind(server.site))

    assert verdict.kind is VerdictKind.LOST
    assert practice.TOKEN not in repr(verdict)


@pytest.mark.parametrize("msg", ["no such token: {}", "{}", "a {0} b {0}"])
def test_a_token_that_is_echoed_in_other_letters_is_taken_out(server: PracticeServer, msg: str) -> None:
    """JSON may spell each letter by its number, and a server may keep a half of the token to itself."""
    token = "other-token-0123456789abcdef0123456789abcdef"
    spelt = "".join(f"\\u{ord(letter):04x}" for letter in token)
    half = token[:20]
    server.script([json_text(f'{{"code": 4000, "msg": "{msg.format(spelt)} {half}"}}')])

    reply = bind(server.site, token=token)

    assert isinstance(reply, HttpReply)
    assert judge(reply).answer.message == f"{msg.format('***')} ***"


def test_an_answer_that_is_no_http_is_none() -> None:
    """The library's error repeats what it could not read; nobody is told the token in it."""
    with Loopback(b"pat_practice is no HTTP\r\n\r\n") as server:
        reply = bind(f"http://{server.address}")

    assert reply == AnswerLost(NOON)


# Never sent


def test_a_port_where_nobody_listens_is_never_sent() -> None:
    """Refused at once: the server can't have taken it."""
    with held_port() as port:
        reply = bind(f"http://127.0.0.1:{port}")

    assert isinstance(reply, NeverSent)
    assert (reply.time, reply.why, reply.host) == (NOON, NotSent.CONNECT, f"127.0.0.1:{port}")
    assert str(port) not in reply.detail
    assert judge(reply).kind is VerdictKind.NEVER_SENT


def test_a_name_that_nobody_knows_is_never_sent() -> None:
    """The top level .invalid is kept free of names (RFC 2606)."""
    reply = bind("https://api.coze.invalid")

    assert isinstance(reply, NeverSent)
    assert (reply.why, reply.host) == (NotSent.DNS, "api.coze.invalid")
    assert judge(reply).kind is VerdictKind.NEVER_SENT


# Connections


class SleepingClock(SystemClock):
    """A clock that shows an hour more whenever it is looked at: the computer sleeps in between."""

    def __init__(self) -> None:
        self._hours = count()

    def now(self) -> datetime:
        """Return the time."""
        return NOON + timedelta(hours=next(self._hours))


def test_a_connection_is_not_used_again_after_a_sleep() -> None:
    """Nobody has kept it open for so long, though the seconds of a sleeping computer do not count."""
    with Loopback(ACCEPTED) as server:
        site = f"http://{server.address}"
        replies = bind_with(api_of(site, clock=SleepingClock()), site, [DEVICE], [DEVICE])

    assert [judge(reply).kind for reply in replies] == [VerdictKind.BOUND] * 2
    assert len({heard.port for heard in server.heard}) == 2


@dataclass(frozen=True)
class Together:
    """A fault that answers only when as many requests are there as were meant to come together."""

    meeting: threading.Barrier
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """The reply, once all have come."""
        self.meeting.wait(10.0)
        return Slow(0.0).deliver(reply)


def test_requests_at_the_same_time_do_not_wait_for_each_other(server: PracticeServer) -> None:
    """Three are in flight at once, each over a connection of its own."""
    server.script([Together(threading.Barrier(3))] * 3)

    async def bind_three() -> list[Reply]:
        async with api_of(server.site) as api:
            return await asyncio.gather(*(bind_by(api, server.site, f"A{number}") for number in range(3)))

    assert [judge(reply).kind for reply in asyncio.run(bind_three())] == [VerdictKind.BOUND] * 3
    assert set(server.bound) == {"A0", "A1", "A2"}


_LOADS_AHEAD = """
import asyncio, sys
from bindtool.core.api.connection import load_library

async def load():
    before = set(sys.modules)
    load_library()
    print(*sorted({"anyio._backends._asyncio"} & (set(sys.modules) - before)))

asyncio.run(load())
"""


def test_what_the_first_request_needs_is_loaded_ahead() -> None:
    """The wait for the disk before a run is put to use."""
    done = subprocess.run([sys.executable, "-c", _LOADS_AHEAD], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["anyio._backends._asyncio"]
