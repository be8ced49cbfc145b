"""A message for the user before translation: a catalogue id and its parameters.

`bindtool.i18n.catalogue` looks up the text in the catalogues of `resources/translations`. A module of its own,
since every package has messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Parameter = str | int | float


@dataclass(frozen=True, slots=True)
class Message:
    """A catalogue id with the values of its text's placeholders."""

    id: str
    parameters: tuple[tuple[str, Parameter], ...] = field(default=())

    @classmethod
    def of(cls, id_: str, /, **parameters: Parameter) -> Message:
        """Return the message `id_` with its parameters in a fixed order, so that equal messages compare equal."""
        return cls(id_, tuple(sorted(parameters.items())))

    @classmethod
    def pair(cls, stem: str, /, **parameters: Parameter) -> tuple[Message, Message]:
        """Return the messages `<stem>.title` and `<stem>.hint`: the situation and the next step."""
        return cls.of(f"{stem}.title", **parameters), cls.of(f"{stem}.hint", **parameters)

    @property
    def values(self) -> Mapping[str, Parameter]:
        return dict(self.parameters)
