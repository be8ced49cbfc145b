"""A field of a form: its label, where the value is found, and what is wrong with it, in one place.

Sets the accessible texts too. Which values are allowed is decided in core.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import line

_INPUT_HEIGHT = 34


class Field(QWidget):
    """A label above any input, a hint and a problem below it.

    Args:
        label: what the value is; the input's accessible name too.
        entry: what takes the value.
        hint: where the value is found, or what it does.
    """

    def __init__(self, label: str, entry: QWidget, hint: str = "") -> None:
        super().__init__()
        self.entry = entry
        self.label = line(label)
        self.label.setBuddy(entry)
        self._reason = ""
        self._hint = line(hint, Tone.QUIET)
        self._problem = line(tone=Tone.BAD)
        entry.setAccessibleName(label)
        entry.setMinimumHeight(_INPUT_HEIGHT)
        self.column = layouts.column(self.label, entry, self._problem, self._hint, on=self, spacing=4)
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

    def set_hint(self, hint: str) -> None:
        """Change what is said below the input."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._describe()

    def show_problem(self, problem: str) -> None:
        """Say what is wrong with the value; "" where nothing is."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._describe()

    def lock(self, *, locked: bool, reason: str = "") -> None:
        """Keep the value from being changed; the reason is said in its tool tip and to a screen reader."""
        self._reason = reason if locked else ""
        self.entry.setEnabled(not locked)
        self.entry.setToolTip(self._reason)
        self._describe()

    def take_focus(self) -> None:
        """Put the cursor here."""
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _describe(self) -> None:
        said = (self._problem.text(), self._reason, self._hint.text())
        self.entry.setAccessibleDescription(" ".join(filter(None, said)))


class TextField(Field):
    """A field of one line.

    Signals:
        edited: a person changed the text.
        left: the cursor went elsewhere, or Return was pressed, after a change.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, label: str, hint: str = "") -> None:
        self.line = QLineEdit()
        super().__init__(label, self.line, hint)
        self.line.textEdited.connect(self.edited)
        self.line.editingFinished.connect(self.left)

    def text(self) -> str:
        """Return what stands in it."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Put a text in it."""
        self.line.setText(text)
        self.line.setCursorPosition(0)


class WheelGuard(QObject):
    """Keeps the mouse wheel, meant for the page, from changing a number or a choice it passes over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand a wheel event on to what lies around `watched`."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)
