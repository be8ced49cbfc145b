"""The dialog for what is true of the whole sheet: job, expected number, operator.

What they mean for rows is decided by `document`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QSpinBox

from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bindtool.core.model.row import SheetHead
    from bindtool.i18n.catalogue import Texts

_MOST_EXPECTED = 1_000_000
_WIDE = 420
_HIGH = 36


class SheetDetailsDialog(QDialog):
    """To be shown with `open()`.

    Signals:
        described(job, expected, operator): the person is done; `expected` is None where nothing was said.
    """

    described = Signal(str, object, str)

    def __init__(self, texts: Texts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts("details.title"))
        self.setMinimumWidth(_WIDE)
        self.job = QLineEdit()
        self.job.setPlaceholderText(texts("details.job_example"))
        self.expected = QSpinBox()
        self.expected.setRange(0, _MOST_EXPECTED)
        self.expected.setSpecialValueText(texts("details.not_said"))
        self.operator = QLineEdit()
        self.operator.setPlaceholderText(texts("details.operator_example"))
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        for name, field in (("job", self.job), ("expected", self.expected), ("operator", self.operator)):
            field.setAccessibleName(texts(f"details.{name}"))
            form.addRow(texts(f"details.{name}"), field)
            for one in (field, form.labelForField(field)):
                one.setMinimumHeight(_HIGH)
        self.done_button = ActionButton(texts("details.done"), StyleKind.PRIMARY, clicked=self.accept)
        cancel = ActionButton(texts("button.cancel"), clicked=self.reject)
        buttons = layouts.row(1, cancel, self.done_button)
        layouts.column(form, buttons, on=self, spacing=20, margins=(24, 24, 24, 20))
        self.accepted.connect(self._emit_described)

    def begin(self, head: SheetHead, field: str = "job") -> None:
        """Show what is known and open, with the cursor in `field`: "job" or "operator"."""
        self.job.setText(head.job)
        self.expected.setValue(head.expected or 0)
        self.operator.setText(head.operator)
        self.open()
        chosen = {"job": self.job, "operator": self.operator}[field]
        chosen.setFocus()
        # What is typed replaces the name that was there.
        chosen.selectAll()

    def _emit_described(self) -> None:
        self.described.emit(self.job.text().strip(), self.expected.value() or None, self.operator.text().strip())
