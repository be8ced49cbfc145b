"""Parts of the table: the view state, the id editor, the status delegate, the row highlight.

Selection, cursor and scroll position are kept across filtering and sorting; Qt handles single rows being added,
deleted or moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QEasingCurve,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.projection import runs
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, ToneDelegate
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.i18n.row_text import state_words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from bindtool.core.sheet.sheet import Sheet
    from bindtool.gui.sheet.table_model import SheetTableModel
    from bindtool.i18n.catalogue import Texts


_MOST_PIECES = 500
"""Maximum number of ranges in a selection; Qt searches all of them for each cell it draws."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The selected `columns` and `numbers`, and the cursor at `current`, so many rows below the top of the view."""

    sheet: Sheet
    numbers: tuple[int, ...]
    columns: tuple[int, ...]
    current: tuple[int, int] | None
    below_top: int | None


class ViewState(QObject):
    """Restores selection, cursor and scroll position after model resets."""

    def __init__(self, table: QTableView, model: SheetTableModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._place: _Place | None = None
        self._in_sight = False
        self._looked_at = 0
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        model.narrowed.connect(self._begin_at_top)
        model.ordered.connect(self._begin_at_top)
        model.rowsInserted.connect(self._follow_down)
        self._emptied: tuple[int, int] | None = None
        model.rowsRemoved.connect(self._go_on)

    def look_at(self, row: int) -> None:
        """Scroll to a row; when the next rows are added, scroll back to the new ones."""
        bar = self._table.verticalScrollBar()
        before = bar.value()
        self._table.scrollTo(self._model.index(row, Column.DEVICE_ID))
        if not before:
            self._looked_at = bar.value()

    def _remember(self) -> None:
        model, index = self._model, self._table.currentIndex()
        selection = self._table.selectionModel().selection()
        ranges = [selection.at(at) for at in range(selection.count())]
        rows = [row for one in ranges for row in range(one.top(), one.bottom() + 1)]
        in_sight = index.isValid() and self._table.viewport().rect().intersects(self._table.visualRect(index))
        self._place = _Place(
            model.sheet,
            tuple(dict.fromkeys(map(model.number_at, rows))),
            tuple(sorted({column for one in ranges for column in range(one.left(), one.right() + 1)})),
            (model.number_at(index.row()), index.column()) if index.isValid() else None,
            index.row() - self._table.rowAt(0) if in_sight else None,
        )

    def _restore(self) -> None:
        place, self._place = self._place, None
        self._in_sight = False
        # Another sheet's rows have the same numbers.
        if place is None or place.sheet is not self._model.sheet:
            return
        self._select(place)
        if place.current is not None and self._model.has(place.current[0]):
            self._look_at(place, *place.current)

    def _select(self, place: _Place) -> None:
        model = self._model
        pieces = list(runs(sorted(model.row_of(number) for number in place.numbers if model.has(number))))
        if len(pieces) > _MOST_PIECES:
            return
        selection = QItemSelection()
        for first, last in pieces:
            # Columns adjacent in the view may be apart in the model.
            for left, right in runs(list(place.columns)):
                selection.select(model.index(first, left), model.index(last, right))
        self._table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _look_at(self, place: _Place, number: int, column: int) -> None:
        row = self._model.row_of(number)
        index = self._model.index(row, column)
        # Qt would scroll to the cursor wherever it is.
        self._table.setAutoScroll(False)
        self._table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._table.setAutoScroll(True)
        if place.below_top is not None:
            self._in_sight = True
            top = self._model.index(max(0, row - place.below_top), column)
            self._table.scrollTo(top, self._table.ScrollHint.PositionAtTop)

    def note_removal(self, first: int, last: int) -> None:
        """Remember that rows are being removed; Qt moves the cursor away from them, and selects its new row."""
        index = self._table.currentIndex()
        self._emptied = (first, index.column()) if index.isValid() and first <= index.row() <= last else None

    def _go_on(self) -> None:
        """Put the cursor back on the row now in its place, without selecting it."""
        if self._emptied is None:
            return
        row, column = self._emptied
        self._emptied = None
        self._table.clearSelection()
        index = self._model.index(min(row, self._model.rowCount() - 1), column)
        self._table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _begin_at_top(self) -> None:
        """Scroll to the top after filtering or sorting, if no row was selected."""
        if not self._in_sight:
            self._table.scrollToTop()

    def _follow_down(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Keep the visible rows in place when rows are inserted above them."""
        top = self._table.verticalScrollBar().value()
        looked_at, self._looked_at = self._looked_at, 0
        if top and first <= top and top == looked_at:
            self._table.scrollToTop()
        elif top and first <= top:
            moved = self._model.index(top + last - first + 1, Column.DEVICE_ID)
            self._table.scrollTo(moved, self._table.ScrollHint.PositionAtTop)


class IdDelegate(QStyledItemDelegate):
    """The editor for ids, which disables input methods; labels keep theirs."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return a line edit that gets key presses unchanged."""
        editor = super().createEditor(parent, option, index)
        disable_input_method(editor)
        return editor


_BOX = 16
_GAP = 6
_BEFORE_BOX = 16


class StatusDelegate(ToneDelegate):
    """Draws a state and, for a held row, a box to tick with the word for its effect.

    The box is to the right of the state, so that all states are aligned. The view handles ticking, by a click
    anywhere in the cell. PySide's types know no attribute of a style option.
    """

    def __init__(self, texts: Texts, parent: QObject) -> None:
        super().__init__(parent)
        self._word = texts("cell.include")
        self._held = state_words(texts, Mark.HELD)
        self._states = [state_words(texts, "duplicate"), *(state_words(texts, state) for state in State)]
        self._measured = ""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Leave drawing the box to `paint`."""
        super().initStyleOption(option, index)
        view: Any = option
        view.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        view.text = self._measured or view.text

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the width of the longest state, or of a held one with its box: so the column never changes its
        width.
        """
        view: Any = option
        wide = view.fontMetrics.horizontalAdvance
        # The same words are measured for every state: the style rounds each in its own way.
        self._measured = max(self._states, key=wide)
        size = super().sizeHint(option, index)
        box = _BEFORE_BOX + _BOX
        held = wide(self._held) + box + _GAP + wide(self._word)
        size.setWidth(size.width() + max(box, held - wide(self._measured)))
        self._measured = ""
        return size

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the state, and the box."""
        super().paint(painter, option, index)
        ticked = _is_ticked(index)
        if not (_has_box(index) or ticked):
            return
        from PySide6.QtWidgets import QStyle

        self.initStyleOption(option, index)
        view: Any = option
        cell, style = view.rect, view.widget.style()
        state = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, view.widget)
        left = state.left() + view.fontMetrics.horizontalAdvance(view.text) + _BEFORE_BOX
        box: Any = QStyleOptionViewItem(option)
        box.rect = QRect(left, cell.center().y() - _BOX // 2 + 1, _BOX, _BOX)
        box.state = box.state & ~QStyle.StateFlag.State_HasFocus
        box.state |= QStyle.StateFlag.State_On if ticked else QStyle.StateFlag.State_Off
        word = QRect(left + _BOX + _GAP, cell.top(), cell.width(), cell.height())
        painter.save()
        painter.setClipRect(cell)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, box, painter, view.widget)
        painter.setPen(view.palette.color(QPalette.ColorRole.Text))
        said = "" if ticked else self._word
        painter.drawText(word, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)
        painter.restore()


def _is_ticked(index: QModelIndex | QPersistentModelIndex) -> bool:
    """Return whether the row was included by the user; the box stays as a trace."""
    return index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked


def _has_box(index: QModelIndex | QPersistentModelIndex) -> bool:
    return bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)


_MOMENT = 1200
_STRENGTH = 1.0


class RowHighlight(QVariantAnimation):
    """Highlights a row, by its number, with a fading colour."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self.setDuration(_MOMENT)
        self.setStartValue(_STRENGTH)
        self.setEndValue(0.0)
        self.setEasingCurve(QEasingCurve.Type.InQuad)

    @property
    def number(self) -> int | None:
        """The number of the highlighted row."""
        return self._number if self.state() is QVariantAnimation.State.Running else None

    def highlight(self, number: int) -> None:
        """Highlight a row."""
        self._number = number
        self.stop()
        self.start()

    def paint(self, on: QWidget, place: QRect) -> None:
        """Paint the highlight over a row so that its text stays readable on light and dark backgrounds."""
        mode = QPainter.CompositionMode
        colour = theme.flash(Tone.UNSURE, on.palette())
        colour.setAlphaF(self.currentValue())
        painter = QPainter(on)
        dark = theme.is_dark(on.palette())
        painter.setCompositionMode(mode.CompositionMode_Screen if dark else mode.CompositionMode_Multiply)
        painter.fillRect(place, colour)
