"""The log-ins of proxies, as the window keeps them: in the password store, or in memory until it closes.

Every call of the password store is made in a thread of its own. When a log-in is sent, and what becomes of one that
was refused, is decided in `core.network.proxy_login`.
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
    """The log-ins that were entered for proxies.

    Args:
        open_store: opens the password store; called in threads other than the window's.

    Signals:
        requested(obstacle): a person wants to enter the log-in that is missing (a `NeverSent`).
        entered(proxy): it is known now (a `Proxy`); what has waited for it can be tried again.
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
        """Why one that is stored can't be used, where that is known: it was refused, or the store is locked."""

    def look_again(self) -> None:
        """Ask the password store again, which may not have served; the person may have unlocked it since."""
        with self._making:
            self._stored_logins = None
        self.reason = None

    def request(self, obstacle: NeverSent) -> None:
        """Ask the person for the log-in that gets past an obstacle."""
        self.requested.emit(obstacle)

    def find(self, proxy: Proxy) -> ProxyLogin | None:
        """Return the log-in that was entered for a proxy; None where there is none. Blocks as the store does.

        One that was refused just now is still it: who sends none that was refused can say whose it is.
        """
        name = proxy.name
        return self._held.get(name) or self._stored(proxy) or self._refused.get(name)

    def mark_refused(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Note that a proxy has refused a log-in, in the password store too. Blocks as the store does."""
        self._refused[proxy.name] = login
        self._stored.refused(proxy, login)

    async def describe(self) -> str:
        """Return the name of the password store.

        Raises:
            PasswordStoreError: there is none that can serve.
        """
        return await in_daemon_thread(lambda: self._open_store().describe(), name="password store")

    async def store(self, proxy: Proxy, login: ProxyLogin) -> None:
        """Put a log-in into the password store, in place of an earlier one.

        Raises:
            PasswordStoreError, BadInput: it could not be stored; the old one, if any, is still there.
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
                # Loaded with the first proxy; most places have none.
                from bindtool.core.network.stored_logins import StoredLogins

                self._stored_logins = StoredLogins(self._open_store, self._note_failure)
            return self._stored_logins

    def _go_on(self, proxy: Proxy) -> None:
        self.look_again()
        self._refused.pop(proxy.name, None)
        self.entered.emit(proxy)

    def _note_failure(self, error: BindtoolError) -> None:
        """Called in the threads that ask the store."""
        # That there is no store is for whoever wants to keep something in it.
        self.reason = None if isinstance(error, PasswordStoreUnusable) else error.title
