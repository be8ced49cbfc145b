"""What may be known of a stored token without reading it: kind, length, when saved, the day it expires.

Kept in a small TOML file that holds no secret and that the program can do without: a broken file counts as an
empty one. The tokens themselves are in `keyring_store`.
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
"""Days, today among them: time enough to have a new token made."""

_PATIENCE = 5.0
"""Seconds that are waited for another program, which has the file for a moment only."""


@dataclass(frozen=True, slots=True)
class TokenMetadata:
    """What is known of a stored token without asking for it.

    `length` is in characters, `saved_at` has the local offset, `expires_on` is a local day. `site`: the one that it
    is for, "" where that is not noted. `account` and `user_id`: name and UID of who has signed in, "" for a token
    that was pasted.
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
        """Tell whether its last day is known and one of the next seven, today among them."""
        return self.expires_on is not None and 0 <= (self.expires_on - today).days < _SOON


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a run's token is stored: under which name and since when, which tells whether it ever worked.

    `name`: "" for a token that is kept nowhere. `since`: None where nothing says that it ever was another one.
    """

    name: str = ""
    since: datetime | None = None

    @classmethod
    def of(cls, name: str, metadata: TokenMetadata | None) -> TokenPlace:
        """Say where the token `name` lies, if it is in the password store."""
        return cls(name, metadata.saved_at if metadata is not None else None)


class TokenMetadataFile:
    """The metadata in the file `path`, by the tokens' names; the file is made with the first entry."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> Mapping[str, TokenMetadata]:
        """Return every entry that can be read, in the order of the file; never fails."""
        tables = read_tables(self._path).items()
        return {name: metadata for name, table in tables if (metadata := _from_table(table)) is not None}

    def get(self, name: str) -> TokenMetadata | None:
        """Return the metadata of the token `name`, None where there is none; never fails."""
        return self.all().get(name)

    def place(self, name: str) -> TokenPlace:
        """Say where the token `name` lies, if it is in the password store; never fails."""
        return TokenPlace.of(name, self.get(name))

    def put(self, name: str, metadata: TokenMetadata) -> Mapping[str, TokenMetadata]:
        """Keep `metadata` in place of earlier ones, and return all entries.

        Raises:
            BadInput: "file.unwritable" with path and why.
        """
        with self._turn():
            entries = {**self.all(), name: metadata}
            self._write(entries)
        return entries

    def drop(self, name: str) -> Mapping[str, TokenMetadata]:
        """Remove the metadata of the token `name`, if there are any, and return all entries that are left.

        Raises:
            BadInput: "file.unwritable" with path and why.
        """
        if name not in (entries := self.all()):
            return entries
        with self._turn():
            entries = {other: metadata for other, metadata in self.all().items() if other != name}
            self._write(entries)
        return entries

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Keep others from changing the file until the context ends: a command may do so beside a window.

        Without the lock, where it can't be had: who waits for a note has the token stored already.
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
    # A time without an offset can't be compared with one that has it.
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_day(value: object) -> TypeGuard[date]:
    # A date with a time is a date too, but can't be compared with one.
    return type(value) is date
