"""Running numbers of several benches on a real server: no number twice, whoever is started anew or offline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed, StoreFailed
from bindtool.core.intake.sheet_setup import channel_labels
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.shared_ledger.ledger import BLOCK
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from tests.core.shared_ledger.bench import Bench
from tests.core.shared_ledger.samples import CHANNEL, OTHER_CHANNEL, nobody_there
from tests.postgres import Database

TEMPLATE = LabelTemplate.parse("音箱-{n:3}")


def reserved(ledger: Database, bench: Bench, above: int = 0) -> range:
    """Reserve a block."""
    return reserved_by(ledger.connect, bench, TEMPLATE.beginning, above)


def reserved_by(connect: Callable[[], PostgresServer], bench: Bench, series: str = "", above: int = 0) -> range:
    """Reserve a block over a connection that is made so."""
    with closing(bench.ledger(connect)) as shared:
        return asyncio.run(shared.reserve(CHANNEL, series, above))


def labels_of(bench: Bench) -> Labeller:
    """Return what gives labels at a bench, as after a start."""
    return asyncio.run(channel_labels(bench.store, TEMPLATE, "Line", CHANNEL, shared=True))


def numbers_of(bench: Bench) -> Blocks:
    """Return where its numbers come from."""
    numbers = labels_of(bench).numbers
    assert isinstance(numbers, Blocks)
    return numbers


def test_a_block_each(ledger: Database, tmp_path: Path) -> None:
    """Of a series on a channel; the disk has it, and a start finds it."""
    with Bench(tmp_path / "a") as a, Bench(tmp_path / "b") as b:
        first, second, third = reserved(ledger, a), reserved(ledger, b), reserved(ledger, a)
        assert (first, second, third) == (range(1, 501), range(501, 1001), range(1001, 1501))
        assert a.store.benches.blocks(CHANNEL, TEMPLATE.beginning) == (first, third)
        assert a.store.benches.blocks(OTHER_CHANNEL, TEMPLATE.beginning) == ()
        assert b.store.benches.blocks(CHANNEL, TEMPLATE.beginning) == (second,)


def test_above_what_is_used(ledger: Database, tmp_path: Path) -> None:
    """Labels that were given before there was a ledger count."""
    with Bench(tmp_path / "a") as a:
        assert reserved(ledger, a, above=2000) == range(2001, 2001 + BLOCK)
        assert reserved(ledger, a, above=7) == range(2001 + BLOCK, 2001 + 2 * BLOCK)


def test_no_number_twice(ledger: Database, tmp_path: Path) -> None:
    """Offline, both go on in what they have; started anew, each goes on behind what its labels have."""
    given: list[int] = []
    a, b = (Bench(tmp_path / name, name) for name in ("a", "b"))
    for bench in (a, b):
        reserved(ledger, bench)
    for _ in range(3):
        for bench in (a, b):
            labels = labels_of(bench)
            taken = [labels.label(f"SPK{number}", bench.clock.now().date()) for number in range(100)]
            given += [int(label.removeprefix("音箱-")) for label in taken]
            bench_label(bench, *taken)
            bench.store.close()
        a, b = (Bench(tmp_path / name, name) for name in ("a", "b"))
    assert len(given) == len(set(given)) == 600
    assert numbers_of(a).left == numbers_of(b).left == 200
    for bench in (a, b):
        bench.store.close()


def test_used_up(ledger: Database, tmp_path: Path) -> None:
    """Without a server there is no other number, and no label then; with another block it goes on."""
    with Bench(tmp_path / "a") as bench:
        assert numbers_of(bench).take() is None
        reserved(ledger, bench)
        labels = labels_of(bench)
        last = [labels.label("SPK", bench.clock.now().date()) for _ in range(BLOCK + 1)]
        assert last[-2:] == ["音箱-500", ""]
        assert labels.out_of_numbers
        assert isinstance(labels.numbers, Blocks)
        labels.numbers.add(reserved(ledger, bench, labels.numbers.highest))
        assert labels.label("SPK", bench.clock.now().date()) == "音箱-501"


def test_where_it_can_not_be_had(ledger: Database, tmp_path: Path) -> None:
    """No server: nothing is kept. A disk that fails: the numbers of the block are given by nobody."""
    with Bench(tmp_path / "a") as bench:
        with pytest.raises(LedgerFailed):
            reserved_by(nobody_there, bench)
        assert bench.store.benches.blocks(CHANNEL, "") == ()

        def disk_dies() -> PostgresServer:
            server = ledger.connect()
            take = server.reserve

            def then(*asked: object) -> range:
                block = take(*asked)  # type: ignore[arg-type]
                bench.store.close()
                return block

            server.reserve = then  # type: ignore[method-assign, assignment]
            return server

        with pytest.raises(StoreFailed):
            reserved_by(disk_dies, bench)
    with Bench(tmp_path / "a") as bench:
        assert reserved_by(ledger.connect, bench).start == BLOCK + 1


def bench_label(bench: Bench, *labels: str) -> None:
    """Put rows with these labels on a sheet of the profile, not sent."""
    from bindtool.core.model.row import Row, Source

    rows = [
        Row(number, f"SPK{label}", label, Source.SCANNED, bench.clock.now())
        for number, label in enumerate(labels, start=1)
    ]
    bench.store.sheets.create(profile="Line", put=rows).result()
