"""Proxy log-ins of the window: in the password store, or in memory until it closes.

Each call of the password store runs in a thread of its own. `core.network.proxy_login` decides when to send a
log-in, and handles refused ones.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BindtoolError, PasswordStoreUnusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.common.messages import Message
    from bindtool.core.credentials.token_store import PasswordStore
    from bindtool.core.network.proxy import Proxy, ProxyLogin
    from bindtool.core.network.stored_logins import StoredLogins


class ProxyLoginService(QObject):
    """The log-ins entered for proxies.

    Args:
        open_store: opens the password store; called in threads other than the window's.

    Signals:
        requested(obstacle): the user wants to enter the missing log-in (a `NeverSent`).
        entered(proxy): the log-in was entered (a `Proxy`); requests that waited for it can be retried.
    """

    requested = Signal(object)
    entered = Signal(object)

    def __init__(self, open_store: Callable[[], PasswordStore]) -> None:
        super().__init__()
        self._open_store = open_store
        self._held: dict[str, ProxyLogin] = {}
        self._refused: dict[str, ProxyLogin] = {}
        self._making = Lock()
        self._stored_logins: StoredLogins | None = None
        self.reason: Message | None = None
        """Why the stored log-in can't be used, if known: it was refused, or the store is locked."""

    def look_again(self) -> None:
        """Query the password store again after a failure; the user may have unlocked it since."""
        with self._making:
            self._stored_logins = None
        self.reason = None

    def request(self, obstacle: NeverSent) -> None:
        """Ask the user for the log-in that would overcome an obstacle."""
        self.requested.emit(obstacle)

    def find(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the log-in entered for a proxy; None if there is none. Blocks as the store does.

        Returns a log-in refused just now too: the caller doesn't send a refused log-in, but can show its user name.
        """
        name = proxy.name
        return self._held.get(name) or self._stored(proxy) or self._refused.get(name)

    def mark_refused(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Mark a log-in as refused by a proxy, in the password store too. Blocks as the store does."""
        self._refused[proxy.name] = login
        self._stored.refused(proxy, login)

    async def describe(self) -> str:
        """Return the name of the password store.

        Raises:
            PasswordStoreError: no usable store was found.
        """
        return await in_daemon_thread(lambda: self._open_store().describe(), name="password store")

    async def store(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Save a log-in in the password store, replacing an earlier one.

        Raises:
            PasswordStoreError, BadInput: it could not be saved; the old one, if any, is still there.
        """
        from bindtool.core.network.stored_logins import ProxyPlace, store_login

        place = ProxyPlace(proxy.host, proxy.port)
        await in_daemon_thread(lambda: store_login(place, login, self._open_store()), name="password store")
        self._held.pop(proxy.name, None)
        self._go_on(proxy)

    def hold(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Keep a log-in in memory until the program closes."""
        self._held[proxy.name] = login
        self._go_on(proxy)

    @property
    def _stored(self) -> StoredLogins:
        with self._making:
            if self._stored_logins is None:
                # Loaded with the first proxy; most networks have none.
                from bindtool.core.network.stored_logins import StoredLogins

                self._stored_logins = StoredLogins(self._open_store, self._note_failure)
            return self._stored_logins

    def _go_on(self, proxy: Proxy) -> None:
        self.look_again()
        self._refused.pop(proxy.name, None)
        self.entered.emit(proxy)

    def _note_failure(self, error: BindtoolError) -> None:
        """Keep the reason of a failure; called in the threads that query the store."""
        # A missing store matters only to a caller that wants to save in it.
        self.reason = None if isinstance(error, PasswordStoreUnusable) else error.title
