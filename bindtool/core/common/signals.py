"""The signals by which the system, a shell or a person asks the program to end, and which it must handle.

What a signal does is decided in `cli/interruption.py` and `app/shutdown_requests.py`; the list is a module of its
own because both need it.
"""

from __future__ import annotations

import signal
import threading

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl+C, a request to end, a terminal or a session that goes away, and Windows' Ctrl+Break."""

ENDING = tuple(int(getattr(signal, name)) for name in _NAMES if hasattr(signal, name))
"""Their numbers on this system."""


def ending_signals() -> tuple[int, ...]:
    """Return the numbers of those that may end this process.

    One that was ignored when it began, as `nohup` and a shell's `&` have it, stays ignored: whoever has started it
    has decided that. Signals reach the main thread alone; in any other there are none.
    """
    if threading.current_thread() is not threading.main_thread():
        return ()
    return tuple(number for number in ENDING if signal.getsignal(number) not in {signal.SIG_IGN, None})
