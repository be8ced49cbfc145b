"""The widgets for signing in: the three methods to a token, and the progress of a sign-in.

`profiles.token_dialog` opens a page, and signs in.
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from bindtool.core.common.safe_text import escaped
from bindtool.core.profiles.profile import SignInApps
from bindtool.core.sign_in.browser import NothingYet, PageToOpen, StrangeAnswer
from bindtool.core.sign_in.device_code import ClockRunsFast, CodeShown
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.barcode_image import Symbology, code_picture
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox
from bindtool.gui.tokens.token_text import sign_in_request
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

    SignInStep = PageToOpen | NothingYet | StrangeAnswer | CodeShown | ClockRunsFast

_MODULE = 4
"""Pixels of the QR code's smallest module, with the address: readable by a phone from half a metre."""

_MINUTE = 60


class SignInMethod(StrEnum):
    """A method to get a token. The value is the message id of its button."""

    BROWSER = "sign_in_panel.browser"
    CODE = "sign_in_panel.code"
    BY_HAND = "sign_in_panel.by_hand"


class SignInMethodChoice(QWidget):
    """The methods side by side, one of them selected; hidden if there is no choice.

    Signals:
        changed(): another method was selected.
    """

    changed = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._closed: Mapping[SignInMethod, str] = {}
        self.buttons = {method: ActionButton(texts(method)) for method in SignInMethod}
        self._why_not = line(tone=Tone.QUIET)
        for method, button in self.buttons.items():
            # No QButtonGroup: with it, Tab would reach only the selected button.
            button.setCheckable(True)
            button.clicked.connect(partial(self.choose, method))
        self._row = QWidget()
        layouts.row(*((button, 1) for button in self.buttons.values()), on=self._row, spacing=theme.GAP)
        layouts.column(self._row, self._why_not, on=self, spacing=theme.GAP)
        self._chosen = SignInMethod.BY_HAND

    @property
    def chosen(self) -> SignInMethod:
        return self._chosen

    def choose(self, method: SignInMethod) -> None:
        """Select a method."""
        before, self._chosen = self._chosen, method
        for each, button in self.buttons.items():
            button.setChecked(each is method)
        if before is not method:
            self.changed.emit()

    def offer(self, profile: Profile) -> None:
        """Offer the methods for which the profile has apps, and select the first.

        Why a method is missing is shown only if the profile names an app.
        """
        apps = profile.sign_in
        self._closed = {}
        if not apps.browser_client or not apps.page_of(profile.site):
            self._closed[SignInMethod.BROWSER] = self._texts("sign_in_panel.browser.closed")
        if not apps.device_client:
            self._closed[SignInMethod.CODE] = self._texts("sign_in_panel.code.closed")
        said = "\n".join(self._closed.values()) if apps != SignInApps() else ""
        self._why_not.setText(said)
        self._why_not.setVisible(bool(said))
        for method, button in self.buttons.items():
            button.setHidden(method in self._closed)
        self._row.setVisible(len(self._closed) < len(SignInMethod) - 1)
        self.setVisible(bool(said) or not self._row.isHidden())
        self.lock("")
        self.choose(next(method for method in SignInMethod if method not in self._closed))

    def lock(self, why: str) -> None:
        """Disable the choice, with the reason as tool tip; "" enables the offered methods again."""
        for button in self.buttons.values():
            button.allow(not why, why)

    def take_focus(self) -> None:
        """Focus the selected method."""
        self.buttons[self.chosen].setFocus(Qt.FocusReason.OtherFocusReason)


class SignInView(QWidget):
    """Explains a method, then shows the next step: the address that was opened, or the code with its address."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._page = ""
        self._seconds = 0
        self._since = QElapsedTimer()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show_time)
        self.said = line()
        self.stranger = ReplyBox(texts("sign_in_panel.stranger"))
        self.address = QLineEdit()
        self.address.setReadOnly(True)
        self.address.setAccessibleName(texts("sign_in_panel.address"))
        self.address.setMinimumHeight(theme.TARGET)
        self.copy_button = ActionButton(texts("sign_in_panel.copy"), clicked=self._copy)
        self.picture = QLabel()
        self.picture.setAccessibleName(texts("sign_in_panel.picture"))
        self.code = line(wraps=False)
        theme.resize_text(self.code, theme.STRIP_POINTS, bold=True)
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.time_left = line(tone=Tone.QUIET)
        self.advice = line(tone=Tone.QUIET)
        self.ask_button = ActionButton(texts("sign_in_panel.copy_request"), clicked=self._copy_request)
        self._beside = layouts.column(self.code, self.time_left, 1, spacing=theme.GAP)
        layouts.column(
            self.said,
            self.stranger,
            layouts.row(self.picture, (self._beside, 1), spacing=theme.PAGE),
            layouts.row((self.address, 1), self.copy_button, spacing=theme.STEP),
            self.advice,
            layouts.row(self.ask_button, 1),
            on=self,
            spacing=theme.STEP,
        )
        self._clear()

    def explain(self, method: SignInMethod, profile: Profile) -> None:
        """Explain the method, before the sign-in begins."""
        self._clear()
        self._page = profile.sign_in.page_of(profile.site)
        page, site = site_words(self._page), site_words(profile.site)
        lead = "sign_in_panel.browser.lead" if method is SignInMethod.BROWSER else "sign_in_panel.code.lead"
        self.said.setText(self._texts(lead, page=page, site=site))
        if method is SignInMethod.BROWSER and profile.sign_in.is_stranger(profile.site):
            title = self._texts("sign_in_panel.stranger.title", page=self._page)
            self.stranger.say(Reply(Tone.UNSURE, title, self._texts("sign_in_panel.stranger.hint", site=site)))

    def begin(self) -> None:
        """Remove the explanation."""
        self._clear()

    def show_step(self, step: SignInStep, *, opened: bool = True) -> None:
        """Show the next step for the user; `opened`: whether a browser was started."""
        match step:
            case PageToOpen(address):
                self._clear()
                self.said.setText(self._texts("sign_in_panel.opened" if opened else "sign_in_panel.not_opened"))
                self._show_address(address)
                self.advice.setText(self._texts("sign_in_panel.address.hint"))
                self.advice.show()
            case CodeShown():
                self._clear()
                self._show_code(step)
            case NothingYet():
                self.advice.setText(self._texts("sign_in_panel.nothing_yet"))
                self.ask_button.show()
            case StrangeAnswer():
                self.advice.setText(self._texts("sign_in_panel.strange_answer"))
            case ClockRunsFast():
                self.advice.setText(self._texts("sign_in_panel.clock"))

    def _show_address(self, address: str) -> None:
        self.address.setText(address)
        self.address.setCursorPosition(0)
        self.address.show()
        self.copy_button.show()

    def _show_code(self, step: CodeShown) -> None:
        self.said.setText(self._texts("sign_in_panel.code.todo"))
        self.code.setText(escaped(step.user_code))
        self._show_address(step.address)
        self._seconds = step.minutes * _MINUTE
        self._since.start()
        self._tick.start()
        self._show_time()
        if step.complete.isascii() and step.complete.isprintable():
            self.picture.setPixmap(code_picture(step.complete, Symbology.QR, _MODULE, self.devicePixelRatioF()))
            self.picture.show()
        self.advice.setText(self._texts("sign_in_panel.begun_here"))
        for one in (self.code, self.time_left, self.advice):
            one.show()

    def _show_time(self) -> None:
        left = max(0, self._seconds - self._since.elapsed() // 1000)
        self.time_left.setText(self._texts("sign_in_panel.left", time=f"{left // _MINUTE}:{left % _MINUTE:02}"))

    def _copy(self) -> None:
        copy_text(self.address.text())

    def _copy_request(self) -> None:
        copy_text(sign_in_request(self._texts))

    def _clear(self) -> None:
        """Remove everything shown of an earlier sign-in."""
        self._tick.stop()
        self.said.clear()
        self.stranger.clear()
        for one in (self.address, self.code, self.picture):
            one.clear()
        for widget in (
            self.address,
            self.copy_button,
            self.picture,
            self.code,
            self.time_left,
            self.advice,
            self.ask_button,
        ):
            widget.hide()
