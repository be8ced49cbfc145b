"""The look at this laptop: everything that has to work is examined, beside the window's thread, and shown.

Owns that task. What is looked at is for `core.laptop`, how it is shown for the panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BindtoolError
from bindtool.gui.common.util.background_tasks import requests_loaded
from bindtool.wording import site_words

if TYPE_CHECKING:
    import asyncio

    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.diagnostics.version import Version
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.util.background_tasks import Tasks
    from bindtool.gui.support.laptop_check_part import LaptopCheck
    from bindtool.gui.tokens.service import TokenDesk


class LaptopChecking(QObject):
    """Looks at this laptop for the open profile."""

    def __init__(self, panel: LaptopCheck, tokens: TokenDesk, clock: Clock, tasks: Tasks, version: Version) -> None:
        super().__init__(panel)
        self._panel = panel
        self._tokens = tokens
        self._clock = clock
        self._tasks = tasks
        self._version = version
        self._profile: Profile | None = None
        self._work: asyncio.Task[None] | None = None
        panel.check_wanted.connect(self._start)
        panel.cancel_wanted.connect(self._give_up)

    def begin(self, profile: Profile) -> None:
        """Open the panel and look; binds nothing."""
        self._profile = profile
        self._panel.show()
        self._panel.raise_()
        self._panel.activateWindow()
        self._start()

    def _start(self) -> None:
        if self._profile is not None:
            self._work = self._tasks.start(self._look(self._profile))

    async def _look(self, profile: Profile) -> None:
        self._panel.show_checking(profile.name, site_words(profile.site))
        await requests_loaded()
        from bindtool.core.diagnostics.workstation_check import look_at

        token = await self._token(profile)
        findings = await look_at(profile, token, await self._keyring(), self._clock)
        about = f"bindtool {self._version.bindtool}, {profile.name}, {self._clock.now():%Y-%m-%d %H:%M %z}"
        self._panel.show_findings(findings, about)

    async def _token(self, profile: Profile) -> AccessToken | BindtoolError:
        try:
            return await self._tokens.read(profile)
        except BindtoolError as error:
            return error

    async def _keyring(self) -> str | BindtoolError:
        try:
            return await self._tokens.describe()
        except BindtoolError as error:
            return error

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()
        self._panel.show_stopped()
