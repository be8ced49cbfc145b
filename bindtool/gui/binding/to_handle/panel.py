"""The panel beside the table for the rows that a run has left: their causes, and the selected row's story.

Offers nothing twice: the next step is on the step button of the footer. Which rows these are, and what is done
about them, is decided by `to_handle.controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem

from bindtool.core.sheet_view.next_step import Step
from bindtool.gui.binding.to_handle.row_story_view import RowStoryView
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.clipboard import SafeCopy
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import Header, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from bindtool.gui.binding.to_handle.row_story_view import Story
    from bindtool.gui.common.theme.icons import Mark
    from bindtool.i18n.catalogue import Texts

_WIDTH = 444
_CAUSE_HEIGHT = 32
_ICON = 16
_HIGH = 480
"""Pixels from which on there is room for more causes above the story."""
_CAUSES, _CAUSES_IF_HIGH = 3, 6
"""Lines of causes that are seen at once."""


class ToHandlePanel(QFrame):
    """Hidden until somebody shows it; `story` is about the chosen row.

    Signals:
        cause_chosen(int): the place in the list of causes.
        show_all_requested(): the whole table is to be seen again.
        again_requested(), save_requested(): the rows in view are to be bound again, or saved as a file.
        announced(str): which row is chosen now, and its story; or that nothing is left, in words.
    """

    cause_chosen = Signal(int)
    show_all_requested = Signal()
    again_requested = Signal()
    save_requested = Signal()
    announced = Signal(str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._marks: list[Mark | None] = []
        self.setAccessibleName(texts("refusals.name"))
        theme.resize(self, fixed_width=_WIDTH)
        theme.set_style(self, StyleKind.SIDE)
        show_all = ActionButton(texts("refusals.show_all"), StyleKind.LINK, clicked=self.show_all_requested)
        self._header = Header("", "", show_all, points=theme.LINE_POINTS)
        self._causes = QListWidget()
        self._causes.setAccessibleName(texts("refusals.causes"))
        self._causes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        SafeCopy(self._causes)
        self._causes.currentRowChanged.connect(self._choose_cause)
        self.story = RowStoryView(texts)
        self._empty = line(tone=Tone.QUIET)
        self._bind_again = ActionButton("", clicked=self.again_requested)
        self._save = ActionButton("", clicked=self.save_requested)
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

    def show_causes(self, total: int, causes: Sequence[tuple[Mark, str]], chosen: int) -> None:
        """Show how many rows there are, and what they are divided by; the place 0 is for all of them."""
        self._header.show_title(self._texts("refusals.title", n=total))
        self._empty.hide()
        entries = [(None, self._texts("foot.all", count=total)), *causes]
        words = [text for _, text in entries]
        same = words == [self._causes.item(at).text() for at in range(self._causes.count())]
        if not same or self._causes.currentRow() != chosen:
            # A list that is filled anew would tell of choices that nobody makes.
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
        """Draw again in the colour of a new palette."""
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
        """Show what is known of the chosen row."""
        before = self.story.accessibleDescription() if self.story.isVisible() else ""
        self.story.show()
        self.story.show_story(story)
        if self.story.accessibleDescription() != before:
            self.announced.emit(f"{self._header.title}. {self.story.accessibleDescription()}")

    def show_empty(self, under_way: int, elsewhere: int = 0) -> None:
        """Say that nothing is left to handle, or that a search has found none of the `elsewhere` rows that are.

        `under_way`: rows of which it is not known yet whether they are to be handled.
        """
        texts = self._texts
        title, words = texts("refusals.empty"), texts("refusals.empty_next")
        if elsewhere:
            title, words = texts("refusals.title", n=elsewhere), texts("table.none_found")
        elif under_way:
            words = texts("refusals.under_way", n=under_way)
        if self._header.title != title:
            self.announced.emit(title)
        self._header.show_title(title)
        self._empty.setText(words)
        self._empty.show()
        for part in (self._causes, self.story, self._bind_again, self._save):
            part.hide()

    def show_actions(
        self, step: Step, n: int, again: int, why_not_again: str, why_not_scan: str, *, awaited: bool
    ) -> None:
        """Offer all but the next step, which is on the step button; `n`: how many rows are in view.

        `again`: how many of them are worth another request.
        `why_not_again`, `why_not_scan`: why they can't be bound, or the chosen one scanned, now; "" where they can.
        """
        self._bind_again.rename(self._texts("refusals.again", n=again))
        self._bind_again.allow(not why_not_again, why_not_again)
        self._bind_again.setVisible(again > 0 and step is not Step.BIND_AGAIN)
        self._save.rename(self._texts("refusals.save", n=n))
        self._save.show()
        self.story.show_actions(scan=step is not Step.SCAN_AGAIN, why_not_scan=why_not_scan, awaited=awaited)

    def _choose_cause(self, place: int) -> None:
        if place >= 0:
            self.cause_chosen.emit(place)
