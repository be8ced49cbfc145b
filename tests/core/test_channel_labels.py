"""Running numbers that go on where a channel left off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bindtool.core.channel_labels import channel_labels
from bindtool.core.labels import LabelTemplate
from bindtool.core.store import Store
from tests.core.store.samples import START, Clock, row

if TYPE_CHECKING:
    from pathlib import Path


def test_numbers_go_on(tmp_path: Path) -> None:
    """After the highest that is known with this template; without numbers nothing is asked."""
    with Store(tmp_path / "bindtool.db", Clock()) as store:
        store.create_sheet(profile="Line 2", put=[row(1, label="音箱-041")]).result()
        numbered = asyncio.run(channel_labels(store, LabelTemplate.parse("音箱-{n:3}"), "Line 2", None))
        assert numbered.label("A", START.date()) == "音箱-042"
    plain = asyncio.run(channel_labels(store, LabelTemplate.parse("{id}"), "Line 2", None))
    assert plain.label("A", START.date()) == "A"
