"""What the history's file says is taken as it was written, and nothing else is."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import holds_token, id_problem, label_problem
from bindtool.core.model.history_records import LedgerKey, Record
from bindtool.core.model.ledger_entry import LONGEST_TEXT, SharedEntry
from bindtool.core.model.outcome import Answer, State
from bindtool.core.reports.history_export import COLUMNS, entries_file, history_file
from bindtool.core.reports.history_import import (
    LONGEST_LINE,
    MOST_BYTES,
    MOST_LINES,
    HistoryPage,
    Untaken,
    read_history,
)

TIME = datetime(2026, 11, 25, 9, 30, 5, 123456, tzinfo=timezone(timedelta(hours=8)))
CHANNEL = Channel("https://api.coze.cn", "7412345678901234567", "device_id", "2478774393")
ENTRY = SharedEntry(
    LedgerKey("b" * 32, 7), "bench-3", CHANNEL, "0012", "=智能音箱", TIME, "LOG1", "A12", "Line 2", "WO-7"
)
UNSENT = Record(TIME, "+1", "", State.UNSENT, None, "", "", None)
LINE: dict[str, Any] = json.loads(entries_file([ENTRY]))
TOKEN = "pat_" + "x" * 32
FORMS = (Path("history.csv"), Path("history.jsonl"))
BROKEN = Message.of("history.untaken.broken")


def record(entry: SharedEntry, message: str = "") -> Record:
    """Return the entry as its own bench finds it in its history."""
    return Record(
        entry.bound_at,
        entry.device_id,
        entry.label,
        State.BOUND,
        Answer(entry.bound_at, 0, message, entry.log_id, 200),
        entry.operator,
        entry.profile,
        entry.channel,
        entry.key,
        sheet_id=3,
        number=12,
        job=entry.job,
    )


def read(data: bytes) -> HistoryPage:
    """Return all that a file brings, as one page."""
    pages = list(read_history(data, "history"))
    return HistoryPage(
        tuple(entry for page in pages for entry in page.entries),
        tuple(untaken for page in pages for untaken in page.untaken),
    )


def objects(*lines: object) -> bytes:
    """Return JSON lines."""
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def why(**changed: object) -> str:
    """Return the id of the reason why a line that was changed is not taken; a good line before it is."""
    found = read(objects(LINE, {**LINE, **changed}))
    assert found.entries == (ENTRY,)
    (untaken,) = found.untaken
    assert untaken.line == 2
    return untaken.why.id


# ---------------------------------------------------------------- what is written comes back


def texts(allowed: str = "") -> st.SearchStrategy[str]:
    """Return texts for people, with what a spreadsheet would run and what breaks a table."""
    signs = st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from(f"=+-@'\",;ＡＢ＝{allowed}")
    return st.text(signs, max_size=12).filter(lambda text: not holds_token(text))


ENTRIES = st.builds(
    SharedEntry,
    st.builds(LedgerKey, st.sampled_from(["b" * 32, "0" * 32]), st.integers(1, 2**63 - 1)),
    texts("\t\r\n"),
    st.builds(Channel, *[texts().filter(lambda text: text not in {"", "1E+5"})] * 3, texts()),
    texts().filter(lambda text: id_problem(text) is None),
    texts().filter(lambda text: label_problem(text) is None),
    st.datetimes(
        datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2100, 1, 1),  # noqa: DTZ001 - the same
        timezones=st.integers(-900, 900).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    ),
    *[texts("\t\r\n")] * 4,
)


@given(st.lists(ENTRIES, max_size=4), st.sampled_from(FORMS), texts("\t\r\n"))
def test_what_was_written_comes_back(entries: list[SharedEntry], form: Path, message: str) -> None:
    """In both forms, whatever stands in the cells; what is not bound is passed over."""
    records = [record(entry, message) for entry in entries]
    data = history_file(form, [UNSENT, *records], "laptop")
    mine = tuple(replace(entry, machine="laptop") for entry in entries)
    assert read(data) == HistoryPage(mine, ())
    assert read(entries_file(entries)) == HistoryPage(tuple(entries), ())


@pytest.mark.parametrize("form", FORMS)
def test_what_was_written_under_an_address(form: Path) -> None:
    """The vendor's fixed-IP address stands for the site in exports of before; the entry keeps its name."""
    data = history_file(form, [record(ENTRY)], ENTRY.machine)
    by_address = data.replace(CHANNEL.site.encode(), b"https://static-api.coze.cn")
    assert by_address != data
    assert read(by_address) == HistoryPage((ENTRY,), ())


@pytest.mark.parametrize("form", FORMS)
def test_many_pages(form: Path) -> None:
    """A large file comes in parts; nothing is left out between two of them."""
    entries = [replace(ENTRY, key=LedgerKey("b" * 32, number)) for number in range(1, 4500)]
    data = history_file(form, map(record, entries), "bench-3")
    pages = list(read_history(data, "history"))
    assert len(pages) == 3
    assert read(data).entries == tuple(entries)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_nothing(form: Path) -> None:
    """Nobody has bound anything yet; that is no fault."""
    assert read(history_file(form, [], "x")) == HistoryPage((), ())
    assert read(b"\n \r\n") == HistoryPage((), ())


def test_a_later_bindtool_may_say_more() -> None:
    """Another column is left out; empty lines are no lines."""
    assert read(b"\n\n" + objects({**LINE, "colour": ["red"]}) + b"\r\n").entries == (ENTRY,)
    table = history_file(FORMS[0], [record(ENTRY)], "bench-3").decode("utf-8-sig")
    wider = "".join(f"{line},x\r\n\r\n" for line in table.splitlines())
    assert read(wider.encode()).entries == (ENTRY,)


# ---------------------------------------------------------------- what can't be right


@pytest.mark.parametrize(
    "changed",
    [
        {"bench": ""},
        {"bench": None},
        {"bench": 7},
        {"bench": "b b"},
        {"bench": "b" * 65},
        {"entry": None},
        {"entry": 0},
        {"entry": -1},
        {"entry": 2**63},
        {"entry": True},
        {"entry": 7.0},
        {"entry": "07"},
        {"entry": "7"},
        {"entry": "9" * 19},
        {"entry": [7]},
        {"status": "refused"},
        {"status": None},
        {"status": {}},
        {"job": 7},
        {"operator": []},
        {"site": ""},
        {"connector_id": ""},
        {"key": ""},
        {"time": ""},
        {"time": "2026-11-25T09:30:05"},
        {"time": "2026-11-25T09:30:05Z"},
        {"time": "2026-11-25 09:30:05+08:00"},
        {"time": "2026-11-25"},
        {"time": "25.11.2026 9:30"},
        {"time": "0001-01-01T00:00:00+08:00"},
        {"time": "9999-12-31T23:59:59-08:00"},
        {"time": "1970-01-01T00:00:00+15:00"},
        {"time": "2200-01-01T00:00:00+00:00"},
    ],
)
def test_a_value_that_can_not_be_right(changed: dict[str, object]) -> None:
    """The line is left out, with the column."""
    if changed == {"entry": "7"}:
        # As a table has it.
        assert read(objects({**LINE, **changed})).entries == (ENTRY,)
    else:
        assert why(**changed) == "history.untaken.unfit"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"device_id": ""}, "reason.id_missing"),
        ({"device_id": "x" * 257}, "reason.id_too_long"),
        ({"device_id": "1.2E+15"}, "reason.id_scientific"),
        ({"connector_id": "7.41235E+18"}, "reason.id_scientific"),
        ({"device_id": "a\tb"}, "reason.id_control"),
        ({"device_id": "a\0b"}, "history.untaken.control"),
        ({"label": " "}, "reason.label_missing"),
        ({"label": None}, "reason.label_missing"),
        ({"label": "a\nb"}, "reason.label_control"),
        ({"label": "a\ud83d"}, "history.untaken.control"),
        ({"operator": "a\0"}, "history.untaken.control"),
        ({"logid": "\x1b[2J"}, "history.untaken.control"),
        ({"site": "https://a\n"}, "history.untaken.control"),
        ({"label": "x" * (LONGEST_TEXT + 1)}, "history.untaken.too_long"),
        ({"job": "x" * (LONGEST_TEXT + 1)}, "history.untaken.too_long"),
        ({"device_id": TOKEN}, "history.untaken.token"),
        ({"machine": f"my {TOKEN}"}, "history.untaken.token"),
    ],
)
def test_a_text_that_can_not_be_taken(changed: dict[str, object], reason: str) -> None:
    """Each for a reason that a person can do something about; a token is never repeated."""
    assert why(**changed) == reason


def test_no_token_is_said_again() -> None:
    """It stands in no reason."""
    for column in ("label", "operator", "user_id", "profile"):
        (untaken,) = read(objects(LINE, {**LINE, column: TOKEN})).untaken
        assert untaken.why == Message.of("history.untaken.token", column=column)


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"7",
        b"no json",
        b"{}",
        b'{"a":' * 100_000,
        b"[" * 500_000,
        b'{"entry": ' + b"9" * 5000 + b"}",
        b'{"entry": NaN}',
        objects(LINE).replace(b'"entry": 7', b'"entry": 7, "entry": 8'),
        objects(LINE)[:-20],
        objects({name: value for name, value in LINE.items() if name != "job"}),
        '{"bench": "半'.encode()[:-1],
    ],
)
def test_a_broken_line(line: bytes) -> None:
    """It is left out, and what stands before it is taken."""
    found = read(objects(LINE) + line)
    assert found == HistoryPage((ENTRY,), (Untaken(2, BROKEN),))


def test_a_line_without_end() -> None:
    """It is not kept in memory; what comes after it is read."""
    line = b'{"label": "' + b"x" * (2 * LONGEST_LINE) + b'"}\n'
    found = read(objects(LINE) + line + objects(LINE))
    assert found.entries == (ENTRY, ENTRY)
    assert found.untaken == (Untaken(2, Message.of("history.untaken.line_too_long")),)
    longest = b"x" * (LONGEST_LINE - 1)
    for just in (longest + b"\n", longest + b"x"):
        assert read(objects(LINE) + just).untaken == (Untaken(2, BROKEN),)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"PK\x03\x04",
        b"\xff\xfeb\x00",
        "设备".encode("gb18030"),
        b"{}",
        b'{"bench": 1}\n',
        b"{" * 100_000,
        b"{" + b" " * (2 * LONGEST_LINE),
        b"[]",
        b"device_id,label\r\n1,2\r\n",
        b'"bench,entry',
        ",".join([*COLUMNS, "job"]).encode(),
        b"x" * (2 * LONGEST_LINE),
        objects(LINE) + b"\xff" + objects(LINE),
        history_file(FORMS[0], [record(ENTRY)], "x") + "设备".encode("gb18030") + b",",
    ],
)
def test_a_file_of_another_kind(data: bytes) -> None:
    """Nothing of it is taken, and it is named."""
    with pytest.raises(BadInput) as caught:
        read_history(data, "other.csv")
    assert caught.value.title == Message.of("history.not_an_export.title", path="other.csv")


def test_a_file_that_is_too_large() -> None:
    """It is not looked into."""
    with pytest.raises(BadInput, match=r"history\.too_large"):
        read_history(bytes(MOST_BYTES + 1), "large")


@pytest.mark.parametrize("data", [b"", history_file(FORMS[0], [], "x"), objects(LINE)])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_blank_lines_without_end(data: bytes, end: bytes) -> None:
    """30 MB of them took half a minute: what has so many is no history, and is not gone through."""
    with pytest.raises(BadInput, match=r"history\.not_an_export"):
        read_history(data + end * MOST_LINES + end, "blank")
    assert len(read(data + end * 5000 + data).entries) == 2 * data.startswith(b"{")


def test_long_lines_are_read_one_by_one() -> None:
    """A page of them would take gigabytes."""
    data = objects(*[{**LINE, "more": "x" * 500_000}] * 60)
    tracemalloc.start()
    try:
        assert len(read(data).entries) == 60
        assert tracemalloc.get_traced_memory()[1] < len(data) // 4
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------- tables


def table(*rows: bytes) -> bytes:
    """Return a table with a good row first."""
    return history_file(FORMS[0], [record(ENTRY)], "bench-3") + b"".join(rows)


def test_a_row_with_too_few_cells() -> None:
    """Such as the last one of a truncated file; others are taken."""
    good = table().splitlines(keepends=True)[1]
    assert read(table(good[:-20], b"\r\n", good)) == HistoryPage((ENTRY, ENTRY), (Untaken(3, BROKEN),))


@pytest.mark.parametrize("row", [b'"a"b,c\r\n', b'a,"b', b'a,"' + b"x\r\n" * 500_000])
def test_quotation_marks_that_do_not_fit(row: bytes) -> None:
    """What comes after may be the inside of a cell, and is not read."""
    good = table().splitlines(keepends=True)[1]
    broken = Untaken(3, Message.of("history.untaken.broken_table"))
    assert read(table(row, good)) == HistoryPage((ENTRY,), (broken,))


def test_a_record_over_many_lines() -> None:
    """It can't fill the memory by being split."""
    found = read(table(b'"a\n",' * 400_000))
    assert found.untaken == (Untaken(3, Message.of("history.untaken.broken_table")),)


def test_a_number_of_a_table() -> None:
    """Other digits, signs and spaces are none that bindtool writes."""
    good = table().splitlines(keepends=True)[1]
    for number in ("+7", " 7", "7.0", "７", "1_0", "", "9" * 30):
        odd = good.replace(b",7,", f",{number},".encode(), 1)
        assert read(table(odd)).untaken == (Untaken(3, Message.of("history.untaken.unfit", column="entry")),)


# ---------------------------------------------------------------- whatever it is


HEADS = (b"", b"{", table(), objects(LINE), ",".join(COLUMNS).encode() + b"\r\n")


@given(st.sampled_from(HEADS), st.binary(max_size=200), st.integers(0, 600))
@example(objects(LINE), b"\r{}\r\r\n{}", 600)
def test_any_bytes(head: bytes, tail: bytes, cut: int) -> None:
    """They are read or refused, and nothing else comes of them."""
    try:
        found = read(head[:cut] + tail)
    except BadInput as error:
        assert error.id == "history.not_an_export"  # noqa: PT017 - both are right
    else:
        assert len(found.entries) <= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


@given(st.dictionaries(st.sampled_from(COLUMNS), JSON, max_size=4))
def test_any_values(changed: dict[str, object]) -> None:
    """A line is taken or not; the one before it always is."""
    line = {**LINE, **changed}
    found = read(objects(LINE, line))
    assert found.entries[0] == ENTRY
    passed_over = line["bench"] in (None, "") and line["entry"] in (None, "")
    assert len(found.entries) + len(found.untaken) == 2 - passed_over


def test_a_time_keeps_its_name() -> None:
    """The same moment elsewhere is another name; it is kept as it was written."""
    elsewhere = replace(ENTRY, bound_at=TIME.astimezone(UTC))
    (found,) = read(entries_file([elsewhere])).entries
    assert found.bound_at.isoformat() == "2026-11-25T01:30:05.123456+00:00"
