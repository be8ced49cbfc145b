"""`bindtool profile`: adds, lists, removes, exports and imports profiles.

The table of the list is made here. The contents of a profile, and the location of its file, are in `core.profiles`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.cli.commands.tokens import keep
from bindtool.cli.profile_choice import open_profiles
from bindtool.cli.token_access import read_secret
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import clean_token
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile
from bindtool.core.profiles.profile import Profile

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.profiles.repository import ProfileRepository

_COLUMNS = (
    "name",
    "site",
    "connector_id",
    "key",
    "user_id",
    "token",
    "token_kind",
    "token_length",
    "token_saved",
    "token_expires",
    "behaviour",
    "checked_by",
    "checked_on",
    "sender",
    "set_by_it",
    "address",
)


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Run one action; return the exit status.

    Raises:
        BadInput: a name, a value, a file or a token is invalid.
        PasswordStoreError: the token of `profile add --token-stdin` can't be stored.
    """
    repository = open_profiles(process, console)
    match given.action:
        case "add":
            await _add(given, repository, process, console)
        case "list":
            _list(given, repository, process, console)
        case "remove":
            repository.remove(given.name)
            console.say(console.texts("cli.profile_removed", name=given.name))
        case "export":
            repository.export(given.name, Path(given.file))
            console.say(console.texts("cli.profile_exported", name=given.name, path=given.file))
        case _:
            profile = repository.read_file(Path(given.file))
            repository.add(profile)
            console.say(console.texts("cli.profile_added", name=profile.name))
    return 0


async def _add(
    given: argparse.Namespace, repository: ProfileRepository, process: ProcessEnvironment, console: Console
) -> None:
    values = {
        "site": given.base_url,
        "key": given.key,
        "user_id": given.user_id,
        "address": given.address,
        "label_template": given.label_template,
    }
    named = {field: value for field, value in values.items() if value is not None}
    profile = Profile(name=given.name, connector_id=given.connector_id, **named)
    # Validated first: an invalid token must not leave a profile behind.
    cleaned = clean_token(read_secret(process, console, from_stdin=True)) if given.token_stdin else None
    DataFolder.of(process.environ).create()
    repository.add(profile)
    console.say(console.texts("cli.profile_added", name=profile.name))
    if cleaned is not None:
        await keep(profile.token, cleaned, profile.site, process, console)


def _list(
    given: argparse.Namespace, repository: ProfileRepository, process: ProcessEnvironment, console: Console
) -> None:
    notes = TokenMetadataFile(DataFolder.of(process.environ).token_metadata).all()
    if not given.json:
        console.result(*_COLUMNS)
    for profile in repository.profiles:
        cells = (
            profile.name,
            profile.site,
            profile.connector_id,
            profile.key,
            profile.user_id,
            profile.token,
            *_token_cells(notes.get(profile.token)),
            profile.behaviour,
            profile.checked_by,
            "" if profile.checked_on is None else profile.checked_on.isoformat(),
            _yes_or_no(profile.sender),
            _yes_or_no(profile.is_by_administrator),
            profile.address,
        )
        if given.json:
            console.json({name: cell or None for name, cell in zip(_COLUMNS, cells, strict=True)})
        else:
            console.result(*cells)


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _token_cells(note: TokenMetadata | None) -> tuple[str, str, str, str]:
    if note is None:
        return ("", "", "", "")
    expires = "" if note.expires_on is None else note.expires_on.isoformat()
    return (note.kind, str(note.length), note.saved_on.isoformat(), expires)
