"""A session with PostgreSQL: logged in, each query one statement, each failure one of bindtool's own errors.

Only this module imports the driver; it also sets the session's parameters. The queries are in `client`, the
connection beneath in `tls`.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection, __version__

from bindtool.core.shared_ledger.postgres.errors import connection_failed, failed, refused
from bindtool.core.shared_ledger.postgres.tls import ServerTimeouts, open_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bindtool.core.credentials.secret import Password
    from bindtool.core.profiles.ledger_address import LedgerAddress
    from bindtool.core.shared_ledger.postgres.tls import Dial

T = TypeVar("T")

DRIVER = f"pg8000 {__version__}"
"""Name and version of the driver, for checks that it is installed."""

NEWS = "bindtool"
"""The channel of PostgreSQL's notifications of new entries; each payload is the number of the newest."""

_LONGEST_NUMBER = 19
"""Digits."""

_NOTIFICATION = b"A"
"""NotificationResponse (PostgreSQL's manual, "Message Formats")."""

_SETTINGS = {
    "client_encoding": "UTF8",
    "search_path": "",
    "TimeZone": "UTC",
    "default_transaction_isolation": "read committed",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
"""Without a search path, no name resolves to another user's object. A database may default to another isolation
level, with which the ledger's functions would not see the rows that they have waited for. With the last four the
server notices within half a minute that a bench is gone, and frees its turn; by default it would take two hours.
The last of them is for data that the bench has not acknowledged: the others don't apply then, and it would be
retransmitted for a quarter of an hour."""


class PostgresSession:
    """One connection, which threads use in turn, a statement each. Every failure is a LedgerFailed, and ends it.

    Args:
        address: the server.
        password: goes to the server and nowhere else.
        timeouts: how long to wait.
        dial: opens the connection beneath.

    Raises:
        LedgerFailed: those of `open_socket`; "ledger.login_refused", "ledger.no_database", "ledger.not_allowed",
            "ledger.failed".
    """

    def __init__(
        self,
        address: LedgerAddress,
        password: Password,
        timeouts: ServerTimeouts,
        dial: Dial = socket.create_connection,
    ) -> None:
        self.address = address
        self._statements: dict[str, Any] = {}
        self._newest_notified = 0
        self._using = threading.RLock()
        self._socket = open_socket(address, timeouts, dial)
        self._driver: Any = None
        self._closed = False
        self.explained(lambda: self._log_in(password, timeouts))
        self._socket.settimeout(timeouts.answer)

    @property
    def tls(self) -> str:
        """The version of TLS, such as "TLSv1.3"; "" for a connection without."""
        return (self._socket.version() or "") if isinstance(self._socket, ssl.SSLSocket) else ""

    @property
    def version(self) -> str:
        """The version of PostgreSQL, such as "15.18"; some distributions add words."""
        return str(self._driver.parameter_statuses.get("server_version", "")).partition(" ")[0]

    def run(self, sql: str) -> list[list[Any]]:
        """Run statements without parameters; return the rows of all of them."""
        with self._using:
            return self.explained(lambda: self._driver.run(sql) or [])

    def ask(self, sql: str, **values: str | int | float | None) -> Any:
        """Run one statement, with `:name` for parameters, and return its single value.

        It is prepared at its first use: from then on it is one round trip.
        """

        def answer() -> Any:
            if sql not in self._statements:
                self._statements[sql] = self._driver.prepare(sql)
            ((value,),) = self._statements[sql].run(**values)
            return value

        with self._using:
            return self.explained(answer)

    def wait(self, known: int, wake: int, seconds: float) -> None:
        """Wait until the server notifies of an entry behind `known` or sends anything else.

        Also until `wake`, a file descriptor, can be read, or so many seconds are over. Only a hint: the server's
        messages are read with the answer to the next query. Meanwhile other threads may query; a notification that
        comes with their answers may end no wait.
        """

        def has_told() -> bool:
            told, self._newest_notified = self._newest_notified, 0
            return told > known or self._has_more()

        def something() -> None:
            with selectors.DefaultSelector() as selector:
                for descriptor in (self._socket.fileno(), wake):
                    selector.register(descriptor, selectors.EVENT_READ)
                selector.select(seconds)

        with self._using:
            told = self.explained(has_told)
        if not told:
            self.explained(something)

    def close(self) -> None:
        """End the session. Never fails; a second call does nothing."""
        with self._using:
            if self._closed:
                return
            self._closed = True
            try:
                if self._driver is not None:
                    self._driver.close()
            except (InterfaceError, OSError):
                pass  # the connection is gone already
            finally:
                self._socket.close()

    def _log_in(self, password: Password, timeouts: ServerTimeouts) -> None:
        self._driver = Connection(
            user=self.address.user,
            host=self.address.host,
            database=self.address.database,
            password=password.reveal(),
            sock=self._socket,
            ssl_context=False,  # the socket has it already
            application_name="bindtool",
            startup_params={**_SETTINGS, "statement_timeout": str(int(timeouts.answer * 1000))},
        )
        # The driver would keep it for as long as the session lasts.
        self._driver.password = self._driver.auth = None
        self._driver.message_types[_NOTIFICATION] = self._take_notification

    def _take_notification(self, data: bytes, _context: object) -> None:
        """Take a notification's number: 4 bytes for its sender, then two texts. Any login may send any text."""
        number = data[4:].split(b"\0")[1]
        if len(number) <= _LONGEST_NUMBER and number.isdigit():
            self._newest_notified = max(self._newest_notified, int(number))

    def _has_more(self) -> bool:
        """Return whether the driver or TLS has buffered more than was requested, which no selector would show."""
        timeout = self._socket.gettimeout()
        self._socket.settimeout(0)
        try:
            return bool(self._driver._sock.peek(1))  # noqa: SLF001 - the driver has no public interface for it
        except ssl.SSLWantReadError:
            return False
        finally:
            self._socket.settimeout(timeout)

    def explained(self, call: Callable[[], T]) -> T:
        """Return the result of `call`, with its failures as errors for a person; each ends the session.

        An unreadable answer is a failure, too.
        """
        if self._closed:
            raise failed("ledger.unreachable", self.address)
        try:
            return call()
        except (OSError, InterfaceError, DatabaseError) as error:
            refusal = _refusal(error)
            failure = connection_failed(error, self.address) if refusal is None else refused(refusal, self.address)
        except Exception as error:  # noqa: BLE001 - a strange answer makes a driver raise anything
            failure = failed("ledger.failed", self.address, type(error).__name__)
        self.close()
        # Outside the except block, so that the failure does not carry the driver's, whose frames know the password.
        raise failure


def _refusal(error: BaseException | None) -> Mapping[str, str] | None:
    """Return the fields of the server's own refusal, which may be the context of an error of closing."""
    while error is not None:
        if isinstance(error, DatabaseError):
            fields: Mapping[str, str] = error.args[0]
            return fields
        error = error.__cause__ or error.__context__
    return None
