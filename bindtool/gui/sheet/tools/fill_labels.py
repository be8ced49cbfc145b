"""The panel below the table that labels selected rows by a template, with a preview during typing.

It ignores Return, since a scan ends with it; scans are taken while it is open. `core.labels` has numbers and
templates, `edit_commands` makes the edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from bindtool.core.common.errors import BadInput, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.sheet.status import text_problem
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import TextField
from bindtool.gui.common.widgets.labels import ElidedLabel, Header, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QHideEvent

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.row import Row
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.common.widgets.notices import Notices
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts

_WIDEST_FIELD = 380
_SHOWN = 3
"""Labels in the preview, besides the last row's."""


class FillLabels(QFrame):
    """Fills in labels. Hidden until `begin`.

    Args:
        show_filled: shows the result of an edit.
    """

    def __init__(
        self,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        tasks: BackgroundTasks,
        table: SheetTableView,
        notices: Notices,
        show_filled: Callable[[Message], object],
    ) -> None:
        super().__init__()
        self._texts = texts
        self._document = document
        self._edits = edits
        self._tasks = tasks
        self._table = table
        self._notices = notices
        self._show_filled = show_filled
        self._sheet = document.sheet
        self._numbers: list[int] = []
        self._labels: Labeller | None = None
        self.setAccessibleName(texts("fill.name"))
        theme.set_style(self, StyleKind.SHEET)
        self._header = Header(points=theme.LINE_POINTS)
        self.template = TextField(texts("fill.template"), texts("fill.hint"))
        theme.resize(self.template.entry, maximum_width=_WIDEST_FIELD)
        self._preview = ElidedLabel()
        self._remark = line(tone=Tone.UNSURE)
        self.fill_button = ActionButton(texts("fill.fill"), clicked=self._fill)
        cancel_button = ActionButton(texts("button.cancel"), clicked=self.hide)
        self.template.edited.connect(self._show_what_it_gives)
        words = layouts.column(self._header, self.template, self._preview, self._remark, spacing=theme.GAP)
        margins = (theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        row = layouts.row((words, 1), on=self, spacing=theme.MARGIN, margins=margins)
        for button in (cancel_button, self.fill_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.hide()
        document.changed.connect(self._look_again)
        document.head_changed.connect(self._leave_other_sheet)

    def begin(self) -> None:
        """Ask for a template for the selected rows."""
        sheet = self._document.sheet
        selected = self._table.selected_numbers()
        self._numbers = [number for number in selected if text_problem(sheet[number]) is None]
        if not self._numbers:
            self._notices.show_answer(Message.of("fill.nothing"))
            return
        bound = sum(sheet[number].outcome.state is State.BOUND for number in self._numbers)
        left_out = len(selected) - len(self._numbers)
        remarks = {"fill.bound": bound, "fill.no_id": left_out}
        words = [self._texts(name, n=count) for name, count in remarks.items() if count]
        self._sheet = sheet
        self._header.show_title(self._texts("fill.title", n=len(self._numbers)))
        self._remark.setText(self._texts.together(*words))
        self._remark.setVisible(bool(words))
        self.show()
        self.template.set_text(self._document.labels.template.text)
        self.template.line.selectAll()
        self.template.take_focus()
        self._show_what_it_gives()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            # Hidden explicitly: it would reappear with its page.
            self.setHidden(True)
            self._numbers, self._labels = [], None
            self._table.setFocus()

    def _show_what_it_gives(self) -> None:
        """Show a template's labels at once; the database is read in a thread, and the newest text wins."""
        self._labels = None
        self.template.show_problem("")
        self._preview.setText("")
        self._preview.show()
        self.fill_button.setEnabled(False)
        try:
            template = LabelTemplate.parse(self.template.text())
        except BadInput as problem:
            self._preview.hide()
            self.template.show_problem(self._texts.say(problem.title))
            return
        self._tasks.start(self._look_up(template))

    async def _look_up(self, template: LabelTemplate) -> None:
        try:
            labels = await self._document.labels_by(template)
        except StoreFailed as error:
            self._document.fail(error)
            return
        if template.text == self.template.text() and self._numbers:
            self._labels = labels
            self._show_labels(labels)

    def _look_again(self) -> None:
        """Refresh the preview: a scan has taken the next number, or a row was deleted."""
        if self._labels is not None:
            self._show_labels(self._labels)

    def _leave_other_sheet(self) -> None:
        if self._document.sheet is not self._sheet:
            self.hide()

    def _show_labels(self, labels: Labeller) -> None:
        rows = self._rows()
        first = range(min(_SHOWN, len(rows)))
        last = range(max(len(first), len(rows) - 1), len(rows))
        gap = ["…"] if len(rows) > len(first) + len(last) else []
        shown = [*labels.preview(rows, first), *gap, *labels.preview(rows, last)]
        self._preview.setText(self._texts("fill.preview", labels=" · ".join(shown)))
        self.fill_button.setEnabled(True)

    def _fill(self) -> None:
        if self._labels is None:
            return
        count = self._edits.fill([row.number for row in self._rows()], self._labels)
        self.hide()
        if count:
            self._show_filled(Message.of("fill.filled", n=count))

    def _rows(self) -> Sequence[Row]:
        """Return the rows still there: some may be deleted while the panel is open; the others keep their order."""
        return [self._sheet[number] for number in self._numbers if number in self._sheet]
