"""Uncaught exceptions: logs each with its traceback, and reports it to the user once.

`log_file` writes the log. Python reports them by four hooks: for the main thread (including Qt's slots and events),
for other threads, for unraisable exceptions, and for asyncio's loop. Each is written to standard error too, if it
exists.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from traceback import format_exception
from typing import TYPE_CHECKING, Any

from bindtool.core.diagnostics.log_file import cleaned, logging_to

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from bindtool.core.credentials.redaction import KnownSecrets

logger = logging.getLogger(__name__)

_MOST_TRACEBACKS = 10
"""Per fault: a failure at each tick must not push everything else out of the log."""


class Faults:
    """Records faults, from any thread.

    Args:
        secrets: redacted on standard error.
        warn: reports to the user, called on the thread of the fault, once for each place in the code.
    """

    def __init__(self, secrets: KnownSecrets, warn: Callable[[], None] = lambda: None) -> None:
        self._secrets = secrets
        self._warn = warn
        self._times: Counter[tuple[object, ...]] = Counter()

    @property
    def happened(self) -> bool:
        return bool(self._times)

    def note(self, words: str, error: BaseException) -> None:
        """Log `error` with its traceback; `words`: the failed operation."""
        place = _place(error)
        self._times[place] += 1
        if self._times[place] <= _MOST_TRACEBACKS:
            logger.error("%s", words, exc_info=error)
            _echo(error, self._secrets)
        if self._times[place] == 1:
            self._warn()

    @contextmanager
    def hooked(self) -> Iterator[None]:
        """Install the hooks for uncaught exceptions until the context ends."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before

    def on_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an event loop's error, as a `set_exception_handler` callback; without an exception only log it."""
        error = context.get("exception")
        if error is None:
            logger.error("%s", context["message"])
        else:
            self.note(context["message"], error)

    def _on_uncaught(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
        else:
            self.note("nobody has caught", error)

    def _on_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            name = arguments.thread.name if arguments.thread is not None else "that is gone"
            self.note(f"thread {name} has failed", arguments.exc_value)

    def _on_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        if arguments.exc_value is not None:
            what = arguments.object
            # Not its repr or str: it may be half deleted.
            name = getattr(what, "__qualname__", type(what).__name__)
            self.note(f"{arguments.err_msg or 'exception ignored in'}: {name}", arguments.exc_value)


def log_last(logs: Path, secrets: KnownSecrets, error: BaseException) -> None:
    """Log the error that ends the program, when its log is not open yet or not any more."""
    with logging_to(logs, secrets):
        logger.critical("the program ends", exc_info=error)
    _echo(error, secrets)


def _place(error: BaseException) -> tuple[object, ...]:
    """Return a key that is equal for two errors from the same place in the code."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return type(error), traceback and (traceback.tb_frame.f_code, traceback.tb_lineno)


def _echo(error: BaseException, secrets: KnownSecrets) -> None:
    # The windowed program on Windows has no stderr; elsewhere it may be closed.
    with suppress(AttributeError, OSError):
        sys.stderr.write(cleaned("".join(format_exception(error)), secrets))
