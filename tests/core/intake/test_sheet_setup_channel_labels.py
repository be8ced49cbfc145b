"""Running numbers that go on where a channel left off."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bindtool.core.intake.sheet_setup import channel_labels
from bindtool.core.labels.numbers import Blocks, Counter
from bindtool.core.labels.template import LabelFrom, LabelTemplate
from bindtool.core.model.row import Source
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, START, Clock, row


def test_numbers_go_on(tmp_path: Path) -> None:
    """After the highest that is known with this template; without numbers nothing is asked."""
    with Store(tmp_path / "bindtool.db", Clock()) as store:
        store.sheets.create(profile="Line 2", put=[row(1, label="音箱-041")]).result()
        numbered = asyncio.run(channel_labels(store, LabelTemplate.parse("音箱-{n:3}"), "Line 2", None))
        assert numbered.label("A", START.date()) == "音箱-042"
    plain = asyncio.run(channel_labels(store, LabelTemplate.parse("{id}"), "Line 2", None))
    assert plain.label("A", START.date()) == "A"


def test_numbers_of_a_shared_ledger(tmp_path: Path) -> None:
    """Only those of this bench's blocks, behind what its labels have; without any there is none."""
    template = LabelTemplate.parse("音箱-{n:3}")
    with Store(tmp_path / "bindtool.db", Clock()) as store:
        store.sheets.create(profile="Line 2", put=[row(1, label="音箱-041")]).result()
        none = asyncio.run(channel_labels(store, template, "Line 2", CHANNEL, shared=True))
        assert (none.label("A", START.date()), none.out_of_numbers) == ("", True)
        assert isinstance(none.numbers, Blocks)
        assert none.numbers.highest == 41
        store.benches.keep_block(CHANNEL, "音箱-", range(1, 101)).result()
        store.benches.keep_block(CHANNEL, "hall ", range(501, 601)).result()
        numbered = asyncio.run(channel_labels(store, template, "Line 2", CHANNEL, shared=True))
        assert numbered.label("A", START.date()) == "音箱-042"
        scanned = channel_labels(store, template, "Line 2", CHANNEL, shared=True, label_from=LabelFrom.NEXT_CODE)
        assert not asyncio.run(scanned).gives(Source.SCANNED)
        without = asyncio.run(channel_labels(store, template, "Line 2", None, shared=True))
        assert isinstance(without.numbers, Counter)
