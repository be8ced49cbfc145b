"""A folder that benches of 0.1.0 share: today's put into it and read from it the same."""

from __future__ import annotations

import json
import shutil
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from bindtool.core.shared_ledger.folder.sync import FolderSync
from tests.compatibility.first_release import CHANNEL, FIXTURES, lay_out
from tests.core.shared_ledger.bench import Bench
from tests.core.store.samples import bound_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THEN = FIXTURES / "shared_folder" / "shared"
TOLD = {"FA001", "FA002", "FA003", "FC001", "FB001", "FB002"}


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Return the folder as the benches of then have left it."""
    return shutil.copytree(THEN, tmp_path / "shared")


@contextmanager
def at(shared: Path, bench: Bench) -> Iterator[Bench]:
    """Have a bench in step by the folder."""
    with bench, closing(FolderSync(shared, bench.store.benches, (CHANNEL,), bench.name, bench.hear)) as way:
        way.run()
        yield bench


def bench_of_then(number: int, folder: Path) -> Bench:
    """Open the data folder of a bench of then."""
    return Bench(lay_out(f"shared_folder/bench_{number}", folder).path, f"bench-{number}", (CHANNEL,))


def of_bench(bench: Bench, folder: Path) -> Path:
    """Return the one file of a bench."""
    (file,) = folder.glob(f"bindtool-{bench.id}-*.jsonl")
    return file


def knows(bench: Bench) -> set[str]:
    """Return the ends of the ids that a bench knows to be bound."""
    return {device_id.removeprefix("SPK26113") for _, _, _, device_id, _, _ in bench.knows()}


def test_a_bench_that_was_in_step_stays_so(shared: Path, tmp_path: Path) -> None:
    """Its file is right as it is, and the other's is read on from where it had been read."""
    with at(shared, bench_of_then(2, tmp_path)) as bench:
        assert [entry.device_id for entry in bench.news] == ["SPK26113FC001"]
        assert knows(bench) == TOLD
    assert {path.name for path in shared.iterdir()} == {path.name for path in THEN.iterdir()}


def test_a_bench_that_was_cut_off_tells(shared: Path, tmp_path: Path) -> None:
    """What waits is told in a new file that begins with all of the old one, which goes."""
    with at(shared, bench_of_then(1, tmp_path)) as bench:
        assert bench.waiting == 0
        before, after = of_bench(bench, THEN), of_bench(bench, shared)
        assert before.name != after.name
        assert after.read_bytes().startswith(before.read_bytes())
        assert "SPK26113FF001" in after.read_text(encoding="utf-8").splitlines()[-1]


def test_it_writes_what_was_written_then(tmp_path: Path) -> None:
    """Into an emptied folder a bench of today puts the file that 0.1.0 has put there: same name, same bytes."""
    shared = tmp_path / "shared"
    shared.mkdir()
    with at(shared, bench_of_then(2, tmp_path)) as bench:
        assert of_bench(bench, shared).name == of_bench(bench, THEN).name
        assert of_bench(bench, shared).read_bytes() == of_bench(bench, THEN).read_bytes()


def test_a_new_bench_knows_all(shared: Path, tmp_path: Path) -> None:
    """Whoever comes today hears of all that benches of 0.1.0 have bound."""
    with at(shared, Bench(tmp_path / "new", "bench-3", (CHANNEL,))) as bench:
        assert knows(bench) == TOLD
        found = bound_before(bench.store, CHANNEL, "SPK26113FB001")
        assert found is not None
        assert (found.machine, found.operator, found.label) == ("bench-2", "B07", "智能音箱-3FB001")


def test_a_bench_of_then_can_read_a_new_one(tmp_path: Path) -> None:
    """A line of today has the columns of then, in their order and with values of the same kinds."""
    shared = tmp_path / "shared"
    shared.mkdir()
    new = Bench(tmp_path / "new", "bench-3", (CHANNEL,))
    new.bind("SPK26113FG001", channel=CHANNEL)
    with at(shared, new) as bench:
        now = json.loads(of_bench(bench, shared).read_text(encoding="utf-8"))
        name = of_bench(bench, shared).name
    of_then = min(THEN.iterdir())
    then = json.loads(of_then.read_text(encoding="utf-8").splitlines()[0])
    assert [(column, type(value)) for column, value in now.items()] == [(c, type(v)) for c, v in then.items()]
    assert [len(part) for part in name.split("-")] == [len(part) for part in of_then.name.split("-")]
