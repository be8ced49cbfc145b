"""Opens the profile form and the token dialog, imports and exports profiles.

`core.profiles.repository` stores profiles. `main_window.controller` opens another profile.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.binding.advice import Action
from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.profiles.repository import export_profile
from bindtool.gui.common.widgets.on_demand import OnDemand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.profiles.form_page import ProfileFormPage
    from bindtool.gui.profiles.token_dialog import TokenDialog
    from bindtool.gui.profiles.welcome_page import WelcomePage
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

    _Place = tuple[QWidget, Profile | None]
    """The current page, and the open profile."""


class ProfileController(QObject):
    """Sets up profiles and tokens on the user's request.

    Args:
        run_is_on: returns whether a run is active, which uses the open profile to its end.
        open_profile: opens a saved profile.
        token_came: called when the open profile has got a first or another token.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        services: Services,
        welcome: OnDemand[WelcomePage],
        run_is_on: Callable[[], bool],
        open_profile: Callable[[Profile], object],
        token_came: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._services = services
        self._state = services.state
        self._welcome = welcome
        self._run_is_on = run_is_on
        self._open_profile = open_profile
        self._token_came = token_came
        self.form = OnDemand(self._make_form)
        self.token_dialog = OnDemand(self._make_token_dialog)
        window.notices.acted.connect(self._act)
        window.actions_["token"].triggered.connect(self._ask_token)
        for name, act in (
            ("edit_profile", self.edit_profile),
            ("new_profile", self.new_profile),
            ("open_profile", self.import_profile),
        ):
            window.actions_[name].triggered.connect(act)
        window.actions_["export_profile"].triggered.connect(self._export_profile)
        welcome.when_made(self._listen_to_welcome)

    def _listen_to_welcome(self, welcome: WelcomePage) -> None:
        welcome.open_file_requested.connect(self.import_profile)
        welcome.by_hand_requested.connect(self.new_profile)

    def _make_form(self) -> ProfileFormPage:
        from bindtool.gui.profiles.form_page import ProfileFormPage

        page = ProfileFormPage(
            self._window, self._texts, self._document, self._services, self.token_dialog, self._run_is_on,
            self._form_left,
        )  # fmt: skip
        self._window.pages.addWidget(page)
        return page

    def _make_token_dialog(self) -> TokenDialog:
        from bindtool.gui.profiles.token_dialog import TokenDialog

        return TokenDialog(self._window, self._texts, self._services, self._token_came)

    def _act(self, action: Action) -> None:
        match action:
            case Action.ENTER_TOKEN | Action.REPLACE_TOKEN:
                self._ask_token()
            case Action.SIGN_IN:
                self._ask_token()
                self.token_dialog().sign_in_again()
            case Action.CONFIRM_ADDRESS:
                # Confirmed in the dialog, beside the address: another profile may be open by now.
                self._ask_token()
                self.token_dialog().check()
            case Action.HOLD_TOKEN:
                self._ask_token()
                self.token_dialog().hold()
            case Action.EDIT_PROFILE:
                self.edit_profile()
            case Action.CHANGE_SITE:
                self.edit_profile()
                self.form().values.fields["site"].take_focus()

    # pages

    def show_welcome(self) -> None:
        """Show the welcome page; existing scans are kept."""
        page = self._welcome()
        page.show_kept(len(self._document.sheet))
        self._window.show_page(page)

    def new_profile(self) -> None:
        """Open an empty form."""
        if not self._practice_refuses():
            self.form().begin(None)

    def edit_profile(self) -> None:
        """Open the form with the open profile; without one, show the welcome page."""
        profile = self._state.profile
        if profile is None:
            self.show_welcome()
        elif not self._practice_refuses():
            self.form().begin(profile)

    def _form_left(self, saved: Profile | None) -> None:
        if saved is not None:
            self._open_profile(saved)
        else:
            nothing_yet = self._state.profile is None and not len(self._document.sheet)
            if nothing_yet:
                self.show_welcome()
            else:
                self._window.show_page(self._window.sheet_page)

    def _ask_token(self) -> None:
        if (profile := self._in_front()) is not None and not self._practice_refuses():
            self.token_dialog().ask(profile)

    def _in_front(self) -> Profile | None:
        """Return the profile saved in the form but not opened yet, else the open one; if there is none, say so."""
        why_none = self.why_no_profile()
        if why_none is not None:
            self._window.notices.show_answer(why_none)
        return self._kept or self._state.profile

    def why_no_profile(self) -> Message | None:
        """Return why there is no profile to act on; None with a profile, open or just saved in the form."""
        return None if self._kept or self._state.profile else Message.of("nothing.no_profile")

    @property
    def _kept(self) -> Profile | None:
        return self.form.made.kept if self.form.made is not None else None

    def _practice_refuses(self) -> bool:
        """Return whether this is practice mode, which has a fixed channel and token, and say so."""
        if self._services.practice:
            self._window.notices.show_answer(Message.of("practice.fixed"))
        return self._services.practice

    # files

    def import_profile(self) -> None:
        """Ask for IT's file, and use its profile."""
        if self._practice_refuses():
            return
        if self._run_is_on():
            self._window.notices.show_error(BadInput("profile.run_is_on"))
            return
        from bindtool.gui.common.util.file_dialogs import open_file

        open_file(
            self._window,
            self._texts,
            "files.open_profile",
            "files.profiles",
            lambda path: self._services.tasks.start(self._import(path, self._place)),
        )

    async def _import(self, path: Path, place: _Place) -> None:
        """Read a profile in a thread, since a share may hang; use it if page and open profile are unchanged."""
        try:
            profile = await asyncio.to_thread(self._services.repository.read_file, path)
            if self._run_is_on():
                raise BadInput("profile.run_is_on")
            if self._place != place:
                raise BadInput("profile.not_opened", name=profile.name)
            self._services.repository.add(profile)
        except BindtoolError as error:
            self._window.notices.show_error(error)
        else:
            self._open_profile(profile)

    @property
    def _place(self) -> _Place:
        return self._window.page, self._state.profile

    def _export_profile(self) -> None:
        profile = self._in_front()
        if profile is not None:
            from bindtool.gui.common.util.file_dialogs import save_file

            save_file(
                self._window,
                self._texts,
                "files.export_profile",
                "files.profiles",
                f"{profile.name}.toml",
                lambda path: self._services.tasks.start(self._export(profile, path), to_its_end=True),
            )

    async def _export(self, profile: Profile, path: Path) -> None:
        try:
            await asyncio.to_thread(export_profile, profile, path, self._services.folder)
        except BindtoolError as error:
            self._window.notices.show_error(error)
        else:
            self._window.notices.show_answer(Message.of("files.profile_saved", file=str(path)))
