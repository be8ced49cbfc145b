"""One-time questions about a channel's codes: which part or line is the id, and if ids have unusual letters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import MOST_CHOICES, Choice, choices
from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import shortened, visible
from bindtool.core.intake.code_lines import line_with_id, lines_of
from bindtool.core.intake.intake import rows_waiting_for_rule, waits_for_rule
from bindtool.core.model.row import HoldReason, Row, Source
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.common.widgets.notices import Notices, Option

if TYPE_CHECKING:
    from bindtool.core.sheet.sheet import Edit
    from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands

_PART = "part"
_TAKEN = "part_taken"
_LETTERS = "letters"
_LINES = "lines"
_LONGEST_LINE = 24


class IdPartPrompt(QObject):
    """Asks about the first waiting scan; "Not now" defers the question until the next scan.

    Connect the document to the rules' changes before this: it must have the new rules first.
    """

    def __init__(
        self, notices: Notices, document: SheetDocument, edits: EditCommands, rules: ScanRulesService
    ) -> None:
        super().__init__(notices)
        self._notices = notices
        self._document = document
        self._edits = edits
        self._rules = rules
        self._asked: int | None = None
        self._answer: PartRule | None = None
        self._before = 0
        """The number of the first row scanned after the last answer."""
        document.changed.connect(self._look_again)
        rules.changed.connect(self._use_rules)

    def _use_rules(self) -> None:
        """Read the waiting scans by a new rule, from an answer, from the form or with a profile."""
        self._withdraw()
        if self._has_rule():
            self._edits.read_again()
        else:
            self._look_for_one()

    def look_at(self, row: Row) -> None:
        """Ask about a row that has been saved and shown, unless a question is open."""
        if row.number >= self._before:
            # The row was read by the answer: undoing it now would leave this row as it is.
            self._notices.withdraw(_TAKEN)
        if not self._notices.shows(_PART) and not self._has_rule():
            self._ask(row)

    def _look_again(self) -> None:
        """Ask anew: the scan may have been deleted or typed over, or the answer undone."""
        if self._asked is None:
            return
        waits = self._asked in self._document.sheet and _waits_for_part(self._document.sheet[self._asked])
        if not waits and self._answer is None:
            self._withdraw()
            self._look_for_one()
        elif waits and self._answer is not None and self._answer == self._rules.rules.part:
            self._ask(self._document.sheet[self._asked])

    def _look_for_one(self) -> None:
        # Stops at the first row that raises a question.
        any(map(self._ask, rows_waiting_for_rule(self._document.sheet)))

    def _ask(self, row: Row) -> bool:
        """Ask about a row; return False if it raises no question."""
        text = line_with_id(row.arrived, self._rules.rules.part)
        found = choices(parse(text)) if _waits_for_part(row) else ()
        if found:
            self._asked, self._answer = row.number, None
            self._notices.withdraw(_TAKEN)
            options = (Option(choice.value, partial(self._take, choice), shown=_named(choice)) for choice in found)
            self._notices.show_offer(_PART, Message.of("part.question"), *options)
        return bool(found)

    def _take(self, choice: Choice) -> None:
        asked = self._asked
        now = self._rules.rules.part
        part = replace(choice.rule, strip_marks=now.strip_marks, lines=now.lines, line=now.line)
        if self._rules.change(replace(self._rules.rules, part=part)):
            self._asked, self._answer = asked, part
            self._before = self._document.sheet.next_number
            change = Option(Message.of("part.change"), partial(self._change, self._document.undo_stack.last))
            self._notices.show_answer(Message.of("part.taken", part=_named(choice)), change, name=_TAKEN)
        else:
            self._look_for_one()

    def _change(self, edit: Edit | None) -> None:
        """Undo the answer, so that it is asked again; only while nothing else has been edited since."""
        if edit is not None and self._document.undo_stack.last is edit:
            self._document.undo()

    def _has_rule(self) -> bool:
        return self._rules.rules.part.kind is not PartKind.WHOLE

    def _withdraw(self) -> None:
        self._asked = self._answer = None
        self._notices.withdraw(_PART)


def _named(choice: Choice) -> str:
    """Return the part preceded by its name, as in the code; a part without a name alone."""
    return f"{choice.rule.name} {choice.value}".strip()


def _waits_for_part(row: Row) -> bool:
    """Return whether a scan waits for its part to be chosen; if it has several lines, the line is chosen first."""
    return row.source is Source.SCANNED and waits_for_rule(row) and row.held_for is not HoldReason.LINES


class LetterPrompt(QObject):
    """Asks about all rows held for their letters at once; closing it defers it until another is held.

    Connect the document to the rules' changes before this: it must have the new rules first.
    """

    def __init__(
        self, notices: Notices, document: SheetDocument, edits: EditCommands, rules: ScanRulesService
    ) -> None:
        super().__init__(notices)
        self._notices = notices
        self._document = document
        self._edits = edits
        self._rules = rules
        self._sheet, self._held = document.sheet, 0
        self._asked: set[int] = set()
        self._throttle = Throttle(self, self._look)
        document.changed.connect(self._notice)
        rules.changed.connect(self._use_rules)

    def _notice(self) -> None:
        """Search the sheet only if the number of rows held for their letters has changed."""
        sheet = self._document.sheet
        held = sheet.held_for(HoldReason.BEYOND_ASCII)
        if sheet is not self._sheet:
            self._asked.clear()
        elif held == self._held:
            return
        self._sheet, self._held = sheet, held
        self._throttle.request()

    def _use_rules(self) -> None:
        if self._rules.rules.ids.beyond_ascii:
            self._edits.judge_again(self._waiting())
        self._look()

    def _look(self) -> None:
        waiting = self._waiting()
        if not waiting:
            self._asked.clear()
            self._notices.withdraw(_LETTERS)
        elif not self._asked.issuperset(waiting):
            self._asked.update(waiting)
            question = Message.of("beyond_ascii.question", id=self._document.sheet[waiting[0]].device_id)
            self._notices.show_offer(_LETTERS, question, Option(Message.of("beyond_ascii.yes"), self._take_in))

    def _take_in(self) -> None:
        rules = self._rules.rules
        if not self._rules.change(replace(rules, ids=replace(rules.ids, beyond_ascii=True))):
            self._asked.clear()
            self._look()

    def _waiting(self) -> list[int]:
        sheet = self._document.sheet
        if not sheet.held_for(HoldReason.BEYOND_ASCII):
            return []
        return [row.number for row in sheet if row.held_for is HoldReason.BEYOND_ASCII]


class LinesPrompt(QObject):
    """Asks about the first waiting code of several lines; closing it defers it until another arrives.

    Connect the document to the rules' changes before this: it must have the new rules first.
    """

    def __init__(
        self, notices: Notices, document: SheetDocument, edits: EditCommands, rules: ScanRulesService
    ) -> None:
        super().__init__(notices)
        self._notices = notices
        self._document = document
        self._edits = edits
        self._rules = rules
        self._asked: dict[int, str] = {}
        self._throttle = Throttle(self, self._look)
        document.changed.connect(self._notice)
        rules.changed.connect(self._use_rules)

    def _notice(self) -> None:
        if self._asked or self._document.sheet.held_for(HoldReason.LINES):
            self._throttle.request()

    def _use_rules(self) -> None:
        if self._rules.rules.part.lines:
            self._edits.read_again()

    def _look(self) -> None:
        sheet = self._document.sheet
        held = sheet.held_for(HoldReason.LINES)
        rows = [row for row in sheet if row.held_for is HoldReason.LINES] if held else []
        waiting = {row.number: row.arrived for row in rows if len(lines_of(row.arrived)) > 1}
        comes_in = bool(waiting.items() - self._asked.items())
        gone, self._asked = self._asked.keys() - waiting.keys(), waiting
        if not waiting:
            self._notices.withdraw(_LINES)
        elif comes_in or (gone and self._notices.contains(_LINES)):
            self._ask(*next(iter(waiting.items())))

    def _ask(self, number: int, text: str) -> None:
        lines = lines_of(text)
        # A line with parts is more likely a URL.
        likely = sorted(range(len(lines)), key=lambda at: parse(lines[at]).kind is not None)
        options = [
            Option(
                Message.of("lines.line", line=at + 1, text=shortened(visible(lines[at]), _LONGEST_LINE)),
                partial(self._take, at + 1, len(lines)),
            )
            for at in sorted(likely[: MOST_CHOICES - 1])
        ]
        each = Option(Message.of("lines.each"), partial(self._split, number), quiet=True)
        self._notices.show_offer(_LINES, Message.of("lines.question", n=len(lines)), *options, each)

    def _take(self, line: int, count: int) -> None:
        rules = self._rules.rules
        if not self._rules.change(replace(rules, part=replace(rules.part, lines=count, line=line))):
            self._ask_again()

    def _split(self, number: int) -> None:
        if number in self._asked and number in self._document.sheet:
            self._edits.split_lines(number)
            # Another code may wait, and this one will if the answer is undone.
            self._ask_again()

    def _ask_again(self) -> None:
        self._asked = {}
        self._throttle.request()
