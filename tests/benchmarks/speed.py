"""Speed of `bindtool bind` beside the tools technicians use today, as whole processes on loopback.

50,000 devices at 50 a request, 10,000 at 20 and 1,000 at one, 64 requests at a time, answers after 50 ms, no pace;
bindtool with its journal on the disk, plain httpx scripts with one client a worker, and `curl --parallel`. bindtool
knows that the channel adds, and so that it has accepted devices: no device goes ahead alone, only the first request
does. The contenders take turns, and each figure is the median of its turns. bindtool aims at the speed of the
script with a shared TLS context at one a request, 0.85 of it at 20 and 0.7 at 50, and at no more than 20 us of CPU
time per device beyond that script's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Callable, Mapping

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import to_toml
from tests.benchmarks.parts.measuring import PARTS, Server, Spent, environment, run, server, table

WORKERS = 64
LATENCY = 0.05
CONNECTOR_ID, USER_ID = "7412345678901234567", "1"

DEFAULT, SHARED = "httpx, default", "httpx, shared TLS context"


@dataclass(frozen=True)
class Load:
    """The number of devices, of devices per request, and of turns of each contender."""

    devices: int
    batch_size: int
    turns: int

    @property
    def requests(self) -> int:
        """The number of requests."""
        return -(-self.devices // self.batch_size)


@dataclass(frozen=True)
class Course:
    """The setting of a race: a server and an empty folder with the list of devices."""

    load: Load
    server: Server
    folder: Path

    @property
    def list(self) -> Path:
        """The file of devices, one id a line."""
        return self.folder / "devices.txt"

    @property
    def url(self) -> str:
        """The URL to which devices are posted."""
        return f"{self.server.site}/v1/connectors/{CONNECTOR_ID}/user_configs"


Contender = tuple[list[str], "Mapping[str, str]"]


def bindtool(course: Course) -> Contender:
    """`bindtool bind` with a data folder that has a profile and nothing else."""
    data = Path(tempfile.mkdtemp(dir=course.folder))
    (data / "profiles").mkdir()
    profile = Profile(
        "Line 2",
        CONNECTOR_ID,
        course.server.site,
        user_id=USER_ID,
        pace=RequestSettings(rate=0),
        behaviour=Behaviour.ADDS,
    )
    (data / "profiles" / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    command = [sys.executable, "-m", "bindtool", "bind", str(course.list)]
    command += ["--batch-size", str(course.load.batch_size), "--concurrency", str(WORKERS), "--rate", "0"]
    variables = {"BINDTOOL_DATA_DIR": str(data), "BINDTOOL_PROFILE_DIR": str(data / "none")}
    return command, environment(**variables, BINDTOOL_TOKEN="pat_benchmark")


def plain_httpx(course: Course, *options: str) -> Contender:
    """The plain script."""
    command = [
        sys.executable,
        str(PARTS / "plain_httpx.py"),
        course.url,
        str(course.list),
        "--workers",
        str(WORKERS),
    ]
    return [*command, "--batch-size", str(course.load.batch_size), *options], environment()


def curl(course: Course) -> Contender:
    """`curl --parallel`, with a body in a file for each request."""
    devices = course.list.read_text(encoding="utf-8").split()
    lines = []
    for number, at in enumerate(range(0, len(devices), course.load.batch_size)):
        body = course.folder / f"{number}.json"
        batch = devices[at : at + course.load.batch_size]
        enums = [{"label": f"Speaker {device[-6:]}", "value": device} for device in batch]
        body.write_text(json.dumps({"configs": [{"key": "device_id", "enums": enums}], "user_id": USER_ID}))
        lines += ["next"] * bool(number)
        lines += [f'url = "{course.url}"', f'data = "@{body}"', "silent"]
        lines += ['header = "Authorization: Bearer pat_b"', 'header = "Content-Type: application/json"']
    config = course.folder / "curl.config"
    config.write_text("\n".join(lines), encoding="utf-8")
    return ["curl", "--parallel", "--parallel-max", str(WORKERS), "--config", str(config)], environment()


CONTENDERS: Mapping[str, Callable[[Course], Contender]] = {
    "bindtool": bindtool,
    DEFAULT: plain_httpx,
    SHARED: lambda course: plain_httpx(course, "--shared"),
    "curl --parallel": curl,
}


def race(load: Load) -> None:
    """Run the contenders in turns and print their costs."""
    spent: dict[str, list[Spent]] = {}
    with server(LATENCY) as measured, tempfile.TemporaryDirectory() as folder:
        course = Course(load, measured, Path(folder))
        ids = (f"SPK2611{number:07}" for number in range(1, load.devices + 1))
        course.list.write_text("\n".join(ids) + "\n", encoding="utf-8")
        names = [name for name in CONTENDERS if name != "curl --parallel" or shutil.which("curl")]
        for _ in range(load.turns):
            for name in names:
                command, env = CONTENDERS[name](course)
                status, took = run(command, course.folder / "output", env)
                _check(course, name, status)
                spent.setdefault(name, []).append(took)
    _print(load, {name: Spent.typical(turns) for name, turns in spent.items()})


def _check(course: Course, name: str, status: int) -> None:
    """Check that a contender has sent everything."""
    _, devices = course.server.counted()
    output = (course.folder / "output").read_text(encoding="utf-8")
    bound = output.count("bound\t") if "curl" not in name else devices
    if status or not devices == bound == course.load.devices:
        errors = (course.folder / "output.err").read_text(encoding="utf-8")
        sys.exit(f"{name}: status {status}, {devices} devices arrived, {bound} said to be bound\n{errors[-2000:]}")


def _print(load: Load, spent: Mapping[str, Spent]) -> None:
    print(f"\n{load.devices:,} devices, {load.batch_size} a request, {WORKERS} at a time, {LATENCY * 1000:g} ms")
    head = ("", "s", "devices/s", "CPU s", "MiB", "of default", "of shared", "CPU us a device beyond shared")
    lines = [
        (
            name,
            f"{took.wall:.2f}",
            f"{load.devices / took.wall:,.0f}",
            f"{took.cpu:.2f}",
            f"{took.memory:.0f}",
            f"{spent[DEFAULT].wall / took.wall:.2f}",
            f"{spent[SHARED].wall / took.wall:.2f}",
            f"{(took.cpu - spent[SHARED].cpu) / load.devices * 1e6:.1f}",
        )
        for name, took in spent.items()
    ]
    print(table(head, lines), flush=True)


async def server_alone(requests: int = 20_000) -> float:
    """Return the number of requests per second that the server answers without latency, over plain sockets."""
    with server(0) as measured:
        asked = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n" + b'{"value"}'

        async def ask() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", measured.port)
            for _ in range(requests // WORKERS):
                writer.write(asked)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.partition(b"Content-Length: ")[2]))
            writer.close()

        began = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(WORKERS)))
        return requests / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="how often each contender runs; the median counts")
    turns = parser.parse_args().turns
    if shutil.which("curl"):
        version = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
        print(version.split(" (")[0])
    print(f"The server alone: {asyncio.run(server_alone()):,.0f} requests a second")
    race(Load(devices=50_000, batch_size=50, turns=turns))
    race(Load(devices=10_000, batch_size=20, turns=turns))
    race(Load(devices=1_000, batch_size=1, turns=turns))


if __name__ == "__main__":
    main()
