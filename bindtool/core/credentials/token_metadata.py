"""Non-secret facts on a stored token, known without reading it: kind, length, time saved, expiry date.

The tokens themselves are in `keyring_store`. Stored in a small TOML file, which contains no secret and is optional:
a broken file counts as empty.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeGuard

import tomli_w

from bindtool.core.common.atomic_files import write_atomically
from bindtool.core.common.data_folder import mode_within
from bindtool.core.common.untrusted_input import read_tables
from bindtool.core.credentials.access_token import AccessToken, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


_TEXTS = ("site", "account", "user_id")

_SOON = 7
"""Days, including today: time enough to get a new token."""

_PATIENCE = 5.0
"""Seconds to wait for the lock; another program holds it for a moment only."""


@dataclass(frozen=True, slots=True)
class TokenMetadata:
    """Facts on a stored token, known without asking the password store.

    `length` is in characters, `saved_at` has the local offset, `expires_on` is a local date. `site`: the token's
    site, "" if not recorded. `account` and `user_id`: name and UID of the signed-in user, "" for a pasted token.
    """

    kind: TokenKind
    length: int
    saved_at: datetime
    expires_on: date | None = None
    site: str = ""
    account: str = ""
    user_id: str = ""

    @classmethod
    def of(
        cls, token: AccessToken, saved_at: datetime, expires_on: date | None = None, site: str = ""
    ) -> TokenMetadata:
        return cls(token.kind, token.length, saved_at, expires_on, site)

    @property
    def is_sign_in(self) -> bool:
        return bool(self.account or self.user_id)

    @property
    def saved_on(self) -> date:
        return self.saved_at.date()

    def ends_soon(self, today: date) -> bool:
        """Return whether it is known to expire within the next seven days, including today."""
        return self.expires_on is not None and 0 <= (self.expires_on - today).days < _SOON


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """The stored name of a run's token and the time since it is stored, which tells whether it ever worked.

    `name`: "" for a token that is not stored. `since`: None if there is no sign of an earlier token.
    """

    name: str = ""
    since: datetime | None = None

    @classmethod
    def of(cls, name: str, metadata: TokenMetadata | None) -> TokenPlace:
        """Return the place of the token `name`, if it is in the password store."""
        return cls(name, metadata.saved_at if metadata is not None else None)


class TokenMetadataFile:
    """The metadata in the file `path`, by the tokens' names; the first entry creates the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> Mapping[str, TokenMetadata]:
        """Return every readable entry, in the order of the file; never fails."""
        tables = read_tables(self._path).items()
        return {name: metadata for name, table in tables if (metadata := _from_table(table)) is not None}

    def get(self, name: str) -> TokenMetadata | None:
        """Return the metadata of the token `name`, None if there is none; never fails."""
        return self.all().get(name)

    def place(self, name: str) -> TokenPlace:
        """Return the place of the token `name`, if it is in the password store; never fails."""
        return TokenPlace.of(name, self.get(name))

    def put(self, name: str, metadata: TokenMetadata) -> Mapping[str, TokenMetadata]:
        """Store `metadata`, replacing earlier metadata, and return all entries.

        Raises:
            BadInput: "file.unwritable" with path and why.
        """
        with self._lock():
            entries = {**self.all(), name: metadata}
            self._write(entries)
        return entries

    def drop(self, name: str) -> Mapping[str, TokenMetadata]:
        """Remove the metadata of the token `name`, if any, and return the remaining entries.

        Raises:
            BadInput: "file.unwritable" with path and why.
        """
        if name not in (entries := self.all()):
            return entries
        with self._lock():
            entries = {other: metadata for other, metadata in self.all().items() if other != name}
            self._write(entries)
        return entries

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Lock the file until the context ends: a command may change it while a window is open.

        Proceeds without the lock if it can't be acquired: the token itself is already stored.
        """
        from filelock import FileLock

        with ExitStack() as stack:
            with suppress(OSError):
                mode = mode_within(self._path.parent)
                path = self._path.with_name(f"{self._path.name}.lock")
                stack.enter_context(FileLock(path, timeout=_PATIENCE, mode=mode))
            yield

    def _write(self, entries: Mapping[str, TokenMetadata]) -> None:
        text = tomli_w.dumps({name: _to_table(metadata) for name, metadata in entries.items()})
        write_atomically(self._path, text.encode())


def _to_table(metadata: TokenMetadata) -> dict[str, object]:
    table: dict[str, object] = {
        "kind": str(metadata.kind),
        "length": metadata.length,
        "saved": metadata.saved_at,
    }
    if metadata.expires_on is not None:
        table["expires"] = metadata.expires_on
    for name in _TEXTS:
        if text := getattr(metadata, name):
            table[name] = text
    return table


def _from_table(table: object) -> TokenMetadata | None:
    """Return the metadata that `_to_table` wrote, None for anything else."""
    if not isinstance(table, dict):
        return None
    kind, length, saved_at, expires_on = map(table.get, ("kind", "length", "saved", "expires"))
    if kind not in list(TokenKind) or type(length) is not int or not _is_moment(saved_at):
        return None
    last_day = expires_on if _is_day(expires_on) else None
    texts = {name: text for name in _TEXTS if isinstance(text := table.get(name), str)}
    return TokenMetadata(TokenKind(kind), length, saved_at, last_day, **texts)


def _is_moment(value: object) -> TypeGuard[datetime]:
    # A naive datetime can't be compared with an aware datetime.
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_day(value: object) -> TypeGuard[date]:
    # A date with a time is a date too, but can't be compared with one.
    return type(value) is date
