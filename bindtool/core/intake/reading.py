"""What a text that came in is taken for: its keys put right, its part taken out, its case set, and a word on that.

Owns that order. The steps are `diagnosis`' (keys), `extract`'s and `id_rules`'; making rows is for `intake`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.barcode.classify import is_taken_out, too_long
from bindtool.core.barcode.extract import Reading, read_code
from bindtool.core.barcode.rules import CaseRule, Keyboard
from bindtool.core.common.messages import Message
from bindtool.core.intake.change_note import note_of
from bindtool.core.intake.id_rules import with_case
from bindtool.core.model.device import is_plain, normalise
from bindtool.core.scanner.diagnosis import read_keys, suspicion
from bindtool.core.sheet.validation import text_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.barcode.rules import ScanRules


def read_text(text: str, rules: ScanRules, recent: Sequence[str] = (), *, scanned: bool) -> Reading:
    """Read a text as it came in; `recent`: the ids before it that are in order. Never raises.

    `scanned`: by a scanner, one code alone. Only then its keys may have come through another country's keyboard,
    and it is looked at more closely than a line of a list. Of a text longer than any code nothing is read.
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


def _doubt(arrived: str, sent: str, found: Reading, recent: Sequence[str], rules: ScanRules) -> Message | None:
    if not is_taken_out(found.device_id, sent):
        return suspicion(arrived, recent, rules)
    # Its keys have been put right before a rule could take it out.
    as_it_is = replace(rules, scanner=replace(rules.scanner, keyboard=Keyboard.SAME))
    return suspicion(found.device_id, recent, as_it_is)


def _note(text: str, arrived: str, sent: str, found: Reading, device_id: str) -> Message | None:
    if sent != arrived:
        return Message.of("note.keyboard", before=arrived)
    if found.note is not None and device_id == found.device_id:
        return found.note
    return note_of(text, device_id)
