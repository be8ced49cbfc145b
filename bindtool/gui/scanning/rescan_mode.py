"""Scan again: the next scan becomes the id of an existing row, instead of a new row.

Waits for one scan. It may be forgotten, like look-up, so the scan bar changes colour and text meanwhile.
`core.intake` decides how the row changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Repeat
from bindtool.core.model.outcome import State
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.scanning.scan_session import ScanResult, ScanSession
from bindtool.i18n.row_text import tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.model.row import Row
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.scan_bar import ScanBar
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.i18n.catalogue import Texts

_DONE = {State.BOUND: "scan_again.done_bound", State.UNKNOWN: "scan_again.done_unknown"}


class RescanMode(QObject):
    """The wait for one scan, started by `begin` or `begin_first`.

    Signals:
        awaited(words): the next scan is for an existing row, named by the words.
    """

    awaited = Signal(str)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        scan_bar: ScanBar,
        scans: ScanSession,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._edits = edits
        self._scan_bar = scan_bar
        self._scans = scans
        self._input_mode = scans.input_mode
        self._sheet = document.sheet
        self._given: dict[int, str] = {}
        self._input_mode.entered.connect(self.invite)
        document.changed.connect(self._end_if_gone)

    def begin(self, number: int) -> None:
        """Let the next scan become the id of the row `number`, which no run may have taken."""
        sheet = self._document.sheet
        if sheet.is_taken(number):
            self._window.notices.show_error(BadInput("edit.under_way", row=number))
            return
        self._sheet = sheet
        self._input_mode.enter(InputMode.SCAN_AGAIN, number)

    def begin_first(self, numbers: Sequence[int]) -> None:
        """Begin with the first of the rows; if there is none, say so."""
        if numbers:
            self.begin(numbers[0])
        else:
            self._window.notices.show_answer(Message.of("scan_again.no_row"))

    def invite(self) -> None:
        """Show for which row the next scan is, if it is for an existing row."""
        number = self._input_mode.row
        if number is not None:
            words = self._invitation(number)
            self.awaited.emit(words)
            self._scan_bar.announce(words, ScanResult.BOUNCE)
            self._scan_bar.field.setFocus()

    def end(self) -> None:
        """Stop waiting; does nothing if no scan is awaited."""
        self._input_mode.leave(InputMode.SCAN_AGAIN)

    def scan(self, number: int, text: str, *, typed: bool, before: str = "") -> bool:
        """Take the scan awaited for the row `number`; return whether the row now has it."""
        state = self._document.sheet.status(number).state
        result = self._edits.scan_again(number, text, typed=typed, before=before)
        if isinstance(result, Message):
            self._refuse(number, "", self._texts.say(result))
        elif not isinstance(result, Repeat):
            self._given[number] = self._texts(_DONE.get(state, "scan_again.done"), row=number)
            self.end()
        elif result.first.number != number:
            words = self._texts("scan_again.elsewhere", row=result.first.number)
            self._refuse(number, result.first.device_id, words)
        else:
            self.end()
            same = "scan_again.same_refused" if state is State.REFUSED else "scan_again.same"
            words = self._texts(same, row=number)
            self._scan_bar.show_last(result.first.device_id, words, ScanResult.REPEAT, self._scans.clock.now())
            self._flash_and_play(ScanResult.REPEAT)
        return not isinstance(result, Message | Repeat)

    def words_of(self, row: Row) -> str:
        """Return, once, the text saying that a saved row was scanned again; "" for a new row."""
        return self._given.pop(row.number, "")

    def _invitation(self, number: int) -> str:
        return self._texts("scan_again.invite", row=number, tail=tail(self._document.sheet[number].device_id))

    def _refuse(self, number: int, device_id: str, words: str) -> None:
        """Keep waiting: the scan was not for this row, and must not become a new one either."""
        self._input_mode.go_on()
        self.awaited.emit(f"{words} · {self._invitation(number)}")
        self._scan_bar.announce(f"{device_id} {words}".strip(), ScanResult.REFUSED)
        self._flash_and_play(ScanResult.REFUSED)

    def _flash_and_play(self, result: ScanResult) -> None:
        self._scan_bar.flash(result)
        self._scans.sounds.play(result.cue)

    def _end_if_gone(self) -> None:
        row = self._input_mode.row
        if self._document.sheet is not self._sheet or (row is not None and row not in self._sheet):
            self._given.clear()
            self.end()
