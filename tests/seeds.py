"""The seed of what tests draw: the same each time; `make test SEED=random` and SEED=12345 draw other examples.

Hypothesis gets it as --hypothesis-seed (`packaging/run_tests.py`).
"""

from __future__ import annotations

import os

SEED = os.environ.get("SEED", "")
"""The seed that a person has named; "" for none."""


def seed_of(name: int | str) -> int | str:
    """Return the seed of a test's own draws: `name`, with SEED before it where there is one."""
    return f"{SEED} {name}" if SEED else name
