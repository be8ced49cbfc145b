"""A reply that is shown on the page itself, where a message box would be in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import headline, line

if TYPE_CHECKING:
    from bindtool.gui.common.theme.theme import Tone


@dataclass(frozen=True, slots=True)
class Reply:
    """What is so, what it means ("" for nothing more), and in which tone."""

    tone: Tone
    title: str
    body: str = ""


class ReplyBox(QFrame):
    """A title and a few lines below it; out of sight while there is nothing to say.

    Args:
        name: what a screen reader calls it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._title = headline(points=theme.BODY_POINTS)
        self._body = line()
        self._body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        margins = (theme.MARGIN, theme.GAP + 2, theme.MARGIN, theme.GAP + 2)
        layouts.column(self._title, self._body, on=self, spacing=4, margins=margins)
        self.hide()

    def say(self, answer: Reply) -> None:
        """Show an answer."""
        self._title.setText(answer.title)
        self._body.setText(answer.body)
        self._body.setVisible(bool(answer.body))
        theme.set_style(self._title, tone=answer.tone)
        theme.set_style(self, StyleKind.BANNER, answer.tone)
        self.setAccessibleDescription("\n".join(filter(None, (answer.title, answer.body))))
        self.show()

    def clear(self) -> None:
        """Say nothing more."""
        self.setAccessibleDescription("")
        self.hide()
