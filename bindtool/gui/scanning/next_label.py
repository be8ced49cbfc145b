"""Gives a code scanned after a device to its row as the label; asks in case of doubt.

Outlives the widgets, as its questions do. `core/intake/next_label.py` decides which code is a label, and of which
row.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.messages import Message
from bindtool.core.intake.next_label import NamedRow, Placing, ScannedLabel, label_of, place_label
from bindtool.core.model.row import HoldReason, Row
from bindtool.core.sheet.status import code_of
from bindtool.gui.common.widgets.notices import Notices, Option

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.sheet.sheet import Sheet
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands

    Answer = tuple[Message, Callable[[], object]]
    """A button's text and callback."""


class NextLabel(QObject):
    """The row named by the latest scan, and the label that follows.

    Signals:
        astray(reason): a label went to no row; the reason as a `Message`.
        same(row): the row had this label already.
        asked(row): the user is asked whether to give a row this label.
    """

    astray = Signal(object)
    same = Signal(object)
    asked = Signal(object)

    def __init__(self, notices: Notices, document: SheetDocument, edits: EditCommands) -> None:
        super().__init__()
        self._notices = notices
        self._document = document
        self._edits = edits
        self._sheet: Sheet = document.sheet
        self._named: NamedRow | None = None
        self._before: NamedRow | None = None
        self._questions: dict[str, tuple[Sheet, tuple[Row, ...]]] = {}
        document.repeated.connect(self._name_repeat)
        document.rejected.connect(self.forget)
        document.disk_failed.connect(self.forget)
        document.label_scanned.connect(self._place)
        document.changed.connect(self._withdraw_obsolete)

    def scan(self, text: str, *, typed: bool, before: str) -> int | None:
        """Take a scan as `SheetDocument.scan` does; a label goes to the row named by the scan before it."""
        document = self._document
        self._before = self._last_named()
        self.forget()
        number = document.scan(text, typed=typed, before=before)
        if number is not None and document.sheet[number].held_for is HoldReason.ID_OR_LABEL:
            self._ask_which(document.sheet[number])
        elif number is not None:
            self._named = NamedRow(number)
        self._before = None
        return number

    def forget(self) -> None:
        """Forget the row named last: the next label goes to no row."""
        self._named = None

    def _last_named(self) -> NamedRow | None:
        """Return the row named by the latest scan; None if an edit was made or another sheet opened since."""
        document, named, before = self._document, self._named, self._sheet
        self._sheet = document.sheet
        if named is None or before is not document.sheet:
            return None
        return named if named.is_last(document.sheet, document.undo_stack.last) else None

    def _name_repeat(self, first: Row) -> None:
        self._named = NamedRow(first.number, repeat=True, newest=self._document.undo_stack.last)

    def _place(self, label: ScannedLabel) -> None:
        sheet, named = self._document.sheet, self._before
        placing = place_label(sheet, named, label)
        if isinstance(placing, Message) or named is None:
            self.astray.emit(placing)
            return
        match placing:
            case Placing.GIVE:
                self._edits.give_label(named.number, label.text)
            case Placing.SAME:
                self.same.emit(sheet[named.number])
            case Placing.ASK:
                self._ask_whether(sheet[named.number], label.text)

    # questions

    def _ask_whether(self, row: Row, text: str) -> None:
        """Ask whether to give this label to a row that was scanned again."""
        give = partial(self._edits.give_label, row.number, text)
        if row.label:
            question = Message.of("next_label.replace", row=row.number, label=row.label, text=text)
            yes, no = Message.of("next_label.replace.yes"), Message.of("next_label.replace.no", label=row.label)
        else:
            question = Message.of("next_label.give", row=row.number, text=text)
            yes, no = (
                Message.of("next_label.give.yes", row=row.number),
                Message.of("next_label.give.no", row=row.number),
            )
        self._ask((row,), question, (yes, give), (no, lambda: None))
        self.asked.emit(row)

    def _ask_which(self, row: Row) -> None:
        """Ask whether the code of a held row is a device or the label of the previous row."""
        label, named, sheet = ScannedLabel(label_of(code_of(row))), self._before, self._document.sheet
        device = (Message.of("next_label.device"), lambda: self._document.include([row.number]))
        if named is None or isinstance(place_label(sheet, named, label), Message):
            self._ask((row,), Message.of("next_label.which_alone", text=label.text), device)
            return
        give = partial(self._edits.give_label, named.number, label.text, scanned_as=row.number)
        question = Message.of("next_label.which", text=label.text, row=named.number)
        yes = Message.of("next_label.give.yes", row=named.number)
        self._ask((row, sheet[named.number]), question, device, (yes, give))

    def _ask(self, rows: tuple[Row, ...], question: Message, *answers: Answer) -> None:
        name = f"next_label {rows[0].number}"
        self._questions[name] = self._document.sheet, rows
        # It goes before a notice about an earlier list: the scan bar points to it.
        self._notices.show_news(name, question, *(Option(words, press) for words, press in answers))

    def _withdraw_obsolete(self) -> None:
        """Withdraw questions whose row was deleted or edited, or whose sheet is closed."""
        sheet = self._document.sheet
        for name, (its_sheet, rows) in tuple(self._questions.items()):
            if its_sheet is not sheet or any(_is_other(row, sheet) for row in rows):
                del self._questions[name]
                self._notices.withdraw(name)


def _is_other(row: Row, sheet: Sheet) -> bool:
    """Return whether the row of a question has changed since, or was deleted."""
    return row.number not in sheet or _asked_of(row) != _asked_of(sheet[row.number])


def _asked_of(row: Row) -> tuple[str, str, bool]:
    return row.device_id, row.label, row.held_for is HoldReason.ID_OR_LABEL
