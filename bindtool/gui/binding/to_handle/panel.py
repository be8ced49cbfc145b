"""The view of the rows a run has left: the table filtered to them, and a panel with the details of each.

Decides when the view is open, which row is selected in it, and what its actions do. `core.sheet_view.triage` groups
rows of the same cause, `row_story` has a row's texts, and `rescan_mode` scans a row again. Offers nothing twice:
the next step is on the footer's step button.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem

from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import NEEDS_HAND, UNDER_WAY, State
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, Cause, RowFilter, of_cause
from bindtool.core.sheet_view.next_step import Handling, Step
from bindtool.core.sheet_view.triage import group
from bindtool.gui.binding.summary_banner import COUNT_TEXTS
from bindtool.gui.binding.to_handle.row_story import RowStoryView, Story, story_of
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.clipboard import SafeCopy
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import Header, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from bindtool.gui.binding.run_presenter import RunPresenter
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.controller import ScanController
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.support.clipboard_export import ClipboardExport
    from bindtool.i18n.catalogue import Texts

_WIDTH = 444
_CAUSE_HEIGHT = 32
_ICON = 16
_HIGH = 480
"""Height in pixels from which more causes fit above the details."""
_CAUSES, _CAUSES_IF_HIGH = 3, 6
"""Number of cause lines visible at once."""
_TOLD_BESIDE = (Column.LABEL, Column.LOG_ID, Column.TIME)
"""Columns hidden because the panel shows their content: in a small window there is no room for them beside it."""


class ToHandlePanel(QFrame):
    """Hidden until `show_next`; `story` is about the selected row.

    Args:
        give_way: called with True when the view is opened, and False when it is left.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        presenter: RunPresenter,
        scanning: ScanController,
        clipboard_export: ClipboardExport,
        table: SheetTableView,
        give_way: Callable[[bool], object],
    ) -> None:
        super().__init__()
        self._window = window
        self._texts = texts
        self._document = document
        self._presenter = presenter
        self._scanning = scanning
        self._rescan, self._input_mode = scanning.rescan, scanning.input_mode
        self._clipboard_export = clipboard_export
        self._table = table
        self._model = table.sheet_model
        self._give_way = give_way
        self._sheet = document.sheet
        self._groups: dict[Cause, list[int]] = {}
        self._hidden: list[Column] = []
        self._row: int | None = None
        self._marks: list[Mark | None] = []
        self.setAccessibleName(texts("refusals.name"))
        theme.resize(self, fixed_width=_WIDTH)
        theme.set_style(self, StyleKind.SIDE)
        show_all = ActionButton(texts("refusals.show_all"), StyleKind.LINK, clicked=self.leave)
        self._header = Header("", "", show_all, points=theme.LINE_POINTS)
        self._causes = QListWidget()
        self._causes.setAccessibleName(texts("refusals.causes"))
        self._causes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        SafeCopy(self._causes)
        self._causes.currentRowChanged.connect(self._choose_cause)
        self.story = RowStoryView(texts, self._copy_for_support, self.scan_again, self._rescan.end)
        self._empty = line(tone=Tone.QUIET)
        self._bind_again = ActionButton("", clicked=self.bind_again)
        save = window.actions_["save_to_handle"].trigger
        self._save = ActionButton("", clicked=save)
        layouts.column(
            self._header,
            self._causes,
            self._empty,
            (self.story, 1),
            0,
            layouts.row(self._bind_again, self._save, 1, spacing=theme.GAP),
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.TIGHT, theme.MARGIN, theme.GAP),
        )
        self.hide()
        redraw = self._redraw = Throttle(self, self._show)
        self._model.narrowed.connect(self._leave_if_widened)
        table.selectionModel().selectionChanged.connect(redraw.request_now)
        self._model.modelReset.connect(redraw.request)
        document.changed.connect(redraw.request)
        self._input_mode.entered.connect(redraw.request_now)

    @property
    def is_open(self) -> bool:
        """Whether the table is filtered to the rows that need handling."""
        return not self.isHidden()

    def show_next(self) -> None:
        """Open the view, and go to its next row; if there is none, to the next incomplete row."""
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
        """Leave the view, and show the whole table again."""
        if self.is_open:
            self._model.narrow(EVERY_ROW)
            self._scanning.take_focus()

    def show_view(self) -> None:
        """Open the view of the rows the table shows."""
        table = self._table
        self._sheet = self._document.sheet
        self._give_way(True)
        self._hidden = [column for column in _TOLD_BESIDE if not table.isColumnHidden(column)]
        for column in self._hidden:
            table.setColumnHidden(column, True)
        self.show()
        self._redraw.request_now()

    def _leave_if_widened(self) -> None:
        states = self._model.filter.states
        if not self.is_open or (states is not None and states <= NEEDS_HAND):
            return
        self.hide()
        for column in self._hidden:
            self._table.setColumnHidden(column, False)
        self._table.say_when_empty("")
        self._give_way(False)
        self._rescan.end()
        self._row = None
        self._presenter.handling = None
        self._presenter.show_counts()

    # display

    def _in_view(self) -> list[int]:
        sheet, wanted = self._document.sheet, self._model.filter
        numbers = chain.from_iterable(self._groups.values())
        return [number for number in numbers if wanted.wants(sheet[number], sheet.status(number))]

    def _worth_sending(self, numbers: list[int]) -> list[int]:
        """Omit rows refused after a lost answer: they stay unknown until an answer with code 0."""
        sheet = self._document.sheet
        return [number for number in numbers if not sheet[number].outcome.refused_since]

    def _choose_cause(self, place: int) -> None:
        if place >= 0:
            self._model.narrow(of_cause(list(self._groups)[place - 1]) if place else TO_HANDLE)
            self._show()

    def _show(self) -> None:
        """Update the view: handled rows disappear from it, and the next one is selected."""
        if self._document.sheet is not self._sheet:
            self.leave()
        if not self.is_open:
            return
        self._groups = group(self._document.sheet)
        if self._model.filter.cause not in {None, *self._groups}:
            self._model.narrow(TO_HANDLE)
        # The panel already says that nothing is left.
        self._table.say_when_empty("" if self._groups else " ")
        numbers = self._in_view()
        self._row = self._chosen(numbers)
        if self._row is None:
            self._presenter.handling = None
            elsewhere = len(list(chain.from_iterable(self._groups.values())))
            self.show_empty(len(RowFilter(UNDER_WAY).choose(self._document.sheet)), elsewhere)
        else:
            self._show_row(self._row, numbers)
        self._presenter.show_counts()

    def _chosen(self, numbers: list[int]) -> int | None:
        """Return the selected row, or the row that has taken its place if none is selected."""
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
        self.show_causes(sum(counts.values()), [self._named(*one) for one in counts.items()], place)
        self.show_story(
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
        self.show_actions(
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
        return Mark.of(cause.state), self._texts(COUNT_TEXTS[cause.state], count=count)

    def _why_not_again(self) -> str:
        blocked = self._presenter.why_not_bind()
        return self._texts.say(blocked) if blocked is not None else ""

    # actions: each updates the view first, as the selection may be newer

    def scan_again(self) -> None:
        """Let the next scan become the id of the selected row."""
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

    # drawing

    def show_causes(self, total: int, causes: Sequence[tuple[Mark, str]], chosen: int) -> None:
        """Show the number of rows, and their causes; index 0 stands for all rows."""
        self._header.show_title(self._texts("refusals.title", n=total))
        self._empty.hide()
        entries = [(None, self._texts("foot.all", count=total)), *causes]
        words = [text for _, text in entries]
        same = words == [self._causes.item(at).text() for at in range(self._causes.count())]
        if not same or self._causes.currentRow() != chosen:
            # While it is refilled, the list would report changes that the user has not made.
            self._causes.blockSignals(True)
            self._causes.clear()
            for _, text in entries:
                item = QListWidgetItem(text, self._causes)
                item.setSizeHint(QSize(0, _CAUSE_HEIGHT))
            self._marks = [mark for mark, _ in entries]
            self._draw_marks()
            self._causes.setCurrentRow(chosen)
            self._causes.blockSignals(False)
        self._causes.setVisible(len(causes) > 1)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the height anew."""
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw when the palette changes."""
        if event.type() is QEvent.Type.PaletteChange:
            self._draw_marks()
        super().changeEvent(event)

    def _draw_marks(self) -> None:
        for at, mark in enumerate(self._marks):
            if mark is not None:
                self._causes.item(at).setIcon(mark.icon(self.palette()))

    def _make_room(self) -> None:
        most = _CAUSES_IF_HIGH if self.height() >= _HIGH else _CAUSES
        lines = min(self._causes.count(), most)
        height = theme.scaled(_CAUSE_HEIGHT) * lines + 2 * self._causes.frameWidth()
        self._causes.setFixedHeight(height)
        self._causes.setIconSize(QSize(theme.scaled(_ICON), theme.scaled(_ICON)))

    def show_story(self, story: Story) -> None:
        """Show the details of the selected row."""
        before = self.story.accessibleDescription() if self.story.isVisible() else ""
        self.story.show()
        self.story.show_story(story)
        if self.story.accessibleDescription() != before:
            announce(self, self._texts.together(self._header.title, self.story.accessibleDescription()))

    def show_empty(self, under_way: int, elsewhere: int = 0) -> None:
        """Show that no rows are left to handle, or that a search matches none of the `elsewhere` rows that are.

        `under_way`: rows still being sent, which may need handling later.
        """
        texts = self._texts
        title, words = texts("refusals.empty"), texts("refusals.empty_next")
        if elsewhere:
            title, words = texts("refusals.title", n=elsewhere), texts("table.none_found")
        elif under_way:
            words = texts("refusals.under_way", n=under_way)
        if self._header.title != title:
            announce(self, title)
        self._header.show_title(title)
        self._empty.setText(words)
        self._empty.show()
        for part in (self._causes, self.story, self._bind_again, self._save):
            part.hide()

    def show_actions(
        self, step: Step, n: int, again: int, why_not_again: str, why_not_scan: str, *, awaited: bool
    ) -> None:
        """Offer all actions except the next step, which is on the step button; `n`: the number of rows in view.

        `again`: the number of them worth sending again. `why_not_again`, `why_not_scan`: why they can't be bound,
        or the selected one scanned, now; "" if they can.
        """
        self._bind_again.rename(self._texts("foot.bind_again", n=again))
        self._bind_again.allow(not why_not_again, why_not_again)
        self._bind_again.setVisible(again > 0 and step is not Step.BIND_AGAIN)
        self._save.rename(self._texts("refusals.save", n=n))
        self._save.show()
        self.story.show_actions(scan=step is not Step.SCAN_AGAIN, why_not_scan=why_not_scan, awaited=awaited)
