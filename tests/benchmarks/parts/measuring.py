"""Measurement for benchmarks: the server, whole processes with their time, CPU and memory, and a table."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[3]
PARTS = Path(__file__).resolve().parent

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes per unit; getrusage counts in bytes on macOS and in KiB on Linux."""


@dataclass(frozen=True)
class Spent:
    """Cost of one process: elapsed seconds, CPU seconds, and peak memory in MiB."""

    wall: float
    cpu: float
    memory: float

    @classmethod
    def typical(cls, runs: Sequence[Spent]) -> Spent:
        """Return the median of each figure."""
        return cls(
            median(run.wall for run in runs), median(run.cpu for run in runs), median(run.memory for run in runs)
        )


@dataclass(frozen=True)
class Server:
    """The loopback server, in a process of its own."""

    site: str
    port: int

    def counted(self) -> tuple[int, int]:
        """Return the requests and the devices since the last call."""
        with urllib.request.urlopen(f"{self.site}/count") as answer:  # noqa: S310 - our own address
            count = json.load(answer)
        return count["requests"], count["devices"]


@contextmanager
def server(latency: float) -> Iterator[Server]:
    """Run the loopback server, which answers after `latency` seconds, while the context lasts."""
    command = [sys.executable, str(PARTS / "loopback_server.py"), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Server(f"http://127.0.0.1:{port}", port)


def environment(**more: str) -> Mapping[str, str]:
    """Return this process's environment without a proxy, in plain English, with `more`.

    Without Python's own variables too: PYTHONDONTWRITEBYTECODE would have a checkout compiled at each start, as no
    installed program is.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("PYTHON")
    }
    return {**kept, "LANGUAGE": "en", **more}


def run(command: Sequence[str], output: Path, env: Mapping[str, str]) -> tuple[int, Spent]:
    """Run a whole process, standard output into a file; return its status and its cost.

    The process is awaited by itself, so that the figures are its own (and its children's) alone.
    """
    with output.open("wb") as out, output.with_suffix(".err").open("wb") as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, Spent(wall, used.ru_utime + used.ru_stime, _memory(used))


def _memory(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * _MAXRSS_UNIT / 2**20


def table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """Return lines of cells as a table: the first column left-aligned, figures right-aligned."""
    cells = [list(head), *([str(cell) for cell in line] for line in lines)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )
