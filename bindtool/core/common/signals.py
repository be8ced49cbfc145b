"""The signals by which the system, a shell or the user asks the program to end, and which it must handle.

`cli/interruption.py` and `app/shutdown_requests.py` handle them; the list is a module of its own because both need
it.
"""

from __future__ import annotations

import signal
import threading

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl+C, a termination request, a closed terminal or session, and Windows' Ctrl+Break."""

ENDING = tuple(int(getattr(signal, name)) for name in _NAMES if hasattr(signal, name))
"""The signal numbers on this system."""


def ending_signals() -> tuple[int, ...]:
    """Return the numbers of the signals that may end this process.

    A signal ignored at the process's start, as by `nohup` or a shell's `&`, stays ignored: the parent process has
    decided that. Signals reach the main thread alone; in any other thread the tuple is empty.
    """
    if threading.current_thread() is not threading.main_thread():
        return ()
    return tuple(number for number in ENDING if signal.getsignal(number) not in {signal.SIG_IGN, None})
