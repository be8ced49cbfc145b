"""How a text that came in is read: keyboard repaired, id taken out, case set, and a note on what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.barcode.classify import is_taken_out, too_long
from bindtool.core.barcode.extract import Reading, read_code
from bindtool.core.barcode.scan_rules import CaseRule, Keyboard
from bindtool.core.common.safe_text import code_of, is_invisible, visible
from bindtool.core.intake.id_rules import with_case
from bindtool.core.model.device import Change, is_plain, normalise
from bindtool.core.model.row import Note, NoteReason
from bindtool.core.scanner.diagnosis import read_keys, suspicion
from bindtool.core.sheet.validation import text_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.barcode.scan_rules import ScanRules
    from bindtool.core.model.row import Hold

_MOST_SHOWN = 60
"""Characters of a text before and after: enough for any id, and a row is one line."""

_MOST_NAMED = 4


def note_of(arrived: str, device_id: str) -> Note | None:
    """Return the note for a row that arrived as one text and has another as its id; None where nothing was changed.

    A part that a rule takes out of the text is not changed. Outer spaces are not mentioned besides other changes.
    """
    if arrived == device_id:
        return None
    whole = normalise(arrived)
    another_case = device_id not in whole.text
    telling = set(whole.changes) - {Change.SPACES}
    if not telling and not another_case:
        return Note.of(NoteReason.CHANGED_SPACES) if whole.changes else None
    if telling == {Change.HIDDEN} and not another_case:
        return Note.of(NoteReason.HIDDEN_REMOVED, codes=_codes(arrived.replace(whole.text, "", 1)))
    before, after = _shortened(visible(arrived.strip())), _shortened(visible(device_id))
    if telling == {Change.FULL_WIDTH} and not another_case:
        return Note.of(NoteReason.PUT_BACK, before=before, after=after)
    return Note.of(NoteReason.CHANGED, before=before, after=after)


def _codes(text: str) -> str:
    """Name the hidden characters of a text, each once, in the order of their first appearance."""
    named = list(dict.fromkeys(code_of(character) for character in text if is_invisible(character)))
    return ", ".join(named[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else "")


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def read_text(text: str, rules: ScanRules, recent: Sequence[str] = (), *, scanned: bool) -> Reading:
    """Read a text as it came in; `recent`: the ids before it that are in order. Never raises.

    `scanned`: by a scanner, one code alone. Only then its keys may have come through another country's keyboard,
    and it is judged more strictly than a line of a list. Of a text longer than any code nothing is read.
    """
    long = too_long(text)
    if long is not None:
        return Reading("", held=long)
    if not scanned and is_plain(text) and takes_all(rules):
        return Reading(text)
    arrived = normalise(text).text
    sent = read_keys(arrived, recent, rules.scanner) if scanned else arrived
    found = read_code(text if sent == arrived else sent, rules.part, scanned=scanned)
    device_id = found.device_id
    if text_problem(device_id, sent) is None:
        device_id = with_case(device_id, rules.ids)
    doubt = _doubt(arrived, sent, found, recent, rules) if scanned else None
    return Reading(device_id, found.label, _note(text, arrived, sent, found, device_id), doubt or found.held)


def takes_all(rules: ScanRules) -> bool:
    """Tell whether an id that looks like most is taken as it is: no part of it is wanted, and no other case."""
    return rules.ids.case is CaseRule.AS_SENT and not rules.part.takes_something


def _doubt(arrived: str, sent: str, found: Reading, recent: Sequence[str], rules: ScanRules) -> Hold | None:
    if not is_taken_out(found.device_id, sent):
        return suspicion(arrived, recent, rules)
    # Its keys have been put right before a rule could take it out.
    as_it_is = replace(rules, scanner=replace(rules.scanner, keyboard=Keyboard.SAME))
    return suspicion(found.device_id, recent, as_it_is)


def _note(text: str, arrived: str, sent: str, found: Reading, device_id: str) -> Note | None:
    if sent != arrived:
        return Note.of(NoteReason.KEYBOARD, before=arrived)
    if found.note is not None and device_id == found.device_id:
        return found.note
    return note_of(text, device_id)
