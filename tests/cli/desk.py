"""A command line to test: its streams, environment and clock are the test's, everything else is real."""

from __future__ import annotations

import asyncio
import io
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bindtool.cli import command_line
from bindtool.cli.process_environment import ProcessEnvironment
from bindtool.cli.token_access import PROMPT_AFTER
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BindtoolError
from bindtool.core.credentials.access_token import AccessToken, take_environment_token
from bindtool.core.credentials.secret import take_environment_password
from bindtool.core.credentials.token_store import PasswordStore
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.stored_logins import StoredLogins
from bindtool.practice import channel
from tests.memory_store import MemoryStore
from tests.patience import PATIENCE

_SHORT = 0.03
"""Maximum seconds of a wait."""


class HurriedClock(SystemClock):
    """A clock whose waits are short, but count in full."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds passed, including skipped ones."""
        return super().monotonic() + self._skipped

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for a moment; the rest of the time counts as passed."""
        self.waits.append(seconds)
        if seconds == PROMPT_AFTER:
            # A password store without a prompt answers by itself, however busy the computer is.
            return await super().wait(event, PATIENCE)
        short = min(seconds, _SHORT)
        if await super().wait(event, short):
            return True
        self._skipped += seconds - short
        return False


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


class Keyboard(io.BytesIO):
    """Standard input from a terminal, with this text typed in."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@dataclass(frozen=True)
class Done:
    """The result of a command: its exit status and its output."""

    status: int
    out: str
    err: str

    @property
    def cells(self) -> list[list[str]]:
        """The lines of standard output, split at their tabs."""
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def states(self) -> dict[str, str]:
        """The state of each device."""
        return {cells[1]: cells[0] for cells in self.cells}


@dataclass
class Desk:
    """A laptop with an empty data folder and the token of practice mode.

    `site`: that of the profile `line`, once it is set up. `browser`: opens a page. `interrupted`: setting it sends
    the command a Ctrl+C.
    """

    folder: Path
    password_store: PasswordStore = field(default_factory=MemoryStore)
    clock: SystemClock = field(default_factory=HurriedClock)
    environ: dict[str, str] = field(default_factory=dict)
    typed: str = ""
    site: str = ""
    browser: Callable[[str], bool] = lambda _: False
    interrupted: threading.Event | None = None
    terminal: bool = False

    def __post_init__(self) -> None:
        self.environ |= {
            "BINDTOOL_DATA_DIR": str(self.folder / "data"),
            "BINDTOOL_PROFILE_DIR": str(self.folder / "machine"),
            "LANG": "C.UTF-8",
        }

    def run(self, *arguments: str, stdin: bytes | Keyboard = b"") -> Done:
        """Run one command."""
        return self.apart(lambda process: command_line.main(arguments, process), stdin)

    def apart(self, call: Callable[[ProcessEnvironment], int], stdin: bytes | Keyboard = b"") -> Done:
        """Run a function that writes to the streams of a command."""
        stream = Terminal if self.terminal else io.StringIO
        out, err = stream(), stream()
        login_problems: list[BindtoolError] = []
        stored = StoredLogins(lambda: self.password_store, login_problems.append)
        process = ProcessEnvironment(
            environ=self.environ,
            given_token=take_environment_token(self.environ),
            given_password=take_environment_password(self.environ),
            stdin=stdin if isinstance(stdin, Keyboard) else io.BytesIO(stdin),
            stdout=out,
            stderr=err,
            clock=self.clock,
            open_proxies=cache(lambda: Proxies.of_this_system(stored, stored.refused)),
            login_problems=login_problems,
            password_store=lambda: self.password_store,
            ask_secret=lambda _prompt: self.typed,
            open_page=self.browser,
            interrupts=self._interrupts,
        )
        status = call(process)
        return Done(status, out.getvalue(), err.getvalue())

    def set_up(self, site: str, *options: str) -> None:
        """Add the profile `line`, and its token."""
        add = ("profile", "add", "line", "--connector-id", channel.CONNECTOR_ID, "--base-url", site)
        assert self.run(*add, *options).status == 0
        self.site = site
        self.password_store.store("line", AccessToken(channel.TOKEN), site)

    def file(self, *ids: str, name: str = "devices.txt") -> str:
        """Write a file of ids and return its path."""
        path = self.folder / name
        path.write_text("\n".join(ids) + "\n", encoding="utf-8")
        return str(path)

    def bind(self, file: str, *options: str) -> Done:
        """Bind a file as fast as possible."""
        return self.run("bind", file, "--rate", "0", *options)

    def report(self, name: str = "report.csv") -> str:
        """Return a report written before."""
        return (self.folder / name).read_text(encoding="utf-8-sig")

    @contextmanager
    def _interrupts(self, call: Callable[[int], None]) -> Iterator[None]:
        if self.interrupted is None:
            yield
            return
        watching = asyncio.ensure_future(self._watch(self.interrupted, call))
        try:
            yield
        finally:
            watching.cancel()

    @staticmethod
    async def _watch(interrupted: threading.Event, call: Callable[[int], None]) -> None:
        await in_daemon_thread(interrupted.wait, name="ctrl-c")
        call(signal.SIGINT)
