"""Extracts the id from a code by a profile's rule, or offers the user choices if there is no rule yet.

`fields` and `gs1` take a code apart; `gui/scanning/setup/prompts.py` asks the user; `core/intake/intake.py` makes
rows. The reading of a text consists of its id, the label next to it, the mark that was removed, and the reason to
hold it for confirmation.

A text that does not fit the rule is never taken as a whole without the user: with parts it stays incomplete, and a
plain text, such as from a second sticker, is held if it was scanned. In lists and typed cells ids are given without
a code around them, so a plain text is an id there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import Code, PartsKind, joined_codes, parse
from bindtool.core.barcode.fields import (
    NO_VALUES,
    Value,
    json_values,
    last_of_path,
    list_values,
    pair_values,
    query_values,
)
from bindtool.core.barcode.gs1 import SERIAL, find_element, read_elements, show_separators
from bindtool.core.barcode.gs1_table import IDENTIFIERS
from bindtool.core.barcode.id_rules import ID_BOUNDS, PartKind, PartRule
from bindtool.core.barcode.patterns import LinearPattern
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import is_invisible, strip_invisible, strip_name
from bindtool.core.model.device import NO_TEXT, normalise
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_NEVER_AN_ID = frozenset({PartsKind.URL, PartsKind.JSON})
"""Kinds that still count as a text with parts after a rule has extracted them from another text."""


@dataclass(frozen=True, slots=True)
class TakenPart:
    """The part of a code that is the id: its unchanged `text`, and the label next to it, "" for none."""

    text: str
    label: str = ""

    @property
    def device_id(self) -> str:
        """The normalised id."""
        return normalise(self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a text.

    `code`: the text. `device`: its id, or the whole text if no part could be extracted. `note`: the mark that was
    removed. `held`: why it needs confirmation before it is sent. `part`: the rule's extract, unchanged.
    """

    code: Code
    device: Code
    label: str = ""
    note: Note | None = None
    held: Hold | None = None
    part: str = ""

    @property
    def device_id(self) -> str:
        return self.device.arrived

    @property
    def refused(self) -> Message | None:
        """Why no row may contain the text: it is longer than any code, or it contains an access token."""
        has_token = self.code.has_token or self.device.has_token
        token = Message.of("reason.id_is_token") if has_token else None
        return token if self.code.too_long is None else self.code.too_long.message

    @property
    def problem(self) -> Message | None:
        """Why `device` can't be sent as an id: it has parts and there is no rule for them, or it is unfit."""
        return self.device.problem(self.code)


def read_code(code: Code, rule: PartRule, *, scanned: bool) -> Reading:
    """Read a text. Never raises.

    `scanned`: a single code from a scanner, judged more strictly than a line of a list.
    """
    whole, note = _whole(code, rule)
    if code.kind is None and not rule.takes_something:
        # A second mark may be the only sign of where the second code begins.
        return Reading(code, whole, note=note, held=why_joined(whole.arrived) or why_joined(code.text))
    taken = take_part(rule, code)
    if isinstance(taken, TakenPart):
        device = whole.with_text(taken.device_id)
        # Without its mark a code with parts is still no id; without a prefix or a suffix it may be.
        leaves_id = device.is_part_of(code) and device.kind is None
        if code.kind is None or rule.kind is not PartKind.WHOLE or leaves_id:
            both = joined_codes(device.arrived) or joined_codes(whole.arrived, has_parts=code.kind is not None)
            address = Hold.of(HoldReason.PART_IS_ADDRESS) if device.kind in _NEVER_AN_ID else None
            held = _joined(both) or address
            return Reading(code, device, taken.label, note, held, taken.text)
        held = _ambiguous_element(code.sent) if code.kind is PartsKind.GS1 else None
    elif code.kind is not None:
        held = taken
    else:
        held = Hold.of(HoldReason.PART_PLAIN) if scanned else None
    return Reading(code, whole, note=note, held=held)


def take_part(rule: PartRule, code: Code) -> TakenPart | Hold:
    """Apply the rule to a text; return the part, or a hold with the reason why it was not found. Never raises."""
    if code.too_long is not None:
        return code.too_long
    found = _part(rule, code.sent, code.unmarked if rule.strip_marks else code.text)
    if isinstance(found, Hold):
        return found
    if rule.strip_prefix or rule.strip_suffix:
        rest = found.device_id.removeprefix(rule.strip_prefix).removesuffix(rule.strip_suffix)
        found = TakenPart(found.text.replace(strip_invisible(found.text), rest, 1), found.label)
    device_id = found.device_id
    if not device_id or (rule.kind is not PartKind.WHOLE and device_id.casefold() in NO_VALUES):
        return Hold.of(HoldReason.PART_EMPTY)
    return found


def _whole(code: Code, rule: PartRule) -> tuple[Code, Note | None]:
    """Return the whole text and the note on the removed mark."""
    mark, text = (code.mark, code.unmarked) if rule.strip_marks else ("", code.text)
    whole = code.with_text(text)
    if code.kind is not None and whole.kind is None:
        # The mark or separator at an end is the only sign of its parts, so it stays, visible to the user.
        mark, whole = "", parse(normalise(show_separators(code.sent)))
    return whole, Note.of(NoteReason.CHANGED_MARK, mark=mark) if mark else None


def _ambiguous_element(sent: str) -> Hold | None:
    """Return where a GS1 code is ambiguous; only another scanner setting helps, no answer from the user."""
    elements = read_elements(sent)
    if elements is None or not elements.doubtful:
        return None
    return Hold.of(HoldReason.GS1_NO_END, identifier=elements.doubtful, rival=elements.rival)


def why_joined(text: str) -> Hold | None:
    """Return a hold if the text seems to be two codes, naming both; else None."""
    return _joined(joined_codes(text))


def _joined(both: tuple[str, str] | None) -> Hold | None:
    return None if both is None else Hold.of(HoldReason.JOINED, first=both[0], second=both[1])


def _part(rule: PartRule, sent: str, text: str) -> TakenPart | Hold:
    match rule.kind:
        case PartKind.WHOLE:
            return TakenPart(text)
        case PartKind.URL_QUERY:
            return _named(rule.name, query_values(text), HoldReason.PART_NO_ADDRESS)
        case PartKind.URL_PATH:
            last = last_of_path(text)
            return Hold.of(HoldReason.PART_NO_ADDRESS) if last is None else TakenPart(last)
        case PartKind.JSON:
            return _named(rule.name, json_values(text), HoldReason.PART_NO_JSON)
        case PartKind.PAIRS:
            return _named(rule.name, pair_values(text), HoldReason.PART_NO_FIELD)
        case PartKind.LIST:
            return _at(rule.place, list_values(text))
        case PartKind.GS1:
            element = find_element(sent, rule.name or SERIAL)
            return TakenPart(element) if isinstance(element, str) else element
        case _:
            return _by_pattern(rule.name, text)


def _named(name: str, values: Sequence[Value] | None, unread: HoldReason) -> TakenPart | Hold:
    if values is None:
        return Hold.of(unread, name=name)
    wanted = name.strip().casefold()
    found = {normalise(one.text): one.text for one in values if strip_invisible(one.name).casefold() == wanted}
    if len(found) > 1:
        return Hold.of(HoldReason.PART_TWICE, name=name)
    return TakenPart(*found.values()) if found else Hold.of(HoldReason.PART_NO_FIELD, name=name)


def _at(place: int, values: Sequence[Value]) -> TakenPart | Hold:
    if place >= len(values):
        return Hold.of(HoldReason.PART_NO_PLACE, place=place + 1, count=len(values))
    return TakenPart(values[place].text)


def _by_pattern(pattern: str, text: str) -> TakenPart | Hold:
    found = LinearPattern(pattern).search(text)
    if found is None:
        return Hold.of(HoldReason.PART_NO_PATTERN)
    place = found["id"]
    before, after = text[: place.start], text[place.stop :]
    part = f"{_unseen_beside(before[::-1])[::-1]}{text[place]}{_unseen_beside(after)}"
    return TakenPart(part, strip_name(text[found.get("label", slice(0))]))


def _unseen_beside(text: str) -> str:
    """Return the invisible characters next to a part, and the word after them: to the eye, the part goes on there.

    A pattern such as "[A-Z0-9]+" ends at them, and would take half an id for the whole.
    """
    unseen = "" if text.isascii() and text.isprintable() else "".join(takewhile(_ends_no_id, text))
    return unseen and unseen + "".join(takewhile(str.isalnum, text[len(unseen) :]))


def _ends_no_id(character: str) -> bool:
    # ASCII's spaces and separators do end an id.
    is_control = character.isascii() and not (character.isprintable() or character.isspace())
    return is_control or is_invisible(character) or character == NO_TEXT


MOST_CHOICES = 4
"""As many buttons as fit side by side in the smallest window."""

_FEWEST_CHARACTERS = 3
_LONGEST_NAME = 100
_USUAL_NAMES = frozenset(
    {"sn", "serial", "serialno", "serialnumber", "id", "deviceid", "did", "\u5e8f\u5217\u53f7", "\u8bbe\u5907id"}
)
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """A part of a code that may be the id, and the rule that extracts it."""

    value: str
    rule: PartRule


def choices(code: Code) -> tuple[Choice, ...]:
    """Return the parts of a code that may be the id, the likeliest first; an empty tuple if there are none."""
    found: dict[str, Choice] = {}
    for choice in sorted(_parts(code) if code.too_long is None else (), key=_unlikeliness):
        # Normalise and parse as the rule does.
        device = parse(normalise(choice.value))
        if _may_be_id(device):
            found.setdefault(device.arrived, Choice(device.arrived, choice.rule))
    return tuple(found.values())[:MOST_CHOICES]


def _parts(code: Code) -> Iterator[Choice]:
    text = code.unmarked
    match code.kind:
        case PartsKind.URL:
            yield from _choices_by_name(PartKind.URL_QUERY, query_values(text))
            yield Choice(last_of_path(text) or "", PartRule(PartKind.URL_PATH))
        case PartsKind.JSON:
            yield from _choices_by_name(PartKind.JSON, json_values(text))
        case PartsKind.PAIRS:
            yield from _choices_by_name(PartKind.PAIRS, pair_values(text))
        case PartsKind.LIST:
            places = range(ID_BOUNDS["place"][1])
            for place, value in zip(places, list_values(text), strict=False):
                yield Choice(value.text, PartRule(PartKind.LIST, place=place))
        case PartsKind.GS1:
            yield from _elements(code.sent)


def _choices_by_name(kind: PartKind, values: Sequence[Value] | None) -> Iterator[Choice]:
    """Yield the values with a unique, non-blank name, which identifies them for certain."""
    texts: dict[str, set[str]] = {}
    for each in values or ():
        texts.setdefault(strip_invisible(each.name).casefold(), set()).add(normalise(each.text))
    for each in values or ():
        name = strip_invisible(each.name)
        if name and len(name) <= _LONGEST_NAME and len(texts[name.casefold()]) == 1:
            yield Choice(each.text, PartRule(kind, name))


def _elements(sent: str) -> Iterator[Choice]:
    """Yield the text elements: a GTIN, a date and a weight are the same on many boxes."""
    elements = read_elements(sent)
    if elements is not None:
        for identifier, data in elements.data.items():
            if IDENTIFIERS[identifier].kind == "X" and identifier != elements.doubtful:
                yield Choice(data, PartRule(PartKind.GS1, identifier))


def _unlikeliness(choice: Choice) -> int:
    name = _NO_LETTER.sub("", choice.rule.name.rpartition(".")[2]).casefold()
    return 0 if name in _USUAL_NAMES or choice.rule.name == SERIAL else 1


def _may_be_id(device: Code) -> bool:
    long_enough = len(device.arrived) >= _FEWEST_CHARACTERS
    return long_enough and device.arrived.casefold() not in NO_VALUES and not (device.kind or device.unfit)
