"""Scan again: the next scan becomes the id of a row that is there, instead of a new row.

Owns the wait for that scan, and what is said of it. It is for one scan, and like looking up it can be forgotten: so
the strip has another colour and other words meanwhile, and it ends by itself. What the row becomes is for
`core.intake`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Repeat
from bindtool.core.model.outcome import State
from bindtool.gui.scanning.last_scan import ScanResult
from bindtool.i18n.row_text import tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.row import Row
    from bindtool.gui.common.audio.cues import Sounds
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.scan_bar import ScanBar
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.i18n.catalogue import Texts

_MINUTE = 60_000
_DONE = {State.BOUND: "scan_again.done_bound", State.UNKNOWN: "scan_again.done_unknown"}


class RescanMode(QObject):
    """The wait for one scan, begun with `begin` or `begin_first`.

    Args:
        lasts: milliseconds after which it ends by itself.

    Signals:
        awaited(words): the next scan is for a row that is there; the words say for which, "" for none.
        changed(): it has begun, for whichever row, or has ended.
    """

    awaited = Signal(str)
    changed = Signal()

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        strip: ScanBar,
        clock: Clock,
        sounds: Sounds,
        *,
        lasts: int = _MINUTE,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._edits = edits
        self._strip = strip
        self._clock = clock
        self._sounds = sounds
        self._sheet = document.sheet
        self._row: int | None = None
        self._given: dict[int, str] = {}
        self._idle = QTimer(self, singleShot=True, interval=lasts)
        self._idle.timeout.connect(self.end)
        window.actions_["look_up"].toggled.connect(lambda on: self.end() if on else None)
        document.changed.connect(self._end_if_gone)

    @property
    def row(self) -> int | None:
        """The number of the row that waits for its scan; None: a scan is a new row."""
        return self._row

    def begin(self, number: int) -> None:
        """Let the next scan become the id of the row `number`; a run must not have it."""
        sheet = self._document.sheet
        if sheet.is_taken(number):
            self._window.notice.show_error(BadInput("edit.under_way", row=number))
            return
        self._window.actions_["look_up"].setChecked(False)
        self._sheet, self._row = sheet, number
        self._idle.start()
        words = self._invitation(number)
        self.awaited.emit(words)
        self._strip.announced.emit(words, ScanResult.BOUNCE)
        self._strip.field.setFocus()
        self.changed.emit()

    def begin_first(self, numbers: Sequence[int]) -> None:
        """Begin with the first of the rows; where there is none, say so."""
        if numbers:
            self.begin(numbers[0])
        else:
            self._window.notice.show_answer(Message.of("scan_again.no_row"))

    def end(self) -> None:
        """Take it back; nothing happens where no scan is waited for."""
        if self._row is not None:
            self._row = None
            self._idle.stop()
            self.awaited.emit("")
            self.changed.emit()

    def scan(self, number: int, text: str, *, typed: bool, before: str = "") -> None:
        """Take the scan that the row `number` has waited for."""
        state = self._document.sheet.status(number).state
        taken = self._edits.scan_again(number, text, typed=typed, before=before)
        if isinstance(taken, Message):
            self._refuse("", self._texts.say(taken))
        elif not isinstance(taken, Repeat):
            self._given[number] = self._texts(_DONE.get(state, "scan_again.done"), row=number)
            self.end()
        elif taken.first.number != number:
            self._refuse(taken.first.device_id, self._texts("scan_again.elsewhere", row=taken.first.number))
        else:
            self.end()
            same = "scan_again.same_refused" if state is State.REFUSED else "scan_again.same"
            words = self._texts(same, row=number)
            self._strip.show_last(taken.first.device_id, words, ScanResult.REPEAT, self._clock.now())
            self._tell(ScanResult.REPEAT)

    def words_of(self, row: Row) -> str:
        """Return what to say of a row that the disk has: that it was scanned again, once; "" for a new one."""
        return self._given.pop(row.number, "")

    def _invitation(self, number: int) -> str:
        return self._texts("scan_again.invite", row=number, tail=tail(self._document.sheet[number].device_id))

    def _refuse(self, device_id: str, words: str) -> None:
        """Go on waiting: what came in was not for this row, and shall not become a new one either."""
        self._idle.start()
        self.awaited.emit(f"{words} · {self._invitation(self._row)}" if self._row else words)
        self._strip.announced.emit(f"{device_id} {words}".strip(), ScanResult.REFUSED)
        self._tell(ScanResult.REFUSED)

    def _tell(self, taken: ScanResult) -> None:
        self._strip.flash(taken)
        self._sounds.play(taken.cue)

    def _end_if_gone(self) -> None:
        if self._document.sheet is not self._sheet or (self._row is not None and self._row not in self._sheet):
            self._given.clear()
            self.end()
