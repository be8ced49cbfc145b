"""A run's dependencies: its policy, the sender of requests, and the journal that records the run.

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
    """The settings of a run's requests, and the circumstances of the run.

    `max_wait`: seconds without a network after which rows are `unsent`; None: no limit. `proven`: the channel has
    answered with code 0 before, so no device has to be sent ahead alone. `whole_list`: the channel replaces its
    list, so all rows go in one request, and nothing is bisected. `attended`: a user is present to enter the login
    that a proxy requires; if not, the run ends. `refused_before`: the numbers of rows whose refusal says nothing
    about the channel, since their devices were refused before and the channel has accepted others.
    """

    max_wait: float | None = None
    proven: bool = False
    whole_list: bool = False
    attended: bool = True
    refused_before: frozenset[int] = frozenset()


class Binder(Protocol):
    """Sends one request. Must not raise: a failure is a reply."""

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Bind `devices`, at least one, with one request and return the reply.

        Once `give_up` is set, or when cancelled, returns the outcome known so far at once: the request never left,
        or it may have.
        """


class Journal(Protocol):
    """Records a run. Each call returns when the data is on disk; raises StoreFailed if it can't be written."""

    async def begin(self, request: Request) -> None:
        """Record that a request is about to leave: from now on its rows are being sent."""

    async def withdraw(self, request: Request) -> None:
        """Record that a begun request did not leave after all: its rows return to their previous state."""

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Record new outcomes of rows: after `request` with its `kind` of answer, or without a request."""
