"""The window's composition root: builds every part, hands each what it needs, runs the loop, and ends in order.

Owns the wiring. What the parts do is theirs; a start without a window is `__main__`'s.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from bindtool import __version__
from bindtool.app.window_loop import WindowLoop
from bindtool.app.workplace import Workplace
from bindtool.core.access_token import ENVIRONMENT_TOKEN, take_environment_token
from bindtool.core.atomic import write_atomically
from bindtool.core.clock import SystemClock
from bindtool.core.datafolder import DataFolder, machine_profiles
from bindtool.core.errors import BindtoolError, FolderInUse, StoreFailed
from bindtool.core.learnt import LearntRules
from bindtool.core.logfile import log_to
from bindtool.core.profile_book import ProfileBook
from bindtool.core.profile_file import EXTENSION, to_toml
from bindtool.core.store import Store
from bindtool.core.token_notes import TokenNotes
from bindtool.core.version import this_version
from bindtool.gui import look
from bindtool.gui.bench import Ground
from bindtool.gui.first_window import FirstWindow, raise_first
from bindtool.gui.language import chosen_language, speak_qt
from bindtool.gui.serial_scanner import SerialScanner
from bindtool.gui.sounds import Hush, Silence
from bindtool.gui.speakers import Speakers
from bindtool.gui.tasks import Tasks
from bindtool.gui.token_desk import TokenDesk
from bindtool.texts import Texts, system_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.clock import Clock
    from bindtool.core.vault import TokenStore
    from bindtool.gui.sounds import Sounds

logger = logging.getLogger(__name__)

EXIT_UNUSABLE = 2

_AFTER_FIRST_PAINT = 500
"""Milliseconds until what the first picture does not need is loaded."""


def _start_practice() -> None:
    """Open practice mode in a window of its own, beside this one: it has its own data folder."""
    command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "bindtool"]
    QProcess.startDetached(command[0], [*command[1:], "--practice"])


@dataclass(frozen=True, slots=True)
class Supplies:
    """What a window works with, and what is another thing in practice mode and in a test.

    `open_vault` finds the tokens' store, at its first use and beside the window's thread; `token_is_given`: that
    store answers for every name. `start_practice` opens practice mode beside this window;
    `sounds`: whoever plays the cues.
    """

    book: ProfileBook
    open_vault: Callable[[], TokenStore]
    token_is_given: bool = False
    clock: Clock = field(default_factory=SystemClock)
    start_practice: Callable[[], None] = _start_practice
    sounds: Sounds = field(default_factory=Silence)


def main(*, practice: bool) -> int:
    """Open the window and return when it has been closed.

    Returns:
        0, or 2 where the data folder or its database can't be used; a person has then been told why.
    """
    app = QApplication(sys.argv[:1])
    app.setApplicationName("bindtool")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("bindtool")
    # Closing is an event of the window: running work is cancelled and gathered before the loop may end.
    app.setQuitOnLastWindowClosed(False)
    folder = DataFolder.of(os.environ, practice=practice)
    texts = Texts(_language(folder, practice=practice))
    speak_qt(texts.language)
    look.apply(app)
    loop = WindowLoop(app)
    with loop:
        status: int = loop.run_until_complete(_run(texts, folder, practice=practice))
    return status


def _language(folder: DataFolder, *, practice: bool) -> str:
    """What was chosen here last; in practice mode else what the real window speaks; else the system's language."""
    folders = (folder, DataFolder.of(os.environ)) if practice else (folder,)
    chosen = (chosen_language(settings_in(one)) for one in folders)
    return next(filter(None, chosen), None) or system_language(os.environ)


async def _run(texts: Texts, folder: DataFolder, *, practice: bool) -> int:
    try:
        async with AsyncExitStack() as stack:
            stack.enter_context(folder.writing())
            log_to(folder.log)
            await _work(texts, folder, stack, practice=practice)
    except FolderInUse as error:
        if not raise_first(folder.path):
            await _tell(texts, error)
            return EXIT_UNUSABLE
    except BindtoolError as error:
        await _tell(texts, error)
        return EXIT_UNUSABLE
    return 0


async def _work(texts: Texts, folder: DataFolder, stack: AsyncExitStack, *, practice: bool) -> None:
    """Build the window, show it, and return once it has been closed and its work has ended."""
    if practice:
        supplies = _practice(folder, stack)
    else:
        supplies = Supplies(
            ProfileBook(folder.profiles, machine_profiles(os.environ)),
            _system_vault,
            token_is_given=ENVIRONMENT_TOKEN in os.environ,
        )
    speakers = Speakers()
    stack.callback(speakers.close)
    place = build(texts, folder, replace(supplies, sounds=speakers), stack, practice=practice)
    first = FirstWindow(folder.path, place.make_room)
    stack.callback(first.close)
    first.called.connect(place.window.come_to_front)
    closed = asyncio.Event()
    place.window.closed.connect(closed.set)
    # Before the window is seen: a scan that comes as soon as it is has a sheet to go to.
    await place.bench.begin()
    place.window.show()
    QTimer.singleShot(_AFTER_FIRST_PAINT, speakers.warm_up)
    await closed.wait()


def build(
    texts: Texts, folder: DataFolder, supplies: Supplies, stack: AsyncExitStack, *, practice: bool = False
) -> Workplace:
    """Put a window together that works in `folder`, where this process alone writes; `stack` ends its work.

    `begin` of its bench is to be waited for, and then the window shown.

    Raises:
        StoreFailed: the database can't be used.
    """
    clock = supplies.clock
    store = stack.enter_context(Store(folder.database, clock))

    def tell(error: Exception) -> None:
        """Let the person hear of whatever a task of the window let out."""
        if not isinstance(error, BindtoolError):
            logger.error("a task of the window failed", exc_info=error)
            error = StoreFailed("window.fault", path=str(folder.log))
        place.window.notice.show_error(error)

    tasks = Tasks(tell)
    stack.push_async_callback(tasks.close)
    tokens = TokenDesk(supplies.open_vault, TokenNotes(folder.token_notes), clock, known=supplies.token_is_given)
    settings = settings_in(folder)
    serial = SerialScanner(None, settings)
    stack.callback(serial.close)
    ground = Ground(
        supplies.book,
        store,
        tokens,
        settings,
        clock,
        tasks,
        this_version(),
        folder.log,
        supplies.start_practice,
        practice,
        LearntRules(folder.learnt),
        Hush(supplies.sounds, settings),
        serial,
    )
    place = Workplace(texts, ground)
    return place


def settings_in(folder: DataFolder) -> QSettings:
    """Return what the windows that work in `folder` remember."""
    return QSettings(str(folder.path / "window.ini"), QSettings.Format.IniFormat)


def _system_vault() -> TokenStore:
    """The system's password store, or the token that the environment holds."""
    # Imported at its first use, beside the window: keyring costs 50 ms.
    from bindtool.core.vault import FixedVault, Vault

    token = take_environment_token(os.environ)
    return Vault() if token is None else FixedVault(token, ENVIRONMENT_TOKEN)


def _practice(folder: DataFolder, stack: AsyncExitStack) -> Supplies:
    """The practice channel: a server on this computer, a profile that nobody can change, a token that all know."""
    from bindtool.practice import channel
    from bindtool.practice.profile import practice_profile
    from bindtool.practice.server import PracticeServer

    server = stack.enter_context(PracticeServer())
    machine = folder.path / "channel"
    machine.mkdir(exist_ok=True)
    write_atomically(machine / f"practice{EXTENSION}", to_toml(practice_profile(server.site)).encode())

    def open_vault() -> TokenStore:
        from bindtool.core.access_token import AccessToken
        from bindtool.core.vault import FixedVault

        return FixedVault(AccessToken(channel.TOKEN), "practice")

    return Supplies(ProfileBook(folder.profiles, machine), open_vault, token_is_given=True)


async def _tell(texts: Texts, error: BindtoolError) -> None:
    """Say in a window of its own why there is no other; return when it has been closed."""
    box = QMessageBox(QMessageBox.Icon.Warning, "bindtool", texts.say(error.title))
    box.setInformativeText(texts.say(error.hint))
    closed = asyncio.get_running_loop().create_future()
    box.finished.connect(lambda _: closed.set_result(None))
    box.open()
    await closed
