"""A session with PostgreSQL: logged in, each question one statement, each failure in bindtool's own errors.

The only module that imports the driver; it also sets what holds for a session. What is asked is in `client`, the
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
"""Which driver this is, for whoever looks whether it is there."""

NEWS = "bindtool"
"""The name under which PostgreSQL tells of new entries; each message is the number of the newest."""

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
"""No name is looked up where others may have put one like it. A database may be set to another isolation, with
which the ledger's functions would not see what they have waited for. With the last four the server notices within
half a minute that a bench is gone, and frees its turn; as it comes it would take two hours. The last of them is for
where it has said something that the bench has not confirmed: the others don't count then, and it would go on saying
that for a quarter of an hour."""


class PostgresSession:
    """One connection, which threads use by turns, a statement each. Every failure is a LedgerFailed, and ends it.

    Args:
        address: whom to ask.
        password: goes to the server and nowhere else.
        timeouts: how long to wait.
        dial: opens the connection beneath.

    Raises:
        LedgerFailed: what `open_socket` raises; "ledger.login_refused", "ledger.no_database", "ledger.not_allowed",
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
        """The version of PostgreSQL, such as "15.18"; some add words."""
        return str(self._driver.parameter_statuses.get("server_version", "")).partition(" ")[0]

    def run(self, sql: str) -> list[list[Any]]:
        """Run statements without parameters; return the rows of all of them."""
        with self._using:
            return self.explained(lambda: self._driver.run(sql) or [])

    def ask(self, sql: str, **values: str | int | float | None) -> Any:
        """Run one statement, with `:name` where a value goes, and return the one value that it gives.

        It is prepared when it is asked for the first time: from then on it is one round trip.
        """

        def answer() -> Any:
            if sql not in self._statements:
                self._statements[sql] = self._driver.prepare(sql)
            ((value,),) = self._statements[sql].run(**values)
            return value

        with self._using:
            return self.explained(answer)

    def wait(self, known: int, wake: int, seconds: float) -> None:
        """Wait until the server tells of an entry behind `known` or has anything to say.

        Also until `wake`, a file descriptor, can be read, or so many seconds are over. Only a hint: what the server
        says is read with the answer to the next question. Meanwhile others may ask; what is told with their answers
        may end no wait.
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
        """Note the number that is told: 4 bytes for who tells it, then two texts. Anybody may send any text."""
        number = data[4:].split(b"\0")[1]
        if len(number) <= _LONGEST_NUMBER and number.isdigit():
            self._newest_notified = max(self._newest_notified, int(number))

    def _has_more(self) -> bool:
        """Tell whether the driver or TLS has read more than was asked for, which no selector would tell."""
        timeout = self._socket.gettimeout()
        self._socket.settimeout(0)
        try:
            return bool(self._driver._sock.peek(1))  # noqa: SLF001 - the driver has no other way to be asked
        except ssl.SSLWantReadError:
            return False
        finally:
            self._socket.settimeout(timeout)

    def explained(self, call: Callable[[], T]) -> T:
        """Return what `call` returns, with its failures as a person is told of them; each ends the session.

        An answer that can't be read is one, too.
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
        # Out here, so that the failure does not carry the driver's, whose frames know the password.
        raise failure


def _refusal(error: BaseException | None) -> Mapping[str, str] | None:
    """Return the fields of the server's own refusal; where the driver could not say goodbye, it lies beneath."""
    while error is not None:
        if isinstance(error, DatabaseError):
            fields: Mapping[str, str] = error.args[0]
            return fields
        error = error.__cause__ or error.__context__
    return None
