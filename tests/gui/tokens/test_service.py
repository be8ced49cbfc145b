"""Tokens as the window uses them: in the system's real password store, and never on the window's thread."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.api.responses import NeverSent
from bindtool.core.common.errors import (
    AddressNotConfirmed,
    BadInput,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile, TokenPlace
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.credentials.token_store import FixedStore, TokenStore
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile
from bindtool.gui.tokens.service import TokenService
from bindtool.gui.tokens.sign_in_view import SignInMethod
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile
from bindtool.practice.server import PracticeServer
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE, finish

NAME = "tests of token_desk"
SITE = "https://api.coze.cn"
LINE = Profile(name=NAME, connector_id="1", site=SITE)
ELSEWHERE = replace(LINE, name="another", token_name=NAME, site="https://stranger.example")
TOKEN = AccessToken("pat_5678secret")
OTHER = AccessToken("sat_12345678")

DeskOn = Callable[[TokenStore], TokenService]

pytestmark = pytest.mark.usefixtures("loop")


class Prompting(FixedStore):
    """A store that shows a prompt which nobody answers, until the test does."""

    def __init__(self) -> None:
        super().__init__(TOKEN, "prompting")
        self.answered = threading.Event()
        self.asked: list[str] = []

    def record(self, name: str, site: str) -> TokenRecord:
        """Return the token with its site once the prompt is answered."""
        self._ask()
        return super().record(name, site)

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Return once the prompt is answered."""
        self._ask()

    def _ask(self) -> None:
        self.asked.append(threading.current_thread().name)
        assert self.answered.wait(PATIENCE / 1000)


class Locked(FixedStore):
    """A store whose prompt the person has closed."""

    def __init__(self) -> None:
        super().__init__(TOKEN, "locked")

    def record(self, name: str, site: str) -> TokenRecord:
        """Fail."""
        raise PasswordStoreLocked("password_store.locked")

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Fail."""
        raise PasswordStoreLocked("password_store.locked")

    def forget(self, name: str) -> bool:
        """Fail."""
        raise PasswordStoreLocked("password_store.locked")


@pytest.fixture
def notes(tmp_path: Path) -> TokenMetadataFile:
    """The notes of an empty data folder."""
    return TokenMetadataFile(tmp_path / "tokens.toml")


@pytest.fixture
def prompting() -> Iterator[Prompting]:
    """A store that waits for a person; at the end it has its answer, so that no thread stays."""
    store = Prompting()
    yield store
    store.answered.set()


@pytest.fixture
def desk_on(notes: TokenMetadataFile, clock: HandClock) -> DeskOn:
    """Give a way to make a desk on a store, with a short patience for prompts."""

    def make(store: TokenStore) -> TokenService:
        return TokenService(lambda: store, notes, clock, Proxies.of_this_system(), prompt_after=0.01)

    return make


# ---------------------------------------------------------------- the real store


def test_the_store_has_a_name(tokens: TokenService, qtbot: QtBot) -> None:
    """It is the system's own."""
    assert finish(qtbot, tokens.describe()) == "SecretService Keyring"


@pytest.fixture
def tokens(notes: TokenMetadataFile, clock: HandClock) -> Iterator[TokenService]:
    """A desk on the system's password store, in which nothing is left."""
    yield TokenService(KeyringStore, notes, clock, Proxies.of_this_system())
    KeyringStore().forget(NAME)


def test_a_token_is_stored_and_only_its_note_is_shown(
    tokens: TokenService, notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot
) -> None:
    """The system's store has the token, the notes have its kind, length and days, and the window hears of it."""
    assert not tokens.has(NAME)
    assert tokens.note(NAME) is None
    changed = QSignalSpy(tokens.changed)

    finish(qtbot, tokens.store(LINE, TOKEN, date(2026, 12, 24)))

    assert changed.count() == 1
    assert tokens.has(NAME)
    assert not tokens.in_memory(NAME)
    assert tokens.note(NAME) == notes.get(NAME) == TokenMetadata.of(TOKEN, clock.time, date(2026, 12, 24), SITE)
    assert finish(qtbot, tokens.read(LINE)) == TOKEN
    assert KeyringStore().read(NAME, SITE) == TOKEN


def test_the_next_start_finds_it(
    tokens: TokenService, notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot
) -> None:
    """Whether there is a token is known by the notes, without opening the password store."""
    finish(qtbot, tokens.store(LINE, TOKEN, None))
    opened: list[str] = []

    def open_store() -> TokenStore:
        opened.append(threading.current_thread().name)
        return KeyringStore()

    later = TokenService(open_store, notes, clock, Proxies.of_this_system())

    assert later.has(NAME)
    assert opened == []
    assert finish(qtbot, later.read(LINE)) == TOKEN
    assert finish(qtbot, later.read(LINE)) == TOKEN
    assert opened == ["password store"]


def test_a_forgotten_token_is_nowhere(tokens: TokenService, notes: TokenMetadataFile, qtbot: QtBot) -> None:
    """It is gone from the store, from memory and from the notes."""
    finish(qtbot, tokens.store(LINE, TOKEN, None))
    tokens.hold(LINE, OTHER)

    finish(qtbot, tokens.forget(NAME))

    assert not tokens.has(NAME)
    assert notes.get(NAME) is None
    with pytest.raises(TokenMissing):
        KeyringStore().read(NAME, SITE)


def test_a_token_that_is_gone_takes_its_note_along(tokens: TokenService, qtbot: QtBot) -> None:
    """Where somebody has emptied the store from outside, reading says so, and nothing claims the token any more."""
    finish(qtbot, tokens.store(LINE, TOKEN, None))
    KeyringStore().forget(NAME)
    changed = QSignalSpy(tokens.changed)

    with pytest.raises(TokenMissing):
        finish(qtbot, tokens.read(LINE))

    assert not tokens.has(NAME)
    assert changed.count() == 1


def test_what_another_program_stores_is_learnt(
    tokens: TokenService, notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot
) -> None:
    """The file is not read at every look, but when the window comes to the front, and aside."""
    changed = QSignalSpy(tokens.changed)
    notes.put(NAME, TokenMetadata.of(TOKEN, clock.time))
    assert not tokens.has(NAME)

    for _ in range(2):
        finish(qtbot, tokens.reread())

    assert tokens.has(NAME)
    assert changed.count() == 1


# ---------------------------------------------------------------- whose site


def test_a_token_goes_to_no_other_site(tokens: TokenService, qtbot: QtBot) -> None:
    """A profile with its name and another site is told where it belongs, be it stored or in memory."""
    finish(qtbot, tokens.store(LINE, TOKEN, None))
    for _ in range(2):
        with pytest.raises(TokenNotForSite) as caught:
            finish(qtbot, tokens.read(ELSEWHERE))
        assert caught.value.title.values == {"name": NAME, "site": ELSEWHERE.site, "kept_for": SITE}
        with pytest.raises(TokenNotForSite):
            finish(qtbot, tokens.check(ELSEWHERE))
        tokens.hold(LINE, OTHER)
    assert finish(qtbot, tokens.read(LINE)) == OTHER


def test_an_address_waits_for_a_word(tokens: TokenService, qtbot: QtBot) -> None:
    """No token goes to one that does not count by itself, and nobody signs in over it; a yes is for it alone."""
    mailed = replace(LINE, address="https://coze.example.com")
    finish(qtbot, tokens.store(mailed, TOKEN, None))
    for ask in (tokens.read, tokens.check, _signing_in(tokens)):
        with pytest.raises(AddressNotConfirmed):
            finish(qtbot, ask(mailed))
    tokens.hold(mailed, OTHER)
    with pytest.raises(AddressNotConfirmed):
        finish(qtbot, tokens.read(mailed))
    tokens.confirm_address(mailed, mailed.address)
    assert finish(qtbot, tokens.read(mailed)) == OTHER
    for other in (replace(mailed, address="https://other.example.com"), replace(mailed, site=ELSEWHERE.site)):
        with pytest.raises(AddressNotConfirmed):
            finish(qtbot, tokens.read(other))
    assert finish(qtbot, tokens.read(replace(LINE, address="https://static-api.coze.cn"))) == OTHER


def _signing_in(tokens: TokenService) -> Callable[[Profile], Coroutine[object, object, object]]:
    return lambda profile: tokens.sign_in(profile, SignInMethod.BROWSER, lambda _: None, str)


# ---------------------------------------------------------------- a store that makes people wait


def test_a_prompt_is_waited_for_and_told(desk_on: DeskOn, prompting: Prompting, qtbot: QtBot) -> None:
    """While the system asks for a password the window lives on and can say so; then the token comes."""
    tokens = desk_on(prompting)
    answered = QSignalSpy(tokens.answered)
    with qtbot.waitSignal(tokens.waiting, timeout=PATIENCE):
        reading = asyncio.get_running_loop().create_task(tokens.read(LINE))

    assert not reading.done()
    assert answered.count() == 0
    prompting.answered.set()
    qtbot.waitUntil(reading.done, timeout=PATIENCE)

    assert reading.result() == TOKEN
    assert answered.count() == 1
    assert prompting.asked == ["password store"]


def test_a_quick_answer_is_no_prompt(notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot) -> None:
    """A store that answers at once is not talked about."""
    tokens = TokenService(
        lambda: FixedStore(TOKEN, "test"), notes, clock, Proxies.of_this_system(), prompt_after=PATIENCE / 1000
    )
    waiting, answered = QSignalSpy(tokens.waiting), QSignalSpy(tokens.answered)

    assert finish(qtbot, tokens.read(LINE)) == TOKEN

    assert (waiting.count(), answered.count()) == (0, 1)


def test_waiting_can_be_given_up(
    desk_on: DeskOn, prompting: Prompting, notes: TokenMetadataFile, qtbot: QtBot
) -> None:
    """Everybody who waits is let go, nothing is noted, and an answer that comes later means nothing any more."""
    tokens = desk_on(prompting)
    loop = asyncio.get_running_loop()
    reading = loop.create_task(tokens.read(LINE))
    storing = loop.create_task(tokens.store(LINE, OTHER, None))
    qtbot.waitUntil(lambda: len(prompting.asked) == 2, timeout=PATIENCE)
    answered, changed = QSignalSpy(tokens.answered), QSignalSpy(tokens.changed)

    for waiting in (reading, storing):
        waiting.cancel()
    qtbot.waitUntil(lambda: reading.done() and storing.done(), timeout=PATIENCE)
    prompting.answered.set()
    late = finish(qtbot, tokens.read(LINE))

    assert reading.cancelled()
    assert storing.cancelled()
    assert late == TOKEN
    assert answered.count() == 3
    assert changed.count() == 0
    assert notes.get(NAME) is None


# ---------------------------------------------------------------- in memory


def test_a_token_can_be_held_until_the_program_closes(
    desk_on: DeskOn, clock: HandClock, tmp_path: Path, qtbot: QtBot
) -> None:
    """Where the store is locked, the token is used from memory; nothing of it is written, nobody else has it."""
    tokens = desk_on(Locked())
    with pytest.raises(PasswordStoreLocked):
        finish(qtbot, tokens.store(LINE, TOKEN, None))
    assert not tokens.has(NAME)

    held_at = clock.time
    tokens.hold(LINE, TOKEN)
    clock.pass_time(60)

    assert tokens.has(NAME)
    assert tokens.in_memory(NAME)
    assert tokens.note(NAME) == TokenMetadata.of(TOKEN, held_at, site=SITE)
    assert finish(qtbot, tokens.read(LINE)) == TOKEN
    assert list(tmp_path.iterdir()) == []
    assert not desk_on(Locked()).has(NAME)


def test_where_a_token_lies(tokens: TokenService, notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot) -> None:
    """A stored one lies under its name since it was stored; one in memory, and one from outside, for this start."""
    assert tokens.place(NAME) == TokenPlace(NAME)
    clock.pass_time(60)
    finish(qtbot, tokens.store(LINE, TOKEN, None))
    assert tokens.place(NAME) == TokenPlace(NAME, clock.time)

    clock.pass_time(60)
    tokens.hold(LINE, OTHER)
    assert tokens.place(NAME) == TokenPlace(since=clock.time)

    given = TokenService(
        lambda: FixedStore(TOKEN, "BINDTOOL_TOKEN"), notes, clock, Proxies.of_this_system(), known=True
    )
    given_at = clock.time
    clock.pass_time(60)
    assert given.place(NAME) == TokenPlace(since=given_at)


def test_a_stored_token_takes_the_place_of_the_one_in_memory(tokens: TokenService, qtbot: QtBot) -> None:
    """Once the store serves, the newer token counts."""
    tokens.hold(LINE, TOKEN)
    finish(qtbot, tokens.store(LINE, OTHER, None))

    assert not tokens.in_memory(NAME)
    assert finish(qtbot, tokens.read(LINE)) == OTHER


def test_memory_forgets_even_where_the_store_cannot(desk_on: DeskOn, qtbot: QtBot) -> None:
    """The person hears that the store is locked, and the window that the token is gone."""
    tokens = desk_on(Locked())
    tokens.hold(LINE, TOKEN)
    changed = QSignalSpy(tokens.changed)

    with pytest.raises(PasswordStoreLocked):
        finish(qtbot, tokens.forget(NAME))

    assert not tokens.has(NAME)
    assert changed.count() == 1


def test_a_given_token_is_there_under_every_name(notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot) -> None:
    """That of the environment needs no note, and is neither replaced nor forgotten."""
    tokens = TokenService(
        lambda: FixedStore(TOKEN, "BINDTOOL_TOKEN"), notes, clock, Proxies.of_this_system(), known=True
    )

    assert tokens.has("any")
    assert finish(qtbot, tokens.read(LINE)) == TOKEN
    with pytest.raises(BadInput):
        finish(qtbot, tokens.store(LINE, OTHER, None))
    with pytest.raises(BadInput):
        finish(qtbot, tokens.forget("any"))
    assert tokens.has("any")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's store needs no bus")
def test_without_a_store_there_is_a_clear_answer(
    notes: TokenMetadataFile, clock: HandClock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No bus, no password store: the question fails, and nothing is written anywhere instead."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    tokens = TokenService(KeyringStore, notes, clock, Proxies.of_this_system())

    with pytest.raises(PasswordStoreUnusable) as caught:
        finish(qtbot, tokens.store(LINE, TOKEN, None))

    assert caught.value.id == "password_store.absent"
    assert not tokens.has(NAME)


# ---------------------------------------------------------------- the check


def test_the_check_says_whose_the_stored_token_is(desk_on: DeskOn, server: PracticeServer, qtbot: QtBot) -> None:
    """The site is asked once with the stored token, and nothing is bound."""
    tokens = desk_on(FixedStore(AccessToken(channel.TOKEN), "practice"))

    identity = finish(qtbot, tokens.check(practice_profile(server.site)))

    assert identity == Identity(TokenCheck.ACCEPTED, channel.NICK_NAME, channel.USER_ID)
    assert [(request.method, request.path) for request in server.requests] == [("GET", "/v1/users/me")]
    assert dict(server.bound) == {}


def test_a_token_that_the_site_does_not_know(desk_on: DeskOn, server: PracticeServer, qtbot: QtBot) -> None:
    """The site refuses it, and so says the check."""
    identity = finish(qtbot, desk_on(FixedStore(OTHER, "test")).check(practice_profile(server.site)))

    assert identity == Identity(TokenCheck.REFUSED)
    assert server.requests[0].headers["authorization"] == "Bearer sat_12345678"


def test_a_check_that_proves_nothing_says_so(desk_on: DeskOn, server: PracticeServer, qtbot: QtBot) -> None:
    """A site that can't be reached is told from one that gave no answer; without a token nobody is asked."""
    site = server.site
    server.stop()
    tokens = desk_on(FixedStore(TOKEN, "test"))

    assert isinstance(finish(qtbot, tokens.check(practice_profile(site))), NeverSent)
    with pytest.raises(PasswordStoreLocked):
        finish(qtbot, desk_on(Locked()).check(replace(practice_profile(site), token_name="shared")))
