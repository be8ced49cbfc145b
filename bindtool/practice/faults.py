"""What becomes of an answer on its way: how it is delivered, and the faults that keep it from arriving.

A fault is a small frozen value that turns the answer of the rules into a `Delivery`. Which request meets which
fault is decided in `server`; `wire` sends what comes of it. In a script of faults, None stands for "no fault".
Here is the one that practice mode has; the tests have more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bindtool.practice.rules import PracticeReply


class Cutoff(Enum):
    """How a connection goes on after a delivery."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes over the wire.

    `reply` is None where nothing is sent. `wait`: seconds before the first byte. `gap`: seconds between two
    bytes, which then go one at a time. `missing`: bytes that Content-Length promises and that are not sent.
    """

    reply: PracticeReply | None
    wait: float = 0.0
    gap: float = 0.0
    missing: int = 0
    ending: Cutoff = Cutoff.KEEP


class Fault(Protocol):
    """Anything that spoils an answer."""

    @property
    def commit(self) -> bool:
        """Whether the devices are taken as the rules say; False: as if the request had never been read."""

    def deliver(self, reply: PracticeReply, /) -> Delivery:
        """What is sent, given the answer of the rules."""


@dataclass(frozen=True, slots=True)
class Close:
    """No answer: the connection is closed in good order."""

    commit: bool = True

    def deliver(self, _reply: PracticeReply) -> Delivery:
        """Nothing, then the end."""
        return Delivery(None, ending=Cutoff.CLOSE)
