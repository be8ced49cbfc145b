"""The line at the top: which profile, which channel, who scans, and the window's menu.

Owns the words for a channel. Which profiles there are and what changing one does is for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton

from bindtool.gui import look
from bindtool.gui.elided import ElidedLabel
from bindtool.gui.icons import Mark, MarkButton
from bindtool.gui.look import Kind, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from bindtool.core.profile import Profile
    from bindtool.texts import Texts

_TAIL = 4
_LONGEST_NAME = 28


class HeadBar(QFrame):
    """Where the devices will be bound to, and who is at work.

    Signals:
        profile_chosen(str): the name of a profile.
        profile_new(): a new one is to be set up.
        profile_import(): the file from IT is to be opened.
        profile_edit(): the current one is to be shown and, where it may be, changed.
        operator_wanted(): the operator is to be named.
    """

    profile_chosen = Signal(str)
    profile_new = Signal()
    profile_import = Signal()
    profile_edit = Signal()
    operator_wanted = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        look.dress(self, Kind.BAR)
        self._profile = self._button("head.profile", Mark.EXPAND)
        self._profile.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._profile_menu = QMenu(self._profile)
        self._profile.setMenu(self._profile_menu)
        look.resize_text(self._profile, look.BODY_POINTS, bold=True)
        self._channel = ElidedLabel()
        self._channel.setAccessibleName(texts("head.channel"))
        look.dress(self._channel, tone=Tone.QUIET)
        self._look_up = MarkButton(Mark.LOOK_UP)
        self._look_up.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._operator = self._button("head.operator", Mark.EXPAND)
        self._operator.clicked.connect(self.operator_wanted)
        self._more = self._button("head.more", Mark.MORE)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._more.setToolTip(texts("head.more"))

        row = QHBoxLayout(self)
        row.setContentsMargins(look.GAP, look.GAP // 2, look.GAP, look.GAP // 2)
        row.setSpacing(look.GAP)
        row.addWidget(self._profile)
        row.addWidget(self._channel, 1)
        row.addWidget(self._look_up)
        row.addWidget(self._operator)
        row.addWidget(self._more)
        self.show_profiles((), None, "")

    def _button(self, name: str, mark: Mark) -> MarkButton:
        button = MarkButton(mark)
        button.setAccessibleName(self._texts(name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the word
        return button

    def set_look_up(self, action: QAction) -> None:
        """Give the mode "look up" a button, which is down while it lasts."""
        button = self._look_up
        button.setText(f" {action.text()}")  # Qt leaves no room between the drawing and the word
        button.setAccessibleName(action.text())
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(self._texts("look_up.meaning", keys=keys))
        button.setCheckable(True)
        button.toggled.connect(action.setChecked)
        action.toggled.connect(button.setChecked)

    def set_menu(self, menu: QMenu) -> None:
        """Put the window's menu behind the dots."""
        self._more.setMenu(menu)

    def show_profiles(self, profiles: Sequence[Profile], current: Profile | None, operator: str) -> None:
        """Show the choice, the channel of the `current` profile, and the operator, "" for nobody named."""
        self._fill_menu(profiles, current)
        name = current.name if current else self._texts("head.no_profile")
        self._profile.setText(_shown(name))
        self._profile.setToolTip(name)
        self._profile.setAccessibleDescription(name)
        self._channel.setText(self._channel_words(current))
        words = self._texts("head.operator_is", operator=operator) if operator else self._texts("head.operator")
        self._operator.setText(_shown(words))
        self._operator.setToolTip(self._texts("head.operator_meaning"))
        self._operator.setAccessibleDescription(operator)

    def _fill_menu(self, profiles: Sequence[Profile], current: Profile | None) -> None:
        menu = self._profile_menu
        menu.clear()
        for profile in profiles:
            words = self._texts("head.set_by_it", name=profile.name) if profile.read_only else profile.name
            action = menu.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(current is not None and profile.name == current.name)
            action.triggered.connect(lambda _on=False, name=profile.name: self.profile_chosen.emit(name))
        menu.addSeparator()
        if current is not None:
            words = "head.show_profile" if current.read_only else "head.edit_profile"
            menu.addAction(self._texts(words), self.profile_edit.emit)
        menu.addAction(self._texts("head.new_profile"), self.profile_new.emit)
        menu.addAction(self._texts("head.open_profile"), self.profile_import.emit)

    def _channel_words(self, profile: Profile | None) -> str:
        if profile is None:
            return self._texts("head.no_channel")
        return self._texts(
            "head.channel_line",
            site=site_words(profile.site),
            channel=tail(profile.connector_id),
            developer=developer_words(self._texts, profile),
        )


def site_words(site: str) -> str:
    """Return what people call a site: "coze.cn" for https://api.coze.cn, the host of any other."""
    return urlsplit(site).netloc.removeprefix("api.")


def tail(text: str) -> str:
    """Return the end of a long id, as "…3456"; a short one whole."""
    return text if len(text) <= _TAIL + 2 else f"…{text[-_TAIL:]}"


def developer_words(texts: Texts, profile: Profile) -> str:
    """Say whose devices they will be: "Developer A (UID …7126)", or the token's own account."""
    if not profile.user_id:
        return texts("head.own_account")
    uid = texts("head.uid", uid=tail(profile.user_id))
    return texts("head.developer", name=profile.user_name, uid=uid) if profile.user_name else uid


def _shown(words: str) -> str:
    cut = words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 1] + "…"
    return cut.replace("&", "&&")
