"""A run through a network that is interrupted and restored, for a process with a network of its own.

To be run with `unshare --map-root-user --net`; prints its observations as JSON. Arguments: a working folder, and
the seconds without a network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.practice.client import announced
from tests.practice.faults import Slow


def main(folder: Path, seconds: float) -> None:
    """Bind with a request in flight when the cable is pulled."""
    cable("up")
    arrived = threading.Event()
    with PracticeServer(latency=0, rate=0) as server:
        server.script([None, None])
        server.script(announced(Slow(0.5), arrived))
        process = bind(folder, server.site)
        arrived.wait(30)
        cable("down")
        threading.Event().wait(seconds)
        cable("up")
        out, err = process.communicate(timeout=120)
        seen = {
            "status": process.returncode,
            "bound": list(server.bound),
            "out": out,
            "err": err,
            "requests": len(server.requests),
        }
    sys.stdout.write(json.dumps(seen))


def cable(state: str) -> None:
    """Disconnect or connect the cable: every packet of this network goes through its only device."""
    subprocess.run(["ip", "link", "set", "lo", state], check=True)


def bind(folder: Path, site: str) -> subprocess.Popen[str]:
    """Start `bind` with nine devices, two per request."""
    own = {"BINDTOOL_DATA_DIR": str(folder / "data"), "BINDTOOL_PROFILE_DIR": str(folder / "machine")}
    environ = {**os.environ, **own, "LANGUAGE": "en", "BINDTOOL_TOKEN": channel.TOKEN}
    program = [sys.executable, "-m", "bindtool"]
    adding = ["profile", "add", "line", "--connector-id", channel.CONNECTOR_ID, "--base-url", site]
    subprocess.run(
        [*program, *adding], env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    file = folder / "devices.txt"
    file.write_text("\n".join(f"SPK{number:04}" for number in range(1, 10)), encoding="utf-8")
    pace = ["--rate", "0", "--batch-size", "2", "--timeout", "1"]
    return subprocess.Popen(
        [*program, "bind", str(file), *pace],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
