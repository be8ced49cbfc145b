"""The log-ins of proxies in the password store: whom one is for, what its entry is called, and what is in it.

An entry is for one port of a host, or for every port of it that has no entry of its own. It goes to no other host,
whatever the settings of the system say. Which log-in a proxy is sent, and when, is decided in `proxy_login`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bindtool.core.common.errors import BadInput, BindtoolError, PasswordMissing
from bindtool.core.common.safe_text import has_unprintable
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.credentials.secret import Password, proxy_entry_name
from bindtool.core.network.proxy import BadProxy, Proxy, ProxyLogin

if TYPE_CHECKING:
    from collections.abc import Callable

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
    record = {"user": login.user, "password": login.password.reveal()}
    store.store_password(place.entry, Password(json.dumps(record, ensure_ascii=False)))


class StoredLogins:
    """Finds the log-in of a proxy in the password store; a call blocks as the store does.

    Args:
        read_password: reads an entry of the password store, as `PasswordStore.read_password`.
        tell: hears, in the thread of the call, why the store can't serve or what is wrong with an entry; once each
            until it serves again. A proxy counts as one without a log-in then.
    """

    def __init__(self, read_password: Callable[[str], Password], tell: Callable[[BindtoolError], None]) -> None:
        self._read_password = read_password
        self._tell = tell
        self._told: Message | None = None

    def __call__(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the log-in of this port, else that of its host; None where there is neither."""
        try:
            login = self._read(ProxyPlace(proxy.host, proxy.port)) or self._read(ProxyPlace(proxy.host, None))
        except BindtoolError as error:
            if self._told != error.title:
                self._told = error.title
                self._tell(error)
            return None
        self._told = None
        return login

    def _read(self, place: ProxyPlace) -> ProxyLogin | None:
        """Return what is in an entry; None where there is none.

        Raises:
            BadInput: "proxy.entry_unreadable" with place, it was changed from outside. PasswordStoreError.
        """
        try:
            record = read_object(self._read_password(place.entry).reveal()) or {}
            user, password = record.get("user"), record.get("password")
            if isinstance(user, str) and isinstance(password, str):
                return new_login(user, password)
        except PasswordMissing:
            return None
        except BadInput:
            pass
        raise BadInput("proxy.entry_unreadable", place=str(place))
