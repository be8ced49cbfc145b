"""Saves the support bundle: chooses its run, if any, collects its contents, and asks for its path.

`core.diagnostics.support_bundle` has the file's format; it is created and written in a thread.
"""

from __future__ import annotations

import asyncio
import platform
from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BindtoolError, TokenMissing
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import write_output
from bindtool.core.credentials.redaction import Redaction
from bindtool.core.diagnostics.log_file import log_files
from bindtool.core.diagnostics.route_taken import find_route
from bindtool.core.diagnostics.support_bundle import SupportBundle, support_zip
from bindtool.gui.common.util.file_dialogs import save_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts

TIMEOUT = 3.0
"""Seconds to wait for the password store, which may show an unexpected password prompt, and for the network
settings.
"""


class SupportBundleController(QObject):
    """Saves the facts support needs about a run, and shows the file's path.

    Args:
        timeout: seconds to wait for the password store and for the network settings.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        services: Services,
        table: SheetTableView,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._table = table
        self._document = document
        self._services = services
        self._state = services.state
        self._timeout = timeout
        window.actions_["save_support"].triggered.connect(self.save)

    def save(self) -> None:
        """Ask for a path, and save: the last run with a selected row, else the sheet's last run, if any."""
        head, profile = self._document.head, self._state.profile
        if head is None:
            # The window is still opening its first sheet.
            return
        selected = self._table.selected_numbers()
        name = self._texts(
            "files.support_name",
            profile=self._texts.name(profile.name) if profile is not None else "",
            time=f"{self._services.clock.now():%Y-%m-%d %H%M}",
        )
        save_file(
            self._window,
            self._texts,
            "files.save_support",
            "files.archives",
            f"{' '.join(name.split())}.zip",
            lambda path: self._services.tasks.start(
                self._save_to(path, head.sheet_id, selected, profile), to_its_end=True
            ),
        )

    async def _save_to(self, path: Path, sheet_id: int, selected: Sequence[int], profile: Profile | None) -> None:
        redaction, checked = await self._redaction(profile)
        versions = {
            **asdict(self._services.version),
            "system": platform.platform(),
            "password_store": await self._password_store(),
        }
        network = await self._network(profile)
        store, folder, clock = self._services.store, self._services.folder, self._services.clock

        def save() -> None:
            run = store.runs.last(sheet_id, selected) or store.runs.last(sheet_id)
            # If nothing could be sent yet, versions, log and network show why.
            requests = store.runs.requests(run.run_id) if run is not None else ()
            bundle = SupportBundle(requests, versions, profile, log_files(folder.logs), network)
            write_output(path, support_zip(bundle, redaction, clock.now()), folder)

        try:
            await asyncio.to_thread(save)
        except BindtoolError as error:
            self._window.notices.show_error(error)
            return
        words = "files.support_saved" if checked else "files.support_unchecked"
        self._window.notices.show_answer(Message.of(words, file=str(path)))

    async def _redaction(self, profile: Profile | None) -> tuple[Redaction, bool]:
        """Return the redaction for the token, and whether it knows the token.

        Otherwise it recognises tokens by their form, and answers were redacted on arrival.
        """
        if profile is None:
            return Redaction([]), True
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._services.tokens.find(profile)
                return Redaction([found.token, *found.secrets]), True
        except TokenMissing:
            return Redaction([]), True
        except (BindtoolError, TimeoutError):
            return Redaction([]), False

    async def _network(self, profile: Profile | None) -> Mapping[str, str | int | list[str]]:
        """Return the known facts about the route to the profile's site; queries only the system."""
        if profile is None:
            return {}
        try:
            async with asyncio.timeout(self._timeout):
                return (
                    await find_route(profile.channel.origin, self._services.proxies, self._services.clock)
                ).record
        except TimeoutError:
            return {"fault": "did not answer"}

    async def _password_store(self) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._services.tokens.describe()
        except BindtoolError as error:
            return error.id
        except TimeoutError:
            return "did not answer"
