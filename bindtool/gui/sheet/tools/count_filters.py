"""Row counts by state in one line; each count is a button that shows only those rows.

Counts that don't fit move into a menu. `find_bar` sets the filter.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QLayout, QMenu, QSizePolicy, QToolButton

from bindtool.core.model.outcome import UNDER_WAY, State
from bindtool.core.sheet_view.filters import EVERY_ROW, RowFilter
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import MenuButton

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from bindtool.i18n.catalogue import Texts


class Counted(StrEnum):
    """A kind of row to count, in display order; the value is its message id."""

    ALL = "foot.all"
    READY = "foot.ready"
    HELD = "foot.held"
    BOUND = "foot.bound"
    REFUSED = "foot.refused"
    UNKNOWN = "foot.unknown"
    INCOMPLETE = "foot.incomplete"
    UNDER_WAY = "foot.under_way"
    UNSENT = "foot.unsent"


FILTERS: Mapping[Counted, RowFilter] = MappingProxyType(
    {
        Counted.ALL: EVERY_ROW,
        Counted.READY: RowFilter(frozenset({State.READY})),
        Counted.HELD: RowFilter(frozenset({State.INCOMPLETE}), held=True),
        Counted.BOUND: RowFilter(frozenset({State.BOUND})),
        Counted.REFUSED: RowFilter(frozenset({State.REFUSED})),
        Counted.UNKNOWN: RowFilter(frozenset({State.UNKNOWN})),
        Counted.INCOMPLETE: RowFilter(frozenset({State.INCOMPLETE}), held=False),
        Counted.UNDER_WAY: RowFilter(UNDER_WAY),
        Counted.UNSENT: RowFilter(frozenset({State.UNSENT})),
    }
)
_ONLY_IF_ANY = frozenset({Counted.INCOMPLETE, Counted.UNDER_WAY, Counted.UNSENT})
_MOMENT = 300
"""Milliseconds for which a row may be incomplete before a button appears: each scan is, until it is saved."""


class CountFilters(QLabel):
    """A line of counts. Its text contains all of them, for a screen reader.

    Signals:
        chosen(wanted): a count was clicked; the `RowFilter` for its rows, without a text.
    """

    chosen = Signal(object)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.setAccessibleName(texts("foot.summary"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._chips = {counted: CountChip(texts) for counted in Counted}
        self._any: set[Counted] = set()
        self._pressed: set[Counted] = set()
        self._lasts = False
        self._lasting = QTimer(self, singleShot=True, interval=_MOMENT)
        self._lasting.timeout.connect(self._show_lasting)
        self._more = MenuButton(Mark.MORE)
        self._more.setAccessibleName(texts("foot.more_counts"))
        self._more.setToolTip(texts("foot.more_counts"))
        self._more.setMenu(QMenu(self._more))
        for counted, chip in self._chips.items():
            chip.clicked.connect(lambda _, counted=counted: self._choose(counted))
        row = layouts.row(*self._chips.values(), self._more, 1, on=self, spacing=0)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.show_counts({}, 0, 0)

    def show_counts(self, counts: Mapping[State, int], total: int, held: int, *, unchecked: bool = False) -> None:
        """Show the number of rows in each state; `held` rows are included in the incomplete ones.

        `unchecked`: it is unknown whether bound devices stay bound when others are sent.
        """
        shown = {each: sum(counts.get(state, 0) for state in FILTERS[each].states or ()) for each in Counted}
        shown |= {Counted.ALL: total, Counted.HELD: held, Counted.INCOMPLETE: shown[Counted.INCOMPLETE] - held}
        for counted, n in shown.items():
            words = self._texts(counted, count=n)
            if unchecked and n and counted is Counted.BOUND:
                words = self._texts("counts.not_checked", counted=words)
            self._chips[counted].rename(words)
        self._any = {counted for counted, n in shown.items() if n or counted not in _ONLY_IF_ANY}
        if Counted.INCOMPLETE not in self._any:
            self._lasting.stop()
            self._lasts = False
        elif not self._lasts and not self._lasting.isActive():
            self._lasting.start()
        self._lay_out()

    def show_filter(self, wanted: RowFilter) -> None:
        """Check the buttons of the filter's rows, whatever its text."""
        self._pressed = {counted for counted in Counted if _is_part(FILTERS[counted], wanted)}
        self._lay_out()

    def sizeHint(self) -> QSize:
        """Return a small width: counts that don't fit move into the menu."""
        return QSize(self._chips[Counted.ALL].sizeHint().width() + self._more.sizeHint().width(), theme.TARGET)

    def minimumSizeHint(self) -> QSize:
        """Return the same size as `sizeHint`."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the layout anew."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint nothing: the buttons show the text."""

    def _choose(self, counted: Counted) -> None:
        """Filter by a count; a second click removes the filter."""
        alone = self._pressed == {counted}
        self.chosen.emit(EVERY_ROW if alone else FILTERS[counted])
        # Qt has unchecked a checked button already.
        self._lay_out()

    def _show_lasting(self) -> None:
        self._lasts = True
        self._lay_out()

    def _lay_out(self) -> None:
        wanted = [counted for counted in Counted if counted in self._any | self._pressed]
        words = [self._chips[counted].text() for counted in wanted]
        self.setText("    ".join(words))
        self.setAccessibleDescription(", ".join(words))
        if not self._lasts and Counted.INCOMPLETE not in self._pressed:
            wanted = [counted for counted in wanted if counted is not Counted.INCOMPLETE]
        fitting = self._fitting(wanted)
        for counted, chip in self._chips.items():
            chip.setChecked(counted in self._pressed)
            chip.setVisible(counted in fitting)
        left_over = [counted for counted in wanted if counted not in fitting]
        self._more.setVisible(bool(left_over))
        menu = self._more.menu()
        if not menu.isVisible():
            menu.clear()
            for counted in left_over:
                action = menu.addAction(self._chips[counted].text())
                action.triggered.connect(lambda _, counted=counted: self._choose(counted))

    def _fitting(self, wanted: list[Counted]) -> set[Counted]:
        """Return the counts that fit: all, or the first ones beside the checked ones and the menu button."""
        widths = {counted: self._chips[counted].sizeHint().width() for counted in wanted}
        if sum(widths.values()) <= self.width():
            return set(wanted)
        room = self.width() - self._more.sizeHint().width()
        fitting: set[Counted] = set()
        for counted in sorted(wanted, key=lambda one: one not in self._pressed):
            room -= widths[counted]
            if room < 0:
                break
            fitting.add(counted)
        return fitting


class CountChip(QToolButton):
    """A count as a button."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(texts("foot.count_meaning"))
        theme.set_style(self, StyleKind.FLAT)

    def rename(self, words: str) -> None:
        """Change the text."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)


def _is_part(one: RowFilter, wanted: RowFilter) -> bool:
    """Return whether `wanted` includes the rows of `one`, by their state."""
    if one.states is None or wanted.states is None or not one.states <= wanted.states:
        return False
    return wanted.held is None or wanted.held is one.held
