"""Data folders of 0.1.0: every sheet and row, what was bound, what a run has left, what was learnt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from bindtool.core.barcode.scan_rules import PartKind
from bindtool.core.credentials.access_token import TokenKind
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.jobs.interrupted_run import find_interrupted_run
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel_check import Already, CheckStep
from bindtool.core.model.device import Device
from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.outcome import State
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import History, Store, is_of_today, is_sound
from tests.compatibility.first_release import (
    CHANNEL,
    DATA_FOLDERS,
    FIXTURES,
    lay_out,
    lines,
    opened,
    sheets_of,
    sheets_of_then,
)
from tests.core.store.samples import Clock, bound_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHINA = timezone(timedelta(hours=8))
WEEK_BEFORE = {f"SPK26113F200{n}": f"音箱-000{n + 1}" for n in range(5)} | {"SPK26113F2005": "前台"}


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Store]:
    """Return the opened database of the window's data folder."""
    with opened(lay_out("window", tmp_path)) as store:
        yield store


@pytest.mark.parametrize("name", DATA_FOLDERS)
def test_every_row_is_what_it_was(name: str, tmp_path: Path) -> None:
    """Ids, labels, notes, reasons, states and answers, in every sheet and also when it is opened once more."""
    data = lay_out(name, tmp_path)
    for _ in range(2):
        with opened(data) as store:
            assert sheets_of(store) == sheets_of_then(name)
    assert is_of_today(data.database)
    assert is_sound(data.database)


def test_there_is_a_row_of_every_kind() -> None:
    """What the test above compares is worth it: each state that lasts, and reasons and notes of each origin."""
    rows = [row for name in DATA_FOLDERS for sheet in sheets_of_then(name) for row in sheet["rows"]]
    assert {row["state"] for row in rows} == {*State} - {State.SENDING, State.WAITING}
    assert {row["source"] for row in rows} == {"scanned", "pasted", "typed", "file"}
    reasons = {row["reason"][0] for row in rows if row["reason"]}
    assert {
        f"reason.{kind}" for kind in ("caps_lock", "dropped", "keyboard", "run_together", "shift_lost")
    } < reasons
    assert {f"reason.{kind}" for kind in ("odd_one_out", "other_length", "other_pattern", "id_rounded")} < reasons
    assert {f"reason.{kind}" for kind in ("label_in_row", "label_bound", "label_long", "label_control")} < reasons
    assert {f"reason.{kind}" for kind in ("bound_before", "bound_there", "claimed", "repeat")} < reasons
    assert {f"reason.{kind}" for kind in ("parts_url", "part_no_field", "part_plain", "id_missing")} < reasons
    assert len({row["note"][0] for row in rows if row["note"]}) == 7


def test_what_was_bound_is_known(window: Store) -> None:
    """Each device with its label, its log id and its moment; nobody else's, and no device of another channel."""
    bound = {each.device.device_id: each.device.label for each in window.ledger.bound_devices(CHANNEL)}
    assert (len(bound), window.ledger.ever_bound(CHANNEL)) == (15, True)
    assert WEEK_BEFORE.items() < bound.items()
    for then in lines("window/history.jsonl"):
        entry = bound_before(window, CHANNEL, then["device_id"])
        assert entry is not None
        assert (entry.label, entry.log_id, entry.operator) == (then["label"], then["logid"], then["operator"])
        assert entry.bound_at == datetime.fromisoformat(then["time"])
    assert bound_before(window, CHANNEL, "SPK26113F0000") is None


def test_labels_are_taken(window: Store) -> None:
    """Whoever has a label is found by it, and running numbers go on behind the highest that was given."""
    assert window.labels.holders(CHANNEL, ["前台"]) == {"前台": ("SPK26113F2005", "SPK26113F2005")}
    numbers = window.labels.numbers(LabelTemplate.parse("音箱-{n:4}"), "Line 2", CHANNEL)
    assert max(numbers) == 35


def test_what_was_found_out_of_the_channel(tmp_path: Path) -> None:
    """How large a request may be, since when the token works, and the check that is half done."""
    clock = Clock()
    with Store(lay_out("window", tmp_path).database, clock) as store:
        size = store.channels.request_size(CHANNEL)
        worked = store.channels.last_run_that_worked(CHANNEL, "Line 2")
        check = store.channels.check(CHANNEL)
    assert size is not None
    assert (size.size, size.found_at.date()) == (2, date(2026, 11, 19))
    assert worked is not None
    assert worked.date() == date(2026, 11, 27)
    assert check is not None
    assert (check.already, check.step) == (Already.NO, CheckStep.LOOK)
    assert (check.first, check.second) == (
        Device("SPK26113F2010", "音箱-0006"),
        Device("SPK26113F2013", "音箱-0007"),
    )


def test_a_run_that_was_cut_off_is_found(window: Store) -> None:
    """Its rows that are bound, that may be and that have not left are counted, and can be gone on with."""
    (run,) = window.runs.unfinished()
    assert (run.profile, run.operator, run.channel) == ("Line 2", "B07", CHANNEL)
    found = find_interrupted_run(window, run.sheet_id, Sheet(window.sheets.load(run.sheet_id)))
    assert found is not None
    assert (found.bound, found.unknown, found.left) == (6, 2, 10)
    last = window.runs.last_request(run.sheet_id, 7)
    assert last is not None
    assert (last.number, last.answer) == (4, None)


def test_the_history(tmp_path: Path) -> None:
    """What became of every device can be looked up, and what another computer's history brought too."""
    data = lay_out("command_line", tmp_path)
    with opened(data):
        pass
    found = History(data.database).search()
    of_others = [record for record in found.records if record.machine]
    assert {record.machine for record in of_others} == {"line-2"}
    assert {(record.device_id, record.label) for record in of_others} > WEEK_BEFORE.items()
    own = {record.device_id: record.state for record in found.records if not record.machine}
    assert own["SPK26113F0000"] is State.REFUSED
    assert own["SPK26113F5003"] is State.UNKNOWN
    assert own["SPK26113F5004"] is State.UNSENT
    bound = History(data.database).search(SearchQuery(state=State.BOUND, own=True)).records
    assert len({record.device_id for record in bound}) == 11


def test_put_away_sheets(tmp_path: Path) -> None:
    """The history has each with its job and what became of its rows; the oldest may go when its time is over."""
    data = lay_out("window", tmp_path)
    with opened(data):
        pass
    history = History(data.database)
    found = [
        (each.head.job, each.rows, each.bound, each.refused, each.unknown)
        for each in history.sheets(SearchQuery(), 10)
    ]
    assert found == [("WO-1126", 41, 6, 0, 2), ("WO-1125", 7, 3, 1, 1), ("WO-1118", 6, 6, 0, 0), ("", 6, 0, 0, 0)]
    assert history.old_sheets(datetime(2026, 11, 22, tzinfo=CHINA)) == (2,)


def test_the_name_of_the_bench_stays(window: Store) -> None:
    """By it others know its entries; all of them wait to be told, since there was no shared ledger."""
    (name,) = {then["bench"] for then in lines("window/history.jsonl")}
    assert window.benches.bench_id == name
    waiting = window.benches.waiting([CHANNEL], "line-2", 100)
    assert [entry.key.entry for entry in waiting] == list(range(1, 16))


def test_token_notes(tmp_path: Path) -> None:
    """Kind, length, when it was saved, and its last day where somebody has said it."""
    window = TokenMetadataFile(lay_out("window", tmp_path / "a").token_metadata).all()
    assert window["Line 2"].expires_on == date(2027, 3, 31)
    notes = TokenMetadataFile(lay_out("command_line", tmp_path / "b").token_metadata).all()
    assert list(notes) == ["line", "shared token"]
    assert {(note.kind, note.length) for note in notes.values()} == {(TokenKind.PERSONAL, 12)}
    assert all(note.saved_at.astimezone(UTC).date() == date(2026, 11, 27) for note in notes.values())


def test_learnt_rules(tmp_path: Path) -> None:
    """What a bench has learnt of its scanner before it had a profile, and beside one of IT's."""
    before = LearnedRules(lay_out("scanned_first", tmp_path / "a").learned_rules).rules_for(None)
    assert (before.part.kind, before.part.name) == (PartKind.PAIRS, "SN")
    data = lay_out("window", tmp_path / "b")
    by_it = ProfileRepository(data.profiles, tmp_path / "b" / "machine").get("IT line")
    rules = LearnedRules(data.learned_rules).rules_for(by_it)
    assert (rules.part.kind, rules.part.name) == (PartKind.PAIRS, "SN")
    assert (rules.ids.length, rules.ids.pattern) == (13, "SPK.*|ABC.*")


def test_nothing_is_missing_here() -> None:
    """The folder has what its README lists; a test that finds nothing to open would pass."""
    assert len(DATA_FOLDERS) == 7
    listed = [path.name for path in FIXTURES.iterdir()]
    assert {"keyring.json", "ledger", "shared_folder"} < set(listed)
