"""The header line: profile, channel, operator, and the window's menu.

`core.profiles.repository` has the profiles, `gui.profiles` changes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu

from bindtool.core.common.safe_text import escaped, shortened
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import MenuButton
from bindtool.gui.common.widgets.labels import ElidedLabel
from bindtool.i18n.row_text import developer_words, site_words, tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.actions import Actions
    from bindtool.i18n.catalogue import Texts

_LONGEST_NAME = 28


class HeaderBar(QFrame):
    """Shows the target of the devices and the operator.

    Signals:
        profile_chosen(str): a profile was chosen; its name.
    """

    profile_chosen = Signal(str)

    def __init__(self, texts: Texts, actions: Actions) -> None:
        super().__init__()
        self._texts = texts
        self._actions = actions
        theme.set_style(self, StyleKind.BAR)
        self._profile = MenuButton()
        self._profile.setAccessibleName(texts("head.profile"))
        self._profile_menu = QMenu(self._profile)
        self._profile.setMenu(self._profile_menu)
        theme.resize_text(self._profile, theme.BODY_POINTS, bold=True)
        self._practice = QLabel(texts("scan.practice"))
        self._practice.setToolTip(texts("scan.practice_meaning"))
        theme.set_style(self._practice, StyleKind.PILL, Tone.BUSY)
        self._channel = ElidedLabel("", Tone.QUIET, name=texts("head.channel"))
        self._look_up = MarkButton(Mark.LOOK_UP)
        self._operator = MarkButton(Mark.PERSON)
        self._operator.setAccessibleName(texts("head.operator"))
        self._operator.clicked.connect(actions["operator"].trigger)
        self._more = MenuButton(Mark.MORE)
        self._more.setAccessibleName(texts("head.more"))
        self._more.setToolTip(self._with_key(texts("head.more"), "open_menu"))
        self._more.setMenu(actions.main_menu)
        self._show_look_up(actions["look_up"], actions.key("look_up"))
        actions["choose_profile"].triggered.connect(self._profile.open_menu)
        actions["open_menu"].triggered.connect(self._more.open_menu)

        layouts.row(
            self._profile,
            (self._practice, 0, Qt.AlignmentFlag.AlignVCenter),
            (self._channel, 1),
            self._look_up,
            self._operator,
            self._more,
            on=self,
            spacing=theme.GAP,
            margins=(theme.TIGHT, theme.TIGHT, theme.TIGHT, theme.TIGHT),
        )
        self.set_practice(False)
        self.show_profiles((), None, "")

    def set_practice(self, practice: bool) -> None:
        """Show beside the profile that nothing is sent to Coze."""
        self._practice.setVisible(practice)

    def _show_look_up(self, action: QAction, key: str) -> None:
        """Show the button of the look-up mode, pressed while the mode is active."""
        button = self._look_up
        button.show_words(action.text())
        button.setAccessibleName(action.text())
        button.setToolTip(self._texts("look_up.meaning", keys=key))
        button.setCheckable(True)
        button.toggled.connect(action.setChecked)
        action.toggled.connect(button.setChecked)

    def _with_key(self, words: str, name: str) -> str:
        return self._texts("head.with_key", words=words, keys=self._actions.key(name))

    def show_profiles(self, profiles: Sequence[Profile], current: Profile | None, operator: str) -> None:
        """Show the profiles, the channel of the `current` one, and the operator, "" if not given."""
        self._fill_menu(profiles, current)
        name = self._texts.name(current.name) if current else self._texts("head.no_profile")
        self._profile.setText(_shortened(name))
        self._profile.setToolTip(self._with_key(name, "choose_profile"))
        self._profile.setAccessibleDescription(name)
        self._channel.setText(self._channel_words(current))
        words = self._texts("head.operator_is", operator=operator) if operator else self._texts("head.operator")
        self._operator.show_words(_shortened(words))
        self._operator.setToolTip(self._with_key(self._texts("head.operator_meaning"), "operator"))
        self._operator.setAccessibleDescription(operator)

    def _fill_menu(self, profiles: Sequence[Profile], current: Profile | None) -> None:
        menu = self._profile_menu
        menu.clear()
        for profile in profiles:
            name = self._texts.name(profile.name)
            # Practice's profile is read-only too, but not set by IT.
            by_it = profile.read_only and name == profile.name
            words = self._texts("head.set_by_it", name=name) if by_it else name
            action = menu.addAction(escaped(words).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(current is not None and profile.name == current.name)
            action.triggered.connect(lambda _on=False, name=profile.name: self.profile_chosen.emit(name))
        menu.addSeparator()
        if current is not None:
            words = self._texts("head.show_profile" if current.read_only else "head.edit_profile")
            # The text after a tab is shown as a shortcut; the shortcut itself belongs to the window's menu.
            menu.addAction(f"{words}\t{self._actions.key('edit_profile')}", self._actions["edit_profile"].trigger)
        menu.addActions([self._actions["new_profile"], self._actions["open_profile"]])

    def _channel_words(self, profile: Profile | None) -> str:
        if profile is None:
            return self._texts("head.no_channel")
        return self._texts(
            "head.channel_line",
            site=site_words(profile.site),
            channel=tail(profile.connector_id),
            developer=developer_words(self._texts, profile),
        )


def _shortened(words: str) -> str:
    return shortened(escaped(words), _LONGEST_NAME).replace("&", "&&")
