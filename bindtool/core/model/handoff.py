"""What a hand-off is: a run's rows as a file in a folder, for an ERP or MES.

A module of its own, since profiles say where and the database keeps what waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HandoffFormat(StrEnum):
    """What a hand-off file is; the value is the ending of its name, too."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Handoff:
    """The hand-off of one run. `checking`: the run is part of a check of its channel."""

    folder: str
    format: HandoffFormat
    checking: bool = False
