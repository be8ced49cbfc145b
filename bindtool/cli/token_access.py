"""Reads a command's token, or stores one in the password store, without hanging in a system prompt.

It chooses between BINDTOOL_TOKEN and the password store, waits for the person's password, and names the command
that helps if there is no token, or no log-in for a proxy. Tokens themselves are in `core.credentials`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from bindtool.cli.console import Console, as_argument
from bindtool.cli.interruption import interruptible
from bindtool.core.api.responses import NeverSent
from bindtool.core.binding.advice import WANTS_PROXY_LOGIN, login_helps
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    PasswordStoreUnusable,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.common.messages import Message
from bindtool.core.credentials.token_metadata import TokenMetadataFile, TokenPlace
from bindtool.core.jobs.site_token import FoundToken, check_address, find_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.credentials.token_store import PasswordStore
    from bindtool.core.profiles.profile import Profile

T = TypeVar("T")

NO_LOGIN = 2
"""The status of a command that a proxy refused, since no person could be asked for a log-in."""

_SIGNED_IN_NO_MORE = frozenset({"sign_in.over", "sign_in.changed"})

_LONGEST_SECRET = 8 * 1024
"""Bytes on standard input: several times the longest token. Endless input, such as /dev/zero, is no token."""

PROMPT_AFTER = 1.2
"""Seconds after which a password store without an answer is most likely asking for a password."""


async def ask(call: Callable[[PasswordStore], T], process: ProcessEnvironment, console: Console) -> T:
    """Return the result of `call` on the system's password store; raises its errors. Ctrl+C ends the wait."""
    answered = asyncio.Event()
    call_task = asyncio.create_task(in_daemon_thread(lambda: call(process.password_store()), name="password-store"))
    call_task.add_done_callback(lambda _: answered.set())
    try:
        if not await process.clock.wait(answered, PROMPT_AFTER):
            console.say_messages(Message.of("cli.password_prompt"))
        return await call_task
    finally:
        call_task.cancel()


async def read_token(profile: Profile, process: ProcessEnvironment, console: Console) -> FoundToken:
    """Return the token of the environment, which is for the command's profile, else the stored one.

    That of the environment is never stored.

    Raises:
        AddressNotConfirmed: the profile's address needs a person's confirmation, which is impossible here.
        PasswordStoreError: there is none for the profile's site, or it can't be read.
        BadInput: the environment's token is invalid.
    """
    check_address(profile)
    if process.given_token is not None:
        return FoundToken(process.given_token.token(), TokenPlace(since=process.clock.now()))
    folder = DataFolder.of(process.environ)
    place, proxies = TokenMetadataFile(folder.token_metadata).place(profile.token), process.open_proxies()
    return await ask(
        lambda store: find_token(profile, store, place, process.clock, proxies, console.error),
        process,
        console,
    )


def how_to_store(error: TokenNotForSite) -> Message:
    """Return the command that stores a token for the site that the present token is not for."""
    place = error.title.values
    return Message.of("cli.token_for_site", **{**place, "name": as_argument(str(place["name"]))})


def print_how_to_sign_in(
    profile: Profile, error: BindtoolError | None, process: ProcessEnvironment, console: Console
) -> None:
    """Name the command that helps if there is no token, or no sign-in any more, and the last account."""
    apps, missing = profile.sign_in, isinstance(error, TokenMissing)
    if not (apps.browser_client or apps.device_client):
        if missing:
            console.say_messages(Message.of("cli.token_missing", name=as_argument(profile.token)))
    elif missing or (error is not None and error.id in _SIGNED_IN_NO_MORE):
        command = f"bindtool sign-in {as_argument(profile.name)}"
        note = TokenMetadataFile(DataFolder.of(process.environ).token_metadata).get(profile.token)
        account = note.account if note is not None else ""
        console.say_messages(
            Message.of("cli.sign_in.again" if account else "cli.sign_in.how", command=command, account=account)
        )


def print_how_to_log_in(reply: object, process: ProcessEnvironment, console: Console) -> bool:
    """Return whether a proxy has refused the connection: status `NO_LOGIN`.

    If a log-in would help, print why the password store returned none, and the command that stores one if it
    can. `reply`: the result of a request.
    """
    if not isinstance(reply, NeverSent) or reply.why not in WANTS_PROXY_LOGIN:
        return False
    if login_helps(reply):
        for problem in process.login_problems:
            console.error(problem)
        if not any(isinstance(problem, PasswordStoreUnusable) for problem in process.login_problems):
            place = reply.host.rpartition("://")[2]
            console.say_messages(Message.of("cli.proxy_how", command=f"bindtool proxy set {place}"))
    return True


def read_secret(process: ProcessEnvironment, console: Console, *, from_stdin: bool) -> str:
    """Return a pasted token: from standard input, or typed without echo on a terminal.

    Raises:
        BadInput: "cli.no_terminal", there is no one to ask; "cli.secret_too_long".
    """
    if from_stdin:
        return read_short(process)
    if not process.stdin.isatty():
        raise BadInput("cli.no_terminal")
    return ask_unseen(process, console.texts("cli.token_prompt"))


def ask_unseen(process: ProcessEnvironment, prompt: str) -> str:
    """Return a person's input, typed without echo."""
    # The prompt blocks the loop, which could not handle a signal.
    with interruptible():
        return process.ask_secret(prompt)


def read_short(process: ProcessEnvironment) -> str:
    """Return a token or a password from standard input, with its line break.

    Raises:
        BadInput: "cli.secret_too_long".
    """
    # The other side may send nothing and stay open.
    with interruptible():
        data = process.stdin.read(_LONGEST_SECRET + 1)
    if len(data) > _LONGEST_SECRET:
        raise BadInput("cli.secret_too_long", most=_LONGEST_SECRET)
    return data.decode("utf-8-sig", "replace")
