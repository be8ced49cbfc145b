"""Records a thread's SQLite statements and the files it opens."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from bindtool.core.store.connection import Reader

_WATCHING: list[Watch] = []


class Watch:
    """Records the actions of its creating thread from `begin` on.

    `statements`: those on connections that existed at `begin`, and "connect" for each that the thread opens, except
    while another thread does its reading. `files`: those it opens through Python.
    """

    def __init__(self) -> None:
        self._thread = threading.current_thread()
        self._connections: list[sqlite3.Connection] = []
        self._begun = False
        self.statements: list[str] = []
        self.files: list[Path] = []

    def begin(self) -> None:
        """Begin to record."""
        self._begun = True
        for connection in self._connections:
            with suppress(sqlite3.ProgrammingError):  # it is closed
                connection.set_trace_callback(self._note)

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        """Receive Python's audit events."""
        if event == "sqlite3.connect/handle":
            # Its statements can't be traced yet.
            self._connections.append(given[0])
        elif event == "sqlite3.connect" and not _in_reader():
            self._note("connect")
        elif event == "open" and isinstance(given[0], str) and self._is_noted:
            self.files.append(Path(given[0]))

    def _note(self, statement: str) -> None:
        if self._is_noted:
            self.statements.append(" ".join(statement.split()))

    @property
    def _is_noted(self) -> bool:
        return self._begun and threading.current_thread() is self._thread


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch the calling thread."""
    _hooked()
    watch = Watch()
    _WATCHING.append(watch)
    try:
        yield watch
    finally:
        _WATCHING.remove(watch)


@cache
def _hooked() -> None:
    # An audit hook can't be removed (PEP 578).
    sys.addaudithook(_hear)


def _hear(event: str, given: tuple[Any, ...]) -> None:
    for watch in _WATCHING:
        watch.hear(event, given)


def _in_reader() -> bool:
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - Python has no other way to find the caller
    while frame is not None and frame.f_code is not Reader.reading.__wrapped__.__code__:  # type: ignore[attr-defined]
        frame = frame.f_back
    return frame is not None
