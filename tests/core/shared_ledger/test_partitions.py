"""Two benches and a network that comes and goes, in any order of things that happen: what must always be so."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.intake.sheet_setup import channel_labels
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.row import Row, Source
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.postgres.sync import ServerSync
from tests.core.shared_ledger.bench import Bench, in_ledger
from tests.core.shared_ledger.broken import broken
from tests.core.shared_ledger.samples import CHANNEL
from tests.core.store.samples import bound_before
from tests.postgres import Database

TEMPLATE = LabelTemplate.parse("音箱-{n}")
NAMES = ("line-1", "line-2")

_channels = count(1)

bench = st.sampled_from(NAMES)
device = st.sampled_from(["SPK1", "SPK2", "SPK3"])


class Partitions(RuleBasedStateMachine):
    """Two benches on a channel of their own.

    `reached`: by device, the benches that have bound it and could reach the server when they claimed it.
    """

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._channel = replace(CHANNEL, connector_id=f"{next(_channels)}")
        self._benches: dict[str, Bench] = {}
        self._ways: dict[str, ServerSync] = {}
        self._labels: dict[str, Labeller] = {}
        self._cut: set[str] = set()
        self._numbers: list[str] = []
        self._reached: dict[str, set[str]] = defaultdict(set)
        for name in NAMES:
            self._open(name)

    @rule(name=bench)
    def cut(self, name: str) -> None:
        """Cut a bench off, in whatever it has open."""
        self._cut.add(name)
        self._ways[name].close()

    @rule(name=bench)
    def heal(self, name: str) -> None:
        """Let it reach the server again."""
        self._cut.discard(name)

    @rule(name=bench)
    def come_in_step(self, name: str) -> None:
        """Let its sync run; where it can, it knows all that the server knows then, and has pushed all."""
        try:
            self._ways[name].run()
        except LedgerFailed:
            assert name in self._cut
        else:
            assert name not in self._cut
            assert self._benches[name].waiting == 0
            assert self._benches[name].knows() == self._there()

    @rule(name=bench)
    def lose_an_answer(self, name: str) -> None:
        """Let what it pushes arrive, and the answer not."""
        if name in self._cut:
            return
        way = self._benches[name].sync(broken(self.database, confirmed=False))
        waits = self._benches[name].waiting > 0
        try:
            way.run()
        except LedgerFailed:
            assert waits
        else:
            assert not waits
        way.close()
        # What breaks is the server's end, so that the other bench feels it too.
        for other in self._ways.values():
            other.close()

    @rule(name=bench, device_id=device, ends=st.booleans())
    def bind(self, name: str, device_id: str, *, ends: bool) -> None:
        """Bind a device that this bench does not know to be bound; `ends`: the run comes to its end, too."""
        place = self._benches[name]
        if bound_before(place.store, self._channel, device_id) is not None:
            return
        shared = place.ledger(lambda: self._connect(name))
        claimed = asyncio.run(shared.claim("Li", self._channel, [device_id]))
        assert (claimed.problem is not None) == (name in self._cut)
        if not claimed.taken:
            place.bind(device_id, channel=self._channel)
            if claimed.problem is None:
                self._reached[device_id].add(name)
            if ends:
                asyncio.run(shared.release(self._channel, [device_id]))
        shared.close()

    @rule(name=bench)
    def label(self, name: str) -> None:
        """Give a device a label with a running number, and have a row with it; without a number there is none."""
        labels, place = self._labels[name], self._benches[name]
        if labels.out_of_numbers:
            assert labels.label("SPK", place.clock.now().date()) == ""
            self._reserve(name)
            return
        given = labels.label("SPK", place.clock.now().date())
        self._numbers.append(given)
        row = Row(1, f"SPK{given}", given, Source.SCANNED, place.clock.now())
        place.store.sheets.create(profile="Line", put=[row]).result()

    @rule(name=bench)
    def restart(self, name: str) -> None:
        """End the program and start it again."""
        self._close(name)
        self._open(name)

    @rule()
    def restart_the_server(self) -> None:
        """End all connections, as a restart does."""
        self.database.end_connections()
        for way in self._ways.values():
            way.close()

    @invariant()
    def no_number_is_given_twice(self) -> None:
        """By whichever bench."""
        assert len(set(self._numbers)) == len(self._numbers)

    @invariant()
    def no_device_is_bound_by_two(self) -> None:
        """Of benches that could both reach the server."""
        assert all(len(names) <= 1 for names in self._reached.values()), self._reached

    def teardown(self) -> None:
        """Let all of it heal: everybody has the same then, and each of it once."""
        self._cut.clear()
        for name in (*NAMES, *NAMES):
            self.come_in_step(name)
        there = self._there()
        assert len({entry[:3] for entry in there}) == len(there)
        assert all(place.knows() == there for place in self._benches.values())
        for name in NAMES:
            self._close(name)
        self._folder.cleanup()

    def _open(self, name: str) -> None:
        place = Bench(Path(self._folder.name) / name, name, (self._channel,))
        self._benches[name] = place
        self._ways[name] = place.sync(lambda: self._connect(name))
        self._labels[name] = asyncio.run(channel_labels(place.store, TEMPLATE, "Line", self._channel, shared=True))

    def _close(self, name: str) -> None:
        self._ways[name].close()
        self._benches[name].store.close()

    def _connect(self, name: str) -> PostgresServer:
        if name in self._cut:
            raise LedgerFailed("ledger.unreachable", host="db", detail="no route")
        return self.database.connect()

    def _reserve(self, name: str) -> None:
        numbers = self._labels[name].numbers
        assert isinstance(numbers, Blocks)
        shared = self._benches[name].ledger(lambda: self._connect(name))
        try:
            numbers.add(asyncio.run(shared.reserve(self._channel, TEMPLATE.beginning, numbers.highest)))
        except LedgerFailed:
            assert name in self._cut
        shared.close()

    def _there(self) -> list[tuple[object, ...]]:
        with closing(self.database.connect()) as server:
            return list(in_ledger(server, (self._channel,)))


@pytest.mark.long
def test_whatever_happens(ledger: Database) -> None:
    """The same each time; `--hypothesis-profile=default` looks for more."""

    class Here(Partitions):
        database = ledger

    run_state_machine_as_test(Here, settings=settings(max_examples=30, stateful_step_count=25, deadline=None))
