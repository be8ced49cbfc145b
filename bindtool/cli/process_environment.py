"""The command line's interface to its process, handed in so that a test can replace it."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, Self, TextIO

from bindtool.cli.interruption import first_signal
from bindtool.core.common.clock import Clock, SystemClock
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.display_check import has_display, other_programs_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.credentials.access_token import EnvironmentToken
    from bindtool.core.credentials.secret import EnvironmentPassword
    from bindtool.core.credentials.token_store import PasswordStore
    from bindtool.core.network.proxies import Proxies


@dataclass(frozen=True, slots=True)
class ProcessEnvironment:
    """The resources of one command's process.

    Attributes:
        environ: the environment, without the token and the password.
        given_token: that of the environment, for the profile of this command; None if there was none.
        stdin: bytes, since a file that is piped in may have any encoding.
        stdout: for results.
        stderr: for progress and all other output.
        clock: tells the time and waits.
        open_proxies: returns the proxies on the routes to a site, with their log-ins from the password store; each
            time the same object, since it remembers refusals.
        password_store: opens the system's password store, for tokens and for passwords.
        ask_secret: shows a prompt and returns the input, typed without echo.
        open_page: opens a URL in the person's browser; returns whether there is one.
        interrupts: a context in which the first termination signal, such as Ctrl+C, calls its argument with the
            signal's number.
        secrets: records the tokens and passwords read, to redact them in the log.
        login_problems: why the password store returned no log-in for a proxy; reported if one is required.
        given_password: the password of the environment, for the shared ledger of this command's profile; None if
            there was none.
    """

    environ: Mapping[str, str]
    given_token: EnvironmentToken | None
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    clock: Clock
    open_proxies: Callable[[], Proxies]
    password_store: Callable[[], PasswordStore]
    ask_secret: Callable[[str], str]
    open_page: Callable[[str], bool]
    interrupts: Callable[[Callable[[int], None]], AbstractContextManager[None]]
    secrets: KnownSecrets = field(default_factory=KnownSecrets)
    login_problems: Sequence[BindtoolError] = ()
    given_password: EnvironmentPassword | None = None

    @classmethod
    def of_this_process(
        cls, given_token: EnvironmentToken | None, given_password: EnvironmentPassword | None = None
    ) -> Self:
        """Return those of this process; token and password were removed from its environment."""
        for stream in (sys.stdout, sys.stderr):
            # A console of Windows, or a pipe, may lack the characters of an id or a label.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text files here
        login_problems: list[BindtoolError] = []
        secrets = KnownSecrets()
        return cls(
            environ=os.environ,
            given_token=given_token,
            stdin=sys.stdin.buffer,
            stdout=sys.stdout,
            stderr=sys.stderr,
            clock=SystemClock(),
            open_proxies=cache(lambda: _system_proxies(login_problems, secrets)),
            password_store=lambda: _system_store(secrets),
            ask_secret=getpass.getpass,
            open_page=open_page,
            interrupts=first_signal,
            secrets=secrets,
            login_problems=login_problems,
            given_password=given_password,
        )


def _system_proxies(login_problems: list[BindtoolError], secrets: KnownSecrets) -> Proxies:
    # They take 30 ms to load, and most commands send nothing.
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.network.stored_logins import StoredLogins, noting

    stored = StoredLogins(lambda: _system_store(secrets), login_problems.append)
    return Proxies.of_this_system(noting(stored, secrets), stored.refused)


def _system_store(secrets: KnownSecrets) -> PasswordStore:
    # keyring takes 50 ms to load, and most commands need no token.
    from bindtool.core.credentials.keyring_store import KeyringStore

    return KeyringStore(secrets=secrets)


def open_page(address: str) -> bool:
    """Open a URL in the browser; a text browser in the terminal does not count."""
    if not has_display(os.environ, sys.platform):
        return False
    import webbrowser

    with other_programs_libraries():
        return webbrowser.open(address)
