"""Look up: a mode in which a scan adds nothing and shows what is known of that device.

Owns the mode, and what is said of a device. A mode can be forgotten: then the next boxes would be scanned and not
be there. So the strip has another colour and other words while it lasts, nothing in it sounds like "added", a
device that nobody knows, as each new one is, sounds like a refusal, and it ends by itself a minute after the last
scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import escaped
from bindtool.core.intake.holds import day_words
from bindtool.core.intake.intake import last_ids
from bindtool.core.intake.reading import read_text
from bindtool.core.model.device import looks_like_token
from bindtool.core.model.outcome import State
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.scanning.taken import Taken
from bindtool.wording import by_words, row_message

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.row import Row
    from bindtool.core.store import LedgerEntry
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.looked_up import LookedUp
    from bindtool.gui.scanning.scan_field import ScanField
    from bindtool.gui.sheet.document import SheetDesk
    from bindtool.gui.sheet.table_view import SheetView
    from bindtool.texts import Texts

_MINUTE = 60_000


class LookUp(QObject):
    """The mode, by the action "look_up".

    Args:
        lasts: milliseconds after the last scan, or since it began, after which it ends by itself.

    Signals:
        toggled(): it has begun, or has ended.
        found(words, taken): a scan was looked up: what is shown of it, and what it counts as (a `Taken`).
    """

    toggled = Signal()
    found = Signal(str, object)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        desk: SheetDesk,
        view: LookedUp,
        field: ScanField,
        table: SheetView,
        clock: Clock,
        *,
        lasts: int = _MINUTE,
    ) -> None:
        super().__init__(window)
        self._texts = texts
        self._desk = desk
        self._view = view
        self._field = field
        self._table = table
        self._clock = clock
        self._action = window.actions_["look_up"]
        self._idle = QTimer(self, singleShot=True, interval=lasts)
        self._idle.timeout.connect(self.end)
        self._action.toggled.connect(self._toggle)
        window.actions_["back_to_scanning"].triggered.connect(self.end)

    @property
    def on(self) -> bool:
        """Whether a scan is looked up instead of added."""
        return self._action.isChecked()

    def end(self) -> None:
        """Go back to scanning."""
        self._action.setChecked(False)

    def scan(self, text: str) -> None:
        """Show what is known of a device: from the sheet, else from the ledger of the channel."""
        self._idle.start()
        found = read_text(text, self._desk.rules, last_ids(self._desk.sheet), scanned=True)
        device_id = found.device_id
        if not device_id or looks_like_token(device_id):
            missing = found.held or Message.of("reason.id_missing")
            reason = Message.of("reason.id_is_token") if device_id else missing
            self._show("", Mark.REFUSED, self._texts.say(reason), "", Taken.REFUSED)
            return
        row = self._desk.sheet.first_with(device_id)
        if row is not None:
            self._show_row(row)
            return
        entry = self._desk.bound_before.find(self._desk.channel, device_id)
        if entry is not None:
            self._show_entry(entry)
        else:
            nothing_added = self._texts("look_up.nothing_added")
            self._show(device_id, Mark.REFUSED, self._texts("look_up.none"), nothing_added, Taken.REFUSED)

    def _toggle(self, on: bool) -> None:
        if on:
            self._idle.start()
            self._view.invite(self._texts("look_up.invite"), self._texts("look_up.nothing_added"))
            self._field.setFocus()
        else:
            self._idle.stop()
        self.toggled.emit()

    def _show_row(self, row: Row) -> None:
        standing = self._desk.sheet.standing(row.number)
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
        self._show(row.device_id, mark, words, " · ".join(filter(None, details)), Taken.REPEAT)
        self._table.point_at(row.number)

    def _show_entry(self, entry: LedgerEntry) -> None:
        mark = Mark.of(State.BOUND)
        words = self._words(mark, entry.bound_at, entry.label)
        details = [
            "" if entry.machine else self._texts("look_up.earlier"),
            by_words(self._texts, entry.operator, entry.machine),
            entry.profile,
            self._log_id(entry.log_id),
        ]
        self._show(entry.device_id, mark, words, " · ".join(filter(None, details)), Taken.REPEAT)

    def _show(self, device_id: str, mark: Mark, words: str, details: str, taken: Taken) -> None:
        device_id, details = escaped(device_id), escaped(details)
        self._view.show_record(device_id, mark, words, details)
        self.found.emit(" · ".join(filter(None, [device_id, words, details])), taken)

    def _words(self, mark: Mark, time: datetime, label: str) -> str:
        state = self._texts(f"state.{mark}")
        words = self._texts("look_up.found", state=state, date=self._date(time), label=label)
        return words.removesuffix(" · ")

    def _elsewhere(self, device_id: str) -> str:
        """Say where another bench has bound the device of a row, be it since the row came in."""
        entry = self._desk.bound_before.find(self._desk.channel, device_id)
        if entry is None or not entry.machine:
            return ""
        who = by_words(self._texts, entry.operator, entry.machine)
        return self._texts("look_up.elsewhere", date=self._date(entry.bound_at), who=who)

    def _date(self, time: datetime) -> str:
        now = self._clock.now()
        return f"{time:%H:%M}" if time.date() == now.date() else day_words(time, now)

    def _log_id(self, log_id: str) -> str:
        return self._texts("look_up.log_id", log_id=log_id) if log_id else ""
