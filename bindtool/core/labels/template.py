"""Label templates: filled from a device's id, the date and a running number, and parsed back.

`numbers` is the source of the numbers; `core/model/device.py` decides whether a label can be sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import without_invisible
from bindtool.core.model.device import label_problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

DEFAULT_TEMPLATE = "{id:-6}"


class LabelFrom(StrEnum):
    """The source of a scanned device's label. The values are used in profiles."""

    TEMPLATE = "template"
    NEXT_CODE = "next code"


_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[^{}]+")
_TEMPLATE = re.compile(rf"(?:{_PIECE.pattern})*+")
_ID_PART = re.compile(r"id:(-?[1-9][0-9]{0,2})")
_NUMBER = re.compile(r"n(?::([1-9]))?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_LENGTH = len("YYYY-MM-DD")
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
"""A longer number is not a running number: a label may end in a serial number."""


@dataclass(frozen=True, slots=True)
class _IdPart:
    """A part of the id, as the bounds of a slice."""

    start: int | None = None
    stop: int | None = None

    def fill(self, device_id: str, *_: object) -> str:
        """Return the part of an id, counting visible characters only, as the user does."""
        seen = device_id if device_id.isascii() else without_invisible(device_id)
        return seen[self.start : self.stop]


@dataclass(frozen=True, slots=True)
class _Day:
    """The date of labelling."""

    def fill(self, _: str, day: date, *__: object) -> str:
        return day.isoformat()


@dataclass(frozen=True, slots=True)
class _Number:
    """A running number of at least `width` digits, padded with leading zeros."""

    width: int = 1

    def fill(self, _: str, __: date, number: int) -> str:
        return f"{number:0{self.width}}"


_Piece = str | _IdPart | _Day | _Number


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """A parsed template.

    `{id}` is the whole id, `{id:6}` its first six characters, `{id:-6}` its last six, `{date}` the date as
    YYYY-MM-DD, `{n}` a running number, `{n:3}` a running number of at least three digits; `{{` and `}}` are literal
    braces.
    """

    text: str
    _pieces: tuple[_Piece, ...]

    @classmethod
    def parse(cls, text: str) -> LabelTemplate:
        """Parse a template.

        Raises:
            BadInput: "template.unfit" if it is blank or has control characters, "template.broken" if a brace is
                unmatched, "template.unknown" with `field` if a name is not one of the above,
                "template.two_numbers" if there is more than one running number.
        """
        if label_problem(text) is not None:
            raise BadInput("template.unfit")
        if not _TEMPLATE.fullmatch(text):
            raise BadInput("template.broken")
        pieces = tuple(_piece(match[0], match[1]) for match in _PIECE.finditer(text))
        if sum(isinstance(piece, _Number) for piece in pieces) > 1:
            raise BadInput("template.two_numbers")
        return cls(text, pieces)

    @property
    def numbered(self) -> bool:
        """Whether each label needs a running number."""
        return any(isinstance(piece, _Number) for piece in self._pieces)

    @property
    def tells_apart(self) -> bool:
        """Whether labels differ by device; else all devices intentionally share one name."""
        return any(isinstance(piece, _IdPart | _Number) for piece in self._pieces)

    @property
    def beginning(self) -> str:
        """The constant prefix of this template's labels."""
        texts = []
        for piece in self._pieces:
            if not isinstance(piece, str):
                break
            texts.append(piece)
        return "".join(texts)

    def fill(self, device_id: str, day: date, number: int = 1) -> str:
        """Return the label of a device labelled on `day`, a local date, with a running number from 1."""
        label = ""
        for piece in self._pieces:
            label += piece if isinstance(piece, str) else piece.fill(device_id, day, number)
        return label

    def number_in(self, label: str, device_id: str) -> int | None:
        """Return the running number of a label made by this template from the id, on any day.

        None if the label does not match. Leading zeros are ignored, so that a template with more digits continues
        from the same number.
        """
        places = [place for place, piece in enumerate(self._pieces) if isinstance(piece, _Number)]
        if not places:
            return None
        before, after = self._pieces[: places[0]], self._pieces[places[0] + 1 :]
        begins = _end_of(before, label, 0, device_id)
        ends = len(label) - sum(_length(piece, device_id) for piece in after)
        if begins is None or ends < begins or _end_of(after, label, ends, device_id) is None:
            return None
        digits = label[begins:ends]
        return int(digits) if _DIGITS.fullmatch(digits) else None


def _piece(whole: str, field: str | None) -> _Piece:
    if field is None:
        return {"{{": "{", "}}": "}"}.get(whole, whole)
    if field == "id":
        return _IdPart()
    if field == "date":
        return _Day()
    number = _NUMBER.fullmatch(field)
    if number is not None:
        return _Number(int(number[1] or 1))
    part = _ID_PART.fullmatch(field)
    if part is None:
        raise BadInput("template.unknown", field=field)
    count = int(part[1])
    return _IdPart(start=count) if count < 0 else _IdPart(stop=count)


def _end_of(pieces: Sequence[_Piece], label: str, at: int, device_id: str) -> int | None:
    """Return the end of `pieces` in a label if they begin at `at`; None if they do not match."""
    for piece in pieces:
        length = _length(piece, device_id)
        found = label[at : at + length]
        text = _text(piece, device_id)
        if not (_DAY.fullmatch(found) if text is None else found == text):
            return None
        at += length
    return at


def _length(piece: _Piece, device_id: str) -> int:
    text = _text(piece, device_id)
    return _DAY_LENGTH if text is None else len(text)


def _text(piece: _Piece, device_id: str) -> str | None:
    """Return a piece's text for an id, which is the same on any day; None for the date."""
    if isinstance(piece, _IdPart):
        return piece.fill(device_id)
    return piece if isinstance(piece, str) else None
