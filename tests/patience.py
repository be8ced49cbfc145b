"""How long a test waits for what has to happen: long, since a computer may be busy with much else.

The one place in the tests that looks at the clock for it. No test asks whether something was quick: that is for
`tests/benchmarks`.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which a test gives up."""

HOUR = 3600.0
"""Seconds that nobody waits: whatever is asked to take so long must come to its end otherwise."""

_BETWEEN = 0.005
"""Seconds between two looks, for others to get on with it."""


def ends(call: Callable[[], object]) -> bool:
    """Tell whether a call comes to its end; what it waits for by itself should take much longer."""
    calling = threading.Thread(target=call, daemon=True)
    calling.start()
    calling.join(PATIENCE)
    return not calling.is_alive()


def until(so: Callable[[], object], otherwise: Callable[[], object] = lambda: "it never came") -> None:
    """Ask until it is so; `otherwise` says what was there instead, for a failure."""
    between, end = threading.Event(), time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, otherwise()
        between.wait(_BETWEEN)
