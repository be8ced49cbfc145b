"""`bindtool token`: stores, checks and deletes tokens, in the session of the password store's owner.

It decides the output about a token, which never contains its text. Validity and storage of a token are in
`core.credentials`.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING

from bindtool.cli.profile_choice import open_profiles
from bindtool.cli.token_access import (
    NO_LOGIN,
    ask,
    print_how_to_log_in,
    print_how_to_sign_in,
    read_secret,
    read_token,
)
from bindtool.core.api.identity import TOKEN_TEXTS, TokenCheck, read_identity
from bindtool.core.api.responses import NeverSent, NoToken
from bindtool.core.binding.advice import obstacle_sentences
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput, TokenMissing
from bindtool.core.credentials.access_token import KIND_TEXTS, CleanToken, clean_token
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile
from bindtool.core.model.channel import vendor_site
from bindtool.core.model.device import holds_token
from bindtool.core.profiles.field_rules import field_problem, tidy
from bindtool.core.profiles.profile import Profile, Site

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.credentials.token_store import PasswordStore

ACCEPTED, NOT_ACCEPTED = 0, 1


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Run one action; return the exit status.

    Raises:
        BadInput: a name or a text is invalid.
        PasswordStoreError: the password store fails. SignInFailed: as for `keep`.
        StoreFailed: the note about the token can't be written.
    """
    match given.action:
        case "set":
            if holds_token(given.name):
                # Names are noted in a file, which unlike a password store is not encrypted.
                raise BadInput("token.name_is_token")
            profiles = open_profiles(process, console).profiles
            name = _token_name(given.name, profiles)
            site = _site_of(given.base_url, name, profiles)
            cleaned = clean_token(read_secret(process, console, from_stdin=given.token_stdin))
            await keep(name, cleaned, site, process, console)
            if name != given.name:
                console.say(console.texts("cli.token_kept_as", name=name, profile=given.name))
            return 0
        case "check":
            return await _check(given.name, process, console)
        case _:
            return await _forget(given, process, console)


async def keep(name: str, cleaned: CleanToken, site: str, process: ProcessEnvironment, console: Console) -> None:
    """Store a token for a site and report the characters trimmed, its kind, its length and the site.

    Raises:
        PasswordStoreError: it can't be stored. SignInFailed: another program renews the sign-in of that name.
        StoreFailed: the note about it can't be written.
    """
    token = cleaned.token
    process.secrets.note(token)
    async with _nobody_renews(name, process):
        await ask(lambda store: store.store(name, token, site), process, console)
    note = TokenMetadata.of(token, process.clock.now(), site=site)
    _notes(process).put(name, note)
    texts = console.texts
    if cleaned.trimmed:
        what = texts("list.separator").join(texts(trimmed) for trimmed in cleaned.trimmed)
        console.say(texts("token.taken_off", what=what))
    kind = texts(KIND_TEXTS[token.kind])
    console.say(texts("token.stored", kind=kind, length=note.length, day=note.saved_on.isoformat()))
    console.say(texts("cli.token_site", site=site))


async def _check(name: str, process: ProcessEnvironment, console: Console) -> int:
    # httpx takes 50 ms to load, and the other actions don't need it.
    from bindtool.core.diagnostics.workstation_request import ask_whose_token

    profile = _profile_of(name, process, console)
    try:
        found = await read_token(profile, process, console)
    except TokenMissing as error:
        print_how_to_sign_in(profile, error, process, console)
        raise
    reply = await ask_whose_token(profile, found.token, process.clock, process.open_proxies(), found.renewal)
    if isinstance(reply, NoToken):
        console.error(reply.error)
        print_how_to_sign_in(profile, reply.error, process, console)
        return NOT_ACCEPTED
    identity = read_identity(reply)
    never_sent = isinstance(reply, NeverSent)
    said = "check.token_not_reached" if never_sent else TOKEN_TEXTS[identity.check]
    console.result(identity.check, console.texts(said, site=profile.site, account=identity.name))
    if isinstance(reply, NeverSent):
        console.say_messages(*obstacle_sentences(reply, profile.who_to_ask))
        if print_how_to_log_in(reply, process, console):
            return NO_LOGIN
    note = _notes(process).get(profile.token)
    if found.renewal is not None and note is not None and identity.check is TokenCheck.ACCEPTED:
        day = note.saved_on.isoformat()
        console.say(console.texts("sign_in_panel.stored", account=identity.name, day=day))
    return ACCEPTED if identity.check is TokenCheck.ACCEPTED else NOT_ACCEPTED


async def _forget(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    if given.all == (given.name is not None):
        raise BadInput("cli.forget_which")
    notes, profiles = _notes(process), open_profiles(process, console).profiles
    kept = notes.all()
    if given.all:
        # A password store can't list its entries.
        names = sorted({*kept, *(profile.token for profile in profiles)})
    else:
        names = [given.name if given.name in kept else _token_name(given.name, profiles)]
    for name in names:
        async with _nobody_renews(name, process):
            there_was_one = await ask(_forgetting(name), process, console)
        notes.drop(name)
        console.say(console.texts("cli.token_forgotten" if there_was_one else "cli.token_none", name=name))
    return 0


def _token_name(name: str, profiles: Sequence[Profile]) -> str:
    """Return the key of a token: `name` if a profile uses it, else that of the profile with this name."""
    used = {profile.token for profile in profiles}
    of_profiles = {profile.name: profile.token for profile in profiles}
    return name if name in used else of_profiles.get(name, name)


def _site_of(base_url: str | None, name: str, profiles: Sequence[Profile]) -> str:
    """Return the site of a token: the given one, else that of the profiles that use its name.

    Raises:
        BadInput: "cli.which_site", they have several; those of a profile's `site`.
    """
    if base_url is not None:
        problem = field_problem("site", base_url)
        if problem is not None:
            raise problem
        return vendor_site(tidy("site", base_url))
    sites = sorted({profile.site for profile in profiles if profile.token == name})
    if len(sites) > 1:
        raise BadInput("cli.which_site", name=name, sites=", ".join(sites))
    return sites[0] if sites else Site.COZE_CN


def _nobody_renews(name: str, process: ProcessEnvironment) -> AbstractAsyncContextManager[None]:
    """Keep other programs from renewing a sign-in of that name meanwhile, and writing it back."""
    note = _notes(process).get(name)
    if note is None or not note.user_id:
        return nullcontext()
    # It takes 20 ms to load, and most tokens were pasted.
    from bindtool.core.sign_in.entry_lock import entry_lock

    return entry_lock(name, process.clock)


def _forgetting(name: str) -> Callable[[PasswordStore], bool]:
    return lambda store: store.forget(name)


def _notes(process: ProcessEnvironment) -> TokenMetadataFile:
    folder = DataFolder.of(process.environ)
    folder.create()
    return TokenMetadataFile(folder.token_metadata)


def _profile_of(name: str, process: ProcessEnvironment, console: Console) -> Profile:
    """Return a profile that uses the token `name`, since it knows the site; else the profile of that name."""
    repository = open_profiles(process, console)
    for profile in repository.profiles:
        if profile.token == name:
            return profile
    return repository.get(name)
