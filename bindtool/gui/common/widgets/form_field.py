"""A form field: label, input, hint and problem in one widget.

Sets the accessible texts too. Core decides which values are allowed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QDate, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFrame,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QMouseEvent


T = TypeVar("T")
Entry = TypeVar("Entry", bound=QWidget)
_INPUT_HEIGHT = 34
_SECTION_MARGINS = (theme.MARGIN, theme.GAP, theme.MARGIN, theme.MARGIN)


class FoldingSection(QFrame):
    """A section of a form, collapsed and expanded by its title.

    Args:
        title: the section's title.
        parts: its fields and other widgets, from top to bottom.
        unfolded: whether it is expanded at first.
        values: returns a summary of its fields' values, shown beside the title while it is collapsed.
    """

    def __init__(
        self, title: str, *parts: layouts.Part, unfolded: bool = False, values: Callable[[], str] | None = None
    ) -> None:
        super().__init__()
        self._values = values
        theme.set_style(self, StyleKind.SECTION)
        self.toggle = QToolButton()
        self.toggle.setText(title)
        self.toggle.setAccessibleName(title)
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        has_values = values is not None
        width = QSizePolicy.Policy.Maximum if has_values else QSizePolicy.Policy.Expanding
        self.toggle.setSizePolicy(width, QSizePolicy.Policy.Fixed)
        self._summary = _Summary(self.toggle)
        theme.set_style(self.toggle, StyleKind.FLAT)
        theme.resize_text(self.toggle, theme.LINE_POINTS, bold=True)
        self._content = QWidget()
        layouts.column(*parts, on=self._content, spacing=theme.MARGIN, margins=_SECTION_MARGINS)
        layouts.column(
            layouts.row(self.toggle, (self._summary, 1), spacing=theme.GAP) if has_values else self.toggle,
            self._content,
            on=self,
            spacing=0,
            margins=(theme.TIGHT, theme.TIGHT, theme.TIGHT, theme.TIGHT),
        )
        self.toggle.toggled.connect(self._show_content)
        self.toggle.setChecked(unfolded)
        self._show_content(unfolded)

    def unfold(self) -> None:
        """Expand the section."""
        self.toggle.setChecked(True)

    def show_values(self) -> None:
        """Refresh the summary of the values if the section is collapsed."""
        folded = self._values is not None and not self.toggle.isChecked()
        words = self._values() if folded and self._values is not None else ""
        self._summary.setText(words)
        self.toggle.setAccessibleDescription(words)

    def _show_content(self, shown: bool) -> None:
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._content.setVisible(shown)
        self.show_values()


class _Summary(QLabel):
    """The summary of a collapsed section; a click on it toggles the section like its title."""

    def __init__(self, toggle: QToolButton) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        theme.set_style(self, tone=Tone.QUIET)
        self._toggle = toggle

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._toggle.click()
        event.accept()


class Field(QWidget):
    """A label above an input, a hint and a problem below it.

    Args:
        label: names the value; the input's accessible name too.
        entry: the input widget.
        hint: tells where to find the value, or its effect.

    Signals:
        judged(): the problem has changed or is gone.
    """

    judged = Signal()

    def __init__(self, label: str, entry: QWidget, hint: str = "") -> None:
        super().__init__()
        self.entry = entry
        self.label = line(label)
        self.label.setBuddy(entry)
        self._hint = line(hint, Tone.QUIET)
        self._problem = line(tone=Tone.BAD)
        entry.setAccessibleName(label)
        entry.setMinimumHeight(_INPUT_HEIGHT)
        self.column = layouts.column(self.label, entry, self._problem, self._hint, on=self, spacing=theme.TIGHT)
        self.set_hint(hint)
        self.show_problem("")

    @property
    def problem(self) -> str:
        """The problem shown; "" if there is none."""
        return self._problem.text()

    @property
    def hint(self) -> str:
        """The hint shown below the input."""
        return self._hint.text()

    def relabel(self, text: str) -> None:
        """Change the visible label, for example to mark the value as required; the input's name stays."""
        self.label.setText(text)

    def set_hint(self, hint: str) -> None:
        """Change the hint below the input."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._describe()

    def show_problem(self, problem: str) -> None:
        """Show a problem of the value and put a border around the input; "" removes both."""
        changed = problem != self._problem.text()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._describe()
        if changed:
            self.entry.setProperty("tone", str(Tone.BAD) if problem else "")
            theme.set_style(self.entry)
            self.judged.emit()

    def lock(self, why: str) -> None:
        """Lock the input as the function `lock` does, and give a screen reader the reason too."""
        lock(self.entry, why)
        self._describe()

    def take_focus(self) -> None:
        """Focus the input."""
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _describe(self) -> None:
        said = (self._problem.text(), self.entry.toolTip(), self._hint.text())
        self.entry.setAccessibleDescription(" ".join(filter(None, said)))


class TypedLine(QLineEdit):
    """A line for typing only: `scanners.keyboard_wedge` swallows a scan that arrives there."""


class TypedNumber(QSpinBox):
    """A number for typing only, as `TypedLine`."""


class TextField(Field):
    """A field with a one-line input.

    Signals:
        edited: the user changed the text.
        left: after a change, the focus left or Return was pressed.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, label: str, hint: str = "", line: QLineEdit | None = None) -> None:
        self.line = line or QLineEdit()
        super().__init__(label, self.line, hint)
        self.line.textEdited.connect(self.edited)
        self.line.editingFinished.connect(self.left)

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Set the text."""
        self.line.setText(text)
        self.line.setCursorPosition(0)


class Choice(QComboBox, Generic[T]):
    """A combo box of values, each shown by its text; starts with the first.

    Args:
        values: maps each value to its text, in order.
        name: the accessible name, if it is in no `Field`.
    """

    def __init__(self, values: Mapping[T, str], name: str = "") -> None:
        super().__init__()
        self._values = tuple(values)
        self.setAccessibleName(name)
        for value, words in values.items():
            self.addItem(words, value)

    @property
    def value(self) -> T:
        """The selected value. Qt would return a plain string for an enum's member."""
        return self._values[self.currentIndex()]

    def choose(self, value: T) -> None:
        """Select a value; an unknown one selects the first."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else 0)


class DayEdit(QDateEdit):
    """A date, typed or chosen in a calendar.

    Args:
        name: the accessible name.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setDisplayFormat("yyyy-MM-dd")
        self.setCalendarPopup(True)

    @property
    def day(self) -> date:
        """The selected date."""
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def set_day(self, day: date) -> None:
        self.setDate(QDate(day.year, day.month, day.day))


def tick_box(words: str, hint: str = "") -> QCheckBox:
    """Return a check box; its hint is for a screen reader."""
    box = QCheckBox(words)
    box.setAccessibleName(words)
    box.setAccessibleDescription(hint)
    return box


def lock(entry: QWidget, why: str) -> None:
    """Make the input read-only, with the reason as tool tip; "" makes it editable again."""
    entry.setEnabled(not why)
    entry.setToolTip(why)


def wheel_guarded(entry: Entry) -> Entry:
    """Return the number or choice, protected from the mouse wheel: scrolling the page past it doesn't change it."""
    entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    entry.installEventFilter(_WheelGuard(entry))
    return entry


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass a wheel event on to the parent of `watched`."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)
