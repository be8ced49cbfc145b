"""A hand-off: a run's rows as a file in a folder, for an ERP or MES.

A module of its own, since profiles name the folder and the database keeps pending hand-offs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEAVING_WAITS = 5.0
"""Seconds that the program's end waits for a share; what has not gone by then goes with the next run or start."""


class HandoffFormat(StrEnum):
    """The file format of a hand-off; the value is also the file's extension."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Handoff:
    """The hand-off of one run. `checking`: the run is part of a check of its channel."""

    folder: str
    format: HandoffFormat
    checking: bool = False
