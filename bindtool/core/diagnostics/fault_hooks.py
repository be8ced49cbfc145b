"""Faults that nobody has caught: each is in the log with its traceback, and a person hears of it once.

Python tells of them in four places: of the main thread (Qt's slots and events among it), of other threads, of what
can't be raised, and of asyncio's loop. What is logged goes to standard error too, where there is one.
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
"""Of one fault: what fails at each tick must not push everything else out of the log."""


class Faults:
    """Takes faults, from any thread.

    Args:
        secrets: what is taken out of them on standard error.
        tell: has a person told, on the thread of the fault; called at the first of those that came up at one place.
    """

    def __init__(self, secrets: KnownSecrets, tell: Callable[[], None] = lambda: None) -> None:
        self._secrets = secrets
        self._tell = tell
        self._times: Counter[tuple[object, ...]] = Counter()

    @property
    def happened(self) -> bool:
        return bool(self._times)

    def note(self, words: str, error: BaseException) -> None:
        """Log `error` with its traceback; `words` say what has failed."""
        place = _place(error)
        self._times[place] += 1
        if self._times[place] <= _MOST_TRACEBACKS:
            logger.error("%s", words, exc_info=error)
            _echo(error, self._secrets)
        if self._times[place] == 1:
            self._tell()

    @contextmanager
    def hooked(self) -> Iterator[None]:
        """Take what Python has no other place for, until the context ends."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before

    def on_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what a loop tells of, as `set_exception_handler` has it; without an exception it is only logged."""
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
            # No text that it makes of itself: it may be half deleted.
            name = getattr(what, "__qualname__", type(what).__name__)
            self.note(f"{arguments.err_msg or 'exception ignored in'}: {name}", arguments.exc_value)


def log_last(logs: Path, secrets: KnownSecrets, error: BaseException) -> None:
    """Log what the program ends of, where its log is not open, or not any more."""
    with logging_to(logs, secrets):
        logger.critical("the program ends", exc_info=error)
    _echo(error, secrets)


def _place(error: BaseException) -> tuple[object, ...]:
    """Return what two errors have in common that came up at one place."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return type(error), traceback and (traceback.tb_frame.f_code, traceback.tb_lineno)


def _echo(error: BaseException, secrets: KnownSecrets) -> None:
    # The windowed program of Windows has no stream; nobody may read this one any more.
    with suppress(AttributeError, OSError):
        sys.stderr.write(cleaned("".join(format_exception(error)), secrets))
