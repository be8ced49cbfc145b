"""The request to a colleague for a profile's values: its text and its button.

A module of its own, since the welcome page and the form both use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.tokens.token_text import sign_in_request

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_LINES = (
    "setup_request.connector_id",
    "setup_request.key",
    "setup_request.user_id",
    "setup_request.token",
    "setup_request.code",
)


def setup_request(texts: Texts) -> str:
    """Return five lines, and the requirements of the sign-in apps.

    Channel id, key, developer's UID, token, and the part of the code with the id.
    """
    return "\n".join([*(texts(id_) for id_ in _LINES), sign_in_request(texts)])


class CopyRequest(QWidget):
    """A question, the button, and a remark once it was pressed."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        question = line(texts("setup_request.question"), Tone.QUIET, wraps=False)
        self.button = ActionButton(texts("setup_request.copy"), StyleKind.LINK, clicked=self._copy)
        self._remark = line(tone=Tone.GOOD)
        layouts.row(question, self.button, (self._remark, 1), on=self, spacing=theme.GAP)

    def _copy(self) -> None:
        copy_text(setup_request(self._texts))
        self._remark.setText(self._texts("setup_request.copied"))
