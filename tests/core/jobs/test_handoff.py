"""Runs are handed over as files: whole, in order, under names of their own, and none is lost at a crash."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.jobs.handoff import deliver, fill, hand_over
from bindtool.core.model.handoff import Handoff, HandoffFormat
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import HandoffRules, Profile
from bindtool.core.reports.rows import ReportPart
from bindtool.core.store import History, Store
from tests.core.store.samples import CHANNEL, Clock, devices, row, settled

ROWS = (row(1), row(2))
BENCH = "线 7/A"
FIRST = "bindtool_线-7-A_20261125-093000_run1.csv"


def words(part: ReportPart, form: HandoffFormat) -> bytes:
    """Return a file in which the states of the rows stand."""
    return f"{form} {[(each.device_id, str(status.state)) for each, status in part.rows]}".encode()


def both(state: str) -> bytes:
    """Return that of both rows in this state."""
    return f"csv [('SPK0001', '{state}'), ('SPK0002', '{state}')]".encode()


@dataclass
class Bench:
    """A data folder whose runs are handed over to `folder`."""

    path: Path
    folder: Path
    store: Store

    def begin(self, *, checking: bool = False, folder: Path | None = None) -> int:
        """Begin a run with both rows on a sheet of its own."""
        sheet_id = self.store.sheets.create().result().sheet_id
        self.store.sheets.save(sheet_id, ROWS).result()
        handoff = Handoff(str(folder or self.folder), HandoffFormat.CSV, checking)
        return self.store.runs.begin(sheet_id, CHANNEL, devices(*ROWS), profile="Line 2", handoff=handoff).result()

    def send(self, run_id: int, kind: VerdictKind = VerdictKind.BOUND) -> None:
        """Send both rows with one request."""
        self.store.runs.begin_request(run_id, 1, [1, 2]).result()
        state = State.BOUND if kind is VerdictKind.BOUND else State.READY
        self.store.runs.settle(run_id, settled(state, 1, 2), 1, kind).result()

    def run(self, *, checking: bool = False, folder: Path | None = None) -> int:
        """Play a whole run."""
        run_id = self.begin(checking=checking, folder=folder)
        self.send(run_id)
        self.store.runs.end(run_id, "finished").result()
        return run_id

    def delete(self, run_id: int, *rows: int) -> None:
        """Delete rows of a run."""
        sheet_id = self.store.runs.requests(run_id)[0].run.sheet_id
        self.store.sheets.save(sheet_id, [], rows).result()

    def read(self) -> bytes:
        """Return what the first file has."""
        return (self.folder / FIRST).read_bytes()

    def hand_over(self, *profiles: Profile) -> int:
        """Hand over what is due; return how many files wait."""
        return hand_over(self.store, profiles, BENCH, words)

    def restart(self) -> None:
        """End the program, as a kill does, and start it again."""
        self.store.close()
        self.store = Store(self.path, Clock())

    @property
    def files(self) -> list[str]:
        """The names in the folder, in order."""
        return sorted(each.name for each in self.folder.iterdir())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Give a bench whose folder is there."""
    folder = tmp_path / "share"
    folder.mkdir()
    path = tmp_path / "bindtool.db"
    made = Bench(path, folder, Store(path, Clock()))
    yield made
    made.store.close()


def test_a_run_is_handed_over_once(bench: Bench) -> None:
    """By bench, time and run, with its rows; then nothing waits."""
    bench.run()
    assert bench.hand_over() == 0
    assert bench.files == [FIRST]
    assert bench.read() == both("bound")
    assert bench.hand_over() == 0
    assert bench.files == [FIRST]


def test_a_run_that_sent_nothing_has_no_file(bench: Bench) -> None:
    """Neither one that was stopped before nor one whose requests never left."""
    bench.store.runs.end(bench.begin(), "stopped").result()
    run_id = bench.begin()
    bench.send(run_id, VerdictKind.NEVER_SENT)
    bench.store.runs.end(run_id, "unreachable").result()
    assert (bench.hand_over(), bench.files) == (0, [])
    assert bench.store.handoffs.due() == ()


def test_a_run_that_sent_nothing_after_one_of_the_same_sheet_that_did(bench: Bench) -> None:
    """The requests of the other have had their file."""
    sheet_id = bench.store.runs.requests(bench.run())[0].run.sheet_id
    handoff = Handoff(str(bench.folder), HandoffFormat.CSV, checking=False)
    begun = bench.store.runs.begin(sheet_id, CHANNEL, devices(*ROWS), profile="Line 2", handoff=handoff)
    bench.store.runs.end(begun.result(), "stopped").result()
    assert (bench.hand_over(), bench.files) == (0, [FIRST])


def test_a_run_that_is_on_is_not_handed_over(bench: Bench) -> None:
    """Only once it is over."""
    run_id = bench.begin()
    bench.send(run_id)
    assert (bench.hand_over(), bench.files) == (0, [])
    bench.store.runs.end(run_id, "finished").result()
    assert (bench.hand_over(), bench.files) == (0, [FIRST])


def test_a_check_of_the_channel_is_named_as_such(bench: Bench) -> None:
    """A script may leave it out."""
    bench.run(checking=True)
    bench.hand_over()
    assert bench.files == [FIRST.replace(".csv", "_check.csv")]


def test_a_share_that_is_away(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Files wait, are counted, and go in order when it is there again; those of another folder go meanwhile."""
    caplog.set_level(logging.INFO)
    bench.folder.rmdir()
    other = bench.folder.with_name("other")
    other.mkdir()
    bench.run()
    bench.run(folder=other)
    bench.run()
    assert bench.hand_over() == 2
    assert f"{FIRST} can't be put into its folder: No such file" in caplog.text
    assert History(bench.path).handoffs_waiting == bench.store.handoffs.count == 2
    bench.run()
    assert bench.store.handoffs.count == 3
    assert len(list(other.iterdir())) == 1
    bench.folder.mkdir()
    assert bench.hand_over() == 0
    times = [(bench.folder / name).stat().st_mtime_ns for name in bench.files]
    assert len(times) == 3
    assert times == sorted(times)


def test_a_profile_with_another_folder_by_now(bench: Bench) -> None:
    """What waits goes there: the first one may have been a typing error."""
    bench.run(folder=bench.folder / "typo")
    assert bench.hand_over() == 1
    profile = Profile("Line 2", "745", handoff=HandoffRules(str(bench.folder)))
    assert bench.hand_over(replace(profile, name="Line 3")) == 1
    assert bench.hand_over(profile) == 0
    assert bench.files == [FIRST]


def test_rows_that_were_deleted_are_handed_over_as_sent(bench: Bench) -> None:
    """What was sent counts, whatever has become of its row."""
    run_id = bench.run()
    bench.delete(run_id, 1)
    bench.hand_over()
    assert bench.read() == both("bound")


@pytest.mark.parametrize(
    ("kind", "state"),
    [(VerdictKind.LOST, "unknown"), (VerdictKind.REFUSED, "ready"), (VerdictKind.STOP, "ready")],
)
def test_a_deleted_row_has_its_last_answer(bench: Bench, kind: VerdictKind, state: str) -> None:
    """A request of several that was refused says nothing of each."""
    run_id = bench.begin()
    bench.send(run_id, kind)
    bench.store.runs.end(run_id, "finished").result()
    bench.delete(run_id, 1, 2)
    bench.hand_over()
    assert bench.read() == both(state)


def test_a_deleted_row_that_was_refused_alone_or_never_sent(bench: Bench) -> None:
    """Refused, and ready."""
    run_id = bench.begin()
    bench.store.runs.begin_request(run_id, 1, [1]).result()
    bench.store.runs.settle(run_id, settled(State.REFUSED, 1), 1, VerdictKind.REFUSED).result()
    bench.store.runs.end(run_id, "finished").result()
    bench.delete(run_id, 1, 2)
    bench.hand_over()
    assert bench.read() == b"csv [('SPK0001', 'refused'), ('SPK0002', 'ready')]"


# ---------------------------------------------------------------- killed between any two steps


def test_a_run_that_was_cut_off(bench: Bench) -> None:
    """It is handed over at the next start, with what is known then."""
    run_id = bench.begin()
    bench.store.runs.begin_request(run_id, 1, [1, 2]).result()
    bench.restart()
    assert (bench.hand_over(), bench.files) == (0, [FIRST])
    assert bench.read() == both("unknown")


def test_killed_before_the_file_was_made(bench: Bench) -> None:
    """The run was over."""
    bench.run()
    bench.restart()
    assert (bench.hand_over(), bench.files) == (0, [FIRST])


def test_killed_before_the_folder_had_it(bench: Bench) -> None:
    """What stands in it stays, whatever has become of its rows since; a half file is replaced."""
    run_id = bench.run()
    fill(bench.store, BENCH, words)
    bench.delete(run_id, 1, 2)
    (bench.folder / f".bindtool-{FIRST}.tmp").write_bytes(b"csv [('SPK")
    bench.restart()
    assert (bench.hand_over(), bench.files) == (0, [FIRST])
    assert bench.read() == both("bound")


@pytest.mark.parametrize("taken", [False, True])
def test_killed_before_it_was_noted(bench: Bench, taken: bool) -> None:
    """The folder has it once, or once more with the same bytes where somebody has taken it away."""
    bench.run()
    fill(bench.store, BENCH, words)
    (file,) = bench.store.handoffs.waiting()
    contents = bench.store.handoffs.contents(file.handoff_id)
    if not taken:
        (bench.folder / file.name).write_bytes(contents)
    bench.restart()
    assert deliver(bench.store, {}) == 0
    assert bench.files == [FIRST]
    assert bench.read() == contents
    assert bench.store.handoffs.contents(file.handoff_id) == b""


def test_never_over_another(bench: Bench) -> None:
    """A file of that name from a data folder that was copied stays, and a number is added."""
    (bench.folder / FIRST).write_bytes(b"another's")
    bench.run()
    assert bench.hand_over() == 0
    assert bench.files == [FIRST.replace(".csv", "-2.csv"), FIRST]
    assert bench.read() == b"another's"
