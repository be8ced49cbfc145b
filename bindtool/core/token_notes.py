"""What may be shown of a stored token: its kind, its length, the day it was saved and the day it ends.

Owns one small TOML file, which is no secret and which the program can do without: a broken file counts as an empty
one. The tokens themselves are in `vault`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeGuard

import tomli_w

from bindtool.core.access_token import TokenKind
from bindtool.core.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bindtool.core.access_token import AccessToken


@dataclass(frozen=True, slots=True)
class TokenNote:
    """What is known of a stored token without asking for it; `length` is in characters, the days are local ones."""

    kind: TokenKind
    length: int
    saved_on: date
    expires_on: date | None = None

    @classmethod
    def of(cls, token: AccessToken, saved_on: date, expires_on: date | None = None) -> TokenNote:
        """Return the note for `token`."""
        return cls(token.kind, token.length, saved_on, expires_on)


class TokenNotes:
    """The notes in the file `path`, by the tokens' names; the file comes with the first note."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> Mapping[str, TokenNote]:
        """Return every note that can be read, in the order of the file; never fails."""
        try:
            tables = tomllib.loads(self._path.read_text(encoding="utf-8")).items()
        except (OSError, ValueError, RecursionError):
            return {}
        return {name: note for name, table in tables if (note := _note(table)) is not None}

    def get(self, name: str) -> TokenNote | None:
        """Return the note for the token `name`, None where there is none; never fails."""
        return self.all().get(name)

    def put(self, name: str, note: TokenNote) -> None:
        """Keep `note` in place of an earlier one.

        Raises:
            BadInput: "file.unwritable" with path and why.
        """
        self._write({**self.all(), name: note})

    def drop(self, name: str) -> None:
        """Forget the note for the token `name`, if there is one.

        Raises:
            BadInput: "file.unwritable" with path and why.
        """
        notes = dict(self.all())
        if notes.pop(name, None) is not None:
            self._write(notes)

    def _write(self, notes: Mapping[str, TokenNote]) -> None:
        text = tomli_w.dumps({name: _table(note) for name, note in notes.items()})
        write_atomically(self._path, text.encode())


def _table(note: TokenNote) -> dict[str, object]:
    table: dict[str, object] = {"kind": str(note.kind), "length": note.length, "saved": note.saved_on}
    if note.expires_on is not None:
        table["expires"] = note.expires_on
    return table


def _note(table: object) -> TokenNote | None:
    """Return the note that `_table` made, None for anything else."""
    if not isinstance(table, dict):
        return None
    kind, length, saved_on, expires_on = map(table.get, ("kind", "length", "saved", "expires"))
    if kind not in list(TokenKind) or type(length) is not int or not _is_day(saved_on):
        return None
    return TokenNote(TokenKind(kind), length, saved_on, expires_on if _is_day(expires_on) else None)


def _is_day(value: object) -> TypeGuard[date]:
    # A date with a time is a date too, but can't be compared with one.
    return type(value) is date
