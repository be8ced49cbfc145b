"""Binds twenty devices at the practice server by the real command line: file, core, HTTP, database and report."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.outcome import State
from bindtool.core.network.proxies import Proxies
from bindtool.smoke.report import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bindtool.core.credentials.token_store import PasswordStore

_DEVICES = tuple(f"SMOKE{number:04}" for number in range(1, 21))
"""None has an ending that the practice server refuses or loses (`practice.rules`)."""


def twenty_devices(folder: Path) -> str:
    """Bind twenty devices with all files in `folder`; return how many were bound."""
    from bindtool.cli import command_line
    from bindtool.cli.process_environment import ProcessEnvironment

    folder.mkdir()
    devices, report = folder / "devices.txt", folder / "report.csv"
    devices.write_text("\n".join(_DEVICES), encoding="utf-8")
    said = io.StringIO()
    process = ProcessEnvironment(
        given_token=None,
        environ={
            "BINDTOOL_DATA_DIR": str(folder),
            "BINDTOOL_PROFILE_DIR": str(folder / "machine"),
            "LANGUAGE": "en",
        },
        stdin=io.BytesIO(),
        stdout=io.StringIO(),
        stderr=said,
        clock=SystemClock(),
        open_proxies=cache(Proxies.of_this_system),
        password_store=_nobody_asks,
        ask_secret=_nobody_types,
        open_page=lambda _: False,
        interrupts=_no_interrupts,
    )
    status = command_line.main(["bind", str(devices), "--practice", "--report", str(report)], process)
    if status != 0:
        raise Failed(f"status {status}: {said.getvalue()}")
    with report.open(encoding="utf-8-sig", newline="") as file:
        bound = [row["device_id"] for row in csv.DictReader(file) if row["status"] == State.BOUND]
    if sorted(bound) != sorted(_DEVICES):
        raise Failed(f"{len(bound)} of {len(_DEVICES)} bound")
    return f"{len(bound)} bound"


def _nobody_asks() -> PasswordStore:
    raise Failed("asked for the password store")


def _nobody_types(prompt: str) -> str:
    raise Failed(f"asked for {prompt}")


@contextmanager
def _no_interrupts(call: Callable[[int], None]) -> Iterator[None]:  # noqa: ARG001 - Ctrl+C ends the program as ever
    yield
