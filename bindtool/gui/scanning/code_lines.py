"""Puts the lines of one code together that come one by one, and says for how long more may follow.

Most codes have one line, which is handed on at once; its row is held again where one more line begins. That a line
belongs to the code before it is decided in `core.scanner`, which line has the id in `core.intake.code_lines`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.intake.code_lines import joined
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.scanner.burst import LONGEST_BETWEEN_LINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.gui.sheet.document import SheetDocument

    TakeScan = Callable[[str, bool, str], int | None]

_UNTIL_NEXT = LONGEST_BETWEEN_LINES + 50
"""Milliseconds after which the next line would have begun, and this window would have heard of it."""
_LONGEST_LINE = 2000
"""Milliseconds that are waited for a line that has begun; a port may be lost meanwhile."""


class CodeLines(QObject):
    """The code that came last.

    Signals:
        over(): no line can follow any more.
    """

    over = Signal()

    def __init__(self, document: SheetDocument) -> None:
        super().__init__()
        self._document = document
        self._take: TakeScan = lambda _text, _typed, _before: None
        self._sheet = document.sheet
        self._lines: list[str] = []
        self._typed, self._before = True, ""
        self._number: int | None = None
        self._taken = self._grown = False
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(self._end)

    @property
    def may_go_on(self) -> bool:
        """Whether one more line of a code on the open sheet may follow."""
        return self._wait.isActive() and self._sheet is self._document.sheet

    def hand_to(self, take: TakeScan) -> None:
        """Hand codes on to `take`, with whether they were typed and what came before a pause.

        It returns the number of the row that it has made, None for none.
        """
        self._take = take

    def begin(self, text: str, *, typed: bool, before: str) -> None:
        """Take the first line of a code, which is mostly all of it."""
        self._end()
        self._lines, self._typed, self._before = [text], typed, before
        self._number, self._sheet = None, self._document.sheet
        self._taken = self._grown = False
        self._wait.start(_UNTIL_NEXT)
        if self._document.rules.part.lines == 0:
            self._hand_on()

    def begin_line(self) -> None:
        """Hold what has come of the code: one more line begins."""
        self._wait.start(_LONGEST_LINE)
        number, sheet = self._number, self._document.sheet
        if number is None or not self._is_there or sheet.is_taken(number):
            return
        if sheet[number].held_for is not HoldReason.LINES:
            held = Hold.of(HoldReason.LINES, n=len(self._lines) + 1)
            self._document.amend(replace(sheet[number], held=held))

    def add(self, text: str, *, typed: bool) -> None:
        """Take one more line of the code."""
        if not self._lines or self._sheet is not self._document.sheet:
            self.begin(text, typed=typed, before="")
            return
        self._wait.start(_UNTIL_NEXT)
        if not self._document.takes_scans:
            # It is told as missed; what has come before stays held.
            self._take(text, typed, "")
            return
        stutters = text == self._lines[-1]
        if not stutters:
            self._lines.append(text)
        if self._taken or len(self._lines) == self._document.rules.part.lines:
            self._hand_on()
        if stutters and len(self._lines) == 1 and self._taken:
            # The scanner has sent its code twice, which is told as ever.
            self._take(text, typed, "")

    @property
    def _is_there(self) -> bool:
        sheet = self._document.sheet
        return self._sheet is sheet and self._number is not None and self._number in sheet

    def _hand_on(self) -> None:
        text, self._taken = joined(self._lines), True
        if self._number is not None and self._is_there:
            self._grown = len(self._lines) > 1
            self._document.scan_lines(self._number, text, typed=self._typed)
        else:
            self._number = self._take(text, self._typed, self._before)

    def _end(self) -> None:
        self._wait.stop()
        if self._lines and not self._taken:
            self._hand_on()
        number, grown, self._grown = self._number, self._grown, False
        if grown and number is not None and self._is_there:
            # Once: a scanner may pour out hundreds of lines.
            self._document.amend(self._document.sheet[number], as_added=True)
        self.over.emit()
