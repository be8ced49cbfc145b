"""The guided check whether a channel adds or replaces: answers, devices sent, and the next step.

A value, so that it can be put away half done and continued the next day. The window asks
(`gui/binding/channel_check/`), the store keeps it (`core/store/tables/channels.py`), and `with_answer` of
`core/profiles/profile.py` writes the result into the profile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.model.channel import Behaviour

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bindtool.core.model.device import Device


class Already(StrEnum):
    """Whether devices are bound on the channel already, by other means than this laptop."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Seen(StrEnum):
    """The devices, of the two, that the developer's publish page lists."""

    BOTH = "both"
    ONLY_SECOND = "only_second"
    NEITHER = "neither"


class CheckStep(StrEnum):
    """The next step of a check."""

    QUESTION = "question"
    WARNING = "warning"
    FIRST = "first"
    SECOND = "second"
    LOOK = "look"
    DONE = "done"


_MEANING: Mapping[Seen, Behaviour] = MappingProxyType(
    {Seen.BOTH: Behaviour.ADDS, Seen.ONLY_SECOND: Behaviour.REPLACES}
)


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """The progress of a channel's check.

    `risk_taken`: devices may be bound there by other means, and a person continues anyway. `first`, `second`: the
    devices that the channel has accepted, each in a request of its own. `seen`: the result of the last look;
    NEITHER leaves the check open. `checked_by`, `checked_on`: the person who looked, and the day.
    """

    already: Already | None = None
    risk_taken: bool = False
    first: Device | None = None
    second: Device | None = None
    seen: Seen | None = None
    checked_by: str = ""
    checked_on: date | None = None

    @property
    def step(self) -> CheckStep:
        """The next step."""
        if self.already is None:
            return CheckStep.QUESTION
        if self.already is not Already.NO and not self.risk_taken:
            return CheckStep.WARNING
        if self.first is None:
            return CheckStep.FIRST
        if self.second is None:
            return CheckStep.SECOND
        return CheckStep.LOOK if self.behaviour is Behaviour.NOT_CHECKED else CheckStep.DONE

    @property
    def behaviour(self) -> Behaviour:
        """The behaviour that the check has established."""
        return Behaviour.NOT_CHECKED if self.seen is None else _MEANING.get(self.seen, Behaviour.NOT_CHECKED)

    def answered(self, already: Already) -> ChannelCheck:
        """Record the answer to the question before the check."""
        return replace(self, already=already)

    def taking_the_risk(self) -> ChannelCheck:
        """Continue although earlier devices may be replaced."""
        return replace(self, risk_taken=True)

    def accepted(self, device: Device) -> ChannelCheck:
        """Record a device that the channel accepted, alone in its request; the first device again is ignored."""
        if self.first is None:
            return replace(self, first=device)
        return self if device.device_id == self.first.device_id else replace(self, second=device)

    def looked(self, seen: Seen, who: str, day: date) -> ChannelCheck:
        """Record the devices that `who` saw on the developer's publish page."""
        return replace(self, seen=seen, checked_by=who, checked_on=day)

    def looking_again(self) -> ChannelCheck:
        """Return the check without the last answer; what was sent stays sent."""
        return replace(self, seen=None, checked_by="", checked_on=None)

    def begun_again(self) -> ChannelCheck:
        """Restart with two other devices; answers about earlier devices stay."""
        return ChannelCheck(already=self.already, risk_taken=self.risk_taken)
