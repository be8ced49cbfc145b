"""What is said of a sign-in, and what is kept of it: in the password store, or in memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import PasswordStoreLocked, SignInFailed
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.sign_in.device_code import CodeShown
from bindtool.gui.tokens import token_text
from bindtool.gui.tokens.service import SignedIn, TokenService
from bindtool.gui.tokens.sign_in_view import SignInMethod
from bindtool.practice.channel import NICK_NAME, USER_ID, practice_profile
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import PERSONAL, PROFILE, SIGNED_IN
from tests.memory_store import MemoryStore
from tests.practice.sign_in import DEVICE_CLIENT, SignInRules, SignInServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.gui.tokens.sign_in_view import SignInStep
    from bindtool.i18n.catalogue import Texts

APPS = replace(PROFILE, user_id="", user_name="", sign_in=SignInApps("73.app.coze", "74.app.coze"))
ADDRESS = "https://www.coze.cn/api/permission/oauth2/authorize?state=" + "s" * 43
CODE = CodeShown("WDJB-MJHT", "https://www.coze.cn/device", "https://www.coze.cn/device?user_code=WDJB-MJHT", 5)
NOBODY = ("", "")
WHO = Identity(TokenCheck.ACCEPTED, "Developer B", "3400000000009999")


def test_the_list_of_a_profile(texts: Texts) -> None:
    """Where the profile says whose the devices are, that is said, and who has signed in beside it."""
    title, body = token_text.whose(texts, WHO, PROFILE, NOBODY)

    assert title == "Devices go to the list of Developer A (UID 7126), as the profile says"
    assert "You have signed in as Developer B (UID …9999)." in body


@pytest.mark.parametrize(
    ("name", "user_id", "words"),
    [("", "77", "77"), ("Developer B", "", "Developer B"), ("", "", "an account without a name")],
)
def test_an_account_without_name_or_uid(texts: Texts, name: str, user_id: str, words: str) -> None:
    """What is known of it is said."""
    assert token_text.account_words(texts, name, user_id) == words


# ---------------------------------------------------------------- what is kept, over HTTP on loopback


@pytest.fixture
def server() -> Iterator[SignInServer]:
    """Give a site where everything is allowed that is asked for."""
    with SignInServer(latency=0, rate=0, sign_in=SignInRules(interval=1, allowed=True)) as made:
        yield made


MakeService = Callable[[MemoryStore], TokenService]


@pytest.fixture
def profile(server: SignInServer) -> Profile:
    """Give a profile by which people sign in with a code."""
    return replace(practice_profile(server.site), sign_in=SignInApps(device_client=DEVICE_CLIENT))


@pytest.fixture
def notes(tmp_path: Path) -> TokenMetadataFile:
    """Give the notes of an empty data folder."""
    return TokenMetadataFile(tmp_path / "tokens.toml")


@pytest.fixture
def service(notes: TokenMetadataFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeService:
    """Give a way to make the tokens of a window with this store."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return lambda store: TokenService(lambda: store, notes, Hurried(), Proxies.of_this_system())


def sign_in(tokens: TokenService, profile: Profile, qtbot: QtBot) -> SignedIn:
    """Sign in with a code."""
    return finish(qtbot, tokens.sign_in(profile, SignInMethod.CODE, lambda _: None, lambda message: message.id))


class Locked(MemoryStore):
    """A store that keeps nothing."""

    def keep(self, name: str, record: TokenRecord) -> None:
        """Refuse."""
        raise PasswordStoreLocked("password_store.locked")


class Hurried(SystemClock):
    """A clock on which nothing is waited for."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Go on at once."""
        await asyncio.sleep(0)
        return event.is_set()


@pytest.mark.usefixtures("loop")
def test_whose_token_is_replaced(tmp_path: Path, qtbot: QtBot) -> None:
    """What the password store has counts, also where another data folder has put it there; else what is noted."""
    store, notes = MemoryStore(), TokenMetadataFile(tmp_path / "tokens.toml")
    tokens = TokenService(lambda: store, notes, SystemClock(), Proxies.of_this_system())

    def before() -> tuple[str, str]:
        return finish(qtbot, tokens.account_before(APPS))

    assert before() == NOBODY
    notes.put(APPS.token, SIGNED_IN)
    assert before() == (SIGNED_IN.account, SIGNED_IN.user_id)
    sign_in = SignIn("73.app.coze", Secret("r" * 40), SIGNED_IN.user_id, 1_800_000_000, 900)
    store.keep(APPS.token, TokenRecord(AccessToken("czu_" + "x" * 64), APPS.site, sign_in))
    assert before() == (SIGNED_IN.account, SIGNED_IN.user_id)
    other = replace(sign_in, user_id="9999")
    store.keep(APPS.token, TokenRecord(AccessToken("czu_" + "x" * 64), APPS.site, other))
    assert before() == ("", "9999")
    tokens.hold(APPS, AccessToken(PERSONAL))
    assert before() == NOBODY


@pytest.mark.usefixtures("loop")
def test_a_sign_in_that_is_held_is_renewed(
    profile: Profile, service: MakeService, notes: TokenMetadataFile, qtbot: QtBot
) -> None:
    """It can't be stored, so it is used until the program ends, and outlives its first token."""
    tokens = service(Locked())
    shown: list[SignInStep] = []

    came = finish(qtbot, tokens.sign_in(profile, SignInMethod.CODE, shown.append, lambda message: message.id))
    with pytest.raises(PasswordStoreLocked):
        finish(qtbot, tokens.keep(profile, came))
    assert not tokens.has(profile.token)
    tokens.hold_sign_in(profile, came)

    assert [type(step) for step in shown] == [CodeShown]
    note = tokens.note(profile.token)
    assert note is not None
    assert (note.account, note.user_id, notes.all()) == (NICK_NAME, USER_ID, {})
    found = finish(qtbot, tokens.find(profile))
    assert found.renewal is not None
    renewed = finish(qtbot, found.renewal.token(found.token))
    assert renewed != found.token
    assert finish(qtbot, tokens.check(profile)) == Identity(TokenCheck.ACCEPTED, NICK_NAME, USER_ID)


@pytest.mark.usefixtures("loop")
def test_a_sign_in_that_is_held_gives_way_to_one_that_is_stored(
    profile: Profile, service: MakeService, qtbot: QtBot
) -> None:
    """Whoever's the stored one is: the one that is held had its place."""
    store = MemoryStore()
    tokens = service(store)
    came = sign_in(tokens, profile, qtbot)
    assert came.record.sign_in is not None
    others = replace(came.record, sign_in=replace(came.record.sign_in, user_id="9999"))
    store.keep(profile.token, others)
    with pytest.raises(SignInFailed):
        finish(qtbot, tokens.keep(profile, came))
    tokens.hold_sign_in(profile, came)

    before = finish(qtbot, tokens.account_before(profile))
    finish(qtbot, tokens.keep(profile, came, before[1]))

    assert store.record(profile.token, profile.site) == came.record
    assert not tokens.in_memory(profile.token)


class Gated(MemoryStore):
    """A store that takes its time to keep a sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.keeping, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def keep(self, name: str, record: TokenRecord) -> None:
        """Keep it once the gate is open."""
        if record.sign_in is not None:
            self.keeping.set()
            assert self.gate.wait(PATIENCE / 1000)
        super().keep(name, record)


@pytest.mark.usefixtures("loop")
def test_a_token_that_is_pasted_while_the_sign_in_is_renewed(
    profile: Profile, service: MakeService, qtbot: QtBot
) -> None:
    """It takes the place of what the renewal brings, and not the other way round."""
    store = Gated()
    tokens = service(store)
    came = sign_in(tokens, profile, qtbot)
    finish(qtbot, tokens.keep(profile, came))
    found = finish(qtbot, tokens.find(profile))
    assert found.renewal is not None
    store.keeping.clear()
    store.gate.clear()

    loop = asyncio.get_running_loop()
    renewing = loop.create_task(found.renewal.token(found.token))
    qtbot.waitUntil(store.keeping.is_set, timeout=PATIENCE)
    storing = loop.create_task(tokens.store(profile, AccessToken(PERSONAL), None))
    for _ in range(3):
        finish(qtbot, tokens.describe())
    store.gate.set()
    qtbot.waitUntil(lambda: renewing.done() and storing.done(), timeout=PATIENCE)

    assert store.record(profile.token, profile.site) == TokenRecord(AccessToken(PERSONAL), profile.site)


@pytest.mark.usefixtures("loop")
def test_a_renewal_that_could_not_be_stored(profile: Profile, service: MakeService, qtbot: QtBot) -> None:
    """The next run goes on with it, as the message says: what is stored is dead."""
    store = Relocked()
    tokens = service(store)
    came = sign_in(tokens, profile, qtbot)
    finish(qtbot, tokens.keep(profile, came))
    found = finish(qtbot, tokens.find(profile))
    assert found.renewal is not None
    store.locked = True
    renewed = finish(qtbot, found.renewal.token(found.token))
    assert isinstance(renewed, AccessToken)

    assert finish(qtbot, tokens.check(profile)) == Identity(TokenCheck.ACCEPTED, NICK_NAME, USER_ID)
    store.locked = False
    again = finish(qtbot, tokens.find(profile))
    assert again.renewal is not None
    assert isinstance(finish(qtbot, again.renewal.token(again.token)), AccessToken)


class Relocked(MemoryStore):
    """A store that is locked again after a while."""

    locked = False

    def keep(self, name: str, record: TokenRecord) -> None:
        """Keep it, unless locked."""
        if self.locked:
            raise PasswordStoreLocked("password_store.locked")
        super().keep(name, record)
