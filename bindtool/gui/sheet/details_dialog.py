"""The dialog for the properties of the whole sheet: job, expected number, operator.

`document` decides their effect on rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from bindtool.core.common.safe_text import escaped
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import TypedLine, TypedNumber
from bindtool.gui.common.widgets.labels import ElidedLabel, Header

if TYPE_CHECKING:
    from bindtool.core.model.row import SheetHead
    from bindtool.i18n.catalogue import Texts

_MOST_EXPECTED = 1_000_000
_WIDE = 500
_HIGH = 36


class SheetDetailsDialog(QDialog):
    """Open it with `open()`. Return presses Done. No field takes a scan, which may be a device's.

    Signals:
        described(job, expected, operator): Done was pressed; `expected` is None if left empty.
        badge_taken(): the user has confirmed that the code scanned here is the operator's.
    """

    described = Signal(str, object, str)
    badge_taken = Signal()

    def __init__(self, texts: Texts, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = texts
        self._scan = ""
        self.setWindowTitle(texts("details.title"))
        theme.resize(self, minimum_width=_WIDE)
        self.job = TypedLine()
        self.job.setPlaceholderText(texts("details.job_example"))
        self.expected = TypedNumber()
        self.expected.setRange(0, _MOST_EXPECTED)
        self.expected.setSpecialValueText(texts("details.not_said"))
        self.operator = TypedLine()
        self.operator.setPlaceholderText(texts("details.operator_example"))
        form = QFormLayout()
        form.setVerticalSpacing(theme.STEP)
        form.setHorizontalSpacing(theme.MARGIN)
        for id_, field in (
            ("details.job", self.job),
            ("details.expected", self.expected),
            ("details.operator", self.operator),
        ):
            field.setAccessibleName(texts(id_))
            form.addRow(texts(id_), field)
            for one in (field, form.labelForField(field)):
                one.setMinimumHeight(_HIGH)
        self.done_button = ActionButton(texts("details.done"), StyleKind.PRIMARY, clicked=self.accept)
        self.done_button.setDefault(True)
        cancel = ActionButton(texts("button.cancel"), clicked=self.reject)
        # With the focus on it, Return would press Done.
        cancel.setAutoDefault(True)
        buttons = layouts.row(cancel, 1, self.done_button)
        self._scanned = ElidedLabel()
        self.use_scan = ActionButton(texts("details.use_scan"), clicked=self._use_scan)
        self._offer = QWidget()
        layouts.row((self._scanned, 1), self.use_scan, on=self._offer, spacing=theme.STEP)
        layouts.column(
            Header(texts("details.title")),
            form,
            self._offer,
            buttons,
            on=self,
            spacing=theme.PAGE,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        self.accepted.connect(self._emit_described)

    def begin(self, head: SheetHead, field: str = "job") -> None:
        """Show the current values and open, with the cursor in `field`: "job" or "operator"."""
        self.job.setText(head.job)
        self.expected.setValue(head.expected or 0)
        self.operator.setText(head.operator)
        self._offer.hide()
        self.open()
        chosen = {"job": self.job, "operator": self.operator}[field]
        chosen.setFocus()
        # Typing replaces the old name.
        chosen.selectAll()

    def offer(self, scan: str) -> None:
        """Show a code scanned while the dialog is open, and let the user make it the operator."""
        if self.isVisible():
            self._scan = scan.strip()
            self._scanned.setText(self._texts("details.scanned", text=escaped(self._scan)))
            self._offer.show()

    def _use_scan(self) -> None:
        self.operator.setText(self._scan)
        self._offer.hide()
        self.operator.setFocus()
        self.badge_taken.emit()

    def _emit_described(self) -> None:
        self.described.emit(self.job.text().strip(), self.expected.value() or None, self.operator.text().strip())
