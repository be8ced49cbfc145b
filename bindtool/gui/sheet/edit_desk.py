"""Edits in the table: what is written into its cells goes to the sheet desk, what bound rows leave behind is said.

Owns those connections. Which cells are meant is for `clipboard_blocks`, what becomes of their rows for
`edit_commands`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.sheet.clipboard_blocks import Written
    from bindtool.gui.sheet.document import SheetDesk
    from bindtool.gui.sheet.edit_commands import SheetEdits
    from bindtool.gui.sheet.table_view import SheetView


class EditDesk(QObject):
    """A person's hands on the cells."""

    def __init__(self, window: Window, desk: SheetDesk, edits: SheetEdits, table: SheetView) -> None:
        super().__init__(window)
        self._desk = desk
        self._edits = edits
        table.sheet_model.edited.connect(edits.type)
        table.sheet_model.ticked.connect(lambda number: desk.include([number]))
        table.written.connect(self._write)
        table.refused.connect(window.notice.show_error)
        desk.left_behind.connect(window.notice.show_line)

    def _write(self, written: Written) -> None:
        if self._desk.takes_scans:
            self._edits.write(written.texts, written.more)
