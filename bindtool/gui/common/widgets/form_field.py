"""A field of a form: its label, where the value is found, and what is wrong with it, in one place.

Sets the accessible texts too. Which values are allowed is decided in core.
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
    """A part of a form under its title, which folds it away and back.

    Args:
        title: what it is called.
        parts: what stands in it, from top to bottom.
        unfolded: whether its parts are seen at first.
        values: says what its fields hold, which is seen beside the title while they are folded away.
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
        """Show what stands in it."""
        self.toggle.setChecked(True)

    def show_values(self) -> None:
        """Say anew what its fields hold, where they are folded away."""
        folded = self._values is not None and not self.toggle.isChecked()
        words = self._values() if folded and self._values is not None else ""
        self._summary.setText(words)
        self.toggle.setAccessibleDescription(words)

    def _show_content(self, shown: bool) -> None:
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._content.setVisible(shown)
        self.show_values()


class _Summary(QLabel):
    """What a folded section holds; a click on it is one on the title."""

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
    """A label above any input, a hint and a problem below it.

    Args:
        label: what the value is; the input's accessible name too.
        entry: what takes the value.
        hint: where the value is found, or what it does.

    Signals:
        judged(): another problem is said of it, or none any more.
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
        """What is said to be wrong; "" for nothing."""
        return self._problem.text()

    @property
    def hint(self) -> str:
        """What is said below the input."""
        return self._hint.text()

    def relabel(self, text: str) -> None:
        """Say more in the label, such as that a value is needed; the input's name stays."""
        self.label.setText(text)

    def set_hint(self, hint: str) -> None:
        """Change what is said below the input."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._describe()

    def show_problem(self, problem: str) -> None:
        """Say what is wrong with the value, and border the input; "" where nothing is."""
        changed = problem != self._problem.text()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._describe()
        if changed:
            self.entry.setProperty("tone", str(Tone.BAD) if problem else "")
            theme.set_style(self.entry)
            self.judged.emit()

    def lock(self, why: str) -> None:
        """As `lock` does; a screen reader is told why, too."""
        lock(self.entry, why)
        self._describe()

    def take_focus(self) -> None:
        """Put the cursor here."""
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _describe(self) -> None:
        said = (self._problem.text(), self.entry.toolTip(), self._hint.text())
        self.entry.setAccessibleDescription(" ".join(filter(None, said)))


class TypedLine(QLineEdit):
    """A line that people alone type into: `scanners.keyboard_wedge` swallows a scan that comes there."""


class TypedNumber(QSpinBox):
    """A number that people alone type, as with `TypedLine`."""


class TextField(Field):
    """A field of one line.

    Signals:
        edited: a person changed the text.
        left: the cursor went elsewhere, or Return was pressed, after a change.
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
        """Put a text in it."""
        self.line.setText(text)
        self.line.setCursorPosition(0)


class Choice(QComboBox, Generic[T]):
    """One of some values, each by its words; the first one at first.

    Args:
        values: the words of each value, in order.
        name: what a screen reader calls it, where it is in no `Field`.
    """

    def __init__(self, values: Mapping[T, str], name: str = "") -> None:
        super().__init__()
        self._values = tuple(values)
        self.setAccessibleName(name)
        for value, words in values.items():
            self.addItem(words, value)

    @property
    def value(self) -> T:
        """What is chosen. Qt would give a plain text back for one of an enum."""
        return self._values[self.currentIndex()]

    def choose(self, value: T) -> None:
        """Choose a value; the first one in place of one that is not there."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else 0)


class DayEdit(QDateEdit):
    """A day, typed or chosen in a calendar.

    Args:
        name: what a screen reader calls it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setDisplayFormat("yyyy-MM-dd")
        self.setCalendarPopup(True)

    @property
    def day(self) -> date:
        """The day that stands in it."""
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def set_day(self, day: date) -> None:
        self.setDate(QDate(day.year, day.month, day.day))


def tick_box(words: str, hint: str = "") -> QCheckBox:
    """Return a box to tick; its hint is for a screen reader."""
    box = QCheckBox(words)
    box.setAccessibleName(words)
    box.setAccessibleDescription(hint)
    return box


def lock(entry: QWidget, why: str) -> None:
    """Keep the value from being changed, and say why in the tool tip; with "" it can be changed again."""
    entry.setEnabled(not why)
    entry.setToolTip(why)


def wheel_guarded(entry: Entry) -> Entry:
    """Return the number or choice; the mouse wheel, meant for the page, does not change it in passing over it."""
    entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    entry.installEventFilter(_WheelGuard(entry))
    return entry


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand a wheel event on to what lies around `watched`."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)
