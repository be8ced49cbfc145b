"""One call of the command line, from its arguments to its exit status, also if the window has no display."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bindtool import __version__
from bindtool.cli.arguments import HelpAsked, parse
from bindtool.cli.console import Console
from bindtool.cli.interruption import Interrupted, interruptible, run
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput, BindtoolError, LedgerFailed, PasswordStoreError, TokenNotForSite
from bindtool.core.common.messages import Message
from bindtool.core.diagnostics.fault_hooks import Faults
from bindtool.core.diagnostics.log_file import logging_to
from bindtool.i18n.catalogue import Texts, system_language
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from bindtool.cli.process_environment import ProcessEnvironment

    Run = Callable[[Coroutine[object, object, int]], int]

logger = logging.getLogger(__name__)

FAILED = 1
USAGE = 2
STOPPED = 3
INTERRUPTED = 130


def main(arguments: Sequence[str], process: ProcessEnvironment) -> int:
    """Run one command and return its exit status."""
    texts = Texts(system_language(process.environ), addresses=True)
    console = Console(texts, process.stdout, process.stderr, process.clock)
    with ExitStack() as log:
        status = _status(arguments, process, console, Faults(process.secrets), log)
        if console.output_failed and status == 0:
            status = FAILED
        logger.info("bindtool ends with status %d", status)
    return status


def _status(
    arguments: Sequence[str], process: ProcessEnvironment, console: Console, faults: Faults, log: ExitStack
) -> int:
    """Run the command, and report the error that ended it. `log`: takes the log, which is open longer."""
    try:
        with interruptible():
            given = parse(arguments, console.texts)
            if given.command is not None:
                log.enter_context(_logged(given, process, console, faults))
            return _run(given, process, console, partial(run, on_fault=faults.on_loop))
    except HelpAsked as asked:
        console.print(str(asked).rstrip())
        return 0
    except (PasswordStoreError, LedgerFailed) as error:
        logger.info("%s", error.id)
        console.error(error)
        if isinstance(error, TokenNotForSite):
            # Loaded with the parts of a run, which other commands don't need.
            from bindtool.cli.token_access import how_to_store

            console.say_messages(how_to_store(error))
        return STOPPED
    except BindtoolError as error:
        logger.info("%s", error.id)
        console.error(error)
        return USAGE
    except KeyboardInterrupt as interrupt:
        console.say_messages(Message.of("cli.interrupted"))
        return interrupt.status if isinstance(interrupt, Interrupted) else INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a fault of the program
        faults.note("the command has failed", error)
        return FAILED


@contextmanager
def _logged(
    given: argparse.Namespace, process: ProcessEnvironment, console: Console, faults: Faults
) -> Iterator[None]:
    """Log the command, and report faults of the program at its end."""
    logs = DataFolder.of(process.environ, practice=getattr(given, "practice", False)).logs
    process.secrets.note(*filter(None, (process.given_token, process.given_password)))
    with logging_to(logs, process.secrets), faults.hooked():
        what = " ".join(filter(None, (given.command, getattr(given, "action", None))))
        python = ".".join(map(str, sys.version_info[:3]))
        logger.info("bindtool %s starts: %s (Python %s, %s)", __version__, what, python, sys.platform)
        yield
        if faults.happened:
            console.error(BindtoolError("cli.fault", path=str(logs)))


def _run(given: argparse.Namespace, process: ProcessEnvironment, console: Console, run: Run) -> int:
    if given.version:
        return _show_version(console)
    if given.command is None or given.practice_window or given.smoke:
        # `bindtool` and `bindtool --practice` alone never come here: they open the window. Nor does a full --smoke.
        raise BadInput("cli.usage", detail=" ".join(_window_options(given)), command="bindtool")
    # Each command imports only its own modules.
    match given.command:
        case "bind":
            from bindtool.cli.commands import bind

            return run(bind.run(given, process, console))
        case "profile":
            from bindtool.cli.commands import profiles

            return run(profiles.run(given, process, console))
        case "token":
            from bindtool.cli.commands import tokens

            return run(tokens.run(given, process, console))
        case "sign-in" | "sign-out":
            from bindtool.cli.commands import sign_in

            return run(sign_in.run(given, process, console))
        case "history":
            from bindtool.cli.commands import history

            act = history.run_import if given.action == "import" else history.run
            return act(given, process, console)
        case "ledger":
            from bindtool.cli.commands import ledger

            return run(ledger.run(given, process, console))
        case "proxy":
            from bindtool.cli.commands import proxy

            return run(proxy.run(given, process, console))
        case _:
            from bindtool.cli.commands import check

            return run(check.run(given, process, console))


def _window_options(given: argparse.Namespace) -> list[str]:
    words = [
        word for word, is_given in (("--practice", given.practice_window), ("--smoke", given.smoke)) if is_given
    ]
    return [*words, given.command or "COMMAND"]


def _show_version(console: Console) -> int:
    # importlib.metadata takes 5 ms to load.
    from bindtool.core.diagnostics.version import this_version

    version = this_version(asset())
    unknown = console.texts("cli.version_unknown")
    console.print(f"bindtool {version.bindtool}")
    console.print(f"commit {version.commit or unknown}")
    console.print(f"Qt {version.qt or unknown}")
    console.print(f"Python {version.python}")
    return 0


def without_window(process: ProcessEnvironment, *, practice: bool) -> int:
    """Report that there is no display; practice mode binds the sample sheet instead. Return the exit status."""
    texts = Texts(system_language(process.environ), addresses=True)
    console = Console(texts, process.stdout, process.stderr, process.clock)
    if not practice:
        console.say_messages(Message.of("cli.no_display.title"), Message.of("cli.no_display.hint"))
        return USAGE
    console.say_messages(Message.of("cli.no_display.title"), Message.of("cli.no_display_practice"))
    from bindtool.cli.commands.bind import ALL_BOUND, SOME_NOT_BOUND  # only bind needs its imports

    status = main(["bind", str(asset("sample", "devices.csv")), "--practice"], process)
    # One device of the sample is refused: that is part of the demonstration.
    return ALL_BOUND if status == SOME_NOT_BOUND else status
