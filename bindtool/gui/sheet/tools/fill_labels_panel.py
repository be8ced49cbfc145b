"""The panel below the table to give many rows a label: a template is typed, and what it gives is shown at once.

It takes no Return, since a scan ends with one; scans come in while it is open. What a template means is in
`core.labels.template`, which rows get a label is decided by `fill_labels_controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import TextField
from bindtool.gui.common.widgets.labels import ElidedLabel, Header, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent

    from bindtool.i18n.catalogue import Texts

_WIDEST_FIELD = 380


class FillPanel(QFrame):
    """Hidden until somebody asks.

    Signals:
        edited(template): another template stands in the field.
        filled(): the labels are to be filled in.
        closed(): the panel is gone.
    """

    edited = Signal(str)
    filled = Signal()
    closed = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.setAccessibleName(texts("fill.name"))
        theme.set_style(self, StyleKind.SHEET)
        self.header = Header(points=theme.LINE_POINTS)
        self.template = TextField(texts("fill.template"), texts("fill.hint"))
        theme.resize(self.template.entry, maximum_width=_WIDEST_FIELD)
        self.preview = ElidedLabel()
        self.remark = line(tone=Tone.UNSURE)
        self.fill_button = ActionButton(texts("fill.fill"), clicked=self.filled)
        self.cancel_button = ActionButton(texts("button.cancel"), clicked=self.hide)
        self.template.edited.connect(lambda: self.edited.emit(self.template.text()))
        self._lay_out()
        self.hide()

    def begin(self, template: str, count: int, remarks: Sequence[str]) -> None:
        """Ask for a template for `count` rows, with one to begin with; `remarks`: what is to be known of them."""
        self.header.show_title(self._texts("fill.title", n=count))
        self.remark.setText(" ".join(remarks))
        self.remark.setVisible(bool(remarks))
        self.show()
        self.template.set_text(template)
        self.template.line.selectAll()
        self.template.take_focus()
        self.edited.emit(template)

    def show_labels(self, labels: Sequence[str]) -> None:
        """Show the labels that the first rows would get; they can be filled in now."""
        self.template.show_problem("")
        self.preview.setText(self._texts("fill.preview", labels=" · ".join(labels)))
        self.fill_button.setEnabled(True)

    def show_problem(self, problem: str) -> None:
        """Say what is wrong with the template, in the place of the labels."""
        self.show_nothing()
        self.preview.hide()
        self.template.show_problem(problem)

    def show_nothing(self) -> None:
        """Wait: what the labels would be is not known yet."""
        self.template.show_problem("")
        self.preview.setText("")
        self.preview.show()
        self.fill_button.setEnabled(False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            # With its page it would come back.
            self.setHidden(True)
            self.closed.emit()

    def _lay_out(self) -> None:
        words = layouts.column(self.header, self.template, self.preview, self.remark, spacing=theme.GAP)
        margins = (theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        row = layouts.row((words, 1), on=self, spacing=theme.MARGIN, margins=margins)
        for button in (self.cancel_button, self.fill_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
