"""The form for a profile: filled in, changed later, or shown read-only if IT has set it.

Its states: input, busy, saved. Saves the profile, then the pasted token, and then asks the site for the token's
account. `core.profiles.repository` stores profiles, `tokens.service` tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from bindtool.core.api.responses import NeverSent
from bindtool.core.common.errors import BadInput, BindtoolError, PasswordStoreError, TokenMissing
from bindtool.core.common.safe_text import escaped
from bindtool.core.model.row import Source
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import InlineConfirm
from bindtool.gui.common.widgets.form_field import FoldingSection
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.common.widgets.reply_box import BusyIndicator, Reply, ReplyBox
from bindtool.gui.profiles.profile_fields import ProfileFields
from bindtool.gui.profiles.setup_request import CopyRequest
from bindtool.gui.tokens import token_text
from bindtool.gui.tokens.fields import TokenField
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from bindtool.core.credentials.access_token import CleanToken
    from bindtool.core.credentials.token_metadata import TokenMetadata
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.widgets.form_field import Field
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.profiles.token_dialog import TokenDialog
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

_WIDEST = 720
_AT_A_FIELD = {"profile.name_in_use": "name"}
"""Errors in saving a profile that concern one field."""


class ProfileFormPage(QWidget):
    """The form; problems are shown at their fields, replies above the buttons.

    Args:
        token_dialog: returns the dialog that offers alternatives if the password store can't be used.
        run_is_on: returns whether a run is active, which uses the open profile to its end.
        left: called when the form is left, with the saved profile; None without one.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        services: Services,
        token_dialog: OnDemand[TokenDialog],
        run_is_on: Callable[[], bool],
        left: Callable[[Profile | None], object],
    ) -> None:
        super().__init__()
        self._window = window
        self._texts = texts
        self._document = document
        self._services = services
        self._tokens = services.tokens
        self._token_dialog = token_dialog
        self._run_is_on = run_is_on
        self._left = left
        self._edited: Profile | None = None
        """The profile being edited, as last saved; None while a new one is filled in."""
        self._work: asyncio.Task[None] | None = None
        self._obstacle: NeverSent | None = None
        """The obstacle that prevented the last request to the site, until the next request."""
        self._in_front = False
        self._before: tuple[object, ...] = ()
        """The fields' contents when the form was filled in, or last saved."""
        self.setAccessibleName(texts("profile_form.title"))
        self._header = Header()
        self._set_by_it = ReplyBox(texts("profile_form.set_by_it.title"))
        self.copy_request = CopyRequest(texts)
        self.values = ProfileFields(texts, services.clock.now().date())
        self.token = TokenField(texts, texts("profile_form.token.hint"))
        self.saved = line(tone=Tone.GOOD)
        self.attention = line(tone=Tone.BAD, wraps=False)
        self.discard_confirm = InlineConfirm(
            texts("profile_form.discard.sure"),
            texts("profile_form.discard.yes"),
            texts,
            no=texts("profile_form.discard.no"),
        )
        self.reply = ReplyBox(texts("reply.name"))
        self.waiting = BusyIndicator(texts)
        self.save_button = ActionButton(texts("profile_form.save"), StyleKind.PRIMARY, clicked=self._save)
        self.cancel_button = ActionButton(texts("button.cancel"), clicked=self._discard)
        self.done_button = ActionButton(texts("profile_form.done"), clicked=self._go_on)
        # Return presses it too: what it does is to go on to scanning.
        self.done_button.setAutoDefault(True)
        self._lay_out()
        self.values.judged.connect(self._count_faults)
        self.token.judged.connect(self._count_faults)
        self.discard_confirm.confirmed.connect(self._discard)
        self.waiting.stop_requested.connect(self._stop)
        self.reply.acted.connect(self._enter_proxy_login)
        self._tokens.waiting.connect(self._say_waiting)
        services.proxy_logins.entered.connect(self._go_on_with_login)
        services.state.profile_opened.connect(self.saved.hide)
        window.pages.currentChanged.connect(self._use_saved)

    @property
    def kept(self) -> Profile | None:
        """The profile shown as saved; None without one."""
        return self._edited if not self.saved.isHidden() else None

    @property
    def _fixed(self) -> Profile | None:
        """The edited profile, if it can't be changed here."""
        return self._edited if self._edited is not None and self._edited.read_only else None

    def begin(self, profile: Profile | None) -> None:
        """Show a profile, or an empty form for None; in IT's profile only the token can be entered."""
        self._give_up()
        self._fill(profile)
        self._window.show_page(self)
        if self._fixed:
            self.token.take_focus()
        else:
            self.values.take_focus()
        self._scroll.verticalScrollBar().setValue(0)

    def show_busy(self, what: str) -> None:
        """Show the current operation; the form is locked meanwhile, and the wait can be stopped."""
        self.reply.clear()
        self.waiting.begin(what)
        self._arrange()

    def show_saved(self, profile: Profile, note: TokenMetadata | None = None) -> None:
        """Show that the profile is saved, and with `note` the token too; the wait goes on until a reply is shown.

        Clears the token's field, and the clipboard if it still holds the token.
        """
        self._edited = profile
        # An answer about another channel was not saved: left in the form, the next save would assign it to this
        # one.
        self.values.behaviour_fields.fill(profile)
        self._before = self.values.entered()
        lines = [self._texts("profile_form.saved")]
        if note is not None:
            lines.append(token_text.stored(self._texts, note, (note.site,)))
            if self.token.take_out():
                lines.append(self._texts("token.clipboard_cleared"))
        self.saved.setText("✓ " + "\n".join(lines))
        # Leaving the form has opened the profile: a form that is hidden offers nothing and takes no focus.
        self.saved.setVisible(self._window.page is self)
        self._arrange()

    def show_problem(self, error: BindtoolError) -> None:
        """Show an error: at the field it concerns, else above the buttons."""
        name = _AT_A_FIELD.get(error.id)
        if name is None:
            self._show_reply(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))
            return
        self.waiting.hide()
        self._arrange()
        self.values.show_problem(name, self._texts.say(error.title))
        self.values.fields[name].take_focus()
        self._show_fault()

    def leave(self) -> None:
        """Stop a wait, or withdraw a question, or close the form; asks before discarding input."""
        if not self.waiting.isHidden():
            self.waiting.stop.click()
        elif not self.discard_confirm.isHidden():
            self.discard_confirm.no.click()
            self.values.take_focus()
        elif self.values.entered() != self._before or not self.token.is_empty:
            self.discard_confirm.show()
            self.discard_confirm.no.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, self._texts("profile_form.discard.sure"))
        else:
            self._discard()

    def _discard(self) -> None:
        """Close the form and discard input since the last save; a saved profile stays saved."""
        self.token.line.clear()
        self._left(self.kept)

    # saving and asking the site

    def _start_to_save(self, profile: Profile, clean: CleanToken | None) -> None:
        if self._run_is_on() and not profile.read_only:
            # Saved now, it could not be opened: the form would show "Saved", while scans still used the old values.
            self.show_problem(BadInput("profile.run_is_on"))
            return
        self._obstacle = None
        self._work = self._services.tasks.start(self._keep_and_check(profile, clean))

    async def _keep_and_check(self, profile: Profile, clean: CleanToken | None) -> None:
        self.show_busy(self._texts("set_up.saving"))
        try:
            if not profile.read_only:
                repository = self._services.repository
                (repository.add if self._edited is None else repository.replace)(profile)
            self.show_saved(profile)
            if clean is not None:
                await self._tokens.store(profile, clean.token, None)
                self.show_saved(profile, self._tokens.note(profile.token))
            if not self._tokens.has(profile.token):
                raise TokenMissing("token.missing", name=profile.token)
            self.show_busy(self._texts("set_up.checking"))
            found = await self._tokens.check(profile, self._window.notices.show_error)
        except BindtoolError as error:
            self.show_problem(error)
            if isinstance(error, PasswordStoreError) and not isinstance(error, TokenMissing):
                # It offers the alternatives: try again, or keep a token until bindtool closes.
                dialog = self._token_dialog()
                dialog.ask(profile)
                dialog.show_problem(error)
            return
        if isinstance(found, NeverSent):
            self._obstacle = found
            site = site_words(profile.site)
            self._show_reply(token_text.not_checked(self._texts, found, profile.who_to_ask, site))
        else:
            self._show_reply(token_text.checked(self._texts, found, site_words(profile.site)))

    def _enter_proxy_login(self) -> None:
        if self._obstacle is not None:
            self._services.proxy_logins.request(self._obstacle)

    def _go_on_with_login(self) -> None:
        """Retry as soon as the missing log-in of the proxy was entered."""
        if self._obstacle is not None and self._edited is not None and self.isVisible():
            self._start_to_save(self._edited, None)

    def _say_waiting(self) -> None:
        # A run queries the password store too, and the form may be open at the same time.
        if self.isVisible() and self._work is not None and not self._work.done():
            self.show_busy(self._texts("token_panel.waiting"))

    def _give_up(self) -> None:
        """Cancel the operation; saved values stay saved."""
        self._obstacle = None
        if self._work is not None:
            self._work.cancel()

    # buttons

    def _save(self) -> None:
        profile = self._fixed or self.values.read(self._edited)
        token_fits = self.token.review()
        if profile is None or not token_fits:
            if profile is not None:
                self.token.take_focus()
            self._show_fault()
            return
        self.saved.hide()
        self.reply.clear()
        self._start_to_save(profile, self.token.token)

    @property
    def _faults(self) -> tuple[Field, ...]:
        return (*self.values.faults, *((self.token,) if self.token.problem else ()))

    def _count_faults(self) -> None:
        """Show beside the button how many fields prevent saving: they may be out of sight."""
        n = len(self._faults)
        self.attention.setText(self._texts("profile_form.attention", n=n) if n else "")

    def _show_fault(self) -> None:
        """Scroll to the first field that has a problem, once its expanded section is laid out."""
        announce(self, self.attention.text())
        QTimer.singleShot(0, self, self._scroll_to_fault)

    def _scroll_to_fault(self) -> None:
        if self._faults:
            self._scroll.ensureWidgetVisible(self._faults[0], 0, theme.PAGE)

    def _go_on(self) -> None:
        """Go on to scanning; first save changes, or show their problems."""
        if self._fixed or self.values.read(self._edited) == self._edited:
            self._left(self._edited)
        else:
            self._save()

    def _stop(self) -> None:
        self._give_up()
        self.waiting.hide()
        self._arrange()

    def _use_saved(self) -> None:
        """Open the saved profile if the form is left by other means than its button."""
        was_in_front, self._in_front = self._in_front, self._window.page is self
        if was_in_front and not self._in_front and self.kept is not None:
            self._left(self.kept)

    # display

    def _fill(self, profile: Profile | None) -> None:
        texts, note = self._texts, None
        sites: Sequence[str] = ()
        self._edited = profile
        self.values.fill(profile)
        if profile is None:
            self._header.show_title(texts("profile_form.title"))
        else:
            self._header.show_title(escaped(profile.name) if profile.read_only else texts("profile_form.change"))
            self._show_size_found(profile)
            note, sites = self._tokens.note(profile.token), profile.channel.sites
        if self._fixed:
            self._set_by_it.say(Reply(Tone.QUIET, *texts.pair("profile_form.set_by_it")))
        else:
            self._set_by_it.clear()
        last = next((row for row in reversed(list(self._document.sheet)) if row.source is Source.SCANNED), None)
        self.values.part_rule_fields.set_example(last.arrived if last is not None else "")
        self._before = self.values.entered()
        self.token.line.clear()
        self.token.show_problem("")
        self.discard_confirm.hide()
        hint = texts("profile_form.token.hint")
        if note is not None:
            hint = f"{token_text.stored(texts, note, sites)}\n{texts('profile_form.token.keep')}"
        self.token.set_hint(hint)
        self.saved.hide()
        self.reply.clear()
        self.waiting.hide()
        self._arrange()
        self._scroll.verticalScrollBar().setValue(0)

    def _show_size_found(self, profile: Profile) -> None:
        """Show the number of devices a request really carries, if runs have found it to be lower."""
        fact = self._services.store.channels.request_size(profile.channel)
        if fact is not None and fact.size < profile.pace.batch_size:
            self.values.pace_fields.show_found(fact.size, fact.found_at.date())

    def _show_reply(self, answer: Reply) -> None:
        """Show a reply above the buttons; the form can be edited again."""
        self.waiting.hide()
        self.reply.say(answer)
        self._arrange()
        if self.kept and answer.tone is Tone.BAD:
            self._point_to(self.save_button)
        elif self.kept:
            self.done_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _point_to(self, next_step: ActionButton) -> None:
        """Make one of the two the primary button."""
        for step in (self.done_button, self.save_button):
            theme.set_style(step, StyleKind.PRIMARY if step is next_step else StyleKind.NORMAL)

    def _arrange(self) -> None:
        """Show and enable the controls of the state."""
        busy = not self.waiting.isHidden()
        kept = not self.saved.isHidden()
        why_not = self.waiting.said if busy else ""
        by_it = self._texts("profile_form.set_by_it.title") if self._fixed else ""
        self.values.lock(why_not or by_it, named=self._edited is not None)
        self.token.lock(why_not)
        for one in (self.save_button, self.cancel_button, self.done_button):
            one.allow(not busy, why_not)
        self.cancel_button.setHidden(kept)
        self.done_button.setVisible(kept)
        self._point_to(self.done_button if kept else self.save_button)

    def _lay_out(self) -> None:
        column = QWidget()
        self._scroll = ScrollPage(column, _WIDEST)
        self.token.label.hide()
        page = self._scroll.fill_page(self)
        layouts.column(
            self._header,
            self._set_by_it,
            self.copy_request,
            self.values,
            FoldingSection(self._texts("token.label"), self.token, unfolded=True),
            1,
            on=column,
            spacing=theme.MARGIN,
            margins=(theme.SECTION, theme.PAGE, theme.SECTION, theme.PAGE),
        )
        pressed = (self.cancel_button, self.done_button, self.save_button)
        buttons = layouts.row((self.attention, 1), *pressed, spacing=theme.STEP)
        page.addLayout(self._scroll.foot(self.saved, self.reply, self.waiting, self.discard_confirm, buttons))
