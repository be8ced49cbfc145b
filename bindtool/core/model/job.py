"""The values of a run: rows to bind, and requests as they are sent.

A module of its own, since the sheet makes jobs and knows nothing of runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.model.device import Device
    from bindtool.core.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Job:
    """A row to bind: its number, its device, and its outcome so far."""

    number: int
    device: Device
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is sent: its number in the run, counted from 1, and its rows."""

    number: int
    time: datetime
    jobs: tuple[Job, ...]
