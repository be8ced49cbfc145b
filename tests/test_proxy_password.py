"""The password of a proxy, through the whole program: it gets to the proxy, and is to be found nowhere else."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import quote

import pytest

from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.network.stored_logins import ProxyPlace
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.coze_stand_in import CozeStandIn, stand_in_for_coze
from tests.test_main import DEVICES, Program, states

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it needs a password store of the tests' own")

USER, PASSWORD = "COMPANY\\lin", 'pass "wörd"/of@tests:1'


class Repeating(ThreadingTCPServer):
    """A proxy for Coze that takes one log-in, by Basic, and repeats whatever log-in it refuses.

    `expected`: user and password; `sent`: those that it was sent.
    """

    daemon_threads = True

    def __init__(self, onward: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = f"127.0.0.1:{self.server_address[1]}"
        self.expected = f"{USER}:{PASSWORD}"
        self.sent: list[str] = []
        self.onward = onward


class _Handler(StreamRequestHandler):
    server: Repeating

    def handle(self) -> None:
        """Take the CONNECTs of one connection, and hand on what follows the one that is granted."""
        with suppress(OSError):
            while self.rfile.readline():
                head = b"".join(iter(self.rfile.readline, b"\r\n")).decode()
                found = re.search(r"(?i)^proxy-authorization: basic (\S+)", head, re.MULTILINE)
                login = b64decode(found[1]).decode() if found else ""
                if found:
                    self.server.sent.append(login)
                if login == self.server.expected:
                    self._hand_on()
                    return
                again = f"no {login} {found[1]}" if found else "log in"
                self.wfile.write(
                    f"HTTP/1.1 407 {again}\r\nX-Echo: {login}\r\n".encode()
                    + b'Proxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
                )

    def _hand_on(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.onward)) as onward:
            onward.sendall(b"CONNECT api.coze.cn:443 HTTP/1.1\r\n\r\n")
            assert onward.recv(1024).startswith(b"HTTP/1.1 200")
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            Thread(target=_pump, args=(onward, self.connection), daemon=True).start()
            _pump(self.connection, onward)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@dataclass(frozen=True)
class Laptop(Program):
    """A laptop behind a proxy.

    `environ`: leads there. `texts`: what commands have written, with their arguments and environments.
    """

    environ: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)

    def does(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command behind the proxy, with a token of its environment."""
        token = {} if arguments[0] == "proxy" else {"BINDTOOL_TOKEN": channel.TOKEN}
        environ = {**self.environ, **token}
        process = self.start(*arguments, terminal=None, stdin=subprocess.PIPE, **environ)
        seen = [Path(f"/proc/{process.pid}/{name}").read_text(errors="replace") for name in ("cmdline", "environ")]
        out, err = process.communicate(given, timeout=60)
        self.texts[f"{len(self.texts)} {' '.join(arguments[:2])}"] = "\n".join([*seen, out, err])
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture
def proxy(stand_in: CozeStandIn) -> Iterator[Repeating]:
    """Return the proxy, and leave no log-in for it."""
    with Repeating(stand_in.port) as proxy:
        Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        yield proxy
        KeyringStore().forget_password(ProxyPlace.parse(proxy.name).entry)
        proxy.shutdown()


@pytest.fixture
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CozeStandIn]:
    """Return the way to a practice server that is Coze."""
    with (
        PracticeServer(latency=0, rate=0) as server,
        stand_in_for_coze(tmp_path_factory.mktemp("site"), server) as stand_in,
    ):
        yield stand_in


@pytest.fixture
def laptop(tmp_path: Path, stand_in: CozeStandIn, proxy: Repeating) -> Laptop:
    """Return a laptop with a profile, and a list."""
    address = f"http://{proxy.name}"
    laptop = Laptop(tmp_path, {**stand_in.environ, "HTTPS_PROXY": address, "https_proxy": address})
    assert laptop.does("profile", "add", "line", "--connector-id", channel.CONNECTOR_ID).returncode == 0
    (tmp_path / "devices.txt").write_text("\n".join(DEVICES), encoding="utf-8")
    return laptop


def forms(password: str) -> dict[str, bytes]:
    """Return how the password may be written."""
    login = f"{USER}:{password}"
    return {
        "as it is": password.encode(),
        "in an address": quote(password).encode(),
        "in JSON": password.replace('"', '\\"').encode(),
        "as HTTP sends it": b64encode(login.encode()),
        "in base64": b64encode(password.encode()),
    }


def test_it_is_nowhere(laptop: Laptop, proxy: Repeating) -> None:
    """Stored, used, refused and repeated by the proxy: no file, output, argument or environment has it."""
    file, report = str(laptop.folder / "devices.txt"), str(laptop.folder / "report.csv")
    stored = laptop.does("proxy", "set", proxy.name, "--user", USER, given=f"{PASSWORD}\n")
    assert (stored.returncode, stored.stdout) == (0, "")

    checked = laptop.does("check")
    bound = laptop.does("bind", file, "--rate", "0", "--report", report)
    shown = laptop.does("bind", file, "--dry-run")
    assert f"Logged in as {USER} (Basic)." in checked.stdout, checked.stdout + checked.stderr
    assert (bound.returncode, {*states(bound.stdout)}) == (0, {"bound"})
    assert shown.stdout.count("curl") >= 1
    assert {*proxy.sent} == {f"{USER}:{PASSWORD}"}

    proxy.expected = "other"
    refused = laptop.does("bind", file, "--rate", "0", "--report", report)
    assert (refused.returncode, {*states(refused.stdout)}) == (3, {"unsent"})
    assert f"bindtool proxy set {proxy.name}" in refused.stderr
    forgotten = laptop.does("proxy", "forget", proxy.name)
    assert "was forgotten" in forgotten.stderr

    files = {str(path.relative_to(laptop.folder)): path.read_bytes() for path in laptop.folder.rglob("*.*")}
    assert {"report.csv", "data/bindtool.db"} <= {*files}
    everything = {**files, **{name: text.encode() for name, text in laptop.texts.items()}}
    found = [
        (name, how)
        for name, data in everything.items()
        for how, form in forms(PASSWORD).items()
        if form.lower() in data.lower()
    ]
    assert found == []


def test_a_refused_one_is_sent_once(laptop: Laptop, proxy: Repeating) -> None:
    """Each further start of the program leaves it alone, until another one is stored: the account is not locked."""
    file = str(laptop.folder / "devices.txt")
    proxy.expected = "other"
    assert laptop.does("proxy", "set", proxy.name, "--user", USER, given=PASSWORD).returncode == 0
    runs = [laptop.does("bind", file, "--rate", "0") for _ in range(3)]
    assert ([run.returncode for run in runs], len(proxy.sent)) == ([3, 3, 3], 1)
    assert f"has refused the stored log-in of {USER}" in runs[2].stderr
    proxy.expected = "lin:of today"
    assert laptop.does("proxy", "set", proxy.name, "--user", "lin", given="of today").returncode == 0
    assert laptop.does("bind", file, "--rate", "0").returncode == 0
