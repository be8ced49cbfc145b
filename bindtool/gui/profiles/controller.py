"""Opens the pages for profiles and the token's dialog, and does what the pages ask for: saves, imports and exports.

Profiles are kept by `core.profiles.repository`. Opening another profile is for `main_window.controller`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.api.responses import NeverSent
from bindtool.core.binding.advice import Action
from bindtool.core.common.errors import BadInput, BindtoolError, PasswordStoreError, TokenMissing
from bindtool.core.common.messages import Message
from bindtool.core.model.row import Source
from bindtool.core.profiles.repository import export_profile
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.gui.common.widgets.reply_box import obstacle_reply

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from bindtool.core.credentials.access_token import CleanToken
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.profiles.form_page import ProfileFormPage
    from bindtool.gui.profiles.token_dialog import TokenDialog
    from bindtool.gui.profiles.welcome_page import WelcomePage
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts


class ProfileController(QObject):
    """Sets up profiles and tokens, as a person asks for it.

    Args:
        run_is_on: tells whether a run is on, which goes by the open profile to its end.

    Signals:
        profile_ready(profile): it is saved, and the form is closed.
    """

    profile_ready = Signal(object)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        services: Services,
        welcome: OnDemand[WelcomePage],
        form: OnDemand[ProfileFormPage],
        run_is_on: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._services = services
        self._state = services.state
        self._tokens = services.tokens
        self._welcome = welcome
        self._form_page = form
        self.token_dialog = OnDemand(self._make_token_dialog)
        self._run_is_on = run_is_on
        self._form_work: asyncio.Task[None] | None = None
        self._form_in_front = False
        self._obstacle: NeverSent | None = None
        """What has kept the last question to the site from leaving, until the next."""
        self._ask_again: Callable[[], object] = lambda: None
        window.notices.acted.connect(self._act)
        window.actions_.connect("token", self._ask_token, self._why_no_profile)
        window.actions_["edit_profile"].triggered.connect(self.edit_profile)
        window.actions_.connect("export_profile", self._export_profile, self._why_no_profile)
        welcome.when_made(self._listen_to_welcome)
        form.when_made(self._listen_to_form)
        services.proxy_logins.entered.connect(self._go_on_with_login)
        self._tokens.waiting.connect(self._say_waiting)

    def _listen_to_welcome(self, welcome: WelcomePage) -> None:
        welcome.open_file_requested.connect(self.import_profile)
        welcome.by_hand_requested.connect(self.new_profile)

    def _listen_to_form(self, form: ProfileFormPage) -> None:
        form.cancelled.connect(self._leave_form)
        form.save_requested.connect(self._start_to_save)
        form.stop_requested.connect(self._give_up_form)
        form.done.connect(lambda: self.profile_ready.emit(form.edited))
        self._window.pages.currentChanged.connect(self._use_saved)
        self._state.profile_opened.connect(form.saved.hide)
        form.reply.acted.connect(self._enter_proxy_login)

    @property
    def _form(self) -> ProfileFormPage:
        return self._form_page()

    def _make_token_dialog(self) -> TokenDialog:
        from bindtool.gui.profiles.token_dialog import TokenDialog

        return TokenDialog(self._window, self._texts, self._services)

    def _act(self, action: Action) -> None:
        match action:
            case Action.ENTER_TOKEN | Action.REPLACE_TOKEN:
                self._ask_token()
            case Action.SIGN_IN:
                self._ask_token()
                self.token_dialog().sign_in_again()
            case Action.CONFIRM_ADDRESS:
                # The answer is given beside the address that it is for: another profile may be open by now.
                self._ask_token()
                self.token_dialog().check()
            case Action.HOLD_TOKEN:
                self._ask_token()
                self.token_dialog().hold()
            case Action.EDIT_PROFILE:
                self.edit_profile()
            case Action.CHANGE_SITE:
                self.edit_profile()
                self._form.values.fields["site"].take_focus()

    # the pages

    def new_profile(self) -> None:
        """Begin an empty form."""
        if self._practice_refuses():
            return
        self._give_up_form()
        self._form.edit(None)
        self._window.show_page(self._form)
        self._show_example()
        self._form.values.fields["name"].take_focus()

    def edit_profile(self) -> None:
        """Begin the form with the open profile, shown where IT has set it; without one, ask how to begin."""
        profile = self._state.profile
        if profile is None:
            self._window.show_page(self._welcome())
            return
        if self._practice_refuses():
            return
        self._give_up_form()
        note = self._tokens.note(profile.token)
        if profile.read_only:
            self._form.show_read_only(profile, note)
        else:
            self._form.edit(profile, note)
        fact = self._services.store.channels.request_size(profile.channel)
        if fact is not None and fact.size < profile.pace.batch_size:
            self._form.values.pace_fields.show_found(fact.size, fact.found_at.date())
        self._show_example()
        self._window.show_page(self._form)

    def _show_example(self) -> None:
        last = next((row for row in reversed(list(self._document.sheet)) if row.source is Source.SCANNED), None)
        self._form.values.part_rule_fields.set_example(last.arrived if last is not None else "")

    def _use_saved(self) -> None:
        """Open what was saved, where the form is left by another way than its button."""
        was_in_front, self._form_in_front = self._form_in_front, self._form_page.is_in_front_of(self._window.pages)
        if was_in_front and not (self._form_in_front or self._form.saved.isHidden()):
            self.profile_ready.emit(self._form.edited)

    def _leave_form(self) -> None:
        nothing_yet = self._state.profile is None and not len(self._document.sheet)
        self._window.show_page(self._welcome() if nothing_yet else self._window.sheet_page)

    def _ask_token(self) -> None:
        if (profile := self._in_front) is not None and not self._practice_refuses():
            self.token_dialog().ask(profile)

    def _why_no_profile(self) -> Message | None:
        return None if self._in_front is not None else Message.of("nothing.no_profile")

    @property
    def _in_front(self) -> Profile | None:
        """The profile that the form has saved, until it is open; else the open one."""
        form = self._form_page.made
        return (form.kept if form is not None else None) or self._state.profile

    def _practice_refuses(self) -> bool:
        """Tell whether this is practice, which goes to its own channel by its own token, and say so."""
        if self._services.practice:
            self._window.notices.show_answer(Message.of("practice.fixed"))
        return self._services.practice

    # files

    def import_profile(self) -> None:
        """Ask for the file from IT, and use its profile."""
        if self._practice_refuses():
            return
        if self._run_is_on():
            self._window.notices.show_error(BadInput("profile.run_is_on"))
            return
        from bindtool.gui.common.util.file_dialogs import open_file

        open_file(self._window, self._texts, "files.open_profile", "files.profiles", self._import)

    def _import(self, path: Path) -> None:
        try:
            profile = self._services.repository.import_file(path)
        except BindtoolError as error:
            self._window.notices.show_error(error)
            return
        self.profile_ready.emit(profile)

    def _export_profile(self) -> None:
        profile = self._in_front
        if profile is not None:
            from bindtool.gui.common.util.file_dialogs import save_file

            save_file(
                self._window,
                self._texts,
                "files.export_profile",
                "files.profiles",
                f"{profile.name}.toml",
                lambda path: self._export(profile, path),
            )

    def _export(self, profile: Profile, path: Path) -> None:
        try:
            export_profile(profile, path, self._services.folder)
        except BindtoolError as error:
            self._window.notices.show_error(error)

    # the form

    def _start_to_save(self, profile: Profile, clean: CleanToken | None) -> None:
        if self._run_is_on() and not profile.read_only:
            # Kept now, it could not be opened: the form would say "Saved", and scans go by the values of before.
            self._form.show_problem(BadInput("profile.run_is_on"))
            return
        self._obstacle = None
        self._form_work = self._services.tasks.start(self._save(profile, clean))

    async def _save(self, profile: Profile, clean: CleanToken | None) -> None:
        self._form.show_busy(self._texts("set_up.saving"))
        try:
            if not profile.read_only:
                repository = self._services.repository
                (repository.add if self._form.edited is None else repository.replace)(profile)
            self._form.show_saved()
            if clean is not None:
                await self._tokens.store(profile, clean.token, None)
                self._form.show_saved(self._tokens.note(profile.token))
            if not self._tokens.has(profile.token):
                raise TokenMissing("token.missing", name=profile.token)
            self._form.show_busy(self._texts("set_up.checking"))
            found = await self._tokens.check(profile, self._window.notices.show_error)
        except BindtoolError as error:
            self._form.show_problem(error)
            if isinstance(error, PasswordStoreError) and not isinstance(error, TokenMissing):
                # The token dialog offers what to do: try again, or hold a token until bindtool closes.
                self.token_dialog().ask(profile)
                self.token_dialog().show_problem(error)
            return
        if isinstance(found, NeverSent):
            # Asked once more as soon as somebody has entered the log-in for it.
            self._obstacle, self._ask_again = found, partial(self._start_to_save, profile, None)
            self._form.show_reply(obstacle_reply(self._texts, found, profile.who_to_ask))
        else:
            self._form.show_check(found)

    # the log-in of a proxy, which may keep questions from leaving

    def _enter_proxy_login(self) -> None:
        if self._obstacle is not None:
            self._services.proxy_logins.request(self._obstacle)

    def _go_on_with_login(self) -> None:
        if self._obstacle is not None and self._form_page.is_visible:
            self._ask_again()

    # waiting

    def _give_up_form(self) -> None:
        """End what is done for the form; what is saved stays saved."""
        self._obstacle = None
        if self._form_work is not None:
            self._form_work.cancel()

    def _say_waiting(self) -> None:
        # A run asks the password store too, and the form may stand beside it.
        if self._form_page.is_visible and self._form_work is not None and not self._form_work.done():
            self._form.show_busy(self._texts("token_panel.waiting"))
