"""Passes scans from the scan bar and the table to the sheet document, and shows their results.

`ready_state` decides whether the scan bar shows "ready", `keyboard_wedge` which keys are a scan.
`main_window.controller` opens sheets.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from bindtool.core.binding.advice import Action
from bindtool.core.common.messages import Message
from bindtool.core.intake.code_lines import lines_of
from bindtool.core.intake.holds import day_words
from bindtool.core.model.device import label_problem
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.sheet.status import SAVING
from bindtool.core.sheet_view.filters import RowFilter
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.scanners.input_method_bypass import InputMethodBypass, key_sender
from bindtool.gui.scanners.keyboard_wedge import KeyboardWedge
from bindtool.gui.scanning.lookup import LookupMode
from bindtool.gui.scanning.ready_state import ReadyState
from bindtool.gui.scanning.rescan_mode import RescanMode
from bindtool.gui.scanning.scan_session import LastScan, ScanResult, ScanSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.model.row import Row
    from bindtool.core.scanner.scan_rules import ScannerRules
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.sheet.status import Tally
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.scan_bar import ScanBar
    from bindtool.gui.sheet.details_dialog import SheetDetailsDialog
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.sheet.tools.list_imports import OpenList
    from bindtool.i18n.catalogue import Texts

_FRESH = 3.0
"""Seconds for which keys in the scan field may be the beginning of a scan; no scanner pauses longer."""

_ADDED_AS = MappingProxyType(
    {ScanResult.ADDED: "scan.added", ScanResult.HELD: "scan.held", ScanResult.REFUSED: "scan.added_but"}
)

_CAME_LAST = MappingProxyType(
    {
        Source.SCANNED: "scan.last_scanned",
        Source.PASTED: "scan.last_pasted",
        Source.TYPED: "scan.last_typed",
        Source.FILE: "scan.last_file",
    }
)


class ScanController(QObject):
    """Takes scans and shows their results."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        scan_bar: ScanBar,
        table: SheetTableView,
        scans: ScanSession,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._scan_bar = scan_bar
        self._table = table
        self._scans = scans
        field = scan_bar.field
        self.input_mode = scans.input_mode
        self._lookup = LookupMode(window, texts, document, scan_bar.lookup_view, field, table, scans)
        self._lookup.found.connect(self._show_lookup)
        self._last_typed = -_FRESH
        scans.lines.hand_to(self._take)
        self.ready_state = ReadyState(window, texts, document, scan_bar, scans)
        self.rescan = RescanMode(window, texts, document, edits, scan_bar, scans)
        self.rescan.awaited.connect(self.ready_state.set_awaited)
        self.wedge = KeyboardWedge(window, field)
        self.wedge.scanned.connect(self._scan_from_keys)
        self.wedge.doubted.connect(self._scan_in_doubt)
        self.wedge.line_begun.connect(scans.lines.begin_line)
        self.wedge.line.connect(self._add_line)
        self.wedge.endless.connect(self._keep_endless)
        self.wedge.rejected.connect(self._miss)
        self.bypass = InputMethodBypass(table, key_sender())
        self.bypass.unprotected.connect(self.ready_state.set_label_open)
        scan_bar.scanned.connect(self.scan)
        field.missed.connect(self.show_missed)
        field.textEdited.connect(self._note_typed)
        table.customContextMenuRequested.connect(self._show_row_menu)
        document.added.connect(self._show_added)
        document.labelled.connect(self._show_labelled)
        scans.next_label.astray.connect(self._show_rejected)
        scans.next_label.same.connect(self._show_same_label)
        scans.next_label.asked.connect(self._show_asked)
        document.repeated.connect(self._show_repeated)
        document.rejected.connect(self._show_rejected)
        document.changed.connect(self._follow_edits)
        document.disk_failed.connect(self.show_missed)
        actions = window.actions_
        actions.connect("copy", table.copy, table.why_none_selected)
        actions["paste"].triggered.connect(table.paste)
        actions.connect("include_held", lambda: document.include(self._held()), lambda: _why_none(self._held()))
        actions.connect(
            "include_alike", lambda: document.include(self._held_alike()), lambda: _why_none(self._held_alike())
        )
        for menu in (actions.row_menu, actions.menus["sheet"]):
            menu.aboutToShow.connect(self._count_alike)
        actions.grey("scan_again", table.why_none_selected)
        actions["scan_again"].triggered.connect(lambda: self.rescan.begin_first(table.selected_numbers()))
        self._show_last()
        if document.head is not None:
            self.ready_state.show()
        self.rescan.invite()

    @property
    def at_rest(self) -> bool:
        """Whether no key is held back as part of a possible scan, and no further line of a code can follow."""
        return self.wedge.at_rest and self.bypass.at_rest and not self._scans.lines.may_go_on

    def listen_to(self, details: SheetDetailsDialog) -> None:
        """Take no scan as a name typed in this dialog; offer a badge's name."""
        self.bypass.watch(details)
        self.wedge.rejected.connect(details.offer)
        details.badge_taken.connect(self.ready_state.note_scan)

    def take_focus(self) -> None:
        """Move the focus to the scan field."""
        self._scan_bar.field.setFocus()

    def show_job(self) -> None:
        """Show the open sheet's job, and how many of its devices have been scanned."""
        head, sheet = self._document.head, self._document.sheet
        self._scan_bar.set_job(head.job if head else "", len(sheet), head.expected if head else None)

    def learn(self, gap: int) -> None:
        """Expect keys with gaps of up to `gap` milliseconds; a burst that has begun goes on."""
        self.wedge.learn(gap)
        self.bypass.learn(gap)

    def use(self, rules: ScannerRules, learnt: int) -> None:
        """Use another scanner's rules from now on, and the longest gap learned from it."""
        self.wedge.use(rules, learnt)
        self.bypass.use(rules, learnt)

    def show_next_incomplete(self) -> None:
        """Select the next incomplete row, downwards and wrapping around; report it if there is none."""
        if self._select_next(RowFilter(frozenset({State.INCOMPLETE}))) is None:
            self._window.notices.show_answer(Message.of("refusals.empty"))

    def show_next_held(self) -> None:
        """Select the next held row, downwards and wrapping around, and explain how to decide on it."""
        number = self._select_next(RowFilter(frozenset({State.INCOMPLETE}), held=True))
        if number is not None:
            keys = self._window.actions_.key("include_held")
            self._window.notices.show_answer(Message.of("scan.decide", row=number, keys=keys))

    def _select_next(self, wanted: RowFilter) -> int | None:
        numbers = wanted.choose(self._document.sheet)
        if not numbers:
            return None
        selected = self._table.selected_numbers()
        below = [number for number in numbers if not selected or number < selected[0]]
        number = (below or numbers)[-1]
        self._table.select([number])
        return number

    def scan_from_port(self, text: str) -> None:
        """Take a scan from the serial port."""
        self.scan(text, typed=False)

    def scan_in_pieces(self, text: str, before: str) -> None:
        """Take a scan from the serial port that had a pause after `before`."""
        self.scan(text, typed=False, before=before)

    def scan(self, text: str, *, typed: bool = True, before: str = "") -> None:
        """Take a scan from any source: the scan field, a burst of keys, a serial port.

        `before`: the text before a pause, if it may or may not belong to the code; "" for none.
        """
        self.ready_state.note_scan()
        self._scans.lines.begin(text, typed=typed, before=before)

    def add_line_from_port(self, text: str) -> None:
        """Take another line of the previous code, from the serial port."""
        self._add_line(text, typed=False)

    def begin_line(self) -> None:
        """Hold the previous code: another line of it begins."""
        self._scans.lines.begin_line()

    def _add_line(self, text: str, *, typed: bool = True) -> None:
        self.ready_state.note_scan()
        self._scans.lines.add(text, typed=typed)

    def _take(self, text: str, typed: bool, before: str) -> int | None:
        """Take a code of one or more lines; return the number of its row, or None if there is none."""
        scans = self._scans
        if self.input_mode.mode is InputMode.LOOK_UP:
            # Without a rule each line is looked up as it arrives.
            self._lookup.scan(text if self._document.rules.part.lines else lines_of(text)[-1])
        elif not self._document.takes_scans:
            self.show_missed()
        elif scans.debouncer.is_bounce(text, self._document.rules.scanner.bounce):
            self._show(text.strip(), lambda texts: texts("scan.bounce"), ScanResult.BOUNCE)
        elif self.input_mode.row is not None:
            number = self.input_mode.row
            return number if self.rescan.scan(number, text, typed=typed, before=before) else None
        else:
            return scans.next_label.scan(text, typed=typed, before=before)
        return None

    def show_list(self, tally: Tally, first: int) -> None:
        """Show how many rows of a saved list have which state, and scroll to the first."""
        counts = {
            "list.added": tally.added,
            "list.held": tally.held,
            "list.incomplete": tally.incomplete,
            "list.repeats": tally.repeats,
        }
        parts = [Message.of(words, n=n) for words, n in counts.items() if n]
        look = tally.held or tally.incomplete
        result = ScanResult.HELD if look else ScanResult.REPEAT if tally.repeats else ScanResult.ADDED
        self._show("", lambda texts: texts("list.comma").join(map(texts.say, parts)), result, is_list=True)
        self._table.look_at(first)

    def forget_list(self) -> None:
        """Stop offering to undo the latest list."""
        if self._scans.shown is not None:
            self._scans.shown = replace(self._scans.shown, is_list=False)
        self._scan_bar.offer_undo(False)

    def show_taken_back(self, _opened: OpenList, n: int) -> None:
        """Show that a list was removed; without a sound, since the user has just done it."""
        words = Message.of("list.taken_back", n=n) if n else Message.of("list.sent")
        self._keep("", lambda texts: texts.say(words), ScanResult.BOUNCE)

    def show_waiting(self) -> None:
        """Show that a list waits for a decision."""
        self._show("", lambda texts: texts("list.waits"), ScanResult.HELD)

    def show_left(self) -> None:
        """Show that a waiting list was discarded."""
        self._keep("", lambda texts: texts("list.left"), ScanResult.BOUNCE)

    def show_missed(self) -> None:
        """Show, again at each scan or list that is not taken, why: the banner may have been closed."""
        self._scans.next_label.forget()
        self.flash_and_play(ScanResult.REFUSED)
        error = self._document.failure
        if error is not None:
            damaged = error.id == "store.damaged"
            actions = (Action.RECOVER, Action.SAVE_AGAIN) if damaged else (Action.SAVE_AGAIN, None)
            self._window.notices.show_error(error, *actions)

    def _note_typed(self) -> None:
        self._last_typed = self._scans.clock.monotonic()

    def _scan_from_keys(self, text: str) -> None:
        """Take a burst of keys; text left in the field right before it may be its beginning."""
        left, fresh = self._scan_bar.field.text(), self._scans.clock.monotonic() - self._last_typed < _FRESH
        doubt = fresh or left == self._scans.endless
        self._scans.endless, self._last_typed = "", -_FRESH
        self.scan(text, before=left if doubt else "")

    def _scan_in_doubt(self, text: str, before: str) -> None:
        self._scans.endless = ""
        self.scan(text, before=before)

    def _show_row_menu(self, at: QPoint) -> None:
        table = self._table
        if table.indexAt(at).isValid():
            self._window.actions_.row_menu.popup(table.viewport().mapToGlobal(at))

    def _held(self) -> list[int]:
        sheet = self._document.sheet
        return [number for number in self._table.selected_numbers() if sheet[number].held is not None]

    def _held_alike(self) -> list[int]:
        return self._document.sheet.held_alike(self._table.selected_numbers())

    def _count_alike(self) -> None:
        """Show in the menu how many rows are held for the same reason as the selected ones."""
        n = len(self._held_alike())
        words = self._texts("menu.include_all_alike", n=n) if n else self._texts("menu.include_alike")
        self._window.actions_["include_alike"].setText(words)

    def _show_added(self, row: Row) -> None:
        standing = self._document.sheet.status(row.number)
        # Its label may still be being saved.
        reason = None if standing.reason == SAVING else standing.reason
        is_fit = reason is None or reason == label_problem("")
        result = ScanResult.ADDED if is_fit else ScanResult.HELD if standing.held else ScanResult.REFUSED
        note = row.note.message if is_fit and row.note is not None else None

        def words(texts: Texts) -> str:
            added = self.rescan.words_of(row) or texts(_ADDED_AS[result])
            return " · ".join([added, *(texts.say(more) for more in (note, reason) if more is not None)])

        self._show(row.device_id, words, result, row=row.number)

    def _show_labelled(self, row: Row) -> None:
        if not row.label:
            # The row was removed meanwhile.
            return
        standing = self._document.sheet.status(row.number)
        parts = [Message.of("next_label.given", row=row.number, text=row.label)]
        parts += [standing.reason] if standing.held and standing.reason is not None else []
        result = ScanResult.HELD if standing.held else ScanResult.LABELLED
        self._show(
            row.device_id, lambda texts: " · ".join(map(texts.say, parts)), result, row=row.number, label=row.label
        )
        self._table.look_at(row.number)

    def _show_same_label(self, row: Row) -> None:
        words = Message.of("next_label.same", row=row.number)
        self._show(row.device_id, lambda texts: texts.say(words), ScanResult.REPEAT, row=row.number)
        self._table.look_at(row.number)

    def _show_asked(self, row: Row) -> None:
        words = Message.of("next_label.asked", row=row.number)
        self._show(row.device_id, lambda texts: texts.say(words), ScanResult.HELD, row=row.number)
        self._table.look_at(row.number)

    def _show_repeated(self, first: Row) -> None:
        repeat = Message.of(
            "scan.repeat" if first.operator else "scan.repeat_by_nobody",
            row=first.number,
            time=f"{first.added_at:%H:%M}",
            operator=first.operator,
        )
        self._show(first.device_id, lambda texts: texts.say(repeat), ScanResult.REPEAT)
        self._table.point_at(first.number)

    def _show_rejected(self, reason: Message) -> None:
        self._show("", lambda texts: texts.say(reason), ScanResult.REFUSED)

    def _show(
        self,
        device_id: str,
        words: Callable[[Texts], str],
        result: ScanResult,
        *,
        is_list: bool = False,
        row: int | None = None,
        label: str = "",
    ) -> None:
        self._keep(device_id, words, result, is_list=is_list, row=row, label=label)
        self.flash_and_play(result)

    def _keep(
        self,
        device_id: str,
        words: Callable[[Texts], str],
        result: ScanResult,
        *,
        is_list: bool = False,
        row: int | None = None,
        label: str = "",
    ) -> None:
        now = self._scans.clock.now()
        self._scans.shown = LastScan(device_id, words, result, now, is_list, self._sheet_id, row, label)
        self._show_last()

    @property
    def _sheet_id(self) -> int | None:
        head = self._document.head
        return head.sheet_id if head is not None else None

    def _follow_edits(self) -> None:
        """Update the last scan shown: it may be undone, deleted or restored, or its sheet closed."""
        shown = self._scans.shown
        if shown is None or shown.sheet_id != self._sheet_id:
            self._scans.shown = None
            self._scan_bar.show_nothing(self._earlier())
            return
        gone = shown.row is not None and not _is_there(shown.row, shown.label, self._document.sheet)
        if gone is not shown.gone:
            self._scans.shown = replace(shown, gone=gone)
            self._show_last()

    def _earlier(self) -> str:
        """Describe the newest row, if nothing has been scanned since the sheet was opened; "" if there is none."""
        row = next((row for row in reversed(self._document.sheet) if row.saved), None)
        if row is None:
            return ""
        now, time = self._scans.clock.now(), f"{row.added_at:%H:%M}"
        if row.added_at.date() != now.date():
            time = f"{day_words(row.added_at, now)} {time}"
        return self._texts(_CAME_LAST[row.source], row=row.number, time=time)

    def _show_lookup(self, words: str, result: ScanResult) -> None:
        self._scan_bar.announce(words, result)
        self.flash_and_play(result)

    def flash_and_play(self, result: ScanResult) -> None:
        """Flash the scan bar in the result's colour and play its sound."""
        self._scan_bar.flash(result)
        self._scans.sounds.play(result.cue)

    def _show_last(self) -> None:
        shown = self._scans.shown
        if shown is not None:
            words = self._texts("scan.taken_back") if shown.gone else shown.words(self._texts)
            result = ScanResult.BOUNCE if shown.gone else shown.result
            self._scan_bar.show_last(shown.device_id, words, result, shown.time)
            self._scan_bar.offer_undo(shown.is_list)
        else:
            self._scan_bar.show_nothing(self._earlier())

    def _keep_endless(self, text: str) -> None:
        """Put a scan without an end key into the scan field, alone: two codes must not become one.

        An earlier one in the field is scanned; text that a person has begun to type stays.
        """
        field = self._scan_bar.field
        left, text = field.text(), text.strip()
        self._scans.next_label.forget()
        if field.isReadOnly() or (left and left != self._scans.endless):
            self._scan_from_keys(text)
            return
        self.ready_state.note_scan()
        self._scans.endless = text
        field.setText(text)
        if not self._window.isActiveWindow():
            # The rest of it, and later keys, went to another window.
            self.ready_state.note_missed()
        if left:
            self.scan(left)

    def _miss(self, _text: str) -> None:
        self._scans.next_label.forget()
        self.flash_and_play(ScanResult.REFUSED)
        self.ready_state.note_missed()


def _is_there(number: int, label: str, sheet: Sheet) -> bool:
    return number in sheet and label in {"", sheet[number].label}


def _why_none(held: list[int]) -> Message | None:
    return None if held else Message.of("nothing.held")
