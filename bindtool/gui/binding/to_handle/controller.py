"""The view of the rows that a run has left: the table filtered to them, and a panel with what is known of each.

Decides when that view is open, which row is selected in it, and what its actions do. It is shown by `panel`; rows
with the same cause are grouped by `core.sheet_view.triage`, and another scan of a row is for `rescan_mode`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import NEEDS_HAND, UNDER_WAY, State
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter, of_cause
from bindtool.core.sheet_view.next_step import Handling
from bindtool.core.sheet_view.sorting import Column
from bindtool.core.sheet_view.triage import group
from bindtool.gui.binding.to_handle.row_story_text import story_of
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.util.throttle import Throttle

if TYPE_CHECKING:
    from bindtool.core.sheet_view.filters import Cause
    from bindtool.gui.binding.run_presenter import RunPresenter
    from bindtool.gui.binding.to_handle.panel import ToHandlePanel
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.scanning.controller import ScanController
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.support.clipboard_export import ClipboardExport
    from bindtool.i18n.catalogue import Texts

_TOLD_BESIDE = (Column.LABEL, Column.LOG_ID, Column.TIME)
"""Columns that the panel takes the place of: beside it there is no room for them in a small window."""


class ToHandleController(QObject):
    """Opens with `show_next`, by the step button or by the action "next_to_handle".

    Signals:
        opened(bool): the view was opened, or left.
    """

    opened = Signal(bool)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        presenter: RunPresenter,
        scanning: ScanController,
        clipboard_export: ClipboardExport,
        panel: OnDemand[ToHandlePanel],
        table: SheetTableView,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._to_handle_panel = panel
        self._table = table
        self._model = table.sheet_model
        self._texts = texts
        self._document = document
        self._presenter = presenter
        self._scanning = scanning
        self._rescan, self._input_mode = scanning.rescan, scanning.input_mode
        self._clipboard_export = clipboard_export
        self._sheet = document.sheet
        self._groups: dict[Cause, list[int]] = {}
        self._hidden: list[Column] = []
        self._row: int | None = None
        self._redraw = Throttle(self, self._show)
        self._connect()

    def _connect(self) -> None:
        self._window.actions_["next_to_handle"].triggered.connect(self.show_next)
        self._presenter.handle_requested.connect(self.show_next)
        self._to_handle_panel.when_made(self._listen)
        self._model.narrowed.connect(self._leave_if_widened)
        self._table.selectionModel().selectionChanged.connect(self._redraw.request_now)
        self._model.modelReset.connect(self._redraw.request)
        self._document.changed.connect(self._redraw.request)
        self._input_mode.entered.connect(self._redraw.request_now)

    def _listen(self, panel: ToHandlePanel) -> None:
        panel.story.scan_again_requested.connect(self.scan_again)
        panel.again_requested.connect(self.bind_again)
        panel.story.take_back_requested.connect(self._rescan.end)
        panel.story.support_requested.connect(self._copy_for_support)
        panel.save_requested.connect(self._window.actions_["save_to_handle"].trigger)
        panel.show_all_requested.connect(self.leave)
        panel.cause_chosen.connect(self._choose_cause)

    @property
    def _panel(self) -> ToHandlePanel:
        return self._to_handle_panel()

    @property
    def is_open(self) -> bool:
        """Whether the table is narrowed to what needs a hand."""
        panel = self._to_handle_panel.made
        return panel is not None and not panel.isHidden()

    def show_next(self) -> None:
        """Open the view, and go to the next of its rows; where there is none, to one that is not complete."""
        self._groups = group(self._document.sheet)
        numbers = list(chain.from_iterable(self._groups.values()))
        if not numbers:
            self._scanning.show_next_incomplete()
            return
        chosen = self._table.selected_numbers()
        at = numbers.index(chosen[0]) + 1 if self.is_open and chosen and chosen[0] in numbers else 0
        if not self.is_open:
            self.show_view()
            self._model.narrow(TO_HANDLE)
        number = numbers[at % len(numbers)]
        if not self._model.has(number):
            self._model.narrow(TO_HANDLE)
        self._table.select([number])
        self._show()

    def leave(self) -> None:
        """Go back to the whole table."""
        if self.is_open:
            self._model.narrow(EVERY_ROW)
            self._scanning.take_focus()

    def show_view(self) -> None:
        """Open the view of the rows that the table shows."""
        table = self._table
        self._sheet = self._document.sheet
        self.opened.emit(True)
        self._hidden = [column for column in _TOLD_BESIDE if not table.isColumnHidden(column)]
        for column in self._hidden:
            table.setColumnHidden(column, True)
        self._panel.show()
        self._redraw.request_now()

    def _leave_if_widened(self) -> None:
        states = self._model.filter.states
        if not self.is_open or (states is not None and states <= NEEDS_HAND):
            return
        self._panel.hide()
        for column in self._hidden:
            self._table.setColumnHidden(column, False)
        self._table.say_when_empty("")
        self.opened.emit(False)
        self._rescan.end()
        self._row = None
        self._presenter.handling = None
        self._presenter.show_counts()

    # what is shown

    def _in_view(self) -> list[int]:
        sheet, wanted = self._document.sheet, self._model.filter
        numbers = chain.from_iterable(self._groups.values())
        return [number for number in numbers if wanted.wants(sheet[number], sheet.status(number))]

    def _worth_sending(self, numbers: list[int]) -> list[int]:
        """Leave out what was refused after a lost answer: it stays unknown until there is a code of 0."""
        sheet = self._document.sheet
        return [number for number in numbers if not sheet[number].outcome.refused_since]

    def _choose_cause(self, place: int) -> None:
        self._model.narrow(of_cause(list(self._groups)[place - 1]) if place else TO_HANDLE)
        self._show()

    def _show(self) -> None:
        """Update the view: handled rows are gone from it, and the next one is selected."""
        if self._document.sheet is not self._sheet:
            self.leave()
        if not self.is_open:
            return
        self._groups = group(self._document.sheet)
        if self._model.filter.cause not in {None, *self._groups}:
            self._model.narrow(TO_HANDLE)
        self._table.say_when_empty("" if self._groups else self._texts("refusals.empty"))
        numbers = self._in_view()
        self._row = self._chosen(numbers)
        if self._row is None:
            self._presenter.handling = None
            elsewhere = len(list(chain.from_iterable(self._groups.values())))
            self._panel.show_empty(len(RowFilter(UNDER_WAY).choose(self._document.sheet)), elsewhere)
        else:
            self._show_row(self._row, numbers)
        self._presenter.show_counts()

    def _chosen(self, numbers: list[int]) -> int | None:
        """Return the row that is selected; where none is, the one that has come into its place."""
        chosen = [number for number in self._table.selected_numbers() if number in numbers]
        if chosen:
            return chosen[0]
        below = [number for number in numbers if self._row is not None and number < self._row]
        found = next(iter(below or numbers), None)
        if found is not None and self._model.has(found):
            self._table.select([found])
        return found

    def _show_row(self, number: int, numbers: list[int]) -> None:
        sheet, profile = self._document.sheet, self._presenter.state.profile
        refused = sheet.status(number).state is State.REFUSED or sheet[number].outcome.refused_since
        awaited = self._input_mode.row == number
        self._presenter.handling = Handling(number, refused, len(self._worth_sending(numbers)), awaited)
        place = [None, *self._groups].index(self._model.filter.cause)
        counts = {cause: len(rows) for cause, rows in self._groups.items()}
        self._panel.show_causes(sum(counts.values()), [self._named(*one) for one in counts.items()], place)
        self._panel.show_story(
            story_of(
                self._texts,
                sheet,
                number,
                self._clipboard_export.sharing(number),
                profile.who_to_ask if profile is not None else "",
                profile.behaviour if profile is not None else Behaviour.NOT_CHECKED,
            )
        )
        taken = self._texts("blocked.run_is_on") if sheet.is_taken(number) else ""
        self._panel.show_actions(
            self._presenter.next_step().step,
            len(numbers),
            len(self._worth_sending(numbers)),
            self._why_not_again(),
            taken,
            awaited=awaited,
        )

    def _named(self, cause: Cause, count: int) -> tuple[Mark, str]:
        if cause.code is not None:
            words = "refusals.refused" if cause.state is State.REFUSED else "refusals.refused_since"
            return Mark.of(cause.state), self._texts(words, count=count, code=cause.code)
        return Mark.of(cause.state), self._texts(f"finished.{cause.state}", count=count)

    def _why_not_again(self) -> str:
        blocked = self._presenter.why_not_bind()
        return self._texts.say(blocked) if blocked is not None else ""

    # what is pressed: first the view is updated, for the selection may be newer

    def scan_again(self) -> None:
        """Let the next scan become the id of the row that is chosen."""
        self._show()
        if self._row is not None:
            self._rescan.begin(self._row)

    def bind_again(self) -> None:
        """Ask whether to bind the rows in view again."""
        self._show()
        asked = self._presenter.bind_rows(frozenset(self._worth_sending(self._in_view())))
        if not asked and self._presenter.why_not_bind() is None:
            self._window.notices.show_answer(Message.of("refusals.none_can_go"))

    def _copy_for_support(self) -> None:
        self._show()
        if self._row is not None:
            self._clipboard_export.support([self._row])
