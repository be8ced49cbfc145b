"""Opens the pages for profiles and tokens, with the open profile where there is one, and goes back to the sheet.

What is done on the pages is for `profiles.controller`, opening another profile for `main_window.controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.model.row import Source
from bindtool.core.profiles.repository import export_profile
from bindtool.gui.common.util.file_dialogs import open_file, save_file

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.binding.run_presenter import RunPresenter
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.profiles.controller import ProfileController
    from bindtool.gui.profiles.form_page import ProfileFormPage
    from bindtool.gui.profiles.welcome_page import WelcomePage
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts


class ProfileNavigation(QObject):
    """The form, the token panel and the welcome page, as a person asks for them."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        presenter: RunPresenter,
        document: SheetDocument,
        profile_controller: ProfileController,
        services: Services,
        welcome: WelcomePage,
        form: ProfileFormPage,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._presenter = presenter
        self._state = services.state
        self._document = document
        self._profile_controller = profile_controller
        self._services = services
        self._welcome = welcome
        self._form = form
        actions = window.actions_
        presenter.token_requested.connect(self._ask_token)
        presenter.settle_requested.connect(self._settle_token)
        presenter.memory_requested.connect(self._hold_token)
        presenter.profile_requested.connect(self.edit_profile)
        presenter.site_requested.connect(self._edit_site)
        welcome.open_file_requested.connect(self.import_profile)
        welcome.by_hand_requested.connect(self.new_profile)
        form.cancelled.connect(self._leave_form)
        actions["token"].triggered.connect(self._ask_token)
        actions["edit_profile"].triggered.connect(self.edit_profile)
        actions["export_profile"].triggered.connect(self._export_profile)

    def new_profile(self) -> None:
        """Begin an empty form."""
        self._profile_controller.new()
        self._window.show_page(self._form)
        self._show_example()
        self._form.values.fields["name"].take_focus()

    def edit_profile(self) -> None:
        """Begin the form with the open profile; without one, ask how to begin."""
        profile = self._state.profile
        if profile is None:
            self._window.show_page(self._welcome)
            return
        if self._services.practice:
            self._window.message_bar.show_line(Message.of("practice.fixed"))
            return
        self._profile_controller.edit(profile)
        fact = self._services.store.channels.request_size(profile.channel)
        if fact is not None and fact.size < profile.pace.batch_size:
            self._form.values.pace_fields.show_found(fact.size, fact.found_at.date())
        self._show_example()
        self._window.show_page(self._form)

    def _edit_site(self) -> None:
        self.edit_profile()
        self._form.values.fields["site"].take_focus()

    def _show_example(self) -> None:
        last = next((row for row in reversed(list(self._document.sheet)) if row.source is Source.SCANNED), None)
        self._form.values.part_rule_fields.set_example(last.arrived if last is not None else "")

    def _leave_form(self) -> None:
        nothing_yet = self._state.profile is None and not len(self._document.sheet)
        self._window.show_page(self._welcome if nothing_yet else self._window.sheet_page)

    def import_profile(self) -> None:
        """Ask for the file from IT, and use its profile."""
        opened = self._profile_controller.import_file
        open_file(self._window, self._texts, "files.open_profile", "files.profiles", opened)

    def _export_profile(self) -> None:
        profile = self._state.profile
        if profile is not None:
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
            self._window.message_bar.show_error(error)

    def _ask_token(self) -> None:
        if self._services.practice:
            self._window.message_bar.show_line(Message.of("practice.fixed"))
        elif self._state.profile is not None:
            self._profile_controller.ask_token(self._state.profile)

    def _settle_token(self) -> None:
        if self._state.profile is not None:
            self._profile_controller.settle(self._state.profile)

    def _hold_token(self) -> None:
        self._ask_token()
        self._profile_controller.hold_token()
