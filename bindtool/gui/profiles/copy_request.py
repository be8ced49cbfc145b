"""The quiet action of a technician who has none of the values: copy what to ask for.

Owns the copying and saying so. The text is for `setup_request`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from bindtool.gui.common.theme.theme import Kind, Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.profiles.setup_request import setup_request

if TYPE_CHECKING:
    from bindtool.texts import Texts


class CopyRequest(QWidget):
    """A question, the button, and a remark once it has been pressed."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        question = line(texts("setup_request.question"), Tone.QUIET)
        question.setWordWrap(False)
        self.button = ActionButton(texts("setup_request.copy"), Kind.FLAT)
        self.button.clicked.connect(self._copy)
        self._remark = line(tone=Tone.GOOD)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(question)
        row.addWidget(self.button)
        row.addWidget(self._remark, 1)

    @property
    def remark(self) -> str:
        """What is said of the copy; "" before it."""
        return self._remark.text()

    def _copy(self) -> None:
        copy_text(setup_request(self._texts))
        self._remark.setText(self._texts("setup_request.copied"))
