"""A page with every kind of widget styled by the theme, to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QStringListModel, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QSpinBox,
    QTabBar,
    QWidget,
)

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets.buttons import ActionButton, CardButton, MenuButton
from bindtool.gui.common.widgets.form_field import Field

WORDS = "Words"
_NO_KEYS = Qt.KeyboardModifier.NoModifier
LINES = [f"Line {n}" for n in range(40)]


class State(StrEnum):
    """The state of a widget."""

    NORMAL = "normal"
    HOVER = "hover"
    PRESSED = "pressed"
    CHECKED = "checked"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Kind:
    """How to create a kind of widget, and whether it can be checked."""

    make: Callable[[], QWidget]
    can_be_checked: bool = False


def _flat() -> MarkButton:
    button = MarkButton(Mark.FIND)
    button.show_words(WORDS)
    button.setCheckable(True)
    return button


def _menu() -> MenuButton:
    button = MenuButton()
    button.setText(WORDS)
    return button


def _radio() -> QWidget:
    radio = QRadioButton(WORDS)
    radio.setAutoExclusive(False)
    return radio


def _normal() -> QPushButton:
    button = ActionButton(WORDS)
    button.setCheckable(True)
    return button


def _line() -> QWidget:
    return Field(WORDS, QLineEdit(WORDS))


def _scan_field() -> QWidget:
    field = QLineEdit(WORDS)
    theme.set_style(field, StyleKind.FIELD)
    field.setMinimumHeight(theme.TARGET)
    return field


def _number() -> QWidget:
    return Field(WORDS, QSpinBox(minimum=1000, maximum=9999))


def _choice() -> QWidget:
    box = QComboBox()
    box.addItems(LINES)
    return Field(WORDS, box)


def _list() -> QWidget:
    view = QListView()
    view.setModel(QStringListModel(LINES, view))
    view.setFixedHeight(100)
    return view


def _tabs() -> QWidget:
    tabs = QTabBar()
    tabs.addTab(WORDS)
    tabs.addTab(WORDS)
    return tabs


def _card() -> QWidget:
    card = CardButton(Mark.FILE, WORDS, "More words", clicked=print)
    card.setMinimumWidth(200)
    return card


KINDS = {
    "primary": Kind(lambda: ActionButton(WORDS, StyleKind.PRIMARY)),
    "normal": Kind(_normal, can_be_checked=True),
    "link": Kind(lambda: ActionButton(WORDS, StyleKind.LINK)),
    "flat": Kind(_flat, can_be_checked=True),
    "menu": Kind(_menu),
    "card": Kind(_card),
    "check": Kind(lambda: QCheckBox(WORDS), can_be_checked=True),
    "radio": Kind(_radio, can_be_checked=True),
    "line": Kind(_line),
    "scan field": Kind(_scan_field),
    "number": Kind(_number),
    "choice": Kind(_choice),
    "text": Kind(lambda: QPlainTextEdit(WORDS)),
    "list": Kind(_list),
    "tabs": Kind(_tabs),
}


class WidgetPage(QWidget):
    """Each kind in each state. `shown[kind, state]`: one of the widgets; `bar`: a scroll bar."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[tuple[str, State], QWidget] = {}
        grid = QGridLayout(self)
        grid.setSpacing(theme.MARGIN)
        grid.setContentsMargins(*[theme.PAGE] * 4)
        for row, (name, kind) in enumerate(KINDS.items(), start=1):
            grid.addWidget(QLabel(name), row, 0)
            for column, state in enumerate(State, start=1):
                if row == 1:
                    grid.addWidget(QLabel(state), 0, column)
                if state is not State.CHECKED or kind.can_be_checked:
                    made = kind.make()
                    self.shown[name, state] = made.entry if isinstance(made, Field) else made
                    grid.addWidget(made, row, column)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setRange(0, 100)
        grid.addWidget(self.bar, 1, len(State) + 1, len(KINDS), 1)

    def take_states(self) -> None:
        """Put each widget into its state; after the page is shown, when Qt looks for the mouse."""
        for (_, state), widget in self.shown.items():
            widget.setEnabled(state is not State.DISABLED)
            widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, state in {State.HOVER, State.PRESSED})
            if state is State.HOVER and isinstance(widget, QPushButton):
                # It queries the mouse position itself.
                inside = QPointF(widget.rect().center())
                none = Qt.MouseButton.NoButton
                move = QMouseEvent(QEvent.Type.MouseMove, inside, widget.mapToGlobal(inside), none, none, _NO_KEYS)
                QApplication.sendEvent(widget, move)
            if isinstance(widget, QAbstractButton):
                widget.setDown(state is State.PRESSED)
                widget.setChecked(state is State.CHECKED)
