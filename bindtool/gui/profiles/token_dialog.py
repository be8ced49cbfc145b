"""The dialog for signing in or pasting a token, and for managing the stored one.

Its states: idle, waiting for the system or for a sign-in, confirming the account, blocked by the system's password
store. `tokens.service` makes all calls to the store. Once a token is stored, the dialog only needs closing.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from bindtool.core.api.identity import TokenCheck
from bindtool.core.api.responses import NeverSent
from bindtool.core.binding.advice import WANTS_PROXY_LOGIN
from bindtool.core.common.errors import (
    AddressNotConfirmed,
    BindtoolError,
    PasswordStoreError,
    SignInFailed,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.credentials.access_token import TokenKind
from bindtool.core.sign_in.browser import PageToOpen
from bindtool.core.sign_in.wire import SiteNotReached
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog, InlineConfirm
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import BusyIndicator, Reply, ReplyBox, obstacle_reply
from bindtool.gui.tokens import token_text
from bindtool.gui.tokens.fields import ExpiryField, TokenField
from bindtool.gui.tokens.sign_in_view import SignInMethod, SignInMethodChoice, SignInView
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine
    from datetime import date

    from bindtool.core.api.identity import Identity
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.tokens.service import SignedIn
    from bindtool.gui.tokens.sign_in_view import SignInStep
    from bindtool.i18n.catalogue import Texts

    Work = Callable[[Profile], Coroutine[object, object, None]]

_WIDE = 640


class _State(Enum):
    IDLE = "idle"
    WAITING = "waiting"
    BLOCKED = "blocked"
    """The password store can't be used: try again, or keep a token until bindtool closes."""
    ASKING = "asking"
    """Asks whether the stored token is for this site, or may be sent to the profile's address."""
    MEMORY = "memory"
    """The next token is kept until bindtool closes."""
    WHOSE = "whose"
    """Asks whether the sign-in was by the right account; nothing is stored yet."""


class TokenDialog(FittingDialog):
    """Shown with `show()`, never with `open()`: during a sign-in, scanning goes on in the window.

    Args:
        token_came: called when the open profile has got a first or another token.
    """

    def __init__(self, window: Window, texts: Texts, services: Services, token_came: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._token_came = token_came
        self._tokens = services.tokens
        self._work: asyncio.Task[None] | None = None
        self._texts = texts
        self._state = _State.IDLE
        self._site = ""
        self._asked_about = ""
        """The address named in the last question."""
        self._has_token = False
        self._signed_in = False
        """Whether the stored token comes from a sign-in."""
        self._came: SignedIn | None = None
        """The result of a sign-in, not stored yet."""
        self._account_before = ""
        """The UID of the account it would replace, as shown to the user."""
        self._obstacle: NeverSent | None = None
        """The obstacle that prevented the last request to the site, until the next request."""
        self._ask_again: Callable[[], object] = lambda: None
        self._profile: Profile | None = None
        self._last_wish: Callable[[], None] = self._store
        self._is_over = False
        """Whether the dialog is finished: the fields are hidden, and "Done" closes it."""
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
        self.discard_confirm = InlineConfirm(
            texts("token_panel.discard.sure"), texts("token_panel.discard.yes"), texts
        )
        self.methods = SignInMethodChoice(texts)
        self.sign_in = SignInView(texts)
        self.token = TokenField(texts, texts("token_panel.hint"))
        self.expiry = ExpiryField(texts, services.clock.now().date())
        self.done_line = line(tone=Tone.GOOD)
        self.reply = ReplyBox(texts("reply.name"))
        self.waiting = BusyIndicator(texts)
        self.close_button = ActionButton(texts("button.close"), clicked=self._close)
        self.done_button = ActionButton(texts("token_panel.done"), StyleKind.PRIMARY, clicked=self._close)
        self.memory_button = ActionButton(texts("token_panel.memory"), clicked=self.hold)
        self.confirm_button = ActionButton(texts("token_panel.confirm_address"))
        self.again_button = ActionButton(texts("action.try_again"), StyleKind.PRIMARY, clicked=self._try_again)
        self.save_button = ActionButton(texts("token_panel.save"), StyleKind.PRIMARY, clicked=self._store)
        self.sign_in_button = ActionButton("", StyleKind.PRIMARY, clicked=self.begin_sign_in)
        self.not_me_button = ActionButton(texts("sign_in_panel.not_me"), clicked=self._refuse)
        self.keep_button = ActionButton(texts("sign_in_panel.keep"), StyleKind.PRIMARY)
        self._lay_out()
        self._connect()

    def ask(self, profile: Profile) -> None:
        """Open for a profile's token."""
        self._give_up()
        self._obstacle = None
        self._is_over = False
        self._profile = profile
        self._site = site_words(profile.site)
        self.token.line.clear()
        self.expiry.clear()
        self._begin_anew()
        self.methods.offer(profile)
        self._show_metadata()
        self._take_focus()
        self.show()
        self.raise_()
        self.activateWindow()

    def sign_in_again(self) -> None:
        """Sign in at once; another company's page is shown first, and opened only by the button."""
        profile = self._profile
        if self.methods.chosen is not SignInMethod.BROWSER or not (
            profile and profile.sign_in.is_stranger(profile.site)
        ):
            self.begin_sign_in()

    def begin_sign_in(self) -> None:
        """Sign in with the chosen method; for a token to paste, wait for it."""
        method = self.methods.chosen
        if method is SignInMethod.BY_HAND:
            self.token.take_focus()
            return
        self._last_wish = self.begin_sign_in
        self._came, self._is_over = None, False
        self._begin_anew()
        self.sign_in.begin()
        browser = method is SignInMethod.BROWSER
        self._wait_for(self._texts("sign_in_panel.browser.waiting" if browser else "sign_in_panel.code.waiting"))
        self._start(partial(self._sign_in, method=method))

    def check(self) -> None:
        """Ask the site for the stored token's account."""
        self._start(self._check)

    def ask_whose(self, profile: Profile, identity: Identity, before: tuple[str, str]) -> None:
        """Ask whether to store the sign-in; `before`: name and UID of the previous account."""
        title, body = token_text.whose(self._texts, identity, profile, before)
        self.sign_in.begin()
        self._enter(_State.WHOSE)
        self.reply.say(Reply(Tone.UNSURE if any(before) else Tone.QUIET, title, body))
        self.not_me_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_checking(self) -> None:
        """Show that the site is being asked; the wait can be stopped."""
        self._wait_for(self._texts("token_panel.checking", site=self._site))

    def show_problem(self, error: BindtoolError) -> None:
        """Show an error; if the password store can't be used, offer the alternatives."""
        asking = isinstance(error, AddressNotConfirmed)
        of_token = asking or isinstance(error, (TokenMissing, TokenNotForSite))
        blocked = isinstance(error, PasswordStoreError) and not of_token
        if asking:
            self._asked_about = str(error.title.values["address"])
        self._enter(_State.BLOCKED if blocked else _State.ASKING if asking else _State.IDLE)
        self.reply.say(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))

    def hold(self) -> None:
        """Accept a token kept in memory only; one in the field, or from a sign-in, at once."""
        if self._came is not None and self._profile is not None:
            self._tokens.hold_sign_in(self._profile, self._came)
            self._say_kept(self._profile.token)
            return
        self.methods.choose(SignInMethod.BY_HAND)
        self._is_over = False
        self._enter(_State.MEMORY)
        if self.token.is_empty:
            self._begin_anew()
            self.token.take_focus()
        else:
            self._store()

    def reject(self) -> None:
        """Stop a wait, or withdraw a question, or close the panel; asks before discarding the field's text."""
        if self._state is _State.WAITING:
            self._stop()
        elif not self.discard_confirm.isHidden():
            self.discard_confirm.hide()
            self.token.take_focus()
        elif not self.token.is_empty:
            self.discard_confirm.show()
            self.discard_confirm.no.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, self._texts("token_panel.discard.sure"))
        else:
            super().reject()

    def _close(self) -> None:
        """Close the panel by its button; a stored token stays, whatever its check would find."""
        if self._state is _State.WAITING:
            self._stop()
            if not self._is_over:
                return
        super().reject()

    def done(self, result: int) -> None:
        """Close the panel, and erase the pasted text."""
        self.token.line.clear()
        if self._came is not None:
            self._refuse()
        super().done(result)

    # requests to the site and the password store

    async def _store_token(self, profile: Profile, token: AccessToken, last_day: date | None) -> None:
        await self._tokens.store(profile, token, last_day)
        self._say_kept(profile.token)
        await self._check(profile)

    async def _sign_in(self, profile: Profile, method: SignInMethod) -> None:
        came = await self._tokens.sign_in(profile, method, self._show_step, self._texts.say)
        before = await self._tokens.account_before(profile)
        self._came, self._account_before = came, before[1]
        if before[1] == came.identity.user_id:
            await self._keep(profile)
            return
        self.ask_whose(profile, came.identity, before)
        self.activateWindow()

    def _show_step(self, step: SignInStep) -> None:
        opened = isinstance(step, PageToOpen) and self._services.open_page(step.address)
        self.sign_in.show_step(step, opened=opened)

    async def _keep(self, profile: Profile) -> None:
        if self._came is not None:
            self.sign_in.begin()
            self._last_wish = partial(self._start, self._keep)
            self._wait_for(self._texts("sign_in_panel.keeping"))
            await self._tokens.keep(profile, self._came, self._account_before)
            self._say_kept(profile.token)

    def _say_kept(self, name: str) -> None:
        """Show that the token is stored. Clears its field, and the clipboard if it still holds the token."""
        self._came = None
        note = self._tokens.note(name)
        if note is not None:
            saved = "sign_in_panel.kept" if note.is_sign_in else "token_panel.saved"
            lines = [self._texts("token_panel.held" if self._tokens.in_memory(name) else saved)]
            if self.token.take_out():
                lines.append(self._texts("token.clipboard_cleared"))
            self.expiry.clear()
            self._is_over = True
            self._show_metadata()
            self._say_done(lines)
            self.done_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._go_on_with_token(name)

    def _go_on_with_token(self, name: str) -> None:
        """Call `token_came` if the open profile uses this token: the dialog may be that of another profile."""
        profile = self._services.state.profile
        if profile is not None and profile.token == name:
            self._token_came()

    async def _forget(self, profile: Profile) -> None:
        gone = "sign_in_panel.signed_out" if self._signed_in else "token_panel.forgotten"
        await self._tokens.forget(profile.token)
        self._is_over = False
        self._show_metadata()
        self._say_done([self._texts(gone)])

    async def _confirm_address(self, profile: Profile, address: str) -> None:
        self._tokens.confirm_address(profile, address)
        self._go_on_with_token(profile.token)
        if self._tokens.has(profile.token):
            await self._check(profile)
        else:
            self.begin_sign_in()

    async def _check(self, profile: Profile) -> None:
        self.show_checking()
        found = await self._tokens.check(profile, self._window.notices.show_error)
        if isinstance(found, NeverSent):
            self._obstacle, self._ask_again = found, self.check
            self._show_reply(token_text.not_checked(self._texts, found, profile.who_to_ask, self._site))
        else:
            # A token refused by the site has to be replaced.
            self._is_over = self._is_over and found.check is not TokenCheck.REFUSED
            self._show_reply(token_text.checked(self._texts, found, self._site))
            if found.check is TokenCheck.REFUSED:
                self._take_focus()

    def _start(self, work: Work) -> None:
        if self._profile is not None:
            self._obstacle = None
            self._work = self._services.tasks.start(self._showing_problems(self._profile, work))

    async def _showing_problems(self, profile: Profile, work: Work) -> None:
        try:
            await work(profile)
        except SignInFailed as error:
            if isinstance(error, SiteNotReached) and isinstance(error.reply, NeverSent):
                said = self._say_obstacle(error.reply, profile, self.sign_in_again)
                # Any other obstacle gets the error's title, as when it keeps a run waiting.
                title = said.title if error.reply.why in WANTS_PROXY_LOGIN else self._texts.say(error.title)
                self._show_reply(replace(said, title=title))
            else:
                self.show_problem(error)
        except BindtoolError as error:
            self.show_problem(error)

    def _give_up(self) -> None:
        """Cancel the operation; discard a sign-in."""
        self._came = None
        if self._work is not None:
            self._work.cancel()

    def _say_waiting(self) -> None:
        # A run queries the password store too.
        if self.isVisible() and self._work is not None and not self._work.done():
            self._wait_for(self._texts("token_panel.waiting"))

    # a proxy's log-in, whose lack may prevent requests

    def _say_obstacle(self, obstacle: NeverSent, profile: Profile, again: Callable[[], object]) -> Reply:
        """Show an obstacle; `again` retries as soon as the missing log-in is entered."""
        self._obstacle, self._ask_again = obstacle, again
        return obstacle_reply(self._texts, obstacle, profile.who_to_ask)

    def _enter_proxy_login(self) -> None:
        if self._obstacle is not None:
            self._services.proxy_logins.request(self._obstacle)

    def _go_on_with_login(self) -> None:
        if self._obstacle is not None and self.isVisible():
            self._ask_again()

    # buttons

    def _store_by_return(self) -> None:
        """Store the field's text, unless it doesn't look like a Coze token: it may be a scan."""
        found = self.token.demand() if self.save_button.isVisible() else None
        if found is None:
            return
        if found.token.kind is TokenKind.OTHER:
            self.token.show_problem(self._texts("token_panel.not_by_return", button=self.save_button.text()))
        else:
            self._store()

    def _store(self) -> None:
        found = self.token.demand()
        if found is None:
            self.token.take_focus()
            return
        self._begin_anew()
        if self._state is not _State.MEMORY:
            self._last_wish = self._store
            self._start(partial(self._store_token, token=found.token, last_day=self.expiry.day()))
        elif self._profile is not None:
            self._tokens.hold(self._profile, found.token)
            self._say_kept(self._profile.token)
            self.check()

    def _ask_for(self, work: Work) -> None:
        self._last_wish = partial(self._ask_for, work)
        self._begin_anew()
        self._start(work)

    def _begin_anew(self) -> None:
        """Remove earlier messages."""
        self.done_line.hide()
        self.reply.clear()

    def _say_done(self, lines: list[str]) -> None:
        """Show the result; it stays while the token is checked."""
        self.reply.clear()
        self.done_line.setText("✓ " + "\n".join(lines))
        self.done_line.show()

    def _try_again(self) -> None:
        self._enter(_State.IDLE)
        self._last_wish()

    def _stop(self) -> None:
        self._give_up()
        self._enter(_State.IDLE)

    def _refuse(self) -> None:
        """Discard the sign-in."""
        self._begin_anew()
        self._stop()
        self.reply.say(
            Reply(Tone.QUIET, self._texts("sign_in_panel.refused"), self._texts("sign_in_panel.not_me.do"))
        )
        self._take_focus()

    # display

    def _show_metadata(self) -> None:
        """Show the stored token's metadata; the panel becomes idle."""
        if self._profile is None:
            return
        name = self._profile.token
        note = self._tokens.note(name)
        self._has_token = note is not None
        self._signed_in = note is not None and note.is_sign_in
        if note is None:
            self.kept.setText(self._texts("token_panel.none"))
        else:
            in_memory, sites = self._tokens.in_memory(name), self._profile.channel.sites
            self.kept.setText(token_text.stored(self._texts, note, sites, in_memory=in_memory))
        self._enter(_State.IDLE)

    def _show_reply(self, reply: Reply) -> None:
        """Show a reply; the panel becomes idle."""
        self._enter(_State.IDLE)
        self.reply.say(reply)

    def _take_focus(self) -> None:
        if self.methods.chosen is SignInMethod.BY_HAND:
            self.token.take_focus()
        else:
            self.methods.take_focus()

    def _wait_for(self, what: str) -> None:
        self.reply.clear()
        self.waiting.begin(what)
        self._enter(_State.WAITING)

    def _enter(self, state: _State) -> None:
        """Show and enable the controls of a state."""
        self._state = state
        waiting, blocked, whose = state is _State.WAITING, state is _State.BLOCKED, state is _State.WHOSE
        self.waiting.setVisible(waiting)
        for question in (self.forget_confirm, self.sign_out_confirm, self.discard_confirm):
            question.hide()
        why_not = self.waiting.said if waiting else self._texts("sign_in_panel.answer_first") if whose else ""
        self.token.lock(why_not)
        self.expiry.lock(why_not)
        self.methods.lock(why_not)
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
        self._show_method(asks=not (blocked or whose), holding=holding)
        by_hand = self.methods.chosen is SignInMethod.BY_HAND
        self.sign_in.setVisible(not (whose or self._came is not None or by_hand or self._is_over))
        if not (waiting or whose):
            self._explain()
        for button in (self.not_me_button, self.keep_button):
            button.setVisible(whose)
        self.confirm_button.setVisible(state is _State.ASKING)
        self.again_button.setVisible(blocked)
        self.memory_button.rename(self._texts("token_panel.hold" if self._came else "token_panel.memory"))
        self.memory_button.setVisible(blocked)

    def _show_method(self, *, asks: bool, holding: bool) -> None:
        """Show the controls of the method chosen; `asks`: its button is enabled."""
        method, over = self.methods.chosen, self._is_over
        by_hand = method is SignInMethod.BY_HAND
        self.token.setVisible(by_hand and not over)
        self.expiry.setVisible(by_hand and not (holding or over))
        self.save_button.setVisible(asks and by_hand and not over)
        self.sign_in_button.setVisible(asks and not (by_hand or over) and self._state is not _State.WAITING)
        self.done_button.setVisible(over)
        self.close_button.setHidden(over)
        if not by_hand:
            do = "sign_in_panel.browser.do" if method is SignInMethod.BROWSER else "sign_in_panel.code.do"
            self.sign_in_button.rename(self._texts(do))

    def _explain(self) -> None:
        """Explain the token's purpose, and how to get one with the chosen method."""
        method, profile = self.methods.chosen, self._profile
        if profile is None:
            return
        if method is SignInMethod.BY_HAND:
            who = profile.who_to_ask or self._texts("token_panel.who")
            self._lead.setText(self._texts("token_panel.lead", name=profile.token, site=self._site, who=who))
        else:
            self._lead.setText(self._texts("sign_in_panel.lead", name=profile.token, site=self._site))
            self.sign_in.explain(method, profile)

    def _choose_method(self) -> None:
        self._came, self._is_over = None, False
        self._begin_anew()
        self._enter(_State.IDLE)

    def _lay_out(self) -> None:
        # Dates have the window's format.
        self.setLocale(self._window.locale())
        self.setWindowTitle(self._texts("token.label"))
        self.setAccessibleName(self._texts("token.label"))
        theme.resize(self, minimum_width=_WIDE)
        self._column = layouts.column(
            Header(self._texts("token.label")),
            self._lead,
            layouts.row((self.kept, 1), self.check_button, self.forget_button, spacing=theme.STEP),
            self.forget_confirm,
            self.sign_out_confirm,
            self.methods,
            self.sign_in,
            self.token,
            self.expiry,
            self.done_line,
            self.reply,
            self.waiting,
            self.discard_confirm,
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
                self.done_button,
                spacing=theme.STEP,
            ),
            on=self.content,
            spacing=theme.STEP,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )

    def _connect(self) -> None:
        self.check_button.clicked.connect(lambda: self._ask_for(self._check))
        self.forget_button.clicked.connect(self._confirm_forgetting)
        for confirm in (self.forget_confirm, self.sign_out_confirm):
            confirm.confirmed.connect(lambda: self._ask_for(self._forget))
        self.discard_confirm.confirmed.connect(self._close)
        self.discard_confirm.no.clicked.connect(self.token.take_focus)
        self.token.line.returnPressed.connect(self._store_by_return)
        self.methods.changed.connect(self._choose_method)
        for method, button in self.methods.buttons.items():
            button.clicked.connect(partial(self._begin_method_anew, method))
        self.keep_button.clicked.connect(lambda: self._start(self._keep))
        self.waiting.stop_requested.connect(self._stop)
        self.confirm_button.clicked.connect(
            lambda: self._ask_for(partial(self._confirm_address, address=self._asked_about))
        )
        self.reply.acted.connect(self._enter_proxy_login)
        self._tokens.waiting.connect(self._say_waiting)
        self._services.proxy_logins.entered.connect(self._go_on_with_login)

    def _begin_method_anew(self, method: SignInMethod) -> None:
        """Offer the method pressed, even with a stored token; for pasting, focus the field."""
        if self._is_over:
            self._choose_method()
        if method is SignInMethod.BY_HAND:
            self.token.take_focus()

    def _confirm_forgetting(self) -> None:
        (self.sign_out_confirm if self._signed_in else self.forget_confirm).show()
