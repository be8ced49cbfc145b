"""How a text that came in is read: keyboard repaired, id taken out, case set, and a note on what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import Reading, read_code
from bindtool.core.barcode.recent_ids import NO_IDS
from bindtool.core.barcode.scan_rules import CaseRule
from bindtool.core.common.safe_text import code_of, first_few, is_invisible, shortened, strip_invisible, visible
from bindtool.core.intake.id_rules import with_case
from bindtool.core.model.row import Note, NoteReason
from bindtool.core.scanner.diagnosis import fault_of, read_keys

if TYPE_CHECKING:
    from bindtool.core.barcode.code import Code
    from bindtool.core.barcode.recent_ids import RecentIds
    from bindtool.core.barcode.scan_rules import ScanRules

_MOST_SHOWN = 60
"""Characters of a text before and after: enough for any id, and a row is one line."""

_MOST_NAMED = 4
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f "


def note_of(code: Code, device_id: str) -> Note | None:
    """Return the note for a row that arrived as one text and has another as its id; None where nothing was changed.

    A part that a rule takes out of the text is not changed. Outer spaces are not mentioned besides other changes.
    """
    arrived = code.arrived
    bare = strip_invisible(arrived)
    # A space that is none of ASCII's, such as NBSP, can't be told from one by eye: it counts as hidden.
    hidden = arrived.strip(_SPACES) != bare
    full_width = code.text != bare
    another_case = device_id not in code.text
    if not (hidden or full_width or another_case):
        return Note.of(NoteReason.CHANGED_SPACES) if arrived != bare else None
    if not (full_width or another_case):
        return Note.of(NoteReason.HIDDEN_REMOVED, codes=_codes(arrived.replace(code.text, "", 1)))
    before, after = (shortened(visible(one), _MOST_SHOWN) for one in (arrived.strip(), device_id))
    if not (hidden or another_case):
        return Note.of(NoteReason.PUT_BACK, before=before, after=after)
    return Note.of(NoteReason.CHANGED, before=before, after=after)


def _codes(text: str) -> str:
    """Name the hidden characters of a text, each once, in the order of their first appearance."""
    named = dict.fromkeys(code_of(character) for character in text if is_invisible(character))
    return ", ".join(first_few(named, _MOST_NAMED))


def read_text(code: Code, rules: ScanRules, recent: RecentIds = NO_IDS, *, scanned: bool) -> Reading:
    """Read a text as it came in; `recent`: the ids before it that are in order. Never raises.

    `scanned`: by a scanner, one code alone. Only then its keys may have come through another country's keyboard,
    and it is judged more strictly than a line of a list. Of a text longer than any code nothing is read.
    """
    if code.too_long is not None:
        return Reading(code, parse(""), held=code.too_long)
    if not scanned and code.is_plain and rules.ids.case is CaseRule.AS_SENT and not rules.part.takes_something:
        return Reading(code, code)
    arrived = code.with_text(code.text)
    sent = read_keys(arrived, recent, rules.scanner) if scanned else arrived
    found = read_code(code if sent is arrived else sent, rules.part, scanned=scanned)
    device, note, held = found.device, found.note, found.held
    if found.problem is None:
        device = device.with_text(with_case(device.arrived, rules.ids))
    if scanned:
        # The keys of a part have been put right before a rule could take it out.
        judged = (found.device, found.device) if found.device.is_part_of(sent) else (arrived, sent)
        fault = fault_of(*judged, recent, rules)
        held = fault.hold if fault is not None else held
    if sent is not arrived:
        note = Note.of(NoteReason.KEYBOARD, before=arrived.arrived)
    elif device is not code and (note is None or device is not found.device):
        note = note_of(code, device.arrived)
    return Reading(code, device, found.label, note, held)
