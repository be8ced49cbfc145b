"""How an id is edited in its cell.

Owns that no input method touches it. What is typed is for the table's model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStyledItemDelegate

from bindtool.gui.common.util.no_input_method import latin_only

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget


class IdDelegate(QStyledItemDelegate):
    """An editor for ids, which an input method must not touch; labels keep theirs."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return a line into which keys come as they are."""
        editor = super().createEditor(parent, option, index)
        latin_only(editor)
        return editor
