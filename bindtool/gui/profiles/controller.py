"""Saves, changes and imports profiles; stores, checks and forgets tokens.

Does what the profile form and the token dialog ask for. Profiles are kept by `core.profiles.repository`, and
every call of the password store goes through `tokens.service`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.errors import BindtoolError, PasswordStoreError, TokenMissing

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine
    from datetime import date
    from pathlib import Path

    from bindtool.core.credentials.access_token import AccessToken, CleanToken
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.profiles.repository import ProfileRepository
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.profiles.form_page import ProfileFormPage
    from bindtool.gui.tokens.dialog import TokenDialog
    from bindtool.gui.tokens.service import TokenService
    from bindtool.i18n.catalogue import Texts


class ProfileController(QObject):
    """Sets up profiles and tokens.

    Signals:
        profile_ready(profile): it is saved, and the form is closed.
        token_ready(): the profile has got a token, or another one.
        failed(error): a file could not be imported, or a token kept (`BindtoolError`).
    """

    profile_ready = Signal(object)
    token_ready = Signal()
    failed = Signal(object)

    def __init__(
        self,
        texts: Texts,
        form: ProfileFormPage,
        panel: TokenDialog,
        repository: ProfileRepository,
        tokens: TokenService,
        tasks: BackgroundTasks,
    ) -> None:
        super().__init__(form)
        self._texts = texts
        self._form = form
        self._panel = panel
        self._repository = repository
        self._tokens = tokens
        self._tasks = tasks
        self._work: asyncio.Task[None] | None = None
        self._profile: Profile | None = None
        form.save_requested.connect(lambda profile, clean: self._start(self._save(profile, clean)))
        form.stop_requested.connect(self._give_up)
        form.done.connect(lambda: self.profile_ready.emit(form.edited))
        panel.store_requested.connect(
            lambda token, last_day: self._start_for_token(lambda profile: self._store(profile, token, last_day))
        )
        panel.memory_requested.connect(self._hold)
        panel.forget_requested.connect(lambda: self._start_for_token(self._forget))
        panel.check_requested.connect(lambda: self._start_for_token(self._check))
        panel.settle_requested.connect(lambda: self._start_for_token(self._settle))
        panel.cancel_requested.connect(self._give_up)
        tokens.waiting.connect(self._say_waiting)

    def new(self) -> None:
        """Begin an empty form."""
        self._form.edit(None)

    def edit(self, profile: Profile) -> None:
        """Begin the form with a profile; one that IT has set is shown."""
        note = self._tokens.note(profile.token)
        if profile.read_only:
            self._form.show_read_only(profile, note)
        else:
            self._form.edit(profile, note)

    def import_file(self, path: Path) -> None:
        """Add the profile of a file from IT and use it."""
        try:
            profile = self._repository.import_file(path)
        except BindtoolError as error:
            self.failed.emit(error)
            return
        self.profile_ready.emit(profile)

    def ask_token(self, profile: Profile) -> None:
        """Open the dialog for a profile's token."""
        self._profile = profile
        name = profile.token
        self._panel.ask(profile, self._tokens.note(name), in_memory=self._tokens.in_memory(name))
        self._panel.open()

    def hold_token(self) -> None:
        """Let the dialog take a token that is held in memory only."""
        self._panel.hold()

    def settle(self, profile: Profile) -> None:
        """Keep a profile's token for its site, as a person has said."""
        self._profile = profile
        self._start_for_token(self._settle)

    # the form

    async def _save(self, profile: Profile, clean: CleanToken | None) -> None:
        self._form.show_busy(self._texts("set_up.saving"))
        try:
            self._save_profile(profile)
            self._form.show_saved()
            if clean is not None:
                await self._tokens.store(profile, clean.token, None)
                self._form.show_saved(self._tokens.note(profile.token))
            if not self._tokens.has(profile.token):
                raise TokenMissing("token.missing", name=profile.token)
            self._form.show_busy(self._texts("set_up.checking"))
            identity = await self._tokens.check(profile)
        except BindtoolError as error:
            self._form.show_problem(error)
            if isinstance(error, PasswordStoreError) and not isinstance(error, TokenMissing):
                # The token dialog offers what to do: try again, or hold a token until bindtool closes.
                self.ask_token(profile)
                self._panel.show_problem(error)
            return
        self._form.show_check(identity)

    def _save_profile(self, profile: Profile) -> None:
        if profile.read_only:
            return
        if self._form.edited is not None:
            self._repository.replace(profile)
        else:
            self._repository.add(profile)

    # the token panel: what goes wrong is shown there

    async def _store(self, profile: Profile, token: AccessToken, last_day: date | None) -> None:
        await self._tokens.store(profile, token, last_day)
        self._say_kept(profile.token)
        await self._check(profile)

    def _hold(self, token: AccessToken) -> None:
        if self._profile is not None:
            self._tokens.hold(self._profile, token)
            self._say_kept(self._profile.token)
            self._start_for_token(self._check)

    def _say_kept(self, name: str) -> None:
        note = self._tokens.note(name)
        if note is not None:
            self._panel.show_saved(note, in_memory=self._tokens.in_memory(name))
        self.token_ready.emit()

    async def _forget(self, profile: Profile) -> None:
        await self._tokens.forget(profile.token)
        self._panel.show_forgotten()

    async def _settle(self, profile: Profile) -> None:
        try:
            await self._tokens.settle(profile)
        except BindtoolError as error:
            if self._panel.isVisible():
                raise
            self.failed.emit(error)
            return
        self.token_ready.emit()
        if self._panel.isVisible():
            await self._check(profile)

    async def _check(self, profile: Profile) -> None:
        self._panel.show_checking()
        self._panel.show_check(await self._tokens.check(profile))

    # waiting

    def _start_for_token(self, work: Callable[[Profile], Coroutine[object, object, None]]) -> None:
        if self._profile is not None:
            self._start(self._showing_problems(work(self._profile)))

    async def _showing_problems(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except BindtoolError as error:
            self._panel.show_problem(error)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        self._work = self._tasks.start(work)

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _say_waiting(self) -> None:
        if self._panel.isVisible():
            self._panel.show_waiting()
        elif self._form.isVisible():
            self._form.show_busy(self._texts("token_panel.waiting"))
