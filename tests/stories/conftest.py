"""Fixtures of the stories: the real window with its real parts, on a server that answers at once."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import AbstractContextManager, AsyncExitStack, closing, contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from shiboken6 import delete, isValid

from bindtool.app.composition import Supplies, build
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import PasswordStoreUnusable
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile
from bindtool.core.diagnostics.log_file import logging_to
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.audio.cues import Silence, Sounds
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.settings import set_qt_language
from bindtool.i18n.catalogue import Texts
from bindtool.practice import channel
from tests.gui.loop import finish, running_loop
from tests.patience import until
from tests.stories.clocks import BriskClock
from tests.stories.desktop import desktop
from tests.stories.keyboard import Keyboard
from tests.stories.listener import Listener
from tests.stories.technician import Technician

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from bindtool.app.application import Application
    from bindtool.app.composition import OpenProxies
    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.token_store import PasswordStore, TokenStore
    from bindtool.practice.server import PracticeServer

    Open = Callable[..., AbstractContextManager[Technician]]

PROFILE = "Line 2"
TOKEN = AccessToken(channel.TOKEN)


@pytest.fixture(scope="session", autouse=True)
def dressed(qapp: QApplication) -> None:
    """Style the application as the program does."""
    theme.apply(qapp)
    theme.show_focus(qapp)


@pytest.fixture(autouse=True)
def loop(qapp: QApplication) -> Iterator[None]:
    """Run asyncio as in the program; start and end with an empty clipboard."""
    QGuiApplication.clipboard().clear()
    with running_loop(qapp):
        yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    """Return the display's keyboard."""
    return Keyboard(qtbot)


@pytest.fixture
def listener() -> Listener:
    """Return a recorder of cues that has heard nothing yet."""
    return Listener()


@dataclass(frozen=True)
class Bench:
    """A computer's parts: a data folder, a machine's folder for profiles, and the system's password store."""

    data: DataFolder
    machine: Path
    password_store: KeyringStore
    site: str
    secrets: KnownSecrets = field(default_factory=KnownSecrets)

    def has_profile(self, profile: Profile) -> None:
        """Add a profile, as if set up on an earlier day."""
        ProfileRepository(self.data.profiles, self.machine).add(profile)

    def has_token(self, token: AccessToken = TOKEN, last_day: date | None = None, site: str = "") -> None:
        """Store the token, as if entered on an earlier day, for the server or for another site."""
        site = site or self.site
        self.ask_store(lambda: self.password_store.store(PROFILE, token, site))
        note = TokenMetadata.of(token, datetime(2026, 10, 9, tzinfo=UTC), last_day, site)
        TokenMetadataFile(self.data.token_metadata).put(PROFILE, note)

    def ask_store(self, ask: Callable[[], object]) -> None:
        """Call the password store until it works."""
        until(lambda: _is_served(ask))

    def can_not_write(self, table: str) -> None:
        """Let each write to a table of the database fail from now on."""
        with closing(sqlite3.connect(self.data.database)) as database, database:
            database.execute(
                f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )

    def has_profile_from_it(self, profile: Profile) -> None:
        """Put a profile into the machine's folder, as IT would."""
        self.machine.mkdir(exist_ok=True)
        (self.machine / "it.toml").write_text(to_toml(profile), encoding="utf-8")


def _is_served(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except PasswordStoreUnusable:
        # gnome-keyring 48 aborts if the client of an earlier test was gone too soon; another one starts.
        return False
    return True


@pytest.fixture
def bench(tmp_path: Path, server: PracticeServer) -> Iterator[Bench]:
    """Return an unused bench."""
    data = DataFolder(tmp_path / "data")
    data.create()
    made = Bench(data, tmp_path / "machine", KeyringStore(), server.site)
    yield made
    made.ask_store(lambda: made.password_store.forget(PROFILE))


@pytest.fixture
def profile(server: PracticeServer) -> Profile:
    """Return a profile for the server, at the maximum pace."""
    return Profile(
        name=PROFILE,
        connector_id=channel.CONNECTOR_ID,
        site=server.site,
        user_id=channel.USER_ID,
        user_name="Developer A",
        who_to_ask="Lin, 8021",
        label_template="智能音箱-{id:-6}",
        pace=RequestSettings(rate=0),
    )


def close(me: Technician) -> None:
    """Close the window as at the end of a session, and wait until it has released everything.

    It may be closed already.
    """
    me.window.close_unasked()
    me.until(lambda: not me.window.isVisible(), "see the window closed")


def let_go(place: Application) -> None:
    """Delete the objects that outlive the window: while one sends signals, PySide keeps all their receivers.

    Objects kept are searched on each deletion of a widget, in every later story.
    """
    services = [getattr(place.services, each.name) for each in fields(place.services)]
    for one in (place, place.window.model, *services, *vars(place.controller.workspace).values()):
        if isinstance(one, QObject) and one is not theme.appearance() and isValid(one):
            delete(one)


@pytest.fixture
def open_window(qtbot: QtBot, bench: Bench) -> Iterator[Open]:
    """Return a function that starts the program; it is closed at the end of the `with`, as a user closes it.

    With a profile, the bench has that and its token, as if set up on an earlier day.
    """
    places: list[Application] = []

    @contextmanager
    def opened(
        profile: Profile | None = None,
        *,
        language: str = "en",
        open_store: Callable[[], TokenStore] = lambda: KeyringStore(secrets=bench.secrets),
        open_passwords: Callable[[], PasswordStore] = KeyringStore,
        open_proxies: OpenProxies = Proxies.of_this_system,
        clock: Clock | None = None,
        start_practice: Callable[[], None] = lambda: None,
        open_page: Callable[[str], bool] = lambda _: False,
        sounds: Sounds | None = None,
        # On a busy computer the second half of a text sent in two may be late.
        silent_reads: int = sys.maxsize,
        practice: bool = False,
    ) -> Iterator[Technician]:
        if profile is not None:
            bench.has_profile(profile)
            bench.has_token()
        supplies = Supplies(
            ProfileRepository(bench.data.profiles, bench.machine),
            open_store,
            open_passwords=open_passwords,
            open_proxies=open_proxies,
            clock=clock or BriskClock(),
            start_practice=start_practice,
            sounds=sounds or Silence(),
            silent_reads=silent_reads,
            open_page=open_page,
            token_is_given=practice,
            secrets=bench.secrets,
        )
        work = AsyncExitStack()
        with bench.data.writing() as lock, logging_to(bench.data.logs, bench.secrets):
            texts = Texts(language, channel.NAMES if practice else {})
            place = build(texts, bench.data, supplies, work, lock, practice=practice)
            places.append(place)
            window = place.window
            try:
                finish(qtbot, place.controller.begin())
                with qtbot.waitActive(window):
                    window.show()
                    window.activateWindow()
                me = Technician(qtbot, place)
                yield me
                close(me)
            finally:
                finish(qtbot, work.aclose())
                window.deleteLater()
                set_qt_language("en")

    yield opened
    # Let the last close finish.
    finish(qtbot, asyncio.sleep(0))
    for place in places:
        let_go(place)


@pytest.fixture
def ready(profile: Profile, open_window: Open) -> Iterator[Technician]:
    """Return a technician at a window with a profile and its token: an ordinary morning."""
    with open_window(profile) as technician:
        yield technician


@pytest.fixture(name="desktop")
def desktop_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start a test's programs on a display of their own, with a window manager."""
    with desktop() as display:
        monkeypatch.setenv("DISPLAY", display)
        yield
