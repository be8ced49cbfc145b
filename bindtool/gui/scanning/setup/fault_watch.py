"""Detects scanner faults in normal work, and offers fixes in the message bar.

Decides when to offer a fix and applies it on a click: changes the rules and corrects the affected rows.
`core.scanner.diagnosis` recognises faults; `keyboard_wedge` catches key bursts.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.barcode.id_rules import CaseRule
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import last_ids
from bindtool.core.scanner.diagnosis import FaultKind, ScannerFault, fault_of, fault_of_end, read_keys
from bindtool.core.scanner.scan_rules import KEYBOARD_TEXTS, EndKey, ScanRules
from bindtool.core.sheet.status import code_of
from bindtool.gui.common.widgets.notices import Notices, Option

if TYPE_CHECKING:
    from bindtool.core.model.row import Row
    from bindtool.core.scanner.burst import Burst
    from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands

AGAIN_AFTER = 20
"""How often a fault must recur before a fix that was closed is offered again."""

_BURSTS_KEPT = 50
"""The number of bursts to keep: a row is saved, and judged, a moment after its burst."""

_ALWAYS = {CaseRule.UPPER: "trouble.always_upper", CaseRule.LOWER: "trouble.always_lower"}


class ScannerFaultWatch(QObject):
    """Watches bursts and rows; a fix is offered once, until it is accepted, closed, or no longer needed.

    Signals:
        taken_from_field(texts): turns the scan field's text into scans: into these, if they make up all of it.
    """

    taken_from_field = Signal(object)

    def __init__(
        self, notices: Notices, document: SheetDocument, edits: EditCommands, rules: ScanRulesService
    ) -> None:
        super().__init__(notices)
        self._notices = notices
        self._document = document
        self._edits = edits
        self._rules = rules
        self._sheet_id: int | None = None
        self._seen: Counter[FaultKind] = Counter()
        self._faults: dict[int, ScannerFault] = {}
        self._named: dict[FaultKind, int | None] = {}
        self._bursts: deque[Burst] = deque(maxlen=_BURSTS_KEPT)
        self._waiting: list[str] = []
        self._newest = 0
        document.changed.connect(self._withdraw_obsolete)
        document.head_changed.connect(self._forget_other_sheet)

    def watch_burst(self, burst: Burst) -> None:
        """Note a burst of keys; it is judged when its row is saved."""
        self._bursts.append(burst)
        fault = fault_of_end(burst, self._rules.rules.scanner)
        if burst.ends:
            self._waiting.clear()
            self._notices.withdraw(FaultKind.NO_END)
        elif burst.in_field:
            self._waiting.append(burst.text)
        if fault is not None:
            self._offer(fault)
        # A scan is taken at its end key; its burst ends only after a silence.
        sheet, number = self._document.sheet, self._newest
        if number in sheet and number not in self._faults and sheet[number].arrived == burst.text:
            self._judge(sheet[number])

    def watch_row(self, row: Row) -> None:
        """Judge the scan of a saved row that has been shown; hold the row if it is affected."""
        self._newest = row.number
        self._judge(row)

    def _judge(self, row: Row) -> None:
        code, rules = code_of(row), self._rules.rules
        burst = next((one for one in reversed(self._bursts) if one.text == row.arrived), None)
        recent = last_ids(self._document.sheet, but={row.number})
        # A part extracted by a rule is judged by itself.
        device = code.with_text(row.device_id)
        judged = device if device.is_part_of(code) else code.with_text(code.text)
        fault = fault_of(judged, read_keys(judged, recent, rules.scanner), recent, rules, burst)
        if fault is None and burst is not None and row.held is None and recent.fit(row.device_id):
            # A row is judged when saved and again when its burst ends, but learned from only once.
            self._bursts.remove(burst)
            self._rules.learn(burst)
        if fault is None or row.device_id in fault.instead or self._document.sheet.is_taken(row.number):
            return
        self._faults[row.number] = fault
        if row.held is None:
            self._edits.hold({row.number: fault.hold})
        self._offer(fault, row.number)

    # offering

    def _offer(self, fault: ScannerFault, number: int | None = None) -> None:
        kind = fault.kind
        self._seen[kind] += 1
        due = self._seen[kind] == 1 if kind is FaultKind.TWO_ENDS else self._seen[kind] % AGAIN_AFTER == 1
        # An open question is updated to the latest row.
        if due or self._notices.contains(kind):
            self._ask(fault, number)

    def _ask(self, fault: ScannerFault, number: int | None) -> None:
        self._named[fault.kind] = number
        self._notices.show_offer(
            fault.kind,
            fault.question,
            *(
                Option(words, partial(self._fix, fault, number, at))
                for at, words in enumerate(self._choices(fault))
            ),
        )

    def _choices(self, fault: ScannerFault) -> list[Message | str]:
        match fault.kind:
            case FaultKind.NO_END:
                return [Message.of("trouble.do_it")]
            case FaultKind.RUN_TOGETHER:
                n = len(fault.instead)
                by_pause = self._rules.rules.scanner.end is EndKey.PAUSE
                more = [] if by_pause else [Message.of("trouble.split_and_pause", n=n)]
                return [Message.of("trouble.split", n=n), *more]
            case FaultKind.CAPS_LOCK:
                (first,) = fault.instead
                case = _case_of(first)
                always = [Message.of(_ALWAYS[case])] if case in _ALWAYS else []
                return [Message.of("trouble.change_to", first=first), *always]
            case FaultKind.KEYBOARD:
                return [Message.of(KEYBOARD_TEXTS[keyboard]) for keyboard in fault.keyboards]
            case FaultKind.DROPPED:
                return [Message.of("trouble.take_out"), Message.of("trouble.keep")]
            case FaultKind.SHIFT_LOST:
                return [Message.of("trouble.take_out")]
            case _:
                return [Message.of("trouble.fine")]

    # fixing

    def _fix(self, fault: ScannerFault, number: int | None, choice: int) -> None:
        kind = fault.kind
        wanted = _rules_after(self._rules.rules, fault, choice)
        if wanted is not None and not self._rules.change(wanted):
            return
        # A rule applies to all rows; any other fix to the row named in the question.
        rows = [number] if number is not None else []
        match kind:
            case FaultKind.TWO_ENDS:
                return
            case FaultKind.NO_END:
                waiting, self._waiting = self._waiting, []
                self.taken_from_field.emit(waiting)
            case FaultKind.KEYBOARD:
                self._scan_again(self._still_held(kind))
            case FaultKind.CAPS_LOCK if choice == 1:
                self._correct(self._still_held(kind))
            case FaultKind.RUN_TOGETHER | FaultKind.CAPS_LOCK:
                self._correct(rows)
            case _ if choice == 0:
                self._document.delete(rows)
            case _:
                self._document.include(rows)
        self._seen[kind] = 0
        for left in self._still_held(kind)[-1:]:
            self._ask(self._faults[left], left)

    def _correct(self, numbers: list[int]) -> None:
        """Replace each row by its corrected one."""
        for number in numbers:
            row, fault = self._document.sheet[number], self._faults[number]
            self._document.delete([number])
            for text in fault.instead:
                self._document.scan(text, arrived=row.arrived)

    def _scan_again(self, numbers: list[int]) -> None:
        """Read the rows' raw text again, by the current rules."""
        for number in numbers:
            row = self._document.sheet[number]
            self._document.delete([number])
            self._document.scan(row.arrived)

    def _still_held(self, kind: FaultKind) -> list[int]:
        sheet = self._document.sheet
        affected = (number for number, fault in self._faults.items() if fault.kind is kind)
        rows = (sheet[number] for number in affected if number in sheet)
        return [row.number for row in rows if row.held is not None and row.held.reason.name == kind.name]

    # withdrawing

    def _withdraw_obsolete(self) -> None:
        """Ask about one of the rows still affected, or withdraw the question: rows may have been fixed by hand."""
        for kind in {fault.kind for fault in self._faults.values()}:
            held = self._still_held(kind)
            if not held:
                self._notices.withdraw(kind)
                self._faults = {at: one for at, one in self._faults.items() if one.kind is not kind}
            elif self._notices.contains(kind) and self._named[kind] not in held:
                self._ask(self._faults[held[-1]], held[-1])

    def _forget_other_sheet(self) -> None:
        sheet_id = self._document.head.sheet_id if self._document.head is not None else None
        if sheet_id != self._sheet_id:
            self._sheet_id = sheet_id
            for kind in {fault.kind for fault in self._faults.values()}:
                self._notices.withdraw(kind)
            self._faults.clear()


def _rules_after(rules: ScanRules, fault: ScannerFault, choice: int) -> ScanRules | None:
    """Return the rules changed by a choice; None if it changes none."""
    by_pause = replace(rules, scanner=replace(rules.scanner, end=EndKey.PAUSE))
    match fault.kind:
        case FaultKind.NO_END:
            return by_pause
        case FaultKind.RUN_TOGETHER if choice == 1:
            return by_pause
        case FaultKind.CAPS_LOCK if choice == 1:
            return replace(rules, ids=replace(rules.ids, case=_case_of(fault.instead[0])))
        case FaultKind.KEYBOARD:
            return replace(rules, scanner=replace(rules.scanner, keyboard=fault.keyboards[choice]))
        case _:
            return None


def _case_of(text: str) -> CaseRule:
    if text.isupper():
        return CaseRule.UPPER
    return CaseRule.LOWER if text.islower() else CaseRule.AS_SENT
