"""The bar in which rows are searched, and which says that not all of them are shown, or in another order.

The filter itself is set by `search_controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 20
_FIELD_WIDTH = 300


class FindBar(QFrame):
    """A field and what it has found. Hidden until somebody shows it.

    Signals:
        all_requested(): all rows are wanted, as they came in.
        announced(str): what is shown now, in words.
    """

    all_requested = Signal()
    announced = Signal(str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.setAccessibleName(texts("find.name"))
        self.field = FindField()
        self.field.setAccessibleName(texts("find.field"))
        self.field.setPlaceholderText(texts("find.example"))
        theme.resize(self.field, fixed_width=_FIELD_WIDTH)
        self.field.setMinimumHeight(theme.TARGET - theme.GAP)
        self._found = ElidedLabel(name=texts("find.found_name"))
        self._missed = ElidedLabel("", Tone.UNSURE, name=texts("find.missed_name"))
        self._all = QToolButton()
        self._all.setText(texts("find.all"))
        self._all.setAccessibleName(texts("find.all"))
        self._all.setToolTip(texts("find.all_keys"))
        self._all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._all.clicked.connect(self.all_requested)
        theme.set_style(self._all, StyleKind.FLAT)
        mark = MarkLabel(_MARK_SIZE, Mark.FIND)
        layouts.row(mark, self.field, self._found, (self._missed, 1), self._all, on=self, spacing=theme.GAP)
        self.hide()

    def begin(self) -> None:
        """Show the field and move the focus there."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_found(self, found: str, missed: str) -> None:
        """Write what is shown, and what is not though it is new ("" for nothing)."""
        self._found.setText(found)
        self._missed.setText(missed)

    def tell(self) -> None:
        """Say what is shown: a person has chosen it just now."""
        self.announced.emit(self._found.text())


class FindField(QLineEdit):
    """A line from which Return and the arrow down lead on to what was found.

    Signals:
        left(): the focus is to go there.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave downwards; all else is typed."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.left.emit()
        else:
            super().keyPressEvent(event)
