"""Rows that somebody should look at first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.intake.holds import HoldRules
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, Clock, devices, row, sending, settled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LABELS = Labeller(LabelTemplate.parse("{id:-4}"))
BOUND_BEFORE = Hold.of(HoldReason.BOUND_BEFORE, date="11-25", label="Speaker 1")
LABEL_BOUND = Hold.of(HoldReason.LABEL_BOUND, device_id="SPK0001")


@pytest.fixture
def doubts(tmp_path: Path) -> Iterator[HoldRules]:
    """Give the look at rows, on a database in which SPK0001 was bound as "Speaker 1"; it can be read."""

    def failed(error: Exception) -> None:
        raise error

    with Store(tmp_path / "bindtool.db", Clock()) as store:
        sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result()
        store.runs.begin_request(run_id, 1, sending(1)).result()
        store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
        yield HoldRules(store, failed)


def test_rows_that_are_new(doubts: HoldRules) -> None:
    """A device that was bound before, and another one with its label."""
    rows = [row(1, "SPK0001", label="hall"), row(2, "SPK0002", label="Speaker 1"), row(3, "SPK0003")]
    held = [each.held for each in doubts.hold(CHANNEL, Sheet(), rows, LABELS)]
    assert held == [BOUND_BEFORE, LABEL_BOUND, None]


def test_rows_that_are_edited(doubts: HoldRules) -> None:
    """Another id is looked up; with the same id only the label is, and a tick is not asked for again."""
    sheet = Sheet([row(1, "SPK0001"), row(2, "SPK0002")])
    rows = [
        replace(sheet[1], label="hall"),
        replace(sheet[2], device_id="SPK0001", label="shelf"),
    ]
    assert [each.held for each in doubts.hold(CHANNEL, sheet, rows, LABELS)] == [None, BOUND_BEFORE]
