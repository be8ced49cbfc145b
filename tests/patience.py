"""Timeouts of the tests: long, since a computer may be busy.

The only place in the tests that looks at the clock for it. No test checks whether something was quick: that is for
`tests/benchmarks`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which a test gives up."""

HOUR = 3600.0
"""A time in seconds that no test waits: whatever is told to take so long must end by other means."""

_BETWEEN = 0.005
"""Seconds between two checks, for others to continue."""


def ends(call: Callable[[], object]) -> bool:
    """Return whether a call ends; its own waits should take much longer."""
    calling = threading.Thread(target=call, daemon=True)
    calling.start()
    calling.join(PATIENCE)
    return not calling.is_alive()


def until(so: Callable[[], object], otherwise: Callable[[], object] = lambda: "it never came") -> None:
    """Check until the condition holds; `otherwise` describes the failure."""
    between, end = threading.Event(), time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, otherwise()
        between.wait(_BETWEEN)
