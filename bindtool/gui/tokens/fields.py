"""The fields for a token: the text, masked by dots with a description of the token, and the expiry date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.access_token import CleanToken, clean_token
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import DayEdit, Field, lock, tick_box
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.tokens import token_text

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_USUAL = timedelta(days=30)
"""The maximum lifetime of a personal Coze token."""


class ExpiryField(QWidget):
    """A check box, and a date that counts once it is checked.

    Args:
        texts: the catalogue.
        day: the local date, which is the earliest choice.
    """

    def __init__(self, texts: Texts, day: date) -> None:
        super().__init__()
        self._texts = texts
        self._usual = day + _USUAL
        self.known = tick_box(texts("end_day.known"))
        self.choice = DayEdit(texts("end_day.day"))
        self.choice.setMinimumHeight(34)
        self.choice.setMinimumDate(QDate(day.year, day.month, day.day))
        self.known.toggled.connect(self._allow)
        layouts.row(self.known, self.choice, 1, on=self, spacing=theme.STEP)
        self.clear()

    def day(self) -> date | None:
        """Return the expiry date; None if unknown."""
        return self.choice.day if self.known.isChecked() else None

    def clear(self) -> None:
        """Uncheck the date."""
        self.known.setChecked(False)
        self.choice.set_day(self._usual)
        self._allow(known=False)

    def lock(self, why: str) -> None:
        """Disable both, with the reason as tool tip; "" enables them again."""
        lock(self, why)
        self.known.setAccessibleDescription(why)

    def _allow(self, known: bool) -> None:
        lock(self.choice, "" if known else self._texts("end_day.tick_first"))
        self.choice.setAccessibleDescription(self.choice.toolTip())


class TokenField(Field):
    """Takes one token.

    Signals:
        changed: the text has changed.
    """

    changed = Signal()

    def __init__(self, texts: Texts, hint: str) -> None:
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        super().__init__(texts("token.label"), self.line, hint)
        self._texts = texts
        self._length = 0
        self._found = _token_in("")
        self._reading = line(tone=Tone.GOOD)
        self._reading.hide()
        self.column.insertWidget(self.column.indexOf(self.line) + 1, self._reading)
        self.line.textChanged.connect(self._read)
        self.line.editingFinished.connect(self.review)

    @property
    def token(self) -> CleanToken | None:
        """The token entered; None if the field is empty or its text is no token."""
        return self._found if isinstance(self._found, CleanToken) else None

    @property
    def reading(self) -> str:
        """The description of the token entered; "" for none."""
        return self._reading.text()

    @property
    def is_empty(self) -> bool:
        """Whether the field is empty."""
        return not self.line.text()

    def review(self) -> bool:
        """Show the problem if the text is no token; return whether the field holds a token or nothing."""
        return self.is_empty or self.demand() is not None

    def demand(self) -> CleanToken | None:
        """Return the token; if there is none, show the problem."""
        if isinstance(self._found, CleanToken):
            return self._found
        self.show_problem(f"{self._texts.say(self._found.title)}\n{self._texts.say(self._found.hint)}")
        return None

    def take_out(self) -> bool:
        """Clear the field, and the clipboard if it still holds the token; return whether it did."""
        kept = self.token
        self.line.clear()
        clipboard = QGuiApplication.clipboard()
        copied = _token_in(clipboard.text())
        if kept is None or isinstance(copied, BadInput) or copied.token != kept.token:
            return False
        clipboard.clear()
        return True

    def _read(self, text: str) -> None:
        was_pasted = len(text) > self._length + 1
        self._length = len(text)
        self._found = _token_in(text)
        self._reading.setText(token_text.pasted(self._texts, self.token) if self.token else "")
        self._reading.setVisible(self.token is not None)
        self.show_problem("")
        if was_pasted:
            self.review()
        self.changed.emit()


def _token_in(text: str) -> CleanToken | BadInput:
    try:
        return clean_token(text)
    except BadInput as problem:
        return problem
