"""The line that shows a wait, with a button to stop it, and the box for the reply, both on the page itself.

A message box would be in the way. The page that shows them does the waiting and the stopping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from bindtool.core.binding.advice import Action, login_helps, obstacle_hint, obstacle_title
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import headline, line

if TYPE_CHECKING:
    from bindtool.core.api.responses import NeverSent
    from bindtool.i18n.catalogue import Texts


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a reply: title, explanation ("" for none) and tone.

    `action`: the text of its button; "" for no button.
    """

    tone: Tone
    title: str
    body: str = ""
    action: str = ""


def obstacle_reply(texts: Texts, obstacle: NeverSent, who: str) -> Reply:
    """Return a reply that says why requests can't be sent; its action enters the proxy's log-in, if that helps.

    `who`: as for `obstacle_hint`.
    """
    action = texts(Action.ENTER_PROXY_LOGIN) if login_helps(obstacle) else ""
    title, hint = texts.say(obstacle_title(obstacle)), texts.say(obstacle_hint(obstacle, who))
    return Reply(Tone.UNSURE, title, hint, action)


class ReplyBox(QFrame):
    """A title and a few lines below it; hidden while there is nothing to say.

    Args:
        name: the accessible name.

    Signals:
        acted: the reply's action was pressed.
    """

    acted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._title = headline(points=theme.BODY_POINTS)
        self._body = line()
        self._body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        margins = (theme.MARGIN, theme.STEP, theme.MARGIN, theme.STEP)
        self._act = ActionButton("", clicked=self.acted)
        said = layouts.column(self._title, self._body, spacing=theme.TIGHT)
        layouts.row((said, 1), self._act, on=self, spacing=theme.GAP, margins=margins)
        self.hide()

    def say(self, answer: Reply) -> None:
        """Show a reply."""
        self._title.setText(answer.title)
        self._body.setText(answer.body)
        self._body.setVisible(bool(answer.body))
        self._act.rename(answer.action)
        self._act.setVisible(bool(answer.action))
        theme.set_style(self._title, tone=answer.tone)
        theme.set_style(self, StyleKind.BANNER, answer.tone)
        self.setAccessibleDescription("\n".join(filter(None, (answer.title, answer.body))))
        self.show()

    def clear(self) -> None:
        """Hide the reply."""
        self.setAccessibleDescription("")
        self.hide()


class BusyIndicator(QWidget):
    """A progress bar with a text and a stop button, hidden while nothing is awaited.

    Signals:
        stop_requested: the stop button was pressed.
    """

    stop_requested = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._said = line()
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedHeight(6)
        bar.setAccessibleName(texts("waiting.name"))
        self.stop = ActionButton(texts("waiting.stop"), clicked=self.stop_requested)
        layouts.row(
            (layouts.column(self._said, bar, spacing=theme.GAP), 1), self.stop, on=self, spacing=theme.MARGIN
        )
        self.hide()

    @property
    def said(self) -> str:
        """The text shown."""
        return self._said.text()

    def begin(self, what: str) -> None:
        """Show the wait's text."""
        self._said.setText(what)
        self.show()
