"""The dialog in which people sign in or paste a token, and that manages what is stored.

Its states: idle, waiting for the system or for a sign-in, asking whether it is the right account, blocked by the
system's password store. Signing in, storing, forgetting and checking is done by `profiles.controller`.
"""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from bindtool.core.common.errors import (
    AddressNotConfirmed,
    PasswordStoreError,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.busy_indicator import BusyIndicator
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog, InlineConfirm
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox
from bindtool.gui.tokens import token_text
from bindtool.gui.tokens.fields import ExpiryField, TokenField
from bindtool.gui.tokens.sign_in_view import SignInView, Way, WayChoice
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from bindtool.core.api.identity import Identity
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.credentials.token_metadata import TokenMetadata
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

_WIDE = 640


class _State(Enum):
    IDLE = "idle"
    WAITING = "waiting"
    BLOCKED = "blocked"
    """The password store can't serve: try again, or hold a token until bindtool closes."""
    ASKING = "asking"
    """Whether the stored token is for this site, or may go to the profile's address."""
    MEMORY = "memory"
    """The next token is held until bindtool closes."""
    WHOSE = "whose"
    """Whether what was signed in for is of the right account; nothing is kept yet."""


class TokenDialog(FittingDialog):
    """To be shown with `show()`, never with `open()`: whoever waits for a sign-in goes on scanning in the window.

    Args:
        texts: the words.
        day: the local date, from which a token's last day is counted.
        parent: the window it belongs to.

    Signals:
        sign_in_requested(Way): sign in with the browser or with a code. keep_requested: keep what came of it.
        keep_in_memory_requested: hold that until bindtool closes.
        store_requested(AccessToken, date | None): keep the token, in place of an earlier one; its last day, if
        known. memory_requested(AccessToken): hold the token until bindtool closes. forget_requested: remove the
        stored token. confirm_requested(address): tokens of the site may go there; check the stored one then.
        check_requested: ask the site whose the stored token is.
        cancel_requested: do not wait any longer, and keep nothing; the panel is idle again.
    """

    sign_in_requested = Signal(object)
    keep_requested = Signal()
    keep_in_memory_requested = Signal()

    store_requested = Signal(object, object)
    memory_requested = Signal(object)
    forget_requested = Signal()
    confirm_requested = Signal(str)
    check_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, texts: Texts, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._state = _State.IDLE
        self._site = ""
        self._sites: Collection[str] = ()
        self._asked_about = ""
        """The address that the last question was about."""
        self._has_token = False
        self._signed_in = False
        """Whether the stored token was signed in for."""
        self._came = False
        """Whether somebody has signed in, and it is not kept yet."""
        self._profile: Profile | None = None
        self._last_wish: Callable[[], None] = self._store
        self.setWindowTitle(texts("token.label"))
        self.setAccessibleName(texts("token.label"))
        theme.resize(self, minimum_width=_WIDE)
        self._lead = line()
        self.kept = line()
        self.check_button = ActionButton(texts("token_panel.check"))
        self.forget_button = ActionButton(texts("token_panel.forget"))
        self.forget_confirm = InlineConfirm(
            texts("token_panel.forget.sure"), texts("token_panel.forget.yes"), texts
        )
        self.sign_out_confirm = InlineConfirm(
            texts("sign_in_panel.sign_out.sure"), texts("sign_in_panel.sign_out.yes"), texts
        )
        self.ways = WayChoice(texts)
        self.sign_in = SignInView(texts)
        self.token = TokenField(texts, texts("token_panel.hint"))
        self.expiry = ExpiryField(texts, day)
        self.done_line = line(tone=Tone.GOOD)
        self.reply = ReplyBox(texts("reply.name"))
        self.waiting = BusyIndicator(texts)
        self.close_button = ActionButton(texts("button.close"), clicked=self.reject)
        self.memory_button = ActionButton(texts("token_panel.memory"), clicked=self.hold)
        self.confirm_button = ActionButton(texts("token_panel.confirm_address"))
        self.again_button = ActionButton(texts("action.try_again"), StyleKind.PRIMARY, clicked=self._try_again)
        self.save_button = ActionButton(texts("token_panel.save"), StyleKind.PRIMARY, clicked=self._store)
        self.sign_in_button = ActionButton("", StyleKind.PRIMARY, clicked=self.begin_sign_in)
        self.not_me_button = ActionButton(texts("sign_in_panel.not_me"), clicked=self._refuse)
        self.keep_button = ActionButton(texts("sign_in_panel.keep"), StyleKind.PRIMARY)
        self._column = layouts.column(
            Header(texts("token.label")),
            self._lead,
            layouts.row((self.kept, 1), self.check_button, self.forget_button, spacing=theme.STEP),
            self.forget_confirm,
            self.sign_out_confirm,
            self.ways,
            self.sign_in,
            self.token,
            self.expiry,
            self.done_line,
            self.reply,
            self.waiting,
            1,
            layouts.row(
                self.close_button,
                1,
                self.memory_button,
                self.confirm_button,
                self.again_button,
                self.save_button,
                self.sign_in_button,
                self.not_me_button,
                self.keep_button,
                spacing=theme.STEP,
            ),
            on=self.content,
            spacing=theme.STEP,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        self._connect()
        self._enter(_State.IDLE)

    def ask(self, profile: Profile, note: TokenMetadata | None, *, in_memory: bool = False) -> None:
        """Begin for a profile's token; `note` is of the one that is kept."""
        self._profile = profile
        self._site = site_words(profile.site)
        self._sites = profile.channel.sites
        self._came = False
        self.token.line.clear()
        self.expiry.clear()
        self._begin_anew()
        self.ways.offer(profile)
        self.show_metadata(note, in_memory=in_memory)
        self._take_focus()

    def sign_in_again(self) -> None:
        """Sign in at once; a page of strangers is shown before it is opened, and waits for the button."""
        profile = self._profile
        if self.ways.chosen is not Way.BROWSER or not (profile and profile.sign_in.is_stranger(profile.site)):
            self.begin_sign_in()

    def begin_sign_in(self) -> None:
        """Sign in as is chosen; by hand, wait for the token."""
        way = self.ways.chosen
        if way is Way.BY_HAND:
            self.token.take_focus()
            return
        self._last_wish = self.begin_sign_in
        self._came = False
        self._begin_anew()
        self.sign_in.begin()
        self._wait_for(self._texts(f"sign_in_panel.{way}.waiting"))
        self.sign_in_requested.emit(way)

    def show_whose(self, title: str, body: str, *, other: bool) -> None:
        """Ask whether what was signed in for is to be kept; `other`: it is another account than last time."""
        self._came = True
        self.sign_in.begin()
        self._enter(_State.WHOSE)
        self.reply.say(Reply(Tone.UNSURE if other else Tone.QUIET, title, body))
        self.not_me_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_keeping(self) -> None:
        """Say that what was signed in for is being kept."""
        self._came = True
        self.sign_in.begin()
        self._last_wish = self.keep_requested.emit
        self._wait_for(self._texts("sign_in_panel.keeping"))

    def show_metadata(self, note: TokenMetadata | None, *, in_memory: bool = False) -> None:
        """Say what is kept, None for nothing; the panel is idle."""
        self._has_token = note is not None
        self._signed_in = note is not None and note.is_sign_in
        none = self._texts("token_panel.none")
        self.kept.setText(token_text.stored(self._texts, note, self._sites, in_memory=in_memory) if note else none)
        self._enter(_State.IDLE)

    def show_waiting(self) -> None:
        """Say that the system may be asking for a password; the wait can be ended."""
        self._wait_for(self._texts("token_panel.waiting"))

    def show_checking(self) -> None:
        """Say that the site is being asked; the wait can be ended."""
        self._wait_for(self._texts("token_panel.checking", site=self._site))

    def show_saved(self, note: TokenMetadata, *, in_memory: bool = False) -> None:
        """Say that the token is kept. It leaves the field, and the clipboard if it is still there."""
        self._came = False
        saved = "sign_in_panel.kept" if note.is_sign_in else "token_panel.saved"
        lines = [self._texts("token_panel.held" if in_memory else saved)]
        if self.token.take_out():
            lines.append(self._texts("token.clipboard_cleared"))
        self.expiry.clear()
        self.show_metadata(note, in_memory=in_memory)
        self._say_done(lines)
        if note.is_sign_in:
            # What there is to do is done: the way's own button begins anew.
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_forgotten(self) -> None:
        """Say that the token is gone."""
        gone = "sign_in_panel.signed_out" if self._signed_in else "token_panel.forgotten"
        self.show_metadata(None)
        self._say_done([self._texts(gone)])

    def show_check(self, identity: Identity) -> None:
        """Say what the check found, and what it can't tell."""
        self.show_reply(token_text.checked(self._texts, identity, self._site))

    def show_reply(self, reply: Reply) -> None:
        """Say what has come of what was asked for; the panel is idle."""
        self._enter(_State.IDLE)
        self.reply.say(reply)

    def show_problem(self, error: BindtoolError) -> None:
        """Say what went wrong; where the password store can't be used, offer what else can be done."""
        asking = isinstance(error, AddressNotConfirmed)
        of_token = asking or isinstance(error, (TokenMissing, TokenNotForSite))
        blocked = isinstance(error, PasswordStoreError) and not of_token
        if asking:
            self._asked_about = str(error.title.values["address"])
        self._enter(_State.BLOCKED if blocked else _State.ASKING if asking else _State.IDLE)
        self.reply.say(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))

    def hold(self) -> None:
        """Take a token that is held in memory only; one that is in the field, or was signed in for, at once."""
        if self._came:
            self.keep_in_memory_requested.emit()
            return
        self.ways.choose(Way.BY_HAND)
        self._enter(_State.MEMORY)
        if self.token.is_empty:
            self._begin_anew()
            self.token.take_focus()
        else:
            self._store()

    def reject(self) -> None:
        """End a wait; where there is none, close the panel."""
        if self._state is _State.WAITING:
            self._stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close the panel; what was pasted does not stay behind."""
        self.token.line.clear()
        if self._came:
            self._refuse()
        super().done(result)

    def _store(self) -> None:
        found = self.token.demand()
        if found is None:
            self.token.take_focus()
            return
        self._begin_anew()
        if self._state is _State.MEMORY:
            self.memory_requested.emit(found.token)
        else:
            self._last_wish = self._store
            self.store_requested.emit(found.token, self.expiry.day())

    def _ask_for(self, wanted: SignalInstance) -> None:
        self._last_wish = partial(self._ask_for, wanted)
        self._begin_anew()
        wanted.emit()

    def _begin_anew(self) -> None:
        """Take away what was said before."""
        self.done_line.hide()
        self.reply.clear()

    def _say_done(self, lines: list[str]) -> None:
        """Say what has been done; it stays while the token is checked."""
        self.reply.clear()
        self.done_line.setText("✓ " + "\n".join(lines))
        self.done_line.show()

    def _try_again(self) -> None:
        self._enter(_State.IDLE)
        self._last_wish()

    def _stop(self) -> None:
        self._came = False
        self._enter(_State.IDLE)
        self.cancel_requested.emit()

    def _refuse(self) -> None:
        """Keep nothing of what was signed in for."""
        self._begin_anew()
        self._stop()
        self.reply.say(
            Reply(Tone.QUIET, self._texts("sign_in_panel.refused"), self._texts("sign_in_panel.not_me.do"))
        )
        self._take_focus()

    def _take_focus(self) -> None:
        if self.ways.chosen is Way.BY_HAND:
            self.token.take_focus()
        else:
            self.ways.take_focus()

    def _wait_for(self, what: str) -> None:
        self.reply.clear()
        self.waiting.begin(what)
        self._enter(_State.WAITING)

    def _enter(self, state: _State) -> None:
        """Show and enable what goes with a state."""
        self._state = state
        waiting, blocked, whose = state is _State.WAITING, state is _State.BLOCKED, state is _State.WHOSE
        self.waiting.setVisible(waiting)
        self.forget_confirm.hide()
        self.sign_out_confirm.hide()
        why_not = self.waiting.said if waiting else self._texts("sign_in_panel.answer_first") if whose else ""
        self.token.lock(why_not)
        self.expiry.lock(why_not)
        self.ways.lock(why_not)
        for button in (self.check_button, self.forget_button, self.save_button, self.sign_in_button):
            button.allow(not why_not, why_not)
        for one in (self.check_button, self.forget_button):
            one.setVisible(self._has_token)
        self.forget_button.rename(
            self._texts("sign_in_panel.sign_out" if self._signed_in else "token_panel.forget")
        )
        holding = state is _State.MEMORY
        verb = "token_panel.hold" if holding else "action.replace_token" if self._has_token else "token_panel.save"
        self.token.set_hint(self._texts("token_panel.hint.memory" if holding else "token_panel.hint"))
        self.save_button.rename(self._texts(verb))
        self._show_way(asks=not (blocked or whose), holding=holding)
        self.sign_in.setVisible(not (whose or self._came or self.ways.chosen is Way.BY_HAND))
        if not (waiting or whose):
            self._explain()
        for button in (self.not_me_button, self.keep_button):
            button.setVisible(whose)
        self.confirm_button.setVisible(state is _State.ASKING)
        self.again_button.setVisible(blocked)
        self.memory_button.rename(self._texts("token_panel.hold" if self._came else "token_panel.memory"))
        self.memory_button.setVisible(blocked)

    def _show_way(self, *, asks: bool, holding: bool) -> None:
        """Show what goes with the way that is chosen; `asks`: its button can be pressed."""
        way = self.ways.chosen
        by_hand = way is Way.BY_HAND
        self.token.setVisible(by_hand)
        self.expiry.setVisible(by_hand and not holding)
        self.save_button.setVisible(asks and by_hand)
        self.sign_in_button.setVisible(asks and not by_hand and self._state is not _State.WAITING)
        if not by_hand:
            self.sign_in_button.rename(self._texts(f"sign_in_panel.{way}.do"))

    def _explain(self) -> None:
        """Say what the token is for, and how it is got in the way that is chosen."""
        way, profile = self.ways.chosen, self._profile
        if profile is None:
            return
        if way is Way.BY_HAND:
            who = profile.who_to_ask or self._texts("token_panel.who")
            self._lead.setText(self._texts("token_panel.lead", name=profile.token, site=self._site, who=who))
        else:
            self._lead.setText(self._texts("sign_in_panel.lead", name=profile.token, site=self._site))
            self.sign_in.explain(way, profile)

    def _choose_way(self) -> None:
        self._came = False
        self._begin_anew()
        self._enter(_State.IDLE)

    def _connect(self) -> None:
        self.check_button.clicked.connect(lambda: self._ask_for(self.check_requested))
        self.forget_button.clicked.connect(self._confirm_forgetting)
        for confirm in (self.forget_confirm, self.sign_out_confirm):
            confirm.confirmed.connect(lambda: self._ask_for(self.forget_requested))
        self.ways.changed.connect(self._choose_way)
        self.keep_button.clicked.connect(self.keep_requested)
        self.waiting.stop_requested.connect(self._stop)
        self.confirm_button.clicked.connect(self._confirm_address)

    def _confirm_address(self) -> None:
        self._last_wish = self._confirm_address
        self._begin_anew()
        self.confirm_requested.emit(self._asked_about)

    def _confirm_forgetting(self) -> None:
        (self.sign_out_confirm if self._signed_in else self.forget_confirm).show()
