"""Undoes, deletes, pastes and copies by the user's command in the table, and shows the result with an undo button.

Scans, lists and edits in cells are visible anyway. `core.sheet.edits` describes an edit; `document` and
`edit_commands` carry it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.sheet.edits import done_words, undone_words
from bindtool.gui.common.widgets.notices import Option

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.sheet.sheet import Edit
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.sheet.clipboard_blocks import Written
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.gui.sheet.table_view import SheetTableView


_EDITED = "edited"


class EditController(QObject):
    """Carries out commands on the selected rows."""

    def __init__(self, window: Window, document: SheetDocument, edits: EditCommands, table: SheetTableView) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._edits = edits
        self._table = table
        self._stands: tuple[Edit | None, bool] = (None, False)
        self._acts = self._is_told = False
        self._remark: Message | None = None
        actions = window.actions_
        actions.connect("undo", self._undo, self._why_no_undo)
        actions.connect("redo", self._redo, self._why_no_redo)
        actions.connect("delete_rows", self._delete, table.why_none_selected)
        table.delete_requested.connect(self._delete)
        table.written.connect(self._write)
        table.copied.connect(lambda n: window.notices.show_answer(Message.of("edit.copied", n=n)))
        document.left_behind.connect(self._take_remark)
        document.changed.connect(self._withdraw)

    def show_result(self, words: Message) -> None:
        """Show the result of the last edit, and offer to undo it until the next one."""
        self._show(words, "menu.undo", self._undo)

    def leave_to_scan_bar(self) -> None:
        """Leave it to the scan bar to show that a list was undone; once is enough."""
        self._is_told = True

    def _why_no_undo(self) -> Message | None:
        return None if self._document.undo_stack.can_undo else Message.of("nothing.undo")

    def _why_no_redo(self) -> Message | None:
        return None if self._document.undo_stack.can_redo else Message.of("nothing.redo")

    def _delete(self) -> None:
        numbers = self._table.selected_numbers()
        sheet = self._document.sheet
        bound = sum(1 for number in numbers if sheet[number].outcome.state is State.BOUND)
        if bound:
            self._window.notices.show_question("question.delete_bound", lambda: self._delete_now(numbers), n=bound)
        elif numbers:
            self._delete_now(numbers)

    def _delete_now(self, numbers: list[int]) -> None:
        # If a question came in between, some may have been undone since.
        there = [number for number in numbers if number in self._document.sheet]
        if there:
            self._do(lambda: self._document.delete(there))

    def _write(self, written: Written) -> None:
        self._do(lambda: self._edits.paste(written))

    def _do(self, act: Callable[[], object]) -> None:
        """Do an edit and show its result; if it fails, the document signals why."""
        self._acts, self._remark = True, None
        before = self._last
        act()
        self._acts = False
        last = self._last
        if last is not None and last is not before:
            self.show_result(self._remark or done_words(last))

    def _undo(self) -> None:
        last, self._is_told = self._last, False
        self._document.undo()
        if last is not None and self._last is not last and not self._is_told:
            self._show(undone_words(last, self._document.sheet), "menu.redo", self._redo)

    def _redo(self) -> None:
        before = self._last
        self._document.redo()
        last = self._last
        if last is not None and last is not before:
            self.show_result(done_words(last))

    def _take_remark(self, remark: Message) -> None:
        """Show the remark that Coze keeps the old device, in place of the edit's result."""
        if self._acts:
            self._remark = remark
        else:
            self.show_result(remark)

    def _show(self, words: Message, way_back: str, act: Callable[[], object]) -> None:
        self._window.notices.show_answer(words, Option(Message.of(way_back), act), name=_EDITED)
        self._stands = self._now

    def _withdraw(self) -> None:
        """Withdraw the undo button, which would undo a newer edit by now."""
        if self._now != self._stands:
            self._window.notices.withdraw(_EDITED)

    @property
    def _last(self) -> Edit | None:
        return self._document.undo_stack.last

    @property
    def _now(self) -> tuple[Edit | None, bool]:
        return self._last, self._document.undo_stack.can_redo
