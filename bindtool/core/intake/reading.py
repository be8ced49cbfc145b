"""How a text that came in is read: keyboard repaired, id taken out, case set, and a note on what changed."""

from __future__ import annotations

from dataclasses import replace

from bindtool.core.barcode.code import Code, PartsKind, parse
from bindtool.core.barcode.extract import Reading, read_code
from bindtool.core.barcode.fields import list_values
from bindtool.core.barcode.recent_ids import NO_IDS, RecentIds
from bindtool.core.barcode.scan_rules import CaseRule, CheckDigit, ScanRules
from bindtool.core.common.safe_text import (
    codes_of,
    has_invisible,
    is_invisible,
    shortened,
    strip_invisible,
    taken_off,
    visible,
)
from bindtool.core.intake.id_rules import unseen, with_case
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason
from bindtool.core.scanner.diagnosis import fault_of, read_keys

_MOST_SHOWN = 60
"""Characters of a text before and after: enough for any id, and a row is one line."""

_UNREAD = frozenset({HoldReason.GS1_UNREAD, HoldReason.PART_NO_JSON, HoldReason.PART_NO_PATTERN})
"""What is said of a code that is not made as it should be, whatever it is that is not in its place."""
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f "


def note_of(code: Code, device_id: str, part: str = "", mark: Note | None = None) -> Note | None:
    """Return the note for a row that arrived as one text and has another as its id; None where nothing was changed.

    `part`: what a rule has taken out of the text, which is no change; what is taken off this part is one. `mark`:
    the note on a scanner's mark. Outer spaces are not mentioned besides other changes.
    """
    note = _change(code, device_id, part, mark)
    return note if code.sent == code.arrived else _with_text_mark(code, device_id, note)


def _change(code: Code, device_id: str, part: str, mark: Note | None) -> Note | None:
    """Return the note on everything but a spreadsheet's mark."""
    # Of a long code the end is not shown, where a part may stand; what was decoded can be seen nowhere else.
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
    """Read a text as it came in; `recent`: the ids before it that are in order. Never raises.

    `scanned`: by a scanner, one code alone. Only then its keys may have come through another country's keyboard,
    and it is judged more strictly than a line of a list; what is not scanned stood in a cell. Of a text longer than
    any code nothing is read.
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
        # A row keeps the keys as they arrived, in which nobody sees a mark: without it this would pass for a part.
        device = sent
    if scanned:
        # The keys of a part have been put right before a rule could take it out.
        judged = (found.device, found.device) if found.device.is_part_of(sent) else (arrived, sent)
        fault = fault_of(*judged, recent, rules)
        held = fault.hold if fault is not None else held
    if sent is not arrived:
        note = Note.of(NoteReason.KEYBOARD, before=visible(code.arrived.strip(_SPACES)))
    elif device is not code:
        note = note_of(code, device.arrived, found.part, note)
    return Reading(code, device, found.label, note, _why_held(device, code, held, rules), found.part)


def _with_text_mark(code: Code, device_id: str, note: Note | None) -> Note:
    """Return the note for a cell that a spreadsheet had marked as a text; `note`: what else was changed."""
    if note is None and code.arrived == f"'{device_id}":
        # As a whole column mostly is: the quick way.
        return Note.of(NoteReason.APOSTROPHE)
    whole = parse(code.arrived)
    others = (note, note_of(whole, whole.text))
    only = all(one is None or one.reason is NoteReason.CHANGED_SPACES for one in others)
    if only and whole.text.startswith("'") and not whole.text.endswith("'"):
        return Note.of(NoteReason.APOSTROPHE)
    before, after = (shortened(visible(one), _MOST_SHOWN) for one in (code.arrived, device_id))
    return Note.of(NoteReason.CHANGED, before=before.strip(_SPACES), after=after)


def _why_held(device: Code, code: Code, held: Hold | None, rules: ScanRules) -> Hold | None:
    """Return what a person should look at first; `held`: what reading has found."""
    found = (None if device.arrived.isascii() else _unseen(device, code, held)) or held
    if found is None and code.is_trade_item and rules.ids.check is not CheckDigit.GTIN:
        return Hold.of(HoldReason.TRADE_ITEM)
    return found


def _unseen(device: Code, code: Code, held: Hold | None) -> Hold | None:
    """Say that an id has what nobody can see; of a code with parts, only where that is all that is wrong with it.

    It comes before `held`: whoever ticks that away would not have seen it.
    """
    hidden = unseen(device.arrived)
    if hidden is not None and device.parts_problem(code) is not None:
        is_list = device.kind is PartsKind.LIST and len(list_values(device.arrived)) > 1
        if is_list or (device.kind is not PartsKind.LIST if held is None else held.reason not in _UNREAD):
            return None
    return hidden
