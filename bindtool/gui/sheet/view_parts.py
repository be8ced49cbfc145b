"""Helpers of the table: the editor for ids, what a state looks like, a row that is highlighted for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QEasingCurve,
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

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.no_input_method import disable_input_method

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts


class IdDelegate(QStyledItemDelegate):
    """An editor for ids, which an input method must not touch; labels keep theirs."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return a line into which keys come as they are."""
        editor = super().createEditor(parent, option, index)
        disable_input_method(editor)
        return editor


_BOX = 16
_GAP = 6
_BEFORE_BOX = 16


class StatusDelegate(QStyledItemDelegate):
    """A state; behind it, where the row is held, the box to tick and the word for what that does.

    The box stands behind the state so that all states begin at one line. Ticking it is for the view, which takes a
    click anywhere in the cell. PySide's types know no attribute of a style option.
    """

    def __init__(self, texts: Texts, parent: QObject) -> None:
        super().__init__(parent)
        self._word = texts("cell.include")

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Leave the box to `paint`."""
        super().initStyleOption(option, index)
        view: Any = option
        view.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return what the state takes, and the box with its word."""
        size = super().sizeHint(option, index)
        if _has_box(index):
            view: Any = option
            word = view.fontMetrics.horizontalAdvance(self._word)
            size.setWidth(size.width() + _BEFORE_BOX + _BOX + _GAP + word)
        return size

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the state, and the box."""
        super().paint(painter, option, index)
        if not _has_box(index):
            return
        from PySide6.QtWidgets import QStyle

        self.initStyleOption(option, index)
        view: Any = option
        cell, style = view.rect, view.widget.style()
        state = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, view.widget)
        left = state.left() + view.fontMetrics.horizontalAdvance(view.text) + _BEFORE_BOX
        box: Any = QStyleOptionViewItem(option)
        box.rect = QRect(left, cell.center().y() - _BOX // 2 + 1, _BOX, _BOX)
        box.state = box.state & ~QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Off
        word = QRect(left + _BOX + _GAP, cell.top(), cell.width(), cell.height())
        painter.save()
        painter.setClipRect(cell)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, box, painter, view.widget)
        painter.setPen(view.palette.color(QPalette.ColorRole.Text))
        painter.drawText(word, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._word)
        painter.restore()


def _has_box(index: QModelIndex | QPersistentModelIndex) -> bool:
    return bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)


_MOMENT = 1200
_STRENGTH = 1.0


class RowHighlight(QVariantAnimation):
    """Highlights a row, by its number, with a colour that fades."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self.setDuration(_MOMENT)
        self.setStartValue(_STRENGTH)
        self.setEndValue(0.0)
        self.setEasingCurve(QEasingCurve.Type.InQuad)

    @property
    def number(self) -> int | None:
        """The number of the row that is lit just now."""
        return self._number if self.state() is QVariantAnimation.State.Running else None

    def highlight(self, number: int) -> None:
        """Highlight a row."""
        self._number = number
        self.stop()
        self.start()

    def paint(self, on: QWidget, place: QRect) -> None:
        """Draw the highlight over a row so that its text stays readable on light and dark backgrounds."""
        mode = QPainter.CompositionMode
        colour = theme.flash(Tone.UNSURE, on.palette())
        colour.setAlphaF(self.currentValue())
        painter = QPainter(on)
        dark = theme.is_dark(on.palette())
        painter.setCompositionMode(mode.CompositionMode_Screen if dark else mode.CompositionMode_Multiply)
        painter.fillRect(place, colour)
