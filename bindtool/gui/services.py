"""The services that the controllers of a window share: the store, the tokens, the clock and others.

Made by `app.composition`; a change of language keeps them.
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
    """What the controllers share, handed in by `app`.

    `settings` remembers the profile that was open last; `folder` is where the program's files lie, which no file
    that a person saves may replace. `practise` starts bindtool once more in practice mode; `practice`: this is it.
    `proxies`: those on the way to a site. `open_page`: opens an address in the person's browser, that of a file
    or a folder in its program; tells whether there is one.
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
