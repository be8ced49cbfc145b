"""Which part of a code is the id, by a profile's rule.

The reading of one text: its id, a label that stood next to it, what was removed, and why nobody should send it
unseen. A code is taken apart in `fields` and `gs1`; what to ask where there is no rule is in `candidates`; rows
are made in `core/intake/intake.py`.

A text that does not fit the rule is never taken whole without a person: with parts it stays incomplete, and a
plain one, such as from a second sticker, is held if it was scanned. In lists and typed cells ids stand without a
code around them, so a plain text is an id there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.barcode.classify import HasParts, PartsKind, is_taken_out, joined_codes, read_scan, too_long
from bindtool.core.barcode.fields import (
    NO_VALUES,
    json_values,
    last_of_path,
    list_values,
    pair_values,
    query_values,
)
from bindtool.core.barcode.gs1 import SERIAL, find_element, read_elements, show_separators, split_mark
from bindtool.core.barcode.patterns import LinearPattern
from bindtool.core.barcode.scan_rules import PartKind
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.barcode.classify import Scan
    from bindtool.core.barcode.fields import Value
    from bindtool.core.barcode.scan_rules import PartRule

_NEVER_AN_ID = frozenset({PartsKind.URL, PartsKind.JSON})
"""What stays a text with parts even where a rule has taken it out of another one."""


@dataclass(frozen=True, slots=True)
class TakenPart:
    """The part of a code that is the id, and the label next to it, "" for none."""

    device_id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says.

    `device_id` is the whole text where no part of it could be taken. `note`: the mark that was taken off. `held`:
    why it must not be sent unseen.
    """

    device_id: str
    label: str = ""
    note: Note | None = None
    held: Hold | None = None


def read_code(arrived: str, rule: PartRule, *, scanned: bool) -> Reading:
    """Read a text as it came in. Never raises.

    `scanned`: by a scanner, one code alone; it is judged more strictly than a line of a list.
    """
    scan = read_scan(arrived)
    has_parts = isinstance(scan, HasParts)
    whole, note = _whole(arrived, scan, strip_marks=rule.strip_marks)
    if not has_parts and not rule.takes_something:
        return Reading(whole, note=note, held=_joined(whole, whole, has_parts=False) if scanned else None)
    taken = take_part(rule, arrived)
    if isinstance(taken, Hold):
        plain = Hold.of(HoldReason.PART_PLAIN) if scanned else None
        return Reading(whole, note=note, held=taken if has_parts else plain)
    if isinstance(scan, HasParts) and rule.kind is PartKind.WHOLE and not _affixes_left_id(taken, arrived):
        return Reading(whole, note=note, held=_ambiguous_element(arrived) if scan.kind is PartsKind.GS1 else None)
    held = _joined(whole, taken.device_id, has_parts=has_parts) if scanned else None
    return Reading(taken.device_id, taken.label, note, held or _address(taken.device_id))


def take_part(rule: PartRule, arrived: str) -> TakenPart | Hold:
    """Return what the rule takes out of a text, or say what it has looked for in vain. Never raises."""
    long = too_long(arrived)
    if long is not None:
        return long
    text = normalise(arrived).text
    if rule.strip_marks:
        _, text = split_mark(text)
    found = _part(rule, arrived, text)
    if isinstance(found, Hold):
        return found
    device_id = normalise(found.device_id).text.removeprefix(rule.strip_prefix).removesuffix(rule.strip_suffix)
    device_id = device_id.strip()
    if not device_id or (rule.kind is not PartKind.WHOLE and device_id.casefold() in NO_VALUES):
        return Hold.of(HoldReason.PART_EMPTY)
    return TakenPart(device_id, normalise(found.label).text)


def _whole(arrived: str, scan: Scan, *, strip_marks: bool) -> tuple[str, Note | None]:
    """Return the whole text and the note on the mark that was taken off it."""
    mark, whole = split_mark(scan.text.text) if strip_marks else ("", scan.text.text)
    if isinstance(scan, HasParts) and not isinstance(read_scan(whole), HasParts):
        # A mark or a separator at an end is all that tells, so it stays, where a person can see it.
        mark, whole = "", normalise(show_separators(arrived)).text
    return whole, Note.of(NoteReason.CHANGED_MARK, mark=mark) if mark else None


def _affixes_left_id(taken: TakenPart, arrived: str) -> bool:
    """Tell whether taking off a prefix or a suffix has left an id of a code with parts."""
    return is_taken_out(taken.device_id, arrived) and not isinstance(read_scan(taken.device_id), HasParts)


def _address(device_id: str) -> Hold | None:
    scan = read_scan(device_id)
    never = isinstance(scan, HasParts) and scan.kind in _NEVER_AN_ID
    return Hold.of(HoldReason.PART_IS_ADDRESS) if never else None


def _ambiguous_element(arrived: str) -> Hold | None:
    """Say where a GS1 code is ambiguous; no answer of a person helps, only another setting of the scanner."""
    elements = read_elements(arrived)
    if elements is None or not elements.doubtful:
        return None
    return Hold.of(HoldReason.GS1_NO_END, identifier=elements.doubtful, rival=elements.rival)


def _joined(whole: str, device_id: str, *, has_parts: bool) -> Hold | None:
    both = joined_codes(device_id) or joined_codes(whole, has_parts=has_parts)
    return Hold.of(HoldReason.JOINED, first=both[0], second=both[1]) if both is not None else None


def _part(rule: PartRule, arrived: str, text: str) -> TakenPart | Hold:
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
            element = find_element(arrived, rule.name or SERIAL)
            return TakenPart(element) if isinstance(element, str) else element
        case _:
            return _by_pattern(rule.name, text)


def _named(name: str, values: Sequence[Value] | None, unread: HoldReason) -> TakenPart | Hold:
    if values is None:
        return Hold.of(unread, name=name)
    wanted = name.strip().casefold()
    found = {value.text for value in values if value.name.strip().casefold() == wanted}
    if len(found) > 1:
        return Hold.of(HoldReason.PART_TWICE, name=name)
    return TakenPart(found.pop()) if found else Hold.of(HoldReason.PART_NO_FIELD, name=name)


def _at(place: int, values: Sequence[Value]) -> TakenPart | Hold:
    if place >= len(values):
        return Hold.of(HoldReason.PART_NO_PLACE, place=place + 1, count=len(values))
    return TakenPart(values[place].text)


def _by_pattern(pattern: str, text: str) -> TakenPart | Hold:
    found = LinearPattern(pattern).search(text)
    if found is None:
        return Hold.of(HoldReason.PART_NO_PATTERN)
    return TakenPart(found["id"], found.get("label", ""))
