"""A text that a person will read, named but not yet worded: an id of the catalogue and its parameters.

`bindtool.i18n.catalogue` finds the words, in the catalogues of `resources/translations`. A module of its own, since
every package says something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Parameter = str | int | float


@dataclass(frozen=True, slots=True)
class Message:
    """A catalogue id with the values that its text has places for."""

    id: str
    parameters: tuple[tuple[str, Parameter], ...] = field(default=())

    @classmethod
    def of(cls, id_: str, /, **parameters: Parameter) -> Message:
        """Return the message `id_` with its parameters in a fixed order, so that equal messages compare equal."""
        return cls(id_, tuple(sorted(parameters.items())))

    @property
    def values(self) -> Mapping[str, Parameter]:
        return dict(self.parameters)
