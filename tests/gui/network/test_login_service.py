"""The log-ins of proxies as the window keeps them: in the password store or in memory, asked aside."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import BadInput, PasswordStoreUnusable
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.gui.network.login_service import ProxyLoginService
from tests.gui.loop import finish
from tests.memory_store import MemoryStore

PROXY = Proxy.parse("http://proxy.example:8080")
LOGIN = ProxyLogin("lin", Password("s3cret"))
OTHER = ProxyLogin("wang", Password("0ther"))

pytestmark = pytest.mark.usefixtures("loop")


class Watched(MemoryStore):
    """Notes which threads have asked it; where it is `broken`, it keeps nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[str] = set()
        self.broken = False

    def store_password(self, name: str, password: Password) -> None:
        """Keep it."""
        self.threads.add(threading.current_thread().name)
        if self.broken:
            raise PasswordStoreUnusable("password_store.forgetful")
        super().store_password(name, password)

    def describe(self) -> str:
        """Return its name."""
        self.threads.add(threading.current_thread().name)
        return "a store"


@pytest.fixture
def store() -> Watched:
    """Give a password store that outlasts the window."""
    return Watched()


@pytest.fixture
def service(store: Watched) -> ProxyLoginService:
    """Give the service of a window."""
    return ProxyLoginService(lambda: store)


def test_what_was_stored_is_found_in_the_next_window(
    service: ProxyLoginService, store: Watched, qtbot: QtBot
) -> None:
    """Whoever waits for it is told; the store is asked in threads of their own."""
    heard = QSignalSpy(service.entered)
    assert service.find(PROXY) is None

    finish(qtbot, service.store(PROXY, LOGIN))
    finish(qtbot, service.describe())

    assert [heard.at(at) for at in range(heard.count())] == [[PROXY]]
    assert ProxyLoginService(lambda: store).find(PROXY) == LOGIN
    assert store.threads == {"password store"}


def test_what_is_held_is_gone_with_the_window(service: ProxyLoginService, store: Watched, qtbot: QtBot) -> None:
    """It goes before one that is stored, until another one is stored."""
    finish(qtbot, service.store(PROXY, LOGIN))
    service.hold(PROXY, OTHER)
    assert service.find(PROXY) == OTHER
    assert ProxyLoginService(lambda: store).find(PROXY) == LOGIN

    finish(qtbot, service.store(PROXY, LOGIN))

    assert service.find(PROXY) == LOGIN


def test_one_that_could_not_be_stored(service: ProxyLoginService, store: Watched, qtbot: QtBot) -> None:
    """The error comes to whoever asked, nobody tries again, and the one of before is still there."""
    finish(qtbot, service.store(PROXY, LOGIN))
    heard = QSignalSpy(service.entered)
    store.broken = True

    async def fail() -> None:
        with pytest.raises(PasswordStoreUnusable):
            await service.store(PROXY, OTHER)

    finish(qtbot, fail())

    assert heard.count() == 0
    assert service.find(PROXY) == LOGIN


def test_one_that_was_refused(service: ProxyLoginService, store: Watched, qtbot: QtBot) -> None:
    """This window knows it still, so that it can say whose it is; the next one says why it is sent no more."""
    # GIVEN a log-in that the proxy does not take
    finish(qtbot, service.store(PROXY, LOGIN))
    service.mark_refused(PROXY, LOGIN)
    assert service.find(PROXY) == LOGIN

    # WHEN the program is started again
    later = ProxyLoginService(lambda: store)

    # THEN it is not given out, and the reason is there for whoever asks for another one
    assert later.find(PROXY) is None
    said = [later.reason]

    # until another one was entered
    finish(qtbot, later.store(PROXY, OTHER))
    said.append(later.reason)
    assert said == [BadInput("proxy.login_refused", place="proxy.example:8080", user="lin").title, None]
    assert later.find(PROXY) == OTHER
