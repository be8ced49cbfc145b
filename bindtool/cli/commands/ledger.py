"""`bindtool ledger`: IT creates a shared ledger, a bench checks it; stores and deletes its password.

It decides the questions and the output, which never contains a password. The requirements for a server are in
`core.shared_ledger.postgres`, the meaning of its answers in `core.diagnostics.ledger_check`.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from bindtool.cli.profile_choice import chosen_profile, open_profiles
from bindtool.cli.token_access import ask, ask_unseen, read_short
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput, BindtoolError, LedgerFailed, PasswordMissing, PasswordStoreError
from bindtool.core.credentials.secret import Password
from bindtool.core.diagnostics.ledger_check import Lag, examine_ledger
from bindtool.core.diagnostics.workstation_check import Grade
from bindtool.core.model.channel import Channel, distinct
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.store import History, has_tables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.credentials.token_store import PasswordStore
    from bindtool.core.shared_ledger.postgres.client import PostgresServer, ServerInfo

ALL_WELL, NOT_ALL_WELL = 0, 1

_MAKING = 60.0
"""Seconds for a step of creating the ledger: migrating a large one may be slow."""


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Run one action; return the exit status.

    Raises:
        BadInput: an address, a password or a profile is invalid.
    """
    try:
        match given.action:
            case "init":
                await _make(LedgerAddress.parse(given.url), process, console)
                return ALL_WELL
            case "check":
                return await _check(given.profile, process, console)
            case _:
                await _forget(process, console)
                return ALL_WELL
    except (LedgerFailed, PasswordStoreError) as failure:
        console.error(failure)
        return NOT_ALL_WELL


async def _make(address: LedgerAddress, process: ProcessEnvironment, console: Console) -> None:
    # pg8000 takes 50 ms to load.
    from bindtool.core.shared_ledger.postgres.client import make
    from bindtool.core.shared_ledger.postgres.schema import BENCH_ROLE
    from bindtool.core.shared_ledger.postgres.tls import ServerTimeouts

    password = _given_password(process, console) or Password("")
    made = await in_daemon_thread(lambda: make(address, password, ServerTimeouts(answer=_MAKING)), name="ledger")
    version = made.about.version
    there = "cli.ledger_there" if made.before == made.about.steps else "cli.ledger_brought_on"
    said = there if made.before else "cli.ledger_made"
    console.say(console.texts(said, place=str(address), version=version))
    console.say(console.texts("cli.ledger_login"))
    console.print(f"CREATE ROLE bench LOGIN IN ROLE {BENCH_ROLE};\n\\password bench")
    console.say(console.texts("cli.ledger_profile_line"))
    console.print(f'ledger = "{LedgerAddress(address.host, address.port, address.database, "bench")}"')
    console.say(console.texts("cli.ledger_password_next"))


async def _check(name: str | None, process: ProcessEnvironment, console: Console) -> int:
    profile = chosen_profile(name, process, console)
    if not profile.ledger:
        raise BadInput("cli.ledger_none", name=profile.name)
    address = LedgerAddress.parse(profile.ledger)
    alike = [each for each in open_profiles(process, console).profiles if each.ledger == profile.ledger]
    channels = distinct(each.channel for each in alike)
    found, lag, new = await _ask_server(address, channels, process, console)
    results = examine_ledger(address, found, lag)
    for result in results:
        console.result(result.item, result.grade, console.texts.say(result.words))
    if isinstance(found, BindtoolError):
        console.hint(found)
    elif new is not None:
        await ask(lambda store: store.store_password(address.secret_name, new), process, console)
        console.say(console.texts("cli.ledger_password_stored"))
    return ALL_WELL if all(result.grade is Grade.OK for result in results) else NOT_ALL_WELL


async def _ask_server(
    address: LedgerAddress, channels: Sequence[Channel], process: ProcessEnvironment, console: Console
) -> tuple[ServerInfo | BindtoolError, Lag | None, Password | None]:
    """Return the server's description of itself, or the error; the lag; a password that was entered now."""
    from bindtool.core.shared_ledger.postgres.client import connect

    def ask_server(password: Password) -> tuple[ServerInfo, Lag | None]:
        with closing(connect(address, password)) as server:
            return server.info(), _lag(server, channels, DataFolder.of(process.environ))

    given = None if process.given_password is None else process.given_password.password()
    new = None if given is not None or process.stdin.isatty() else _given_password(process, console)
    try:
        known = given if new is not None or given is not None else await _known_password(address, process, console)
        if known is None and new is None:
            new = _given_password(process, console)
        password = known or new or Password("")
        info, lag = await in_daemon_thread(lambda: ask_server(password), name="ledger")
    except (LedgerFailed, PasswordStoreError) as failure:
        return failure, None, None
    return info, lag, new


def _lag(server: PostgresServer, channels: Sequence[Channel], folder: DataFolder) -> Lag | None:
    """Return the difference between this bench and the server; None if it has never read this ledger."""
    from bindtool.core.shared_ledger.postgres.sync import cursor_name

    if not folder.database.exists() or not has_tables(folder.database):
        return None
    history = History(folder.database)
    cursor = history.cursor(cursor_name(server.ledger_id, channels))
    return None if cursor is None else Lag(history.waiting(channels), server.count_behind(cursor))


async def _known_password(address: LedgerAddress, process: ProcessEnvironment, console: Console) -> Password | None:
    """Return the stored password; None if there is none, and a terminal to ask for it."""
    try:
        password = await ask(lambda store: store.read_password(address.secret_name), process, console)
    except PasswordMissing:
        if process.stdin.isatty():
            return None
        raise
    process.secrets.note(password)
    return password


async def _forget(process: ProcessEnvironment, console: Console) -> None:
    """Delete the passwords of all profiles' ledgers from the password store, which can't list its entries.

    Raises:
        BadInput: "cli.ledger_none_at_all".
    """
    profiles = open_profiles(process, console).profiles
    ledgers = {profile.ledger for profile in profiles if profile.ledger}
    if not ledgers:
        raise BadInput("cli.ledger_none_at_all")
    for ledger in sorted(ledgers):
        there_was_one = await ask(_forgetting(LedgerAddress.parse(ledger)), process, console)
        said = "cli.ledger_password_forgotten" if there_was_one else "cli.ledger_password_not_there"
        console.say(console.texts(said, ledger=ledger))


def _forgetting(address: LedgerAddress) -> Callable[[PasswordStore], bool]:
    return lambda store: store.forget_password(address.secret_name)


def _given_password(process: ProcessEnvironment, console: Console) -> Password | None:
    """Return the password from standard input, or typed without echo; None for an empty one.

    Raises:
        BadInput: it is invalid; the ids are those of `Password` and of `read_short`.
    """
    if process.stdin.isatty():
        text = ask_unseen(process, console.texts("cli.ledger_password_prompt"))
    else:
        text = read_short(process)
    # echo and editors append a line break.
    password = Password(text.rstrip("\r\n"))
    process.secrets.note(password)
    return password or None
