"""A database in which SPK0001 was bound as "Speaker 1", and the rules that hold rows by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.intake.holds import HoldRules
from bindtool.core.model.outcome import State
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, Clock, devices, row, sending, settled


@pytest.fixture
def bound_store(tmp_path: Path) -> Iterator[Store]:
    """Return the database."""
    with Store(tmp_path / "bindtool.db", Clock()) as store:
        sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1)), operator="A12").result()
        store.runs.begin_request(run_id, 1, sending(1)).result()
        store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
        yield store


@pytest.fixture
def failures() -> list[StoreFailed]:
    """Return what could not be read."""
    return []


@pytest.fixture
def holds(bound_store: Store, failures: list[StoreFailed]) -> HoldRules:
    """Return the rules."""
    return HoldRules(bound_store, failures.append)
