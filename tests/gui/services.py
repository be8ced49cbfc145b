"""A window's services, without the window: no token, no sound, nothing set up."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import cast

from PySide6.QtCore import QSettings

from bindtool.core.common.clock import Clock
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile
from bindtool.core.diagnostics.version import this_version
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.store import Store
from bindtool.gui.common.audio.cues import MutableSounds, Silence
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.handoff import HandoffService
from bindtool.gui.network.login_service import ProxyLoginService
from bindtool.gui.scanners.serial_scanner import SerialScanner
from bindtool.gui.services import Services
from bindtool.gui.shared_ledger import SharedLedgerService
from bindtool.gui.tokens.service import TokenService
from bindtool.i18n.catalogue import Texts
from bindtool.resource_paths import asset
from tests.gui.clocks import HandClock
from tests.memory_store import MemoryStore


def services_on(store: Store, clock: Clock, tasks: BackgroundTasks, folder: Path) -> Services:
    """Return the services of a window with its files in `folder`."""
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    proxies = Proxies.of_this_system()
    repository = ProfileRepository(folder / "profiles", folder / "machine")
    return Services(
        repository,
        store,
        TokenService(MemoryStore, TokenMetadataFile(folder / "tokens.toml"), clock, proxies),
        settings,
        clock,
        proxies,
        ProxyLoginService(MemoryStore),
        tasks,
        this_version(asset()),
        DataFolder(folder, folder / "machine"),
        lambda: None,
        practice=False,
        learnt=LearnedRules(folder / "scanner.toml"),
        sounds=MutableSounds(Silence(), settings),
        serial=SerialScanner(None, settings),
        ledger=SharedLedgerService(lambda *_: None),
        open_page=lambda _: True,
        handoffs=HandoffService(store, repository, tasks, Texts("en")),
    )


class KnownTokens(TokenService):
    """Tokens that consist of their metadata only: one, or none."""

    def __init__(self, *notes: TokenMetadata) -> None:
        proxies = Proxies.of_this_system()
        super().__init__(MemoryStore, TokenMetadataFile(Path("no folder")), HandClock(), proxies)
        self._known_notes = notes

    def note(self, name: str) -> TokenMetadata | None:
        """Return it."""
        return next(iter(self._known_notes), None)


class NothingHappens(BackgroundTasks):
    """Every task started runs for ever."""

    def start(self, work: Coroutine[object, object, object], *, to_its_end: bool = False) -> asyncio.Task[None]:
        """Start nothing."""
        work.close()
        return cast("asyncio.Task[None]", Future())


def services_at_rest() -> Services:
    """Return the services of a dialog that is only looked at: no sheet, no files, no loop."""
    return services_on(cast("Store", None), HandClock(), NothingHappens(print), Path("no folder"))
