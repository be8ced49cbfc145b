"""Look-up: a mode in which a scan adds nothing and shows the records of its device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import escaped, evident
from bindtool.core.intake.code_lines import read_scan
from bindtool.core.intake.holds import day_words
from bindtool.core.intake.intake import last_ids
from bindtool.core.model.device import looks_like_token
from bindtool.core.model.outcome import State
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import ElidedLabel, line
from bindtool.gui.scanning.last_scan import TAIL
from bindtool.gui.scanning.scan_session import ScanResult, ScanSession
from bindtool.i18n.row_text import by_words, row_message, state_words

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.model.row import Row
    from bindtool.core.store import BindingRecord
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.scan_field import ScanField
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts


class LookupMode(QObject):
    """Handles scans in this mode, which the action "look_up" enters and leaves.

    Signals:
        found(words, result): a scan was looked up; the text shown, and its `ScanResult`.
    """

    found = Signal(str, object)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        view: LookupView,
        field: ScanField,
        table: SheetTableView,
        scans: ScanSession,
    ) -> None:
        super().__init__(window)
        self._texts = texts
        self._document = document
        self._view = view
        self._field = field
        self._table = table
        self._scans = scans
        self._input_mode = scans.input_mode
        self._action = window.actions_["look_up"]
        self._action.toggled.connect(self._toggle)
        self._input_mode.left.connect(self._end)
        self._input_mode.entered.connect(self._begin)
        if self._show_mode() and scans.looked_up:
            self._look_up(scans.looked_up)

    def scan(self, text: str) -> None:
        """Show a device's records: from the sheet, else from the channel's bindings."""
        self._input_mode.go_on()
        self._field.setText("")
        self._scans.looked_up = text
        self._look_up(text)

    def _look_up(self, text: str) -> None:
        found = read_scan(text, self._document.rules, last_ids(self._document.sheet))
        device_id = found.device_id
        if not device_id or looks_like_token(device_id):
            missing = Message.of("reason.id_missing") if found.held is None else found.held.message
            reason = Message.of("reason.id_is_token") if device_id else missing
            self._show("", Mark.REFUSED, self._texts.say(reason), "", ScanResult.REFUSED)
            return
        row = self._document.sheet.first_with(device_id)
        if row is not None:
            self._show_row(row)
            return
        entry = self._document.hold_rules.find(self._document.channel, device_id)
        if entry is not None:
            self._show_entry(entry)
        else:
            nothing_added = self._texts("look_up.nothing_added")
            self._show(device_id, Mark.FIND, self._texts("look_up.none"), nothing_added, ScanResult.BOUNCE)

    def _toggle(self, on: bool) -> None:
        if on and self._input_mode.mode is not InputMode.LOOK_UP:
            self._input_mode.enter(InputMode.LOOK_UP)
        elif not on:
            self._input_mode.leave(InputMode.LOOK_UP)

    def _begin(self) -> None:
        self._scans.looked_up = ""
        if self._show_mode():
            # The text may be the beginning of a scan.
            self._scans.set_aside = self._field.text()
            self._field.setText("")

    def _end(self, mode: InputMode) -> None:
        if mode is InputMode.LOOK_UP:
            self._field.setText(self._scans.set_aside)
            self._scans.set_aside = ""

    def _show_mode(self) -> bool:
        looks_up = self._input_mode.mode is InputMode.LOOK_UP
        self._action.setChecked(looks_up)
        if looks_up:
            self._view.invite(self._texts("look_up.invite"), self._texts("look_up.nothing_added"))
            self._field.setFocus()
        return looks_up

    def _show_row(self, row: Row) -> None:
        standing = self._document.sheet.status(row.number)
        answer = row.outcome.answer
        mark = Mark.of(standing.state, held=standing.held)
        words = self._words(mark, answer.time if answer is not None else row.added_at, row.label)
        details = [
            self._texts("look_up.row", row=row.number),
            by_words(self._texts, row.operator),
            row_message(self._texts, row, standing),
            "" if standing.held or standing.state is State.BOUND else self._elsewhere(row.device_id),
            self._log_id(answer.log_id if answer is not None else ""),
        ]
        self._show(row.device_id, mark, words, " · ".join(filter(None, details)), ScanResult.REPEAT)
        self._table.point_at(row.number)

    def _show_entry(self, entry: BindingRecord) -> None:
        mark = Mark.of(State.BOUND)
        words = self._words(mark, entry.bound_at, entry.label)
        details = [
            "" if entry.machine else self._texts("look_up.earlier"),
            by_words(self._texts, entry.operator, entry.machine),
            self._texts.name(entry.profile),
            self._log_id(entry.log_id),
        ]
        self._show(entry.device_id, mark, words, " · ".join(filter(None, details)), ScanResult.REPEAT)

    def _show(self, device_id: str, mark: Mark, words: str, details: str, result: ScanResult) -> None:
        device_id, details = evident(device_id), escaped(details)
        self._view.show_record(device_id, mark, words, details)
        self.found.emit(" · ".join(filter(None, [device_id, words, details])), result)

    def _words(self, mark: Mark, time: datetime, label: str) -> str:
        state = state_words(self._texts, mark)
        words = self._texts("look_up.found", state=state, date=self._date(time), label=label)
        return words.removesuffix(" · ")

    def _elsewhere(self, device_id: str) -> str:
        """Name the bench that has bound a row's device, even if it did so after the row was scanned."""
        entry = self._document.hold_rules.find(self._document.channel, device_id)
        if entry is None or not entry.machine:
            return ""
        who = by_words(self._texts, entry.operator, entry.machine)
        return self._texts("look_up.elsewhere", date=self._date(entry.bound_at), who=who)

    def _date(self, time: datetime) -> str:
        now = self._scans.clock.now()
        return f"{time:%H:%M}" if time.date() == now.date() else day_words(time, now)

    def _log_id(self, log_id: str) -> str:
        return self._texts("look_up.log_id", log_id=log_id) if log_id else ""


_MARK_SIZE = 32


class LookupView(QWidget):
    """One large line; `details` is the line below, placed elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._tail = line(wraps=False)
        theme.resize_text(self._tail, theme.STRIP_POINTS, bold=True)
        self._mark = MarkLabel(_MARK_SIZE)
        self._words = ElidedLabel(points=theme.STRIP_POINTS, bold=True)
        self.details = ElidedLabel("", Tone.QUIET, points=theme.LINE_POINTS)
        layouts.row(self._tail, self._mark, (self._words, 1), on=self, spacing=theme.STEP)
        self.details.hide()

    def resize_strip(self, points: float) -> None:
        """Change the size of the large text."""
        for label in (self._tail, self._words):
            theme.resize_text(label, points, bold=True)

    def invite(self, words: str, details: str) -> None:
        """Show an instruction, before anything was looked up."""
        self._show("", None, words, Tone.BUSY, details)

    def show_record(self, device_id: str, mark: Mark, words: str, details: str) -> None:
        """Show the end of an id, the device's state, and further details."""
        self._show(device_id, mark, words, mark.tone, details)

    def _show(self, device_id: str, mark: Mark | None, words: str, tone: Tone, details: str) -> None:
        cut = device_id[-TAIL:]
        self._tail.setText(cut if cut == device_id else f"…{cut}")
        self._tail.setToolTip(device_id)
        self._tail.setVisible(bool(device_id))
        self._mark.show_mark(mark)
        self._mark.setVisible(mark is not None)
        self._words.setText(words)
        theme.set_style(self._words, tone=tone)
        self.details.setText(details)
