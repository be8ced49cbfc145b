"""The window's composition root: creates all objects with their dependencies, runs the loop, and closes in order.

`start` calls it after the first frame.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QTimer

from bindtool.app.application import Application
from bindtool.app.database import Maintenance
from bindtool.app.fault_reports import FaultReports
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.app.shutdown_requests import ShutdownRequests
from bindtool.app.splash import KeyBuffer
from bindtool.core.common.atomic_files import write_atomically
from bindtool.core.common.clock import Clock, SystemClock
from bindtool.core.common.data_folder import DataFolder, KnownFile, machine_profiles
from bindtool.core.common.errors import BindtoolError, FolderInUse, StoreFailed
from bindtool.core.credentials.access_token import ENVIRONMENT_TOKEN, AccessToken, EnvironmentToken
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.diagnostics.log_file import logging_to
from bindtool.core.diagnostics.version import this_version
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile_toml import EXTENSION, to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.store import Store
from bindtool.display_check import other_programs_libraries
from bindtool.gui.common.audio.cues import MutableSounds, Silence, Sounds
from bindtool.gui.common.audio.player import SoundPlayer
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.util.settings import set_qt_language, settings_in
from bindtool.gui.common.util.throttle import cancel_below
from bindtool.gui.handoff import HandoffService
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.network.login_service import ProxyLoginService
from bindtool.gui.scanners.serial_reader import SILENT_READS
from bindtool.gui.scanners.serial_scanner import SerialScanner
from bindtool.gui.services import Services
from bindtool.gui.shared_ledger import SharedLedgerService
from bindtool.gui.tokens.service import TokenService
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from bindtool.core.credentials.secret import Password
    from bindtool.core.credentials.token_store import PasswordStore, TokenStore
    from bindtool.core.network.proxy import Proxy, ProxyLogin
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.shared_ledger.sync_thread import News, SyncStatus
    from bindtool.gui.shared_ledger import Open
    from bindtool.i18n.catalogue import Texts

    OpenProxies = Callable[[Callable[[Proxy], ProxyLogin | None], Callable[[Proxy, ProxyLogin], None]], Proxies]
    "Takes two callbacks: one finds the login entered for a proxy, the other is told of a refused login."


def open_tokens(token: EnvironmentToken | None, secrets: KnownSecrets) -> TokenStore:
    """Return the system's password store, or instead a store of the environment's token.

    `secrets`: records the store's secrets.

    Raises:
        BadInput: the environment's token is invalid.
    """
    from bindtool.core.credentials.keyring_store import KeyringStore
    from bindtool.core.credentials.token_store import FixedStore

    return KeyringStore(secrets=secrets) if token is None else FixedStore(token.token(), ENVIRONMENT_TOKEN)


def open_passwords() -> PasswordStore:
    """Return the system's password store."""
    from bindtool.core.credentials.keyring_store import KeyringStore

    return KeyringStore()


logger = logging.getLogger(__name__)

EXIT_UNUSABLE = 2

_AFTER_FIRST_SCAN = 50
"""Milliseconds for an early scan to reach the disk."""

_AFTER_FIRST_PAINT = 500
"""Milliseconds until modules not needed for the first frame are loaded."""


def _start_practice() -> None:
    """Open practice mode in a process of its own: it has its own data folder."""
    from PySide6.QtCore import QProcess

    command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "bindtool"]
    QProcess.startDetached(command[0], [*command[1:], "--practice"])


def open_page(address: str) -> bool:
    """Open a URL in the user's browser, a file or a folder in its program; return whether there is one."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    with other_programs_libraries():
        return QDesktopServices.openUrl(QUrl(address))


@dataclass(frozen=True, slots=True)
class Supplies:
    """The dependencies of a window that differ in practice mode and in tests.

    `open_token_store` opens the token store on first use, in a thread of its own; `token_is_given`: that store has
    a token for every name. `open_passwords` opens the store of the passwords of ledgers and proxies, in threads
    other than the window's. `open_proxies`: creates the proxies for a site. `start_practice` opens practice mode in
    another process; `sounds` plays the cues. `silent_reads`: the number of empty reads after which a serial scanner
    that has begun a line is reported to send no line end (`gui.scanners.serial_reader.SerialReader`). `open_page`:
    opens a URL in the user's browser; returns whether there is one. `secrets`: records the tokens and passwords
    read, to redact them in the log.
    """

    repository: ProfileRepository
    open_token_store: Callable[[], TokenStore]
    token_is_given: bool = False
    clock: Clock = field(default_factory=SystemClock)
    open_passwords: Callable[[], PasswordStore] = open_passwords
    open_proxies: OpenProxies = Proxies.of_this_system
    start_practice: Callable[[], None] = _start_practice
    sounds: Sounds = field(default_factory=Silence)
    silent_reads: int = SILENT_READS
    open_page: Callable[[str], bool] = open_page
    secrets: KnownSecrets = field(default_factory=KnownSecrets)


def run(
    app: QApplication,
    texts: Texts,
    folder: DataFolder,
    lock: KnownFile,
    window: MainWindow,
    token: EnvironmentToken | None,
    secrets: KnownSecrets,
    *,
    practice: bool,
) -> int:
    """Run the window on the data in `folder`, locked by this process, and return when it has been closed.

    `lock`: the folder's lock file. `secrets`: records the secrets that are read.

    Raises:
        StoreFailed: the database can't be used, or the user wants to recover it.
    """

    async def work(keys: KeyBuffer) -> None:
        async with AsyncExitStack() as stack:
            stack.enter_context(logging_to(folder.logs, secrets))
            stack.callback(logger.info, "bindtool ends")
            faults = FaultReports(window, folder.logs, secrets)
            stack.enter_context(faults.hooked())
            if practice:
                supplies = _practice(folder, stack)
            else:
                supplies = Supplies(
                    ProfileRepository(folder.profiles, machine_profiles(os.environ)),
                    lambda: open_tokens(token, secrets),
                    token_is_given=token is not None,
                )
            speakers = SoundPlayer()
            stack.callback(speakers.close)
            supplies = replace(supplies, sounds=speakers, secrets=secrets)
            application = build(texts, folder, supplies, stack, lock, window, faults, practice=practice)
            maintenance = Maintenance(application, folder, application.services.store)
            stack.push_async_callback(maintenance.close)
            closed = asyncio.Event()
            window.closed.connect(closed.set)
            # An early scan has no sheet before this.
            await application.controller.begin()
            window.setUpdatesEnabled(True)
            # Repaint before passing the keys on: its duration must not split a scan in two.
            window.repaint()
            keys.give()
            later = QTimer(singleShot=True, interval=_AFTER_FIRST_SCAN)
            stack.callback(later.stop)
            later.timeout.connect(lambda: _listen(folder, window, stack))
            later.timeout.connect(maintenance.begin)
            later.timeout.connect(application.services.handoffs.begin)
            later.start()
            QTimer.singleShot(_AFTER_FIRST_PAINT, speakers.warm_up)
            QTimer.singleShot(_AFTER_FIRST_PAINT, lambda: theme.show_focus(app))
            if window.isVisible():
                await closed.wait()
        if maintenance.wanted is not None:
            raise maintenance.wanted

    loop = QtAsyncioLoop(app)
    # Until the very end: an ending session waits until everything is written.
    with loop, closing(ShutdownRequests(app, window.close_unasked)), KeyBuffer(window) as keys:
        loop.run_until_complete(work(keys))
    return 0


def explain(app: QApplication, texts: Texts, folder: DataFolder, error: BindtoolError) -> int | None:
    """Display why the window can't open; if another window is open, bring it to the front.

    Returns:
        The exit status; None if the window can open now: the other has closed, or the database was recovered.
    """
    # Not needed if the window opens.
    from bindtool.app.single_instance import OtherStart, raise_or_outwait

    # A window on another account's desktop can't be seen here.
    if isinstance(error, FolderInUse) and error.id == "folder.in_use":
        # Else this start's splash screen would stay in front of the other window.
        app.processEvents()
        try:
            other = raise_or_outwait(folder)
        except StoreFailed as failure:
            other, error = OtherStart.STAYS, failure
        if other is not OtherStart.STAYS:
            return 0 if other is OtherStart.RAISED else None
    set_qt_language(texts.language)
    loop = QtAsyncioLoop(app)
    with loop:
        status: int | None = loop.run_until_complete(_explain(texts, folder, error))
    return status


async def _explain(texts: Texts, folder: DataFolder, error: BindtoolError) -> int | None:
    # Not needed if the window opens.
    from bindtool.app.database import offer_recovery, recover, show_error

    if error.id != "store.damaged":
        await show_error(texts, error)
        return EXIT_UNUSABLE
    if not await offer_recovery(texts, error):
        return EXIT_UNUSABLE
    try:
        await recover(texts, folder, SystemClock())
    except BindtoolError as failure:
        await show_error(texts, failure)
        return EXIT_UNUSABLE
    return None


def _listen(folder: DataFolder, window: MainWindow, stack: AsyncExitStack) -> None:
    """Listen for later starts and installers until `stack` ends."""
    # Its Qt modules would delay the first scan.
    from bindtool.app.single_instance import SingleInstance

    first = SingleInstance(folder.path, window.close_unasked)
    stack.callback(first.close)
    first.called.connect(window.come_to_front)


def build(
    texts: Texts,
    folder: DataFolder,
    supplies: Supplies,
    stack: AsyncExitStack,
    lock: KnownFile | None = None,
    window: MainWindow | None = None,
    faults: FaultReports | None = None,
    *,
    practice: bool = False,
) -> Application:
    """Build a window on the data in `folder`, locked by this process; `stack` closes it.

    `lock`: the folder's lock file. `window`: an open window without a controller. `faults`: receives exceptions of
    its tasks.

    Then await `begin` of its controller, and show the window.

    Raises:
        StoreFailed: the database can't be used.
    """
    if window is None:
        set_qt_language(texts.language)
        shown = MainWindow(texts, practice=practice)
        shown.build_ui()
    else:
        shown = window
    clock, version = supplies.clock, this_version(asset(), PySide6.__version__)
    logger.info(
        "bindtool %s starts: the window%s (commit %s, Qt %s, Python %s, %s)",
        *(version.bindtool, " in practice mode" if practice else "", version.commit or "-", version.qt),
        *(version.python, sys.platform),
    )
    store = stack.enter_context(Store(folder.database, clock, lock, folder.copies))
    # Once the store is closed, widgets that read it must not repaint.
    stack.callback(cancel_below, shown)
    reports = faults or FaultReports(shown, folder.logs, supplies.secrets)

    def show_error(error: Exception) -> None:
        """Show the user an error raised by a task of the window."""
        if isinstance(error, BindtoolError):
            shown.notices.show_error(error)
        else:
            reports.note("a task of the window has failed", error)

    tasks = BackgroundTasks(show_error)
    stack.push_async_callback(tasks.close)
    proxy_logins = ProxyLoginService(supplies.open_passwords)

    def find_login(proxy: Proxy) -> ProxyLogin | None:
        # Loaded with the first proxy.
        from bindtool.core.network.stored_logins import noting

        return noting(proxy_logins.find, supplies.secrets)(proxy)

    proxies = supplies.open_proxies(find_login, proxy_logins.mark_refused)
    # Connected first: the other slots retry.
    proxy_logins.entered.connect(proxies.forget_refusals)
    tokens = TokenService(
        supplies.open_token_store,
        TokenMetadataFile(folder.token_metadata),
        clock,
        proxies,
        secrets=supplies.secrets,
        known=supplies.token_is_given,
    )
    ledger = SharedLedgerService(_ledgers(store, supplies))
    stack.callback(ledger.close)
    settings = settings_in(folder.path)
    serial = SerialScanner(None, settings, silent_reads=supplies.silent_reads)
    stack.callback(serial.close)
    services = Services(
        supplies.repository,
        store,
        tokens,
        settings,
        clock,
        proxies,
        proxy_logins,
        tasks,
        version,
        folder,
        supplies.start_practice,
        practice,
        LearnedRules(folder.learned_rules),
        MutableSounds(supplies.sounds, settings),
        serial,
        ledger,
        supplies.open_page,
        HandoffService(store, supplies.repository, tasks, texts),
    )
    return Application(shown, texts, services)


def _ledgers(store: Store, supplies: Supplies) -> Open:
    """Return the function that opens a profile's shared ledger."""

    def opened(profile: Profile, news: News, changed: Callable[[SyncStatus], None]) -> SharedLedger | None:
        if not (profile.ledger or profile.shared_folder):
            return None
        # Imported only for a profile with a ledger.
        import platform

        from bindtool.core.shared_ledger.ledger import Bench, open_ledger

        def read_password(name: str) -> Password:
            password = supplies.open_passwords().read_password(name)
            supplies.secrets.note(password)
            return password

        bench = Bench(store.benches, platform.node(), supplies.clock)
        return open_ledger(profile, supplies.repository.profiles, bench, read_password, news, changed)

    return opened


def _practice(folder: DataFolder, stack: AsyncExitStack) -> Supplies:
    """Return the practice channel: a server on this computer, a read-only profile, a well-known token."""
    from bindtool.core.credentials.token_store import FixedStore
    from bindtool.practice import channel
    from bindtool.practice.server import PracticeServer

    server = stack.enter_context(PracticeServer())
    machine = folder.practice_channel
    machine.mkdir(exist_ok=True)
    write_atomically(machine / f"practice{EXTENSION}", to_toml(channel.practice_profile(server.site)).encode())

    store = FixedStore(AccessToken(channel.TOKEN), "practice")
    return Supplies(ProfileRepository(folder.profiles, machine), lambda: store, token_is_given=True)
