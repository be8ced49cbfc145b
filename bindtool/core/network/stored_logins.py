"""The log-ins of proxies in the password store: whom one is for, what its entry is called, and what is in it.

An entry is for one port of a host, or for every port of it that has no entry of its own. It goes to no other host,
whatever the settings of the system say. Which log-in a proxy is sent, and when, is decided in `proxy_login`.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bindtool.core.common.errors import BadInput, BindtoolError, PasswordMissing
from bindtool.core.common.safe_text import has_unprintable
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.credentials.secret import Password, proxy_entry_name
from bindtool.core.network.proxy import BadProxy, Proxy, ProxyLogin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bindtool.core.common.messages import Message
    from bindtool.core.credentials.token_store import PasswordStore

_LONGEST_USER, _LONGEST_PASSWORD = 200, 256
"""Characters; Windows takes fewer of either. Both fit into an entry however many of them JSON escapes."""

_PORT = re.compile(r":[0-9]+/?\Z")


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    """Whom a log-in is for. `port`: None for all ports of the host."""

    host: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "proxy.example", "proxy.example:8080", or an address such as "http://proxy.example:8080".

        Raises:
            BadInput: "proxy.place_has_login", which does not carry the text; "proxy.place_unfit" with text.
        """
        text = text.strip()
        if "@" in text:
            raise BadInput("proxy.place_has_login")
        try:
            proxy = Proxy.parse(text)
        except BadProxy:
            raise BadInput("proxy.place_unfit", text=text) from None
        return cls(proxy.host, proxy.port if _PORT.search(text) else None)

    @property
    def entry(self) -> str:
        """The name of the entry in the password store."""
        return proxy_entry_name(self._host, self.port)

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def __str__(self) -> str:
        return self._host if self.port is None else f"{self._host}:{self.port}"


def new_login(user: str, password: str) -> ProxyLogin:
    """Return the log-in that somebody has entered.

    Raises:
        BadInput: "proxy.user_unfit" with limit; "proxy.no_password"; those of `Password`. None carries a text.
    """
    user = user.strip()
    # A colon would end the name where it is sent by Basic (RFC 7617, 2).
    if not user or len(user) > _LONGEST_USER or ":" in user or has_unprintable(user):
        raise BadInput("proxy.user_unfit", limit=_LONGEST_USER)
    if not password:
        raise BadInput("proxy.no_password")
    if len(password) > _LONGEST_PASSWORD:
        raise BadInput("password.unfit_long", length=len(password), limit=_LONGEST_PASSWORD)
    return ProxyLogin(user, Password(password))


def store_login(place: ProxyPlace, login: ProxyLogin, store: PasswordStore) -> None:
    """Keep a log-in in place of an earlier one; blocks, and raises what `PasswordStore.store_password` does."""
    _keep(place, login, store, refused=False)


class StoredLogins:
    """Finds the log-in of a proxy in the password store; its methods block as the store does.

    One that a proxy has refused is marked, and given out no more until another is stored: a script that starts the
    program again and again would lock the account with an old password.

    Args:
        open_store: opens the password store.
        tell: hears, in the thread of the call, why the store can't serve or what is wrong with an entry; once each
            until it serves again. A proxy counts as one without a log-in then.
    """

    def __init__(self, open_store: Callable[[], PasswordStore], tell: Callable[[BindtoolError], None]) -> None:
        self._open_store = open_store
        self._tell = tell
        self._told: Message | None = None

    def __call__(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the log-in of this port, else that of its host; None where there is neither."""
        with self._telling():
            for place in _places(proxy):
                entry = _read(place, self._open_store())
                if entry is None:
                    continue
                if entry.refused:
                    raise BadInput("proxy.login_refused", place=str(place), user=entry.login.user)
                return entry.login
        return None

    def refused(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Mark a log-in that a proxy has refused; one that has taken its place meanwhile stays as it is."""
        with self._telling():
            for place in _places(proxy):
                store = self._open_store()
                entry = _read(place, store)
                if entry is not None and entry.login == login:
                    _keep(place, login, store, refused=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except BindtoolError as error:
            if self._told != error.title:
                self._told = error.title
                self._tell(error)
        else:
            self._told = None


@dataclass(frozen=True, slots=True)
class _Entry:
    login: ProxyLogin
    refused: bool


def _places(proxy: Proxy) -> tuple[ProxyPlace, ProxyPlace]:
    return ProxyPlace(proxy.host, proxy.port), ProxyPlace(proxy.host, None)


def _read(place: ProxyPlace, store: PasswordStore) -> _Entry | None:
    """Return what is in an entry; None where there is none.

    Raises:
        BadInput: "proxy.entry_unreadable" with place, it was changed from outside. PasswordStoreError.
    """
    try:
        record = read_object(store.read_password(place.entry).reveal()) or {}
        user, password = record.get("user"), record.get("password")
        if isinstance(user, str) and isinstance(password, str):
            return _Entry(new_login(user, password), record.get("refused") is True)
    except PasswordMissing:
        return None
    except BadInput:
        pass
    raise BadInput("proxy.entry_unreadable", place=str(place))


def _keep(place: ProxyPlace, login: ProxyLogin, store: PasswordStore, *, refused: bool) -> None:
    record = {"user": login.user, "password": login.password.reveal(), "refused": refused}
    store.store_password(place.entry, Password(json.dumps(record, ensure_ascii=False)))
