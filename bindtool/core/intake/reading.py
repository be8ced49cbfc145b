"""Reads an incoming text: corrects the keyboard layout, extracts the id, sets the case, and notes the changes.

`intake` makes the row.
"""

from __future__ import annotations

from dataclasses import replace

from bindtool.core.barcode.code import Code, PartsKind, parse
from bindtool.core.barcode.extract import Reading, read_code
from bindtool.core.barcode.fields import list_values
from bindtool.core.barcode.id_rules import CaseRule, CheckDigit
from bindtool.core.barcode.recent_ids import NO_IDS, RecentIds
from bindtool.core.common.safe_text import (
    codes_of,
    has_invisible,
    is_invisible,
    shortened,
    strip_invisible,
    taken_off,
    visible,
)
from bindtool.core.intake.id_judge import unseen, with_case
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason
from bindtool.core.scanner.diagnosis import fault_of, read_keys
from bindtool.core.scanner.scan_rules import ScanRules

_MOST_SHOWN = 60
"""Characters displayed of the text before and after: enough for any id, and a row is a single line."""

_UNREAD = frozenset({HoldReason.GS1_UNREAD, HoldReason.PART_NO_JSON, HoldReason.PART_NO_PATTERN})
"""Reasons for a malformed code, whatever its malformed part."""
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f "


def note_of(code: Code, device_id: str, part: str = "", mark: Note | None = None) -> Note | None:
    """Return the note for a row whose id differs from its original text; None if nothing was changed.

    `part`: the rule's extract of the text, which is not a change; stripping the extract is one. `mark`: the note on
    a scanner's mark. Outer spaces are not mentioned next to other changes.
    """
    note = _change(code, device_id, part, mark)
    return note if code.sent == code.arrived else _with_text_mark(code, device_id, note)


def _change(code: Code, device_id: str, part: str, mark: Note | None) -> Note | None:
    """Return the note on everything except a spreadsheet's mark."""
    # The end of a long code is not displayed, and the part may be there; decoded text is visible nowhere else.
    shows_part = has_invisible(taken_off(part)) or (len(code.arrived) > _MOST_SHOWN and part != device_id)
    before = part if part and shows_part else code.arrived
    removed = taken_off(code.sent) + taken_off(part)
    hidden = has_invisible(removed)
    full_width = code.text != strip_invisible(code.sent)
    another_text = device_id not in code.text or device_id not in normalise(part or code.text)
    if not (hidden or full_width or another_text):
        return mark or (Note.of(NoteReason.CHANGED_SPACES) if removed else None)
    if not (full_width or another_text or mark):
        return Note.of(NoteReason.HIDDEN_REMOVED, codes=codes_of(filter(is_invisible, removed)))
    before, after = (shortened(visible(one), _MOST_SHOWN) for one in (before.strip(_SPACES), device_id))
    reason = NoteReason.CHANGED if hidden or another_text or mark else NoteReason.PUT_BACK
    return Note.of(reason, before=before, after=after)


def read_text(text: str, rules: ScanRules, recent: RecentIds = NO_IDS, *, scanned: bool) -> Reading:
    """Read an incoming text; `recent`: the valid ids before it. Never raises.

    `scanned`: a single code from a scanner. Only then its keys may be of another keyboard layout, and it is judged
    more strictly than a line of a list; a text that is not scanned is from a cell. A text longer than any code is
    not read at all.
    """
    code = parse(text, in_cell=not scanned)
    if code.too_long is not None:
        return Reading(code, parse(""), held=code.too_long)
    as_sent = rules.ids.case is CaseRule.AS_SENT and not rules.part.takes_something
    if code.is_plain and not scanned and as_sent:
        return Reading(code, code)
    arrived = code.with_text(code.text)
    sent = read_keys(arrived, recent, rules.scanner) if scanned else arrived
    if sent is not arrived:
        code = replace(sent, arrived=code.arrived)
    found = read_code(code, rules.part, scanned=scanned)
    device, note, held = found.device, found.note, found.held
    if found.problem is None:
        device = device.with_text(with_case(device.arrived, rules.ids))
    elif sent is not arrived and device.parts_problem(code) is not None:
        # A row keeps the original keys, in which no mark is recognisable: without it this would pass for a part.
        device = sent
    if scanned:
        # The keys of a part were corrected before a rule extracted it.
        judged = (found.device, found.device) if found.device.is_part_of(sent) else (arrived, sent)
        fault = fault_of(*judged, recent, rules)
        held = fault.hold if fault is not None else held
    if sent is not arrived:
        note = Note.of(NoteReason.KEYBOARD, before=visible(code.arrived.strip(_SPACES)))
    elif device is not code:
        note = note_of(code, device.arrived, found.part, note)
    return Reading(code, device, found.label, note, _why_held(device, code, held, rules), found.part)


def _with_text_mark(code: Code, device_id: str, note: Note | None) -> Note:
    """Return the note for a cell with a spreadsheet's text mark; `note`: on other changes."""
    if note is None and code.arrived == f"'{device_id}":
        # Mostly a whole column: the fast path.
        return Note.of(NoteReason.APOSTROPHE)
    whole = parse(code.arrived)
    others = (note, note_of(whole, whole.text))
    only = all(one is None or one.reason is NoteReason.CHANGED_SPACES for one in others)
    if only and whole.text.startswith("'") and not whole.text.endswith("'"):
        return Note.of(NoteReason.APOSTROPHE)
    before, after = (shortened(visible(one), _MOST_SHOWN) for one in (code.arrived, device_id))
    return Note.of(NoteReason.CHANGED, before=before.strip(_SPACES), after=after)


def _why_held(device: Code, code: Code, held: Hold | None, rules: ScanRules) -> Hold | None:
    """Return the most important hold; `held`: the reading's."""
    found = (None if device.arrived.isascii() else _unseen(device, code, held)) or held
    if found is None and code.is_trade_item and rules.ids.check is not CheckDigit.GTIN:
        return Hold.of(HoldReason.TRADE_ITEM)
    return found


def _unseen(device: Code, code: Code, held: Hold | None) -> Hold | None:
    """Return a hold for invisible characters in an id; for a code with parts, only if there is no other fault.

    Takes precedence over `held`: a user who confirms that would not have seen them.
    """
    hidden = unseen(device.arrived)
    if hidden is not None and device.parts_problem(code) is not None:
        is_list = device.kind is PartsKind.LIST and len(list_values(device.arrived)) > 1
        if is_list or (device.kind is not PartsKind.LIST if held is None else held.reason not in _UNREAD):
            return None
    return hidden
