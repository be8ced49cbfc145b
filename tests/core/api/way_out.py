"""A company's proxy: a real one as a process of its own, in front of a server on this computer."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import until
from tests.ports import held_port

OUTSIDE = "127.1"
"""This computer's address in a form that the system resolves, but bindtool takes for a remote host."""

USER, PASSWORD = "lin", "s3cret.pass_word-1"
"""Only characters that tinyproxy 1.11.1 (Debian 12) accepts in its configuration; with others it exits at once."""

needs_tinyproxy = pytest.mark.skipif(shutil.which("tinyproxy") is None, reason="tinyproxy is not installed")
needs_microsocks = pytest.mark.skipif(shutil.which("microsocks") is None, reason="microsocks is not installed")


@contextmanager
def tinyproxy(folder: Path, *, login: bool = False) -> Iterator[str]:
    """Yield the address, host and port, of an HTTP proxy; with `login` it requires USER and PASSWORD."""
    with held_port() as port:
        lines = [f"Port {port}", "Listen 127.0.0.1", "Timeout 60", "MaxClients 20", f'LogFile "{folder}/proxy.log"']
        if login:
            lines.append(f"BasicAuth {USER} {PASSWORD}")
        file = folder / "tinyproxy.conf"
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        with _running(["tinyproxy", "-d", "-c", str(file)], port):
            yield f"127.0.0.1:{port}"


@contextmanager
def microsocks(*, login: bool = False) -> Iterator[str]:
    """Yield the address of a SOCKS5 proxy; with `login` it requires USER and PASSWORD."""
    who = ["-u", USER, "-P", PASSWORD] if login else []
    with held_port() as port, _running(["microsocks", "-i", "127.0.0.1", "-p", str(port), *who], port):
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    """Start a proxy and wait until it listens."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: process.poll() is not None or _listens(port), lambda: f"{command[0]} does not listen")
        assert process.poll() is None, f"{command[0]} has ended"
        yield
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
