"""The log-ins of proxies in the password store: the proxy of an entry, its key, and its contents.

An entry is for one port of a host, or for all its ports without an entry of their own. It goes to no other host,
whatever the settings of the system say. Which log-in a proxy is sent, and when, is decided in `proxy_login`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Self, TypeVar

from bindtool.core.common.errors import BadInput, BindtoolError, PasswordMissing, PasswordStoreError
from bindtool.core.common.safe_text import has_unprintable
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.credentials.secret import Password, proxy_entry_name
from bindtool.core.network.proxy import BadProxy, Proxy, ProxyLogin

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.common.messages import Message
    from bindtool.core.credentials.redaction import KnownSecrets
    from bindtool.core.credentials.token_store import PasswordStore

_LONGEST_USER, _LONGEST_PASSWORD = 200, 256
"""Characters; Windows accepts fewer of either. Both fit into an entry however many of them JSON escapes."""

_PATIENCE = 30.0
"""Seconds; longer than a person waits for a proxy."""

T = TypeVar("T")

_PORT = r":[0-9]+/?\Z"


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    """The target of a log-in. `port`: None for all ports of the host."""

    host: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse "proxy.example", "proxy.example:8080", or a URL such as "http://proxy.example:8080".

        Raises:
            BadInput: "proxy.place_has_login" without the text, which may hold a password; "proxy.place_unfit"
                with the text.
        """
        text = text.strip()
        if "@" in text:
            raise BadInput("proxy.place_has_login")
        try:
            proxy = Proxy.parse(text)
        except BadProxy:
            raise BadInput("proxy.place_unfit", text=text) from None
        return cls(proxy.host, proxy.port if re.search(_PORT, text) else None)

    @property
    def entry(self) -> str:
        """The key of the entry in the password store."""
        return proxy_entry_name(self._host, self.port)

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def __str__(self) -> str:
        return self._host if self.port is None else f"{self._host}:{self.port}"


def new_login(user: str, password: str) -> ProxyLogin:
    """Create a log-in from user input.

    Raises:
        BadInput: "proxy.user_unfit" with limit; "proxy.no_password"; those of `Password`. None carries a text.
    """
    user = user.strip()
    # Basic ends the name at a colon (RFC 7617, 2).
    if not user or len(user) > _LONGEST_USER or ":" in user or has_unprintable(user):
        raise BadInput("proxy.user_unfit", limit=_LONGEST_USER)
    if not password:
        raise BadInput("proxy.no_password")
    if len(password) > _LONGEST_PASSWORD:
        raise BadInput("password.unfit_long", length=len(password), limit=_LONGEST_PASSWORD)
    return ProxyLogin(user, Password(password))


def noting(
    stored: Callable[[Proxy], ProxyLogin | None], secrets: KnownSecrets
) -> Callable[[Proxy], ProxyLogin | None]:
    """Wrap a look-up of log-ins so that it notes their passwords and those in a proxy's address."""

    def find(proxy: Proxy) -> ProxyLogin | None:
        found = stored(proxy)
        secrets.note(*(login.password for login in (found, proxy.login) if login is not None))
        return found

    return find


def store_login(place: ProxyPlace, login: ProxyLogin, store: PasswordStore) -> None:
    """Store a log-in, replacing an earlier one; blocks, and raises as `PasswordStore.store_password`."""
    _keep(place, login, store, refused=False)


class StoredLogins:
    """Finds the log-in of a proxy in the password store; its methods block as the store does.

    A log-in that a proxy has refused is marked, and not returned any more until another is stored: a script that
    starts the program again and again would lock the account with an old password.

    Args:
        open_store: opens the password store.
        warn: called, in the thread of the call, with an error of the store or of an entry; the proxy then
            counts as having no log-in. After an error of the store it is not asked again: a prompt that the user
            has closed would come back with each try of a run.
        patience: seconds that a call waits while another call uses the store, whose prompt may be open.
    """

    def __init__(
        self,
        open_store: Callable[[], PasswordStore],
        warn: Callable[[BindtoolError], None],
        patience: float = _PATIENCE,
    ) -> None:
        self._open_store = open_store
        self._warn = warn
        self._patience = patience
        self._told: Message | None = None
        self._serves = True
        self._asking = Lock()

    def __call__(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the log-in of this port, else that of its host; None without either."""
        return self._ask(lambda store: _find(proxy, store))

    def refused(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Mark a log-in that a proxy has refused; a newer log-in stored meanwhile stays unchanged."""
        self._ask(lambda store: _mark(proxy, login, store))

    def _ask(self, question: Callable[[PasswordStore], T]) -> T | None:
        """Return the result of a query; None if the store fails or an entry is invalid."""
        if not self._asking.acquire(timeout=self._patience):
            return None
        try:
            if not self._serves:
                return None
            answer = question(self._open_store())
        except BindtoolError as error:
            self._serves = not isinstance(error, PasswordStoreError)
            if self._told != error.title:
                self._told = error.title
                self._warn(error)
            return None
        finally:
            self._asking.release()
        self._told = None
        return answer


@dataclass(frozen=True, slots=True)
class _Entry:
    login: ProxyLogin
    refused: bool


def _places(proxy: Proxy) -> tuple[ProxyPlace, ProxyPlace]:
    return ProxyPlace(proxy.host, proxy.port), ProxyPlace(proxy.host, None)


def _find(proxy: Proxy, store: PasswordStore) -> ProxyLogin | None:
    """Return the log-in for a proxy.

    Raises:
        BadInput: "proxy.login_refused" with place and user; those of `_read`.
    """
    for place in _places(proxy):
        entry = _read(place, store)
        if entry is None:
            continue
        if entry.refused:
            raise BadInput("proxy.login_refused", place=str(place), user=entry.login.user)
        return entry.login
    return None


def _mark(proxy: Proxy, login: ProxyLogin, store: PasswordStore) -> None:
    for place in _places(proxy):
        entry = _read(place, store)
        if entry is not None and entry.login == login:
            _keep(place, login, store, refused=True)


def _read(place: ProxyPlace, store: PasswordStore) -> _Entry | None:
    """Return the contents of an entry; None if there is none.

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
