"""The log-in of a proxy in the password store: whom it is for, and what is said where there is none to be had."""

from __future__ import annotations

import asyncio
import traceback
from base64 import b64encode
from threading import Event, Thread

import pytest

from bindtool.core.common.errors import BadInput, BindtoolError, PasswordStoreLocked
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, Routing
from bindtool.core.network.proxy_login import ProxyFailed, ProxyLogins
from bindtool.core.network.stored_logins import ProxyPlace, StoredLogins, new_login, noting, store_login
from tests.memory_store import MemoryStore

LIN = new_login("lin", "s3cret")
SHI = new_login("COMPANY\\shi", 'two words, "密码" \\')


def unheard(error: BindtoolError) -> None:
    """Nothing is to be told."""
    raise error


@pytest.mark.parametrize(
    ("text", "place", "shown", "entry"),
    [
        ("proxy.example", ProxyPlace("proxy.example", None), "proxy.example", "proxy proxy.example:*"),
        ("Proxy.Example:8080", ProxyPlace("proxy.example", 8080), "proxy.example:8080", "proxy proxy.example:8080"),
        ("http://proxy.example:80/", ProxyPlace("proxy.example", 80), "proxy.example:80", "proxy proxy.example:80"),
        (" https://proxy.example ", ProxyPlace("proxy.example", None), "proxy.example", "proxy proxy.example:*"),
        ("socks5://10.0.0.5:1080", ProxyPlace("10.0.0.5", 1080), "10.0.0.5:1080", "proxy 10.0.0.5:1080"),
        ("[2001:DB8::1]", ProxyPlace("2001:db8::1", None), "[2001:db8::1]", "proxy [2001:db8::1]:*"),
        ("[2001:db8::1]:3128", ProxyPlace("2001:db8::1", 3128), "[2001:db8::1]:3128", "proxy [2001:db8::1]:3128"),
    ],
)
def test_whom_it_is_for(text: str, place: ProxyPlace, shown: str, entry: str) -> None:
    """A host, with a port or for all of them; what is shown can be given again."""
    assert ProxyPlace.parse(text) == place == ProxyPlace.parse(shown)
    assert (str(place), place.entry) == (shown, entry)


@pytest.mark.parametrize("text", ["", "two words", "proxy.example:port", "ftp://proxy.example", "proxy.example:0"])
def test_no_proxy(text: str) -> None:
    """It is repeated, so that a slip is found."""
    with pytest.raises(BadInput) as caught:
        ProxyPlace.parse(text)
    assert (caught.value.id, caught.value.title.values["text"]) == ("proxy.place_unfit", text)


@pytest.mark.parametrize("text", ["http://lin:s3cret@proxy.example:8080", "lin@proxy.example", "lin:s3c@ret@x:1"])
def test_a_login_in_the_address(text: str) -> None:
    """Whoever writes one there is told that it goes elsewhere; it is not repeated."""
    with pytest.raises(BadInput) as caught:
        ProxyPlace.parse(text)
    assert (caught.value.id, caught.value.title.values) == ("proxy.place_has_login", {})


@pytest.mark.parametrize(
    ("user", "password", "problem"),
    [
        ("", "s3cret", "proxy.user_unfit"),
        ("  ", "s3cret", "proxy.user_unfit"),
        ("lin:shi", "s3cret", "proxy.user_unfit"),
        ("lin\nshi", "s3cret", "proxy.user_unfit"),
        ("x" * 201, "s3cret", "proxy.user_unfit"),
        ("lin", "", "proxy.no_password"),
        ("lin", "x" * 257, "password.unfit_long"),
        ("lin", "s3\ncret", "password.unfit_control"),
    ],
)
def test_no_login(user: str, password: str, problem: str) -> None:
    """What no proxy could be sent is refused, and not repeated."""
    with pytest.raises(BadInput) as caught:
        new_login(user, password)
    assert caught.value.id == problem
    assert "s3" not in repr(caught.value.title)


def test_the_longest_login() -> None:
    """It fits into an entry, whatever it is made of."""
    store, place = MemoryStore(), ProxyPlace("proxy.example", None)
    longest = new_login('"' * 200, "\\" * 256)
    store_login(place, longest, store)
    assert StoredLogins(lambda: store, unheard)(Proxy.parse("proxy.example:1")) == longest


def test_found() -> None:
    """A port's own log-in comes before that of its host; another host has neither."""
    store = MemoryStore()
    store_login(ProxyPlace.parse("proxy.example"), LIN, store)
    store_login(ProxyPlace.parse("proxy.example:8080"), SHI, store)
    stored = StoredLogins(lambda: store, unheard)
    found = {
        text: stored(Proxy.parse(text)) for text in ("http://PROXY.example:8080", "https://proxy.example:3128")
    }
    assert list(found.values()) == [SHI, LIN]
    assert stored(Proxy.parse("example:8080")) is None
    store.forget_password(ProxyPlace.parse("proxy.example:8080").entry)
    assert stored(Proxy.parse("proxy.example:8080")) == LIN


@pytest.mark.parametrize(
    "text",
    [
        *("s3cret", "{}", "[]", '{"user":"lin"}', '{"user":"lin","password":7}', '{"user":"","password":"s3cret"}'),
        '{"version": 1, "site": "https://api.coze.cn", "access_token": "pat_s3cret"}',
    ],
)
def test_an_entry_that_was_changed_from_outside(text: str) -> None:
    """It is no log-in, a token least of all; that is said, without its text."""
    store = MemoryStore()
    store.store_password("proxy proxy.example:8080", Password(text))
    told: list[BindtoolError] = []
    stored = StoredLogins(lambda: store, told.append)
    assert stored(Proxy.parse("proxy.example:8080")) is None
    assert [(error.id, error.title.values) for error in told] == [
        ("proxy.entry_unreadable", {"place": "proxy.example:8080"})
    ]


def test_a_store_that_cannot_serve() -> None:
    """It is said, and nobody is asked again: a prompt that somebody has closed does not come back."""
    asked = 0

    class Locked(MemoryStore):
        """A store whose prompt is closed each time."""

        def read_password(self, name: str) -> Password:
            """Refuse."""
            nonlocal asked
            asked += 1
            raise PasswordStoreLocked("password_store.locked")

    told: list[BindtoolError] = []
    stored, proxy = StoredLogins(Locked, told.append), Proxy.parse("proxy.example:8080")
    assert [stored(proxy), stored(proxy)] == [None, None]
    stored.refused(proxy, LIN)
    assert ([error.id for error in told], asked) == (["password_store.locked"], 1)


def test_a_prompt_that_is_open() -> None:
    """Whoever asks meanwhile waits for its answer, for some time; no second prompt is opened."""
    opened, answered = Event(), Event()

    class Prompting(MemoryStore):
        """A store that waits for a person."""

        def read_password(self, name: str) -> Password:
            """Wait."""
            assert not opened.is_set()
            opened.set()
            answered.wait()
            raise PasswordStoreLocked("password_store.locked")

    told: list[BindtoolError] = []
    stored, proxy = StoredLogins(Prompting, told.append, patience=0.01), Proxy.parse("proxy.example:8080")
    first = Thread(target=stored, args=(proxy,))
    first.start()
    opened.wait()
    assert (stored(proxy), told) == (None, [])
    answered.set()
    first.join()
    assert [error.id for error in told] == ["password_store.locked"]


@pytest.mark.parametrize("place", [ProxyPlace("proxy.example", 8080), ProxyPlace("proxy.example", None)])
def test_a_log_in_that_was_refused(place: ProxyPlace) -> None:
    """It is given out no more, by no process, until another one is stored; whose it is and where is said."""
    store, proxy = MemoryStore(), Proxy.parse("proxy.example:8080")
    told: list[BindtoolError] = []
    stored = StoredLogins(lambda: store, told.append)
    store_login(place, LIN, store)
    stored.refused(proxy, LIN)
    assert [StoredLogins(lambda: store, told.append)(proxy), stored(proxy), stored(proxy)] == [None] * 3
    assert [(error.id, error.title.values) for error in told] == [
        ("proxy.login_refused", {"place": str(place), "user": "lin"})
    ] * 2
    store_login(place, SHI, store)
    assert stored(proxy) == SHI


def test_a_log_in_that_was_replaced_before_it_could_be_marked() -> None:
    """The mark is for the one that was refused; a port's own does not lead to that of its host."""
    store, proxy = MemoryStore(), Proxy.parse("proxy.example:8080")
    told: list[BindtoolError] = []
    stored = StoredLogins(lambda: store, told.append)
    stored.refused(proxy, LIN)
    store_login(ProxyPlace("proxy.example", None), SHI, store)
    stored.refused(proxy, LIN)
    assert stored(proxy) == SHI
    store_login(ProxyPlace("proxy.example", 8080), LIN, store)
    stored.refused(proxy, LIN)
    assert (stored(proxy), [error.id for error in told]) == (None, ["proxy.login_refused"])


def test_a_password_is_in_no_repr() -> None:
    """Nor in a traceback: neither of the values, nor of what goes about with them, nor of what is raised."""
    address = Proxy.parse("http://lin:s3cret@proxy.example:8080")
    store = MemoryStore()
    store_login(ProxyPlace.parse("proxy.example"), LIN, store)
    stored = StoredLogins(lambda: store, unheard)
    logins = ProxyLogins(stored, lambda: None)

    async def refused() -> tuple[object, BaseException]:
        with logins.exchange(address) as exchange:
            sent = await exchange.answer(["Basic"])
            assert b"Basic" in sent
            with pytest.raises(ProxyFailed) as caught:
                await exchange.answer(["Basic"])
            return exchange, caught.value

    exchange, failed = asyncio.run(refused())
    things = [LIN, address, Routing((address,)), stored, logins, exchange, failed, failed.args, failed.__context__]
    shown = "\n".join([*map(repr, things), *traceback.format_exception(failed), repr(vars(logins))])
    assert "lin" in shown
    assert [form for form in ("s3cret", b64encode(b"lin:s3cret").decode()) if form in shown] == []


@pytest.mark.parametrize("address", ["http://proxy.example", "http://lin:s3cret@proxy.example"])
def test_the_passwords_are_noted(address: str) -> None:
    """That of the store and that of the address: the log is to know both, and nothing else of an entry."""
    store, secrets = MemoryStore(), KnownSecrets()
    store_login(ProxyPlace("proxy.example", None), new_login("lin", "other words"), store)
    proxy = Proxy.parse(address)
    assert noting(StoredLogins(lambda: store, unheard), secrets)(proxy) == new_login("lin", "other words")
    expected = '{"user": "lin", "password": "***"} ' + ("s3cret" if proxy.login is None else "***")
    assert secrets.clean('{"user": "lin", "password": "other words"} s3cret') == expected


def test_nothing_is_noted_where_there_is_none() -> None:
    """Neither entry nor login in the address."""
    secrets = KnownSecrets()
    assert noting(StoredLogins(MemoryStore, unheard), secrets)(Proxy.parse("http://proxy.example")) is None
    assert secrets.clean("lin, s3cret") == "lin, s3cret"
