"""What a run needs from others: its policy, what sends a request, and what writes the run down.

The run itself is in `runner`, the events that it reports in `events`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bindtool.core.profiles.profile import RequestSettings

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence

    from bindtool.core.api.responses import Reply
    from bindtool.core.api.verdict import VerdictKind
    from bindtool.core.model.device import Device
    from bindtool.core.model.job import Request
    from bindtool.core.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Policy(RequestSettings):
    """How a run goes about it: the settings of its requests, and what is so besides.

    `max_wait`: seconds without a network after which rows are `unsent`; None: no limit. `proven`: the channel has
    answered with code 0 before, so no device need go ahead alone. `whole_list`: the channel replaces its list, so
    all rows go in one request, and nothing is bisected. `attended`: somebody is there who can be asked for the
    log-in that a proxy wants; if not, the run ends. `refused_before`: the numbers of rows whose refusal says
    nothing of the channel, since their devices were refused before and the channel has accepted others.
    """

    max_wait: float | None = None
    proven: bool = False
    whole_list: bool = False
    attended: bool = True
    refused_before: frozenset[int] = frozenset()


class Binder(Protocol):
    """Sends one request. Must not raise: what went wrong is a reply."""

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Bind `devices`, at least one, with one request and return what came back.

        Once `give_up` is set, or where it is cancelled, what is known by then comes back at once: that the request
        never left, or that it may have.
        """


class Journal(Protocol):
    """Writes a run down. Returns when the disk has it; raises StoreFailed where it can't be had."""

    async def begin(self, request: Request) -> None:
        """Note that a request is about to leave: from now on its rows are being sent."""

    async def withdraw(self, request: Request) -> None:
        """Note that a request that was begun did not leave after all: its rows are what they were before."""

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Note what is known now of rows, after `request`, which came to that `kind` of answer, or without one."""
