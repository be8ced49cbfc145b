"""How far a run is: the figures that `run_session` counts while it goes on.

A module of its own, so that who needs the value does not load the bar that shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.binding.events import WaitReason


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run of `total` rows is.

    `looking`: devices of a refused request that have no answer yet. `wait` and `seconds`: why and how much longer
    the run waits. `rest`: seconds that the run may still take, where somebody knows.
    """

    total: int
    bound: int = 0
    refused: int = 0
    unknown: int = 0
    looking: int | None = None
    wait: WaitReason | None = None
    seconds: int = 0
    rest: int | None = None
