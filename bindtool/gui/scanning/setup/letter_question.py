"""The question whether the ids of a channel have letters beyond ASCII: asked where such ids are held.

Owns when it is asked and what the answer does: the rule goes to the profile, and all that was held for it is judged
again. Which ids are held is for core, how an offer looks for `prompt_bar`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.intake.id_rules import NOT_ASCII
from bindtool.gui.common.util.throttle import Soon

if TYPE_CHECKING:
    from bindtool.gui.common.widgets.prompt_bar import OfferBar
    from bindtool.gui.scanning.setup.scan_rules import RuleDesk
    from bindtool.gui.sheet.document import SheetDesk
    from bindtool.gui.sheet.edit_commands import SheetEdits
    from bindtool.texts import Texts

_NAME = "letters"


class LetterQuestion(QObject):
    """Asks about all that is held at once; closing it puts it off until one more comes in.

    The desk has to have the rules in force when it hears of other ones: it is connected first.
    """

    def __init__(self, bar: OfferBar, texts: Texts, desk: SheetDesk, edits: SheetEdits, rules: RuleDesk) -> None:
        super().__init__(bar)
        self._bar = bar
        self._texts = texts
        self._desk = desk
        self._edits = edits
        self._rules = rules
        self._sheet, self._held = desk.sheet, 0
        self._asked: set[int] = set()
        self._soon = Soon(self, self._look)
        desk.changed.connect(self._notice)
        rules.changed.connect(self._use_rules)

    def _notice(self) -> None:
        """Look through the sheet only where a row more is held, or one fewer."""
        sheet = self._desk.sheet
        if sheet is not self._sheet:
            self._asked.clear()
        elif sheet.held() == self._held:
            return
        self._sheet, self._held = sheet, sheet.held()
        self._soon.ask()

    def _use_rules(self) -> None:
        if self._rules.rules.ids.beyond_ascii:
            self._edits.judge_again(self._waiting())
        self._look()

    def _look(self) -> None:
        waiting = self._waiting()
        if not waiting:
            self._asked.clear()
            self._bar.withdraw(_NAME)
        elif not self._asked.issuperset(waiting):
            self._asked.update(waiting)
            question = self._texts("beyond_ascii.question", id=self._desk.sheet[waiting[0]].device_id)
            self._bar.offer(_NAME, question, [self._texts("beyond_ascii.yes")], lambda _: self._take_in())

    def _take_in(self) -> None:
        rules = self._rules.rules
        if not self._rules.change(replace(rules, ids=replace(rules.ids, beyond_ascii=True))):
            self._asked.clear()
            self._look()

    def _waiting(self) -> list[int]:
        sheet = self._desk.sheet
        return (
            [row.number for row in sheet if row.held is not None and row.held.id == NOT_ASCII]
            if sheet.held()
            else []
        )
