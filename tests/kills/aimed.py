"""`bindtool bind` as a process that is killed at a certain step: `python -m tests.kills.aimed STEP ARGUMENT...`.

A step is the first call of a function after the last answer, `call:NAME`, its return, `return:NAME`, or that of one
of Python's own, `c_call:NAME` and `c_return:NAME`.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from bindtool.__main__ import main

AFTER = "conclude"
"""The function that reports how the run has ended; calls before it don't count."""


def killing(step: str) -> None:
    """Have this process killed at a step after the last answer."""
    event, _, name = step.partition(":")
    armed = False

    def look(frame: FrameType, what: str, argument: object) -> None:
        nonlocal armed
        armed = armed or frame.f_code.co_name == AFTER
        called = getattr(argument, "__name__", "") if what.startswith("c_") else frame.f_code.co_name
        if armed and what == event and called == name:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)


if __name__ == "__main__":
    killing(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
