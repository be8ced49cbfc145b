"""The services shared by a window's controllers: the store, the tokens, the clock and others.

Created by `app.composition`; a change of language keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.gui.common.shell.session_state import InputModeService, SessionState
from bindtool.gui.common.theme.theme import Appearance, appearance

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QSettings

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.diagnostics.version import Version
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.learned_rules import LearnedRules
    from bindtool.core.profiles.repository import ProfileRepository
    from bindtool.core.store import Store
    from bindtool.gui.common.audio.cues import MutableSounds
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.handoff import HandoffService
    from bindtool.gui.network.login_service import ProxyLoginService
    from bindtool.gui.scanners.serial_scanner import SerialScanner
    from bindtool.gui.shared_ledger import SharedLedgerService
    from bindtool.gui.tokens.service import TokenService


@dataclass(frozen=True, slots=True)
class Services:
    """The services shared by the controllers, passed in by `app`.

    `settings` stores the last open profile; `folder` has the program's files, which no file saved by the user may
    replace. `practise` starts bindtool again in practice mode; `practice`: whether this is practice mode.
    `proxies`: finds the proxies for a site. `open_page`: opens a URL in the user's browser, or a file's or folder's
    URL in its program; returns whether there is one.
    """

    repository: ProfileRepository
    store: Store
    tokens: TokenService
    settings: QSettings
    clock: Clock
    proxies: Proxies
    proxy_logins: ProxyLoginService
    tasks: BackgroundTasks
    version: Version
    folder: DataFolder
    practise: Callable[[], None]
    practice: bool
    learnt: LearnedRules
    sounds: MutableSounds
    serial: SerialScanner
    ledger: SharedLedgerService
    open_page: Callable[[str], bool]
    handoffs: HandoffService
    appearance: Appearance = field(default_factory=appearance)
    state: SessionState = field(default_factory=SessionState)
    input_mode: InputModeService = field(default_factory=InputModeService)
