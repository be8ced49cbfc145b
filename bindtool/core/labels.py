"""What a device is called: label templates, filled from its id and the day.

Owns the small language of templates. Whether a label may be sent is for `device`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.device import label_problem
from bindtool.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

DEFAULT_TEMPLATE = "{id:-6}"

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[^{}]+")
_TEMPLATE = re.compile(rf"(?:{_PIECE.pattern})*+")
_ID_PART = re.compile(r"id:(-?[1-9][0-9]{0,2})")


@dataclass(frozen=True, slots=True)
class _IdPart:
    """A part of the id, as the bounds of a slice."""

    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    """The day of labelling."""


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """A template that has been read and understood.

    `{id}` is the whole id, `{id:6}` its first six characters, `{id:-6}` its last six, `{date}` the day as
    YYYY-MM-DD; `{{` and `}}` are the braces themselves.
    """

    text: str
    _pieces: tuple[str | _IdPart | _Day, ...]

    @classmethod
    def parse(cls, text: str) -> LabelTemplate:
        """Read a template.

        Raises:
            BadInput: "template.unfit" where it is blank or has control characters, "template.broken" where a
                brace stands alone, "template.unknown" with `field` where a name is not one of the above.
        """
        if label_problem(text) is not None:
            raise BadInput("template.unfit")
        if not _TEMPLATE.fullmatch(text):
            raise BadInput("template.broken")
        return cls(text, tuple(_piece(match[0], match[1]) for match in _PIECE.finditer(text)))

    def fill(self, device_id: str, day: date) -> str:
        """Return the label of a device that is labelled on `day`, a local date."""
        return "".join(_filled(piece, device_id, day) for piece in self._pieces)


def _piece(whole: str, field: str | None) -> str | _IdPart | _Day:
    if field is None:
        return {"{{": "{", "}}": "}"}.get(whole, whole)
    if field == "id":
        return _IdPart()
    if field == "date":
        return _Day()
    part = _ID_PART.fullmatch(field)
    if part is None:
        raise BadInput("template.unknown", field=field)
    count = int(part[1])
    return _IdPart(start=count) if count < 0 else _IdPart(stop=count)


def _filled(piece: str | _IdPart | _Day, device_id: str, day: date) -> str:
    if isinstance(piece, _IdPart):
        return device_id[piece.start : piece.stop]
    return day.isoformat() if isinstance(piece, _Day) else piece
