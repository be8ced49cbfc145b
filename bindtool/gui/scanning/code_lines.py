"""Joins the lines of one code that arrive one by one, and decides how long to wait for more.

Most codes have one line, which is handed on at once; its row is held again if another line begins. `core.scanner`
decides whether a line belongs to the previous code, `core.intake.code_lines` which line has the id.
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
"""Milliseconds within which another line would have begun, and its event reached the window."""
_LONGEST_LINE = 2000
"""Milliseconds to wait for a line that has begun, since the port may be lost meanwhile."""


class CodeLines(QObject):
    """The latest code.

    Signals:
        over(): no further line can follow.
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
        """Whether another line of a code on the open sheet may follow."""
        return self._wait.isActive() and self._sheet is self._document.sheet

    def hand_to(self, take: TakeScan) -> None:
        """Pass codes to `take`, with whether they were typed and the text before a pause.

        `take` returns the number of the row it has created; None if it created none.
        """
        self._take = take

    def begin(self, text: str, *, typed: bool, before: str) -> None:
        """Take the first line of a code, often its only one."""
        self._end()
        self._lines, self._typed, self._before = [text], typed, before
        self._number, self._sheet = None, self._document.sheet
        self._taken = self._grown = False
        self._wait.start(_UNTIL_NEXT)
        if self._document.rules.part.lines == 0:
            self._hand_on()

    def begin_line(self) -> None:
        """Hold the code's row: another line begins."""
        self._wait.start(_LONGEST_LINE)
        number, sheet = self._number, self._document.sheet
        if number is None or not self._is_there or sheet.is_taken(number):
            return
        if sheet[number].held_for is not HoldReason.LINES:
            held = Hold.of(HoldReason.LINES, n=len(self._lines) + 1)
            self._document.amend(replace(sheet[number], held=held))

    def add(self, text: str, *, typed: bool) -> None:
        """Take another line of the code."""
        if not self._lines or self._sheet is not self._document.sheet:
            self.begin(text, typed=typed, before="")
            return
        self._wait.start(_UNTIL_NEXT)
        if not self._document.takes_scans:
            # It is reported as missed; the earlier lines stay held.
            self._take(text, typed, "")
            return
        stutters = text == self._lines[-1]
        if not stutters:
            self._lines.append(text)
        if self._taken or len(self._lines) == self._document.rules.part.lines:
            self._hand_on()
        if stutters and len(self._lines) == 1 and self._taken:
            # The scanner has sent its code twice; report the repetition as usual.
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
            # Once per code: a scanner may send hundreds of lines.
            self._document.amend(self._document.sheet[number], as_added=True)
        self.over.emit()
