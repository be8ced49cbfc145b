"""Scans, pastes and edits: what the strip and the table take in goes to the sheet document, what became of it is
shown.

Owns those connections. What the strip says of being ready is `ready_state`'s, which keys are a scan the
`keyboard_wedge`'s. Opening sheets is for `controller`, runs are for `run_presenter`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from bindtool.core.binding.advice import Action
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.scanner.debounce import Debouncer
from bindtool.core.tabular.clipboard import read_clipboard
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.widgets.prompt_bar import ask
from bindtool.gui.scanners.input_method_bypass import InputMethodBypass, key_sender
from bindtool.gui.scanners.keyboard_wedge import KeyboardWedge
from bindtool.gui.scanning.last_scan import ScanResult
from bindtool.gui.scanning.lookup import LookupMode
from bindtool.gui.scanning.ready_state import ReadyState
from bindtool.gui.scanning.rescan_mode import RescanMode

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtCore import QPoint

    from bindtool.core.barcode.scan_rules import ScannerRules
    from bindtool.core.model.row import Row
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.scan_bar import ScanBar
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.sheet.tools.fill_labels_panel import FillPanel
    from bindtool.i18n.catalogue import Texts

_FRESH = 3.0
"""Seconds for which keys in the scan field may be the beginning of a scan: its scanner pauses no longer."""

_ADDED_AS = MappingProxyType(
    {ScanResult.ADDED: "scan.added", ScanResult.HELD: "scan.held", ScanResult.REFUSED: "scan.added_but"}
)


class ScanController(QObject):
    """The sheet in front of a person's hands."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        strip: ScanBar,
        table: SheetTableView,
        fill: FillPanel,
        services: Services,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._strip = strip
        self._table = table
        self._clock = services.clock
        self._sounds = services.sounds
        self._bounces = Debouncer(services.clock)
        self._look_up = LookupMode(window, texts, document, strip.looked_up, strip.field, table, services.clock)
        self._look_up.found.connect(self._tell_found)
        self._endless = ""
        self._last_typed = -_FRESH
        self._last: tuple[str, Callable[[Texts], str], ScanResult, datetime] | None = None
        self.readiness = ReadyState(window, texts, document, strip, services.clock, services.sounds)
        self._look_up.toggled.connect(self.readiness.show)
        self.again = RescanMode(window, texts, document, edits, strip, services.clock, services.sounds)
        self.again.awaited.connect(self.readiness.set_awaited)
        self.wedge = KeyboardWedge(window, strip.field)
        self.wedge.scanned.connect(self._scan_from_keys)
        self.wedge.doubted.connect(self._scan_in_doubt)
        self.wedge.endless.connect(self._keep_endless)
        self.wedge.turned_away.connect(self._refuse)
        self._early_keys = InputMethodBypass(table, key_sender(), fill)
        self._early_keys.unprotected.connect(self.readiness.set_label_open)
        strip.scanned.connect(self.scan)
        strip.pasted.connect(self._paste)
        strip.field.missed.connect(self._show_missed)
        strip.field.textEdited.connect(self._note_typed)
        table.pasted.connect(self._paste)
        table.delete_requested.connect(self._delete)
        table.customContextMenuRequested.connect(self._show_row_menu)
        document.added.connect(self._show_added)
        document.repeated.connect(self._show_repeated)
        document.turned_away.connect(self._show_turned_away)
        document.failed.connect(window.notice.show_error)
        document.disk_failed.connect(self._show_missed)
        actions = window.actions_
        actions["undo"].triggered.connect(document.undo)
        actions["redo"].triggered.connect(document.redo)
        actions["delete_rows"].triggered.connect(self._delete)
        actions["include_held"].triggered.connect(lambda: document.include(table.selected_numbers()))
        actions["scan_again"].triggered.connect(lambda: self.again.begin_first(table.selected_numbers()))

    @property
    def at_rest(self) -> bool:
        """Whether no scan is on its way from the keys."""
        return self.wedge.at_rest and self._early_keys.at_rest

    def go_on_from(self, before: ScanController) -> None:
        """Take over what is known of the scans of before."""
        self._bounces = before._bounces
        self._last, self._endless = before._last, before._endless
        self._show_last()
        self.readiness.go_on_from(before.readiness)

    def take_focus(self) -> None:
        """Give the scan field the keys."""
        self._strip.field.setFocus()

    def show_job(self) -> None:
        """Show the job of the open sheet, and how many of its devices are there."""
        head, sheet = self._document.head, self._document.sheet
        self._strip.set_job(head.job if head else "", len(sheet), head.expected if head else None)

    def learn(self, gap: int) -> None:
        """Reckon with keys that come as slowly as that, in milliseconds; what is under way goes on."""
        self.wedge.learn(gap)
        self._early_keys.learn(gap)

    def use(self, rules: ScannerRules, learnt: int) -> None:
        """Go by the rules of another scanner from now on, and by the longest gap that was learnt of it."""
        self.wedge.use(rules, learnt)
        self._early_keys.use(rules, learnt)

    def show_next_incomplete(self) -> None:
        """Select the next row that is not complete, downwards and around; where there is none, say so."""
        numbers = self._document.numbers_in(frozenset({State.INCOMPLETE}))
        if not numbers:
            self._window.notice.show_answer(Message.of("refusals.empty"))
        else:
            selected = self._table.selected_numbers()
            below = [number for number in numbers if not selected or number < selected[0]]
            self._table.go_to((below or numbers)[-1])

    def scan_from_port(self, text: str) -> None:
        """Take a scan that came in without keys."""
        self.scan(text, typed=False)

    def scan_in_pieces(self, text: str, before: str) -> None:
        """Take a scan that came in without keys and with a pause after `before`."""
        self.scan(text, typed=False, before=before)

    def scan(self, text: str, *, typed: bool = True, before: str = "") -> None:
        """Take a scan, wherever it came in: the scan field, a burst of keys, a serial port.

        `before`: what came before a pause, where nobody can tell whether it belongs to the code; "" for nothing.
        """
        self.readiness.note_scan()
        if self._look_up.on:
            self._look_up.scan(text)
        elif not self._document.takes_scans:
            self._show_missed()
        elif self._bounces.is_bounce(text, self._document.rules.scanner.bounce):
            self._show(text.strip(), lambda texts: texts("scan.bounce"), ScanResult.BOUNCE)
        elif self.again.row is not None:
            self.again.scan(self.again.row, text, typed=typed, before=before)
        else:
            self._document.scan(text, typed=typed, before=before)

    def _note_typed(self) -> None:
        self._last_typed = self._clock.monotonic()

    def _scan_from_keys(self, text: str) -> None:
        """Take a burst of keys; what keys have left in the field right before it may be its beginning."""
        left, fresh = self._strip.field.text(), self._clock.monotonic() - self._last_typed < _FRESH
        doubt = fresh or left == self._endless
        self._endless, self._last_typed = "", -_FRESH
        self.scan(text, before=left if doubt else "")

    def _scan_in_doubt(self, text: str, before: str) -> None:
        self._endless = ""
        self.scan(text, before=before)

    def _paste(self, text: str) -> None:
        if self._document.takes_scans:
            # The text may have come from elsewhere than the clipboard that is there now.
            copied = QGuiApplication.clipboard().mimeData()
            html = copied.html() if copied.hasHtml() and copied.text() == text else ""
            self._document.take((row.arrival for row in read_clipboard(text, html)), Source.PASTED)

    def _delete(self) -> None:
        numbers = self._table.selected_numbers()
        sheet = self._document.sheet
        bound = sum(1 for number in numbers if sheet[number].outcome.state is State.BOUND)
        if bound:
            offer, texts = self._window.offer, self._texts
            ask(offer, texts, "question.delete_bound", lambda: self._document.delete(numbers), n=bound)
        elif numbers:
            self._document.delete(numbers)

    def _show_row_menu(self, at: QPoint) -> None:
        table = self._table
        if table.indexAt(at).isValid():
            self._window.actions_.row_menu.popup(table.viewport().mapToGlobal(at))

    def _show_added(self, row: Row) -> None:
        standing = self._document.sheet.status(row.number)
        reason = standing.reason
        taken = ScanResult.ADDED if reason is None else ScanResult.HELD if standing.held else ScanResult.REFUSED
        note = reason or row.note

        def words(texts: Texts) -> str:
            added = self.again.words_of(row) or texts(_ADDED_AS[taken])
            return added if note is None else f"{added} · {texts.say(note)}"

        self._show(row.device_id, words, taken)

    def _show_repeated(self, first: Row) -> None:
        repeat = Message.of(
            "scan.repeat" if first.operator else "scan.repeat_by_nobody",
            row=first.number,
            time=f"{first.added_at:%H:%M}",
            operator=first.operator,
        )
        self._show(first.device_id, lambda texts: texts.say(repeat), ScanResult.REPEAT)
        self._table.point_at(first.number)

    def _show_turned_away(self, reason: Message) -> None:
        self._show("", lambda texts: texts.say(reason), ScanResult.REFUSED)

    def _show(self, device_id: str, words: Callable[[Texts], str], taken: ScanResult) -> None:
        self._last = (device_id, words, taken, self._clock.now())
        self._show_last()
        self._tell(taken)

    def _tell_found(self, words: str, taken: ScanResult) -> None:
        self._strip.announced.emit(words, taken)
        self._tell(taken)

    def _tell(self, taken: ScanResult) -> None:
        """Let eyes and ears know."""
        self._strip.flash(taken)
        self._sounds.play(taken.cue)

    def _show_last(self) -> None:
        if self._last is not None:
            device_id, words, taken, time = self._last
            self._strip.show_last(device_id, words(self._texts), taken, time)

    def _keep_endless(self, text: str) -> None:
        """Put what nothing has ended into the scan field, by itself: two codes must not become one.

        What stands there from the scanner was a scan; what a person has begun to type stays.
        """
        field = self._strip.field
        left, text = field.text(), text.strip()
        if field.isReadOnly() or (left and left != self._endless):
            self._scan_from_keys(text)
            return
        self.readiness.note_scan()
        self._endless = text
        field.setText(text)
        if left:
            self.scan(left)

    def _refuse(self) -> None:
        self._strip.flash(ScanResult.REFUSED)
        self._sounds.play(Cue.REFUSED)

    def _show_missed(self) -> None:
        """Say it again at each scan that is not taken: the banner may have been closed."""
        self._refuse()
        error = self.readiness.disk_error
        if error is not None:
            damaged = error.id == "store.damaged"
            actions = (Action.RECOVER, Action.SAVE_AGAIN) if damaged else (Action.SAVE_AGAIN, None)
            self._window.notice.show_error(error, *actions)
