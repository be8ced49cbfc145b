"""The address of a shared ledger in a profile: a PostgreSQL server, a database, a login.

The password is never part of the address: it is in the password store, under `LedgerAddress.secret_name`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.secret import SCHEMES, ledger_entry_name
from bindtool.core.model.channel import is_loopback

PORT = 5432

_NAME = r"[^\s\x00-\x1f/?#@:]{1,63}"
_PORTS = 2**16


@dataclass(frozen=True, slots=True)
class LedgerAddress:
    """A database of a PostgreSQL server, and its user."""

    host: str
    port: int
    database: str
    user: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `postgresql://user@host:port/database`.

        Raises:
            BadInput: "ledger.address_has_password", "ledger.address_unfit". Neither carries the text.
        """
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port or PORT
        except ValueError as error:
            raise BadInput("ledger.address_unfit") from error
        if parts.password is not None or "password" in parts.query:
            raise BadInput("ledger.address_has_password")
        user, database = unquote(parts.username or ""), unquote(parts.path.removeprefix("/"))
        names = all(re.fullmatch(_NAME, name) for name in (user, database))
        if parts.scheme not in SCHEMES or not host or not names or parts.query or parts.fragment or port >= _PORTS:
            raise BadInput("ledger.address_unfit")
        return cls(host, port, database, user)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORT else f":{self.port}"
        return f"postgresql://{self.user}@{host}{port}/{self.database}"

    @property
    def secret_name(self) -> str:
        """The key of the password in the password store."""
        return ledger_entry_name(str(self))

    @property
    def is_local(self) -> bool:
        """Whether the server is this computer itself, so that no one can listen in."""
        return is_loopback(f"tcp://[{self.host}]" if ":" in self.host else f"tcp://{self.host}")
