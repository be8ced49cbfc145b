"""`bindtool sign-in` and `bindtool sign-out`: shows a sign-in's account before storing it.

It prints instructions and sets the exit status. The sign-in itself is in `core.sign_in`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bindtool.cli.console import Console, as_argument
from bindtool.cli.interruption import interruptible
from bindtool.cli.profile_choice import chosen_profile
from bindtool.cli.token_access import NO_LOGIN, ask, print_how_to_log_in
from bindtool.core.api.client import SiteClient, Timeouts
from bindtool.core.api.responses import NeverSent
from bindtool.core.binding.advice import obstacle_hint
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    SignInFailed,
    TokenMissing,
    or_error,
)
from bindtool.core.common.messages import Message
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.diagnostics.workstation_request import ask_who_signed_in
from bindtool.core.jobs.site_token import check_address, kept_record
from bindtool.core.sign_in.browser import PORTS, REDIRECT, NothingYet, Shown, StrangeAnswer, sign_in_with_browser
from bindtool.core.sign_in.device_code import ClockRunsFast, CodeShown, sign_in_with_code
from bindtool.core.sign_in.entry_lock import entry_lock
from bindtool.core.sign_in.wire import Grant, SiteNotReached

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.api.identity import Identity
    from bindtool.core.profiles.profile import Profile

SIGNED_IN, REFUSED = 0, 1

_CODE_INSTEAD = frozenset({"sign_in.no_port", "sign_in.too_late"})
"""The errors that a code on another device helps against."""


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Sign in or out; return the exit status.

    Raises:
        BadInput: the profile can't be found, or has no app for signing in.
        PasswordStoreError: the password store fails. AddressNotConfirmed: as for `check_address`.
    """
    profile = chosen_profile(given.profile, process, console)
    try:
        if given.command == "sign-out":
            return await _sign_out(profile, process, console)
        return await _sign_in(profile, process, console, given)
    except SiteNotReached as error:
        never = error.reply if isinstance(error.reply, NeverSent) else None
        console.say_messages(error.title, error.hint if never is None else obstacle_hint(never, profile.who_to_ask))
        if print_how_to_log_in(never, process, console):
            return NO_LOGIN
    except SignInFailed as error:
        console.error(error)
        if error.id in _CODE_INSTEAD and profile.sign_in.device_client:
            command = f"bindtool sign-in {as_argument(profile.name)} --device"
            console.say_messages(Message.of("cli.sign_in.how", command=command))
    return REFUSED


async def _sign_in(
    profile: Profile, process: ProcessEnvironment, console: Console, given: argparse.Namespace
) -> int:
    apps, name = profile.sign_in, profile.token
    # With an app for one way only, that way is used.
    with_code = given.device or not (apps.browser_client or given.no_browser or not apps.device_client)
    client_id = apps.device_client if with_code else apps.browser_client
    if not client_id:
        field = "device_client" if with_code else "browser_client"
        raise BadInput("sign_in.no_app", name=profile.name, field=field)
    check_address(profile)
    # Before asking the person: without a working password store, signing in is useless.
    kept = await or_error(ask(lambda store: kept_record(profile, store), process, console))
    if isinstance(kept, (PasswordStoreLocked, PasswordStoreUnusable)):
        raise kept
    timeouts = Timeouts(profile.pace.connect_timeout, profile.pace.answer_timeout)
    async with SiteClient(profile.channel.origin, timeouts, process.clock, process.open_proxies()) as client:
        if with_code:
            grant = await _with_code(client, client_id, profile, process, console)
        else:
            browser = not given.no_browser
            grant = await _with_browser(client, client_id, profile, process, console, opens=browser)
    process.secrets.note(*grant.secrets)
    now = process.clock.now()
    identity = await ask_who_signed_in(profile, grant.token, process.clock, process.open_proxies())
    folder = DataFolder.of(process.environ)
    folder.create()
    notes = TokenMetadataFile(folder.token_metadata)
    _say_whose(identity, profile, console)
    record = grant.record(profile.site, client_id, identity.user_id, now)
    await _keep(record, identity, profile, notes, process, console)
    note = TokenMetadata.of(grant.token, now, site=profile.site)
    notes.put(name, replace(note, account=identity.name, user_id=identity.user_id))
    if record.sign_in is not None:
        console.say_messages(Message.of("cli.sign_in.kept", name=name))
    else:
        until = now + timedelta(seconds=grant.lives)
        console.say_messages(Message.of("cli.sign_in.lasts", name=name, time=f"{until:%H:%M}"))
    return SIGNED_IN


async def _with_browser(
    client: SiteClient,
    client_id: str,
    profile: Profile,
    process: ProcessEnvironment,
    console: Console,
    *,
    opens: bool,
) -> Grant:
    page = profile.sign_in.page_of(profile.site)
    if not page:
        raise BadInput("sign_in.no_page", site=profile.site)
    if profile.sign_in.is_stranger(profile.site):
        question = Message.of("cli.sign_in.strange_page", page=page, site=profile.site)
        if not _agreed(question, process, console):
            raise SignInFailed("sign_in.strange_page", page=page, site=profile.site)

    def show(shown: Shown) -> None:
        if isinstance(shown, StrangeAnswer):
            console.say_messages(Message.of("cli.sign_in.stranger"))
            return
        if isinstance(shown, NothingYet):
            addresses = ", ".join(REDIRECT.format(port=port) for port in PORTS)
            console.say_messages(Message.of("cli.sign_in.nothing_yet", addresses=addresses))
            return
        # Printed before the page is opened, so that a person can check its origin.
        console.say_messages(Message.of("cli.sign_in.open", address=shown.address))
        opening.append(asyncio.ensure_future(open_page(shown.address)))

    async def open_page(address: str) -> None:
        # In a thread: a browser that comes back while it is still being started has to be answered.
        if not (opens and await in_daemon_thread(lambda: process.open_page(address), name="browser")):
            console.say_messages(Message.of("cli.sign_in.by_hand"))

    opening: list[asyncio.Task[None]] = []
    try:
        return await sign_in_with_browser(client, client_id, page, show, console.texts.say, process.clock)
    finally:
        for task in opening:
            task.cancel()


async def _with_code(
    client: SiteClient, client_id: str, profile: Profile, process: ProcessEnvironment, console: Console
) -> Grant:
    def show(shown: CodeShown | ClockRunsFast) -> None:
        if isinstance(shown, ClockRunsFast):
            console.say_messages(Message.of("cli.sign_in.clock"))
            return
        where = Message.of("cli.sign_in.code", code=shown.user_code, address=shown.address, minutes=shown.minutes)
        console.say_messages(where, Message.of("cli.sign_in.begun_here"))

    sites = (profile.site, profile.sign_in.page)
    return await sign_in_with_code(client, client_id, sites, show, process.clock)


def _say_whose(identity: Identity, profile: Profile, console: Console) -> None:
    """Print who has signed in, and whose list the devices go to."""
    account = identity.name or identity.user_id
    console.say_messages(Message.of("cli.sign_in.whose", account=account, user_id=identity.user_id))
    if profile.user_id:
        console.say_messages(Message.of("cli.sign_in.list_of_user", user_id=profile.user_id))
    else:
        console.say_messages(Message.of("cli.sign_in.list", account=account))


async def _keep(
    record: TokenRecord,
    identity: Identity,
    profile: Profile,
    notes: TokenMetadataFile,
    process: ProcessEnvironment,
    console: Console,
) -> None:
    """Store the sign-in; if it was another account last time, ask first.

    The password store is read under the lock: another program may have signed in since the person began, or while
    they are asked.

    Raises:
        SignInFailed: "sign_in.other_account"; those of `entry_lock`. PasswordStoreError: it can't be stored.
    """
    name, agreed = profile.token, {"", identity.user_id}
    while True:
        async with entry_lock(name, process.clock):
            kept = await or_error(ask(lambda store: kept_record(profile, store), process, console))
            note = notes.get(name)
            last = _account_of(kept) or (note.user_id if note is not None else "")
            if last in agreed:
                await ask(lambda store: store.keep(name, record), process, console)
                return
        _confirm(identity, last, note, process, console)
        agreed.add(last)


def _account_of(kept: TokenRecord | BindtoolError) -> str:
    """Return the UID of a stored sign-in's account, maybe from another data folder; "" for none."""
    return kept.sign_in.user_id if isinstance(kept, TokenRecord) and kept.sign_in is not None else ""


def _confirm(
    identity: Identity, last: str, note: TokenMetadata | None, process: ProcessEnvironment, console: Console
) -> None:
    """Ask whether another account than last time is intended.

    `last`: the UID of that time. `note`: this data folder's note, even if the store has no entry any more.

    Raises:
        SignInFailed: "sign_in.other_account".
    """
    known = note.account if note is not None and note.user_id == last else ""
    account = identity.name or identity.user_id
    question = Message.of("cli.sign_in.other", before=known or last, account=account)
    if not _agreed(question, process, console):
        raise SignInFailed("sign_in.other_account")


def _agreed(question: Message, process: ProcessEnvironment, console: Console) -> bool:
    """Ask a person; without a terminal the answer is no."""
    if not process.stdin.isatty():
        return False
    console.say_messages(question)
    with interruptible():
        answer = process.stdin.readline().decode("utf-8", "replace")
    return answer.strip().casefold() in {"y", "yes"}


async def _sign_out(profile: Profile, process: ProcessEnvironment, console: Console) -> int:
    name = profile.token
    folder = DataFolder.of(process.environ)
    folder.create()
    async with entry_lock(name, process.clock):
        try:
            record = await ask(lambda store: kept_record(profile, store), process, console)
        except TokenMissing:
            console.say_messages(Message.of("cli.sign_out.none", name=name))
            return SIGNED_IN
        notes = TokenMetadataFile(folder.token_metadata)
        note = notes.get(name)
        if record.sign_in is None and (note is None or not note.user_id):
            raise BadInput("sign_in.pasted", name=name)
        await ask(lambda store: store.forget(name), process, console)
        notes.drop(name)
    console.say_messages(Message.of("cli.sign_out.done", name=name), Message.of("cli.sign_out.coze"))
    return SIGNED_IN
