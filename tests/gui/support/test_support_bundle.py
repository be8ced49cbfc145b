"""The file for support: which run it is about, what it says where something can't be had, and where it is."""

from __future__ import annotations

import asyncio
import threading
import tomllib
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from bindtool.core.common.errors import PasswordStoreLocked
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.credentials.token_store import FixedStore, TokenStore
from bindtool.core.model.outcome import Answer, State
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy, RouteSource, Routing
from bindtool.core.network.proxy_login import ProxyLogins
from bindtool.core.profiles.profile import Profile
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.support.support_bundle import SupportBundleController
from bindtool.gui.tokens.service import TokenService
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import CHANNEL, START, devices, row, sending, settled
from tests.gui.loop import PATIENCE, finish
from tests.gui.services import services_on
from tests.memory_store import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.network.proxies import FindRoutes
    from bindtool.core.store import Store
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from tests.gui.clocks import HandClock

TOKEN = AccessToken("other-8fQ2vX7Lm0aZ4kR9tYb6WcJ1hNe5uD3")
PROFILE = Profile("Line 2/b", "7412345678901234567", who_to_ask="Lin")


class Locked(MemoryStore):
    """The person does not give the password."""

    def record(self, name: str, site: str) -> TokenRecord:
        """Fail."""
        raise PasswordStoreLocked("password_store.locked")

    def describe(self) -> str:
        """Fail."""
        raise PasswordStoreLocked("password_store.locked")


class Silent(MemoryStore):
    """Shows a prompt that nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.end = threading.Event()

    def record(self, name: str, site: str) -> TokenRecord:
        """Wait."""
        self.end.wait()
        return TokenRecord(TOKEN, site)

    def describe(self) -> str:
        """Wait."""
        self.end.wait()
        return "silent"


class Person:
    """Somebody at a window with three rows, who saves for support."""

    def __init__(self, qtbot: QtBot, window: MainWindow, document: SheetDocument, store: Store) -> None:
        self._qtbot = qtbot
        self.window = window
        self._document = document
        self._store = store

    def has_sent(self, *numbers: int, answer: Answer | None = None) -> None:
        """Let a run have sent these rows in one request."""
        assert self._document.head is not None
        sheet_id = self._document.head.sheet_id
        run_id = self._store.runs.begin(sheet_id, CHANNEL, devices(*map(row, numbers))).result()
        self._store.runs.begin_request(run_id, 1, sending(*numbers)).result()
        if answer is not None:
            self._store.runs.settle(run_id, settled(State.REFUSED, *numbers, answer=answer), 1).result()

    def dialog(self) -> QFileDialog:
        """Return the dialog that asks for a file."""
        (dialog,) = self.window.findChildren(QFileDialog)
        return dialog

    def save_to(self, path: Path) -> None:
        """Choose the entry of the menu, name a file, and wait for the word."""
        self.window.actions_["save_support"].trigger()
        dialog = self.dialog()
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        name.setText(str(path))
        dialog.fileSelected.emit(str(path))
        dialog.close()
        dialog.deleteLater()
        self._qtbot.waitUntil(lambda: str(path) in self.notice, timeout=PATIENCE)

    @property
    def notice(self) -> str:
        """What passes, else what the banner says."""
        shown = (one for one in (self.window.news, self.window.message_bar) if one.isVisible())
        return next((one.accessibleDescription() for one in shown), "")


class Script:
    """A system with an automatic script."""

    async def routing(self, site: str) -> Routing:
        """Name two proxies, the second of them with a log-in."""
        assert site == PROFILE.site
        ways = (Proxy.parse("near.example:8080"), Proxy.parse("http://lin:s3cret@far.example:8080"))
        return Routing(ways, RouteSource.SCRIPT, "http://wpad.example/proxy.pac")


@pytest.fixture
def find_routes() -> FindRoutes:
    """Give what names the proxies."""
    return Script().routing


@pytest.fixture
def services(
    store: Store,
    clock: HandClock,
    tasks: BackgroundTasks,
    tmp_path: Path,
    password_store: TokenStore,
    find_routes: FindRoutes,
) -> Services:
    """Give what a window stands on."""
    notes = TokenMetadataFile(tmp_path / "tokens.toml")
    return replace(
        services_on(store, clock, tasks, tmp_path),
        tokens=TokenService(lambda: password_store, notes, clock, Proxies.of_this_system()),
        proxies=Proxies(lambda: find_routes, lambda: ProxyLogins(lambda _: None)),
    )


@pytest.fixture
def document(
    window: MainWindow, texts: Texts, services: Services, password_store: TokenStore, profile: Profile | None
) -> SheetDocument:
    """Give the document of that window, on which no sheet lies yet; the entry of its menu works."""
    document = SheetDocument(window.model, services.store, services.clock, services.tasks)
    services.state.open_profile(profile)
    timeout = 0.05 if isinstance(password_store, Silent) else 10
    SupportBundleController(window, texts, document, services, window.table, timeout=timeout)
    return document


@pytest.fixture
def person(
    qtbot: QtBot, window: MainWindow, document: SheetDocument, store: Store, profile: Profile | None
) -> Person:
    """Give somebody whose three rows are on the disk, and on the screen."""
    finish(qtbot, document.open(profile))
    assert document.head is not None
    store.sheets.save(document.head.sheet_id, [row(1), row(2), row(3)]).result()
    finish(qtbot, document.open(profile))
    return Person(qtbot, window, document, store)


@pytest.fixture
def password_store() -> TokenStore:
    """Give a password store that has the token."""
    return FixedStore(TOKEN, "a store")


@pytest.fixture
def profile() -> Profile | None:
    """Give the open profile."""
    return PROFILE


def member(path: Path, name: str) -> str:
    """Return a member of a zip file."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_nothing_was_sent_yet(person: Person, tmp_path: Path) -> None:
    """There is no run to tell of; whoever helps wants to know why nothing can be sent."""
    path = tmp_path / "support.zip"
    person.save_to(path)
    assert member(path, "run.toml") == ""
    assert 'source = "script"' in member(path, "network.toml")


class NoAnswer:
    """A system that does not say which proxies there are."""

    async def routing(self, site: str) -> Routing:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError(site)


@pytest.mark.parametrize(("password_store", "find_routes"), [(Silent(), NoAnswer().routing)])
def test_a_network_that_is_not_known(person: Person, tmp_path: Path, password_store: Silent) -> None:
    """The file is made all the same, and says so."""
    path = tmp_path / "support.zip"
    person.save_to(path)
    assert member(path, "network.toml") == 'fault = "did not answer"\n'
    password_store.end.set()


def test_a_window_without_a_sheet_says_nothing(window: MainWindow, document: SheetDocument) -> None:
    """While none is open yet the entry of the menu does nothing."""
    window.actions_["save_support"].trigger()
    assert window.message_bar.isHidden()
    assert window.findChildren(QFileDialog) == []


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_the_last_run_and_where_its_file_is(person: Person, tmp_path: Path, texts: Texts) -> None:
    """Requests, versions, profile and logs, without the token; the banner names the file."""
    logs = {
        "of the window": "bindtool-2026-11-28-093000-471.log",
        "of a command": "bindtool-2026-11-28-101500-7.log",
    }
    (tmp_path / "logs").mkdir()
    for whose, name in logs.items():
        (tmp_path / "logs" / name).write_text(f"a line {whose} with {TOKEN.reveal()}\n", encoding="utf-8")
    person.has_sent(1, answer=Answer(START, 4000, "the first run", "LOG1", 200))
    person.has_sent(2, 3, answer=Answer(START, 4000, f"not {TOKEN.reveal()}", "LOG2", 200))
    path = tmp_path / "support.zip"

    person.save_to(path)

    assert person.notice == texts("files.support_saved", file=str(path))
    lines = member(path, "requests.csv").splitlines()
    assert [line.split(",")[5:9] for line in lines[1:]] == [
        ["not ***", "LOG2", "2", "2"],
        ["not ***", "LOG2", "2", "3"],
    ]
    assert 'password_store = "a store"' in member(path, "versions.toml")
    assert 'who_to_ask = "Lin"' in member(path, "profile.toml")
    for whose, name in logs.items():
        assert member(path, f"log/{name}") == f"a line {whose} with ***\n"
    assert tomllib.loads(member(path, "network.toml"))["routes"] == [
        "http://near.example:8080",
        "http://far.example:8080",
    ]


def test_the_run_of_the_selected_row(person: Person, tmp_path: Path) -> None:
    """Where a row is selected it is the last run that sent it; one that none has sent leads to the last of all."""
    person.has_sent(1, answer=Answer(START, 4000, "", "LOG1", 200))
    person.has_sent(2, answer=Answer(START, 4000, "", "LOG2", 200))
    person.window.table.select([1])
    person.save_to(tmp_path / "selected.zip")
    person.window.table.select([3])
    person.save_to(tmp_path / "last.zip")
    assert "LOG1" in member(tmp_path / "selected.zip", "requests.csv")
    assert "LOG2" in member(tmp_path / "last.zip", "requests.csv")


def test_the_file_has_a_name_that_every_system_takes(person: Person) -> None:
    """It says what it is, of which profile and when it was made."""
    person.has_sent(1)
    person.window.actions_["save_support"].trigger()
    dialog = person.dialog()
    assert dialog.windowTitle() == "Save for support"
    (chosen,) = dialog.selectedFiles()
    assert chosen.endswith("/bindtool support Line 2-b 2026-11-25 0930.zip")
    dialog.close()


@pytest.mark.parametrize("password_store", [Locked(), Silent()], ids=["locked", "silent"])
def test_a_password_store_that_does_not_serve(person: Person, tmp_path: Path, password_store: TokenStore) -> None:
    """The file is made all the same; that nobody has searched it for the token is said."""
    person.has_sent(1)
    path = tmp_path / "support.zip"
    person.save_to(path)
    assert "look through it before you send it" in person.notice
    said = {"Locked": "password_store.locked", "Silent": "did not answer"}[type(password_store).__name__]
    assert f'password_store = "{said}"' in member(path, "versions.toml")
    if isinstance(password_store, Silent):
        password_store.end.set()


@pytest.mark.parametrize(("password_store", "profile"), [(MemoryStore(), PROFILE), (MemoryStore(), None)])
def test_there_is_no_token(person: Person, tmp_path: Path, profile: Profile | None) -> None:
    """Nothing has to be searched for; without a profile there is none in the file."""
    person.has_sent(1)
    path = tmp_path / "support.zip"
    person.save_to(path)
    assert person.notice == f"Saved for support: {path}"
    with zipfile.ZipFile(path) as archive:
        assert ("profile.toml" in archive.namelist()) is (profile is not None)


def test_a_place_where_nothing_can_be_written(person: Person, tmp_path: Path) -> None:
    """The banner says which file and why."""
    person.has_sent(1)
    path = tmp_path / "no such folder" / "support.zip"
    person.save_to(path)
    assert "No such file or directory" in person.notice
