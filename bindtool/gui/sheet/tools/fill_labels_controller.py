"""Fills in labels: for which rows, by which template, with a preview.

The panel is `fill_labels_panel`, numbers and templates are in `core.labels`, the edit is done by `edit_commands`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.errors import BadInput, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.sheet.status import text_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.row import Row
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.sheet.tools.fill_labels_panel import FillPanel
    from bindtool.i18n.catalogue import Texts

_SHOWN = 3
"""Labels in the preview, before that of the last row."""


class FillLabelsController(QObject):
    """Gives labels to the rows that are selected.

    Signals:
        filled(words): labels were filled in, and how many (a `Message`).
    """

    filled = Signal(object)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        tasks: BackgroundTasks,
        panel: FillPanel,
        table: SheetTableView,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._panel = panel
        self._table = table
        self._texts = texts
        self._document = document
        self._edits = edits
        self._tasks = tasks
        self._sheet = document.sheet
        self._numbers: list[int] = []
        self._text = ""
        self._labels: Labeller | None = None
        window.actions_["fill_labels"].triggered.connect(self._begin)
        self._panel.edited.connect(self._take)
        self._panel.filled.connect(self._fill)
        self._panel.closed.connect(self._end)
        document.changed.connect(self._look_again)
        document.head_changed.connect(self._leave_other_sheet)

    def _begin(self) -> None:
        sheet = self._document.sheet
        selected = self._table.selected_numbers()
        self._numbers = [number for number in selected if _is_device(sheet[number])]
        if not self._numbers:
            self._window.notices.show_answer(Message.of("fill.nothing"))
            return
        bound = sum(sheet[number].outcome.state is State.BOUND for number in self._numbers)
        left_out = len(selected) - len(self._numbers)
        remarks = {"fill.bound": bound, "fill.no_id": left_out}
        words = [self._texts(name, n=count) for name, count in remarks.items() if count]
        self._sheet = sheet
        self._panel.begin(self._document.labels.template.text, len(self._numbers), words)

    def _take(self, text: str) -> None:
        """Show at once what a template gives; the ledger is read in a thread, and the newest text counts."""
        self._text, self._labels = text, None
        try:
            template = LabelTemplate.parse(text)
        except BadInput as problem:
            self._panel.show_problem(self._texts.say(problem.title))
            return
        self._panel.show_nothing()
        self._tasks.start(self._look_up(template))

    async def _look_up(self, template: LabelTemplate) -> None:
        try:
            labels = await self._document.labels_by(template)
        except StoreFailed as error:
            self._document.fail(error)
            return
        if template.text == self._text and self._numbers:
            self._labels = labels
            self._show_labels(labels)

    def _look_again(self) -> None:
        """A scan has taken the next number, or a row is gone."""
        if self._labels is not None:
            self._show_labels(self._labels)

    def _leave_other_sheet(self) -> None:
        if self._document.sheet is not self._sheet:
            self._panel.hide()

    def _show_labels(self, labels: Labeller) -> None:
        rows = self._rows()
        first = range(min(_SHOWN, len(rows)))
        last = range(max(len(first), len(rows) - 1), len(rows))
        gap = ["…"] if len(rows) > len(first) + len(last) else []
        self._panel.show_labels([*labels.preview(rows, first), *gap, *labels.preview(rows, last)])

    def _fill(self) -> None:
        if self._labels is None:
            return
        count = self._edits.fill([row.number for row in self._rows()], self._labels)
        self._panel.hide()
        if count:
            self.filled.emit(Message.of("fill.filled", n=count))

    def _end(self) -> None:
        self._numbers, self._labels = [], None
        self._table.setFocus()

    def _rows(self) -> Sequence[Row]:
        """Rows may go while the panel is open; those that stay keep their order."""
        return [self._sheet[number] for number in self._numbers if number in self._sheet]


def _is_device(row: Row) -> bool:
    return text_problem(row) is None
