"""The practice server over real HTTP: its answers, its record, its life."""

from __future__ import annotations

import re
import socket
import threading
from http.client import RemoteDisconnected

import httpx
import pytest

from bindtool.practice.rules import Binding, Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import LINGER_ZERO
from tests.patience import HOUR, ends, until
from tests.practice.client import BIND_PATH, Client, announced, bind_body, client_of
from tests.practice.faults import Slow


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_a_bind_is_answered_recorded_and_held(server: PracticeServer, client: Client) -> None:
    """What was sent can be read back, and the device is held with label, key and user."""
    body = bind_body(["设备1"], user_id="77")

    seen = client.send("POST", BIND_PATH, body)

    assert (seen.status, seen.json()["code"]) == (200, 0)
    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("POST", BIND_PATH, body)
    assert request.call is Call.BIND
    assert request.headers["authorization"] == "Bearer pat_practice"
    assert request.headers["content-type"] == "application/json"
    assert server.bound == {"设备1": Binding("L-设备1", "device_id", "77")}


def test_it_can_replace_its_list() -> None:
    """A server that is started so holds what the last request named, and nothing else."""
    with PracticeServer(latency=0, rate=0, replaces=True) as server:
        client = client_of(server)
        client.bind("A1", "A2")
        client.bind("A3")
        client.connection.close()
        assert list(server.bound) == ["A3"]


def test_log_ids_are_unique_and_look_like_the_vendors(client: Client) -> None:
    """Header and body carry the same log id: 14 digits of time and 20 hexadecimal digits, never twice."""
    answers = [client.bind("A1") for _ in range(20)]

    logids = [seen.json()["detail"]["logid"] for seen in answers]
    assert [seen.headers["x-tt-logid"] for seen in answers] == logids
    assert len(set(logids)) == 20
    assert all(re.fullmatch(r"20\d{12}[0-9A-F]{20}", logid) for logid in logids)


def test_a_connection_is_kept_alive(client: Client) -> None:
    """Several calls, refusals among them, travel over one connection."""
    first = client.send("GET", "/v1/users/me")
    socket_before = client.connection.sock
    others = [client.bind("A0000"), client.send("GET", "/nowhere"), client.bind("A1")]

    assert first.json()["data"]["nick_name"] == "Practice account"
    assert [seen.status for seen in others] == [200, 404, 200]
    assert client.connection.sock is socket_before


def test_the_connection_ends_when_the_client_asks(client: Client) -> None:
    """A request with `Connection: close` is answered, then the connection is closed."""
    seen = client.send("POST", BIND_PATH, bind_body(["A1"]), Connection="close")
    stranger = client.connection.sock

    assert seen.json()["code"] == 0
    assert stranger is None or stranger.recv(1) == b""


def test_an_answer_is_lost_once(server: PracticeServer, client: Client) -> None:
    """The device is bound, the connection ends without an answer; asked again, it is answered."""
    with pytest.raises(RemoteDisconnected):
        client.bind("A1", "A9999")

    assert set(server.bound) == {"A1", "A9999"}
    assert client.bind("A1", "A9999").json()["code"] == 0


def test_the_sixth_request_of_a_second_is_turned_away() -> None:
    """With five a second the sixth gets 429 and Retry-After, and a second later it is taken."""
    clock = HandClock()
    with PracticeServer(latency=0, clock=clock) as server:
        client = client_of(server)
        answers = [client.bind(f"A{number}") for number in range(6)]
        clock.now += 1.0
        later = client.bind("A5")
        client.connection.close()

    assert [seen.status for seen in answers] == [200] * 5 + [429]
    assert answers[5].json()["code"] == 4013
    assert answers[5].headers["retry-after"] == "1"
    assert later.status == 200
    assert [request.at for request in server.requests] == [100.0] * 6 + [101.0]


def test_answers_take_their_time() -> None:
    """An answer does not come before its time is up, although the device is bound."""
    with PracticeServer(latency=HOUR) as server:
        client = client_of(server, timeout=0.05)
        with pytest.raises(TimeoutError):
            client.bind("A1")
        client.connection.close()

        until(lambda: "A1" in server.bound)


def test_a_common_client_library_is_served(server: PracticeServer) -> None:
    """The client of httpx, which the program does without, gets along with the server."""
    with httpx.Client(base_url=server.site, headers={"Authorization": "Bearer pat_practice"}) as client:
        answers = [client.post(BIND_PATH, content=bind_body(["A1"])) for _ in range(2)]
        typed = client.post(
            BIND_PATH,
            json={"configs": [{"key": "device_id", "enums": [{"label": "智能音箱", "value": "B1"}]}]},
        )

    assert [answer.status_code for answer in answers] == [400, 400]
    assert typed.json()["code"] == 0
    assert server.bound["B1"].label == "智能音箱"


def test_many_clients_at_once(server: PracticeServer) -> None:
    """Forty clients that start together are all answered, and nothing of theirs is lost."""
    start = threading.Barrier(40)
    codes: list[int] = []

    def bind_one(number: int) -> None:
        client = client_of(server)
        start.wait()
        codes.append(client.bind(f"A{number:02}").json()["code"])
        client.connection.close()

    threads = [threading.Thread(target=bind_one, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [0] * 40
    assert len(server.requests) == len(server.bound) == 40


def test_snapshots_do_not_change(server: PracticeServer, client: Client) -> None:
    """What was read before a request is still the same after it."""
    requests, bound = server.requests, server.bound

    client.bind("A1")

    assert (requests, bound) == ((), {})
    assert (len(server.requests), len(server.bound)) == (1, 1)


def test_a_slow_answer_does_not_hold_up_the_stop(server: PracticeServer) -> None:
    """With an answer an hour away, stop returns at once, the client sees the end, no thread is left."""
    arrived = threading.Event()
    server.script(announced(Slow(3600), arrived))
    before = set(threading.enumerate())
    ended: list[type[BaseException]] = []

    def bind_slowly() -> None:
        client = client_of(server)
        try:
            client.bind("A1")
        except ConnectionError as error:
            ended.append(type(error))
        client.connection.close()

    waiting = threading.Thread(target=bind_slowly)
    waiting.start()
    assert arrived.wait(10)
    assert ends(server.stop)
    waiting.join()

    assert len(ended) == 1
    assert set(server.bound) == {"A1"}
    assert set(threading.enumerate()) <= before


def test_an_idle_connection_does_not_hold_up_the_stop(server: PracticeServer, client: Client) -> None:
    """A kept-alive connection is cut by the stop."""
    client.bind("A1")
    idle = client.connection.sock

    server.stop()

    assert idle is not None
    assert idle.recv(1) == b""


def test_it_comes_back_on_the_same_port(server: PracticeServer, client: Client) -> None:
    """Stopped, it refuses connections; started again, it has its port and its devices as before."""
    client.bind("A1")
    client.connection.close()
    site = server.site

    server.stop()
    with pytest.raises(ConnectionRefusedError):
        client.bind("A2")
    client.connection.close()
    server.start()
    client.bind("A3")

    assert server.site == site
    assert set(server.bound) == {"A1", "A3"}


def test_starting_twice_is_a_mistake(server: PracticeServer) -> None:
    """A running server says that it runs."""
    with pytest.raises(RuntimeError, match="runs already"):
        server.start()


def test_before_the_first_start_there_is_no_site() -> None:
    """A server that never ran has no port to name, and stopping it is harmless."""
    server = PracticeServer()

    server.stop()

    with pytest.raises(RuntimeError, match="no port"):
        _ = server.site


def test_it_listens_on_loopback_only(server: PracticeServer) -> None:
    """The site is plain HTTP on 127.0.0.1."""
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+", server.site)


def connect(server: PracticeServer) -> socket.socket:
    """A bare connection to the server."""
    return socket.create_connection(("127.0.0.1", int(server.site.rpartition(":")[2])), timeout=10)


def test_a_body_that_never_comes_whole_is_not_a_request(server: PracticeServer) -> None:
    """A client that leaves in the middle of its body has asked nothing."""
    with connect(server) as half:
        half.sendall(f"POST {BIND_PATH} HTTP/1.1\r\nContent-Length: 500\r\n\r\n{{".encode())
        half.shutdown(socket.SHUT_WR)
        rest = half.recv(1)

    assert rest == b""
    assert server.requests == ()


def test_a_length_that_is_no_number_counts_as_no_body(server: PracticeServer) -> None:
    """A spoilt Content-Length is answered, not stumbled over."""
    with connect(server) as spoilt:
        spoilt.sendall(b"POST / HTTP/1.1\r\nContent-Length: -1\r\nConnection: close\r\n\r\n")
        status_line = spoilt.makefile("rb").readline()

    assert status_line == b"HTTP/1.1 401 Unauthorized\r\n"


def test_a_client_that_hangs_up_is_no_error(server: PracticeServer, capfd: pytest.CaptureFixture[str]) -> None:
    """Hanging up with a reset leaves no trace on the terminal, and the server goes on."""
    rude = connect(server)
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
    rude.sendall(b"POST")
    rude.close()
    client = client_of(server)

    assert client.bind("A1").json()["code"] == 0
    client.connection.close()
    server.stop()
    assert capfd.readouterr() == ("", "")


def test_what_a_client_had_sent_is_dealt_with(server: PracticeServer) -> None:
    """Once drained, a request whose sender has gone away has been taken, or never will be."""
    for number in range(20):
        client = client_of(server)
        client.connection.request("POST", BIND_PATH, bind_body([f"A{number}"]), client.headers)
        client.connection.close()
    server.drain()
    assert len(server.bound) == 20


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    """Three at once as asked for, the fourth is told to wait a second; a second later one is taken."""
    clock = HandClock()
    with PracticeServer(latency=0, rate=1, burst=3, clock=clock) as server:
        client = client_of(server)
        statuses = [client.bind("A1").status for _ in range(3)]
        refused = client.bind("A1")
        clock.now += 1.0
        statuses += [client.bind("A1").status, client.bind("A1").status]
        client.connection.close()

    assert statuses == [200, 200, 200, 200, 429]
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")


def test_a_second_s_requests_may_come_at_once() -> None:
    """Two a second are two at once; then one each half a second."""
    clock = HandClock()
    with PracticeServer(latency=0, rate=2, clock=clock) as server:
        client = client_of(server)
        statuses = [client.bind("A1").status for _ in range(3)]
        clock.now += 0.5
        statuses.append(client.bind("A1").status)
        client.connection.close()

    assert statuses == [200, 200, 429, 200]
