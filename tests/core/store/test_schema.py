"""The tables are made once; a file that is not ours to write is refused before a byte of it changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import chain, product, zip_longest
from typing import TYPE_CHECKING

import pytest

from bindtool.core.api.responses import HttpReply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason
from bindtool.core.store import History, Store, migrations, schema
from bindtool.core.store.connection import open_for_writing
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.tables.codec import LONGEST_SPAN, channel_columns
from tests.core.store.samples import CHANNEL, START, Clock
from tests.core.store.tables.test_benches import bind

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.common.messages import Parameter


HELD_BY_TEXT = {
    "cell.date": HoldReason.CELL_DATE,
    "cell.digits": HoldReason.CELL_DIGITS,
    "cell.error": HoldReason.CELL_ERROR,
    "cell.formula": HoldReason.CELL_FORMULA,
    "cell.scientific": HoldReason.CELL_SCIENTIFIC,
    "held.caps_lock": HoldReason.CAPS_LOCK,
    "held.dropped": HoldReason.DROPPED,
    "held.keyboard": HoldReason.KEYBOARD,
    "held.paused": HoldReason.PAUSED,
    "held.run_together": HoldReason.RUN_TOGETHER,
    "held.shift_lost": HoldReason.SHIFT_LOST,
    "list.header_again": HoldReason.HEADER_AGAIN,
    "list.hidden_row": HoldReason.HIDDEN_ROW,
    "list.sum": HoldReason.SUM,
    "paste.digits": HoldReason.PASTE_DIGITS,
    "reason.beyond_ascii": HoldReason.BEYOND_ASCII,
    "reason.bound_before": HoldReason.BOUND_BEFORE,
    "reason.bound_there": HoldReason.BOUND_THERE,
    "reason.check_digit": HoldReason.CHECK_DIGIT,
    "reason.claimed": HoldReason.CLAIMED,
    "reason.code_too_long": HoldReason.CODE_TOO_LONG,
    "reason.gs1_no_element": HoldReason.GS1_NO_ELEMENT,
    "reason.gs1_no_end": HoldReason.GS1_NO_END,
    "reason.gs1_unread": HoldReason.GS1_UNREAD,
    "reason.id_no_value": HoldReason.ID_NO_VALUE,
    "reason.id_rounded": HoldReason.ID_ROUNDED,
    "reason.id_unseen": HoldReason.ID_UNSEEN,
    "reason.joined": HoldReason.JOINED,
    "reason.label_bound": HoldReason.LABEL_BOUND,
    "reason.label_in_row": HoldReason.LABEL_IN_ROW,
    "reason.label_long": HoldReason.LABEL_LONG,
    "reason.no_number": HoldReason.NO_NUMBER,
    "reason.odd_one_out": HoldReason.ODD_ONE_OUT,
    "reason.other_length": HoldReason.OTHER_LENGTH,
    "reason.other_pattern": HoldReason.OTHER_PATTERN,
    "reason.part_empty": HoldReason.PART_EMPTY,
    "reason.part_is_address": HoldReason.PART_IS_ADDRESS,
    "reason.part_no_address": HoldReason.PART_NO_ADDRESS,
    "reason.part_no_field": HoldReason.PART_NO_FIELD,
    "reason.part_no_json": HoldReason.PART_NO_JSON,
    "reason.part_no_pattern": HoldReason.PART_NO_PATTERN,
    "reason.part_no_place": HoldReason.PART_NO_PLACE,
    "reason.part_plain": HoldReason.PART_PLAIN,
    "reason.part_twice": HoldReason.PART_TWICE,
}
"""The texts that rows were held by, in 0.1.0 and until reasons had names of their own."""

HELD_SINCE = {
    HoldReason.ABOVE_HEADER,
    HoldReason.CELL_AMOUNT,
    HoldReason.CELL_BOOLEAN,
    HoldReason.CELL_LONG,
    HoldReason.CELL_MERGED,
    HoldReason.ID_AMOUNT,
    HoldReason.ID_DATE,
    HoldReason.ID_IS_LABEL,
    HoldReason.ID_MERGED,
    HoldReason.ID_NUMBERED,
    HoldReason.ID_REPEATED,
    HoldReason.ID_SIGN,
    HoldReason.ID_ZEROS_LOST,
    HoldReason.LABEL_UNSEEN,
    HoldReason.LINES,
    HoldReason.MORE_CELLS,
    HoldReason.SECOND_TABLE,
    HoldReason.STRUCK_OUT,
    HoldReason.NO_DEVICE,
    HoldReason.OTHER_CASE,
    HoldReason.OTHER_COLUMNS,
    HoldReason.TRADE_ITEM,
}
"""Reasons that no text of before was."""

NOTED_BY_TEXT = {
    "note.changed": NoteReason.CHANGED,
    "note.changed_mark": NoteReason.CHANGED_MARK,
    "note.changed_spaces": NoteReason.CHANGED_SPACES,
    "note.hidden_removed": NoteReason.HIDDEN_REMOVED,
    "note.keyboard": NoteReason.KEYBOARD,
    "note.label_bound": NoteReason.LABEL_BOUND,
    "note.label_in_row": NoteReason.LABEL_IN_ROW,
    "note.label_long": NoteReason.LABEL_LONG,
    "note.label_not_known": NoteReason.LABEL_NOT_KNOWN,
    "note.mended": NoteReason.MENDED,
    "note.old_id_bound": NoteReason.OLD_ID_BOUND,
    "note.put_back": NoteReason.PUT_BACK,
    "note.token_removed": NoteReason.TOKEN_REMOVED,
}
"""The texts of their notes."""

NOTED_SINCE = {NoteReason.APOSTROPHE}

OF_0_1_0 = (*chain.from_iterable(migrations.MIGRATIONS[:7]), "PRAGMA user_version = 7")
"""A database as 0.1.0 makes it."""


def make(path: Path, *statements: str) -> None:
    """Make a database by hand."""
    with closing(open_for_writing(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_missing_and_an_empty_file_may_be_opened(path: Path) -> None:
    """A first start, and one that was killed before the first table, look like this."""
    schema.check(path)
    assert not path.exists()
    path.touch()
    schema.check(path)
    assert path.read_bytes() == b""


def test_tables_are_made_once(path: Path) -> None:
    """A second pass over today's tables changes nothing; the file says whose and how old it is."""
    make(path)
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
        first = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
        schema.migrate(connection)
        assert connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall() == first
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(migrations.MIGRATIONS)
        assert connection.execute("PRAGMA application_id").fetchone()[0] == migrations.APPLICATION_ID
    schema.check(path)


def test_a_file_names_a_bindtool_that_reads_it(path: Path) -> None:
    """0.1.0 knows seven steps; a file with more of them names a later one."""
    make(path, *OF_0_1_0)
    with closing(open_for_writing(path)) as connection:
        (before,) = connection.execute("SELECT bindtool FROM needed").fetchone()
        schema.migrate(connection)
        (after,) = connection.execute("SELECT bindtool FROM needed").fetchone()
    first, needed = ([int(part) for part in version.split(".")] for version in (before, after))
    assert first == [0, 1, 0]
    assert first < needed


def test_what_answers_of_before_were_taken_for_is_written_down_once(path: Path) -> None:
    """The verdict on each request of a file of 0.1.0 is what that bindtool would say of it each time."""
    make(path, *OF_0_1_0)
    statuses = (None, 200, 204, 299, 302, 400, 401, 403, 404, 405, 408, 418, 429, 499, 500, 502, 599, 600)
    codes = (None, 0, 1, -1, 4000, 4008, 4009, 4013, 4019, 4020, 4027, 4028, 4100, 4101, 4200, 5000, 700012006,
             720701013, 788788103, 2**63 - 1)  # fmt: skip
    answers = list(product(statuses, codes))
    with closing(open_for_writing(path)) as connection:
        connection.execute("INSERT INTO sheet VALUES (1, 't', '', '', NULL, '', 'window', 0, NULL)")
        connection.execute(
            "INSERT INTO run VALUES (1, 1, 't', NULL, '', '', '', 'https://api.coze.cn', '1', 'k', '', '')"
        )
        connection.executemany(
            "INSERT INTO request (run_id, number, begun_at, code, http_status) VALUES (1, ?, 't', ?, ?)",
            [(n, None if code is None else str(code), status) for n, (status, code) in enumerate(answers)],
        )
        schema.migrate(connection)
        verdicts = [kind for (kind,) in connection.execute("SELECT verdict FROM request ORDER BY number")]
    assert verdicts == [
        VerdictKind.LOST
        if status is None
        else judge(HttpReply(START, status, body=json.dumps({"code": code}).encode())).kind
        for status, code in answers
    ]


@pytest.mark.parametrize(
    ("ending", "together", "verdict", "refused"),
    [
        ("finished", 3, "400", True),  # a whole list, or the end of the search
        ("finished", 1, "400", True),
        ("stopped", 3, "400", False),
        ("stopped", 1, "400", True),
        ("", 3, "400", False),
        ("not_accepted", 1, "400", False),  # the channel was refused
        ("finished", 1, "429", False),
    ],
)
def test_which_devices_of_before_were_refused_is_written_down_once(
    path: Path, ending: str, together: int, verdict: str, *, refused: bool
) -> None:
    """The last request of a device tells: it had no other, or its run went on to the end."""
    make(path, *OF_0_1_0)
    with closing(open_for_writing(path)) as connection:
        connection.execute("INSERT INTO sheet VALUES (1, 't', '', '', NULL, '', 'window', 0, NULL)")
        connection.execute(
            "INSERT INTO run VALUES (1, 1, 't', 't', ?, '', '', 'https://api.coze.cn', '1', 'k', '', '')", (ending,)
        )
        # One that a whole list carries along has no row that could be refused.
        numbers = [-1, *range(1, together + 1)]
        connection.executemany("INSERT INTO run_device VALUES (1, ?, 'd', '')", [(n,) for n in numbers])
        connection.executemany(
            "INSERT INTO request (run_id, number, begun_at, code, http_status) VALUES (1, ?, 't', ?, ?)",
            [(1, "4000", "400"), (2, "4000", verdict)],
        )
        connection.executemany(
            "INSERT INTO request_row VALUES (1, ?, ?)", [(n, request) for n in numbers for request in (1, 2)]
        )
        schema.migrate(connection)
        found = connection.execute("SELECT DISTINCT refused FROM run_device WHERE number > 0").fetchall()
        carried = connection.execute("SELECT refused FROM run_device WHERE number < 0").fetchone()
    assert [bool(one) for (one,) in found] == [refused]
    assert not carried[0]


def test_the_rows_of_requests_of_before_are_stretches(path: Path) -> None:
    """Each row of each request is in one stretch, whether there were gaps; none is longer than they may be."""
    make(path, *OF_0_1_0)
    carried = {1: [-2, -1, 1, 2, 3, 7, 9, 10], 2: [7], 3: [*range(-150, 0), *range(1, 1001)]}
    with closing(open_for_writing(path)) as connection:
        connection.execute("INSERT INTO sheet VALUES (1, 't', '', '', NULL, '', 'window', 0, NULL)")
        connection.execute(
            "INSERT INTO run VALUES (1, 1, 't', 't', '', '', '', 'https://api.coze.cn', '1', 'k', '', '')"
        )
        connection.executemany(
            "INSERT INTO run_device VALUES (1, ?, 'd', '')", [(n,) for n in {*carried[1], *carried[3]}]
        )
        connection.executemany(
            "INSERT INTO request (run_id, number, begun_at) VALUES (1, ?, 't')", [(n,) for n in carried]
        )
        connection.executemany(
            "INSERT INTO request_row VALUES (1, ?, ?)",
            [(n, request) for request in carried for n in carried[request]],
        )
        schema.migrate(connection)
        spans = connection.execute(
            "SELECT request, first, last FROM request_span ORDER BY request, first"
        ).fetchall()
    found = {request: [n for of, first, last in spans if of == request for n in range(first, last + 1)]
             for request in carried}  # fmt: skip
    assert found == carried
    assert max(last - first + 1 for _, first, last in spans) == LONGEST_SPAN
    assert [(first, last) for request, first, last in spans if request == 1] == [(-2, -1), (1, 3), (7, 7), (9, 10)]


def test_what_waited_to_be_told_before_waits_on(path: Path) -> None:
    """What others know already is not told again, and is not counted; what is bound from now on waits after it."""
    make(path, *OF_0_1_0)
    with closing(open_for_writing(path)) as connection:
        connection.executemany(
            "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, 'l', ?, 'g', 'o', 'p')",
            [(n, *channel_columns(CHANNEL), f"OLD{n}", START.isoformat()) for n in range(1, 6)],
        )
        connection.execute("DELETE FROM outbox WHERE entry_id IN (1, 4)")
    assert History(path).waiting([CHANNEL]) == 3
    with Store(path, Clock()) as store:
        bind(store, 6, 7)
        waiting = store.benches.waiting([CHANNEL], "", 10)
    assert [entry.device_id for entry in waiting] == ["OLD2", "OLD3", "OLD5", "SPK0006", "SPK0007"]
    assert [entry.key.entry for entry in waiting] == [2, 3, 5, 6, 7]


@pytest.mark.parametrize("version", [7, 9])
def test_what_was_said_of_rows_by_a_text_is_a_reason(path: Path, version: int) -> None:
    """Each text of before is a reason with the same values; what nobody knows any more holds its row, and stays."""
    assert {*HELD_BY_TEXT.values(), *HELD_SINCE, HoldReason.UNKNOWN} == {*HoldReason}
    assert {*NOTED_BY_TEXT.values(), *NOTED_SINCE, NoteReason.UNKNOWN} == {*NoteReason}
    values: dict[str, Parameter] = {"n": 7, "text": "“1”\n", "x": 0.5}
    unknown = [
        json.dumps(["of_once", values], ensure_ascii=False),
        '["of_once"]',
        "[",
        "{}",
        '{"reason": "unknown"}',
    ]
    kept = [
        json.dumps({"reason": "of_once", "values": values}, ensure_ascii=False, separators=(",", ":")),
        '{"reason":"of_once","values":null}',
        *unknown[2:],
    ]
    held = [None, *(json.dumps([text, values]) for text in HELD_BY_TEXT), *unknown]
    notes = [None, *(json.dumps([text, values]) for text in NOTED_BY_TEXT), *unknown]
    make(path, *chain.from_iterable(migrations.MIGRATIONS[:version]), f"PRAGMA user_version = {version}")
    with closing(open_for_writing(path)) as connection:
        connection.execute("INSERT INTO sheet VALUES (1, '2026-01-01', '', '', NULL, '', 'window', 0, NULL)")
        connection.executemany(
            "INSERT INTO sheet_row VALUES (1, ?, 'd', '', 'scanned', '2026-01-01', '', '', ?, ?, 'ready', 0,"
            " NULL, 0, NULL, NULL, '', '', NULL)",
            ((number, *said) for number, said in enumerate(zip_longest(notes, held))),
        )
    with Store(path, Clock()) as store:
        rows = store.sheets.load(1)
        assert [row.held for row in rows] == [
            None,
            *(Hold.of(reason, **values) for reason in HELD_BY_TEXT.values()),
            *(Hold.of(HoldReason.UNKNOWN, stored=text) for text in kept),
        ]
        assert [row.note for row in rows[: len(notes)]] == [
            None,
            *(Note.of(reason, **values) for reason in NOTED_BY_TEXT.values()),
            *(Note.of(NoteReason.UNKNOWN, stored=text) for text in kept),
        ]
        store.sheets.save(1, [replace(row, label="L") for row in rows]).result()
        assert [(row.note, row.held) for row in store.sheets.load(1)] == [(row.note, row.held) for row in rows]


def test_a_file_of_the_first_format_is_brought_up_to_date(path: Path) -> None:
    """What it holds stays, and it says now which bindtool it needs."""
    make(path, *migrations.MIGRATIONS[0], "PRAGMA user_version = 1")
    schema.check(path)
    with closing(open_for_writing(path)) as connection:
        connection.execute("INSERT INTO sheet VALUES (1, 't', '', 'WO-7', NULL, '', 'window', 0, NULL)")
        schema.migrate(connection)
        assert connection.execute("SELECT job FROM sheet").fetchone()[0] == "WO-7"
        assert connection.execute("SELECT count(*) FROM needed").fetchone()[0] == 1


def test_whether_a_file_is_of_today(path: Path) -> None:
    """One of an earlier bindtool is not; one that can't be read fails as the store does."""
    make(path, *migrations.MIGRATIONS[0], "PRAGMA user_version = 1")
    assert not schema.is_of_today(path)
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
    assert schema.is_of_today(path)
    path.write_bytes(b"\xffnot a database" * 1000)
    with pytest.raises(StoreFailed) as caught:
        schema.is_of_today(path)
    assert caught.value.id == "store.damaged"


def test_whether_a_file_has_what_benches_tell(path: Path) -> None:
    """One of 0.1.0 has it, one of before has not; nothing is brought up to date for the look."""
    make(path, *migrations.MIGRATIONS[0], "PRAGMA user_version = 1")
    assert not schema.has_shared_tables(path)
    path.unlink()
    make(path, *OF_0_1_0)
    assert schema.has_shared_tables(path)
    assert not schema.is_of_today(path)


def test_each_file_has_a_name_of_its_own(path: Path) -> None:
    """It is made up once, for a file of an earlier bindtool too."""
    names = []
    for file in (path, path.with_name("other.db")):
        make(file, *migrations.MIGRATIONS[0], "PRAGMA user_version = 1")
        with closing(open_for_writing(file)) as connection:
            schema.migrate(connection)
            schema.migrate(connection)
            names += [name for (name,) in connection.execute("SELECT bench_id FROM bench")]
    assert len({*names}) == len(names) == 2


NEWER = (
    f"PRAGMA application_id = {migrations.APPLICATION_ID}",
    "CREATE TABLE needed (bindtool TEXT NOT NULL) STRICT",
    "INSERT INTO needed VALUES ('7.1.0')",
    "CREATE TABLE later (name)",
    "PRAGMA user_version = 99",
)


def test_a_newer_database_is_left_alone(path: Path) -> None:
    """A later file is refused with the bindtool that it needs; not a byte and no file beside it changes."""
    make(path, *NEWER)
    before = contents(path.parent)
    with pytest.raises(StoreFailed) as caught:
        schema.check(path)
    assert caught.value.id == "store.newer"
    assert caught.value.title.values == {
        "path": str(path),
        "needed": "7.1.0",
        "found": 99,
        "known": len(migrations.MIGRATIONS),
    }
    assert contents(path.parent) == before


def test_a_newer_database_is_known_after_a_crash(path: Path, tmp_path: Path) -> None:
    """The version may stand only in the log that a killed program left behind."""
    left = tmp_path / "left" / path.name
    left.parent.mkdir()
    with closing(open_for_writing(path)) as connection:
        for statement in NEWER:
            connection.execute(statement)
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{left}{suffix}")
    before = contents(left.parent)
    with pytest.raises(StoreFailed) as caught:
        schema.check(left)
    assert caught.value.id == "store.newer"
    assert before.items() <= contents(left.parent).items()


def left_by_a_crash(path: Path, folder: Path) -> Path:
    """Fill a database and copy it as a killed program leaves it: the log still beside it."""
    folder.mkdir()
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
        connection.executemany("INSERT INTO needed VALUES (?)", [("x" * 1000,)] * 100)
        connection.execute("PRAGMA wal_checkpoint")
        connection.execute("INSERT INTO needed VALUES ('later')")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder / f"{path.name}{suffix}")
    return folder / path.name


def test_after_a_crash_a_whole_file_may_be_opened(path: Path, tmp_path: Path) -> None:
    """It is looked through, and nothing is written."""
    left = left_by_a_crash(path, tmp_path / "left")
    before = contents(left.parent)
    schema.check(left)
    assert before.items() <= contents(left.parent).items()


@pytest.mark.parametrize("page", [b"\xff" * 4096, b"\x00" * 4096])
def test_after_a_crash_a_damaged_file_is_refused(path: Path, tmp_path: Path, page: bytes) -> None:
    """Damage that no start would come across is found before anything is written over it."""
    left = left_by_a_crash(path, tmp_path / "left")
    data = left.read_bytes()
    middle = len(data) // 4096 // 2 * 4096
    left.write_bytes(data[:middle] + page + data[middle + 4096 :])
    before = contents(left.parent)
    with pytest.raises(StoreFailed) as caught, failing_as_store(left):
        schema.check(left)
    assert caught.value.id == "store.damaged"
    assert before.items() <= contents(left.parent).items()


@pytest.mark.parametrize("statement", ["CREATE TABLE theirs (name)", "PRAGMA application_id = 1"])
def test_another_programs_database_is_left_alone(path: Path, statement: str) -> None:
    """A database that bindtool didn't make is not taken for an empty one."""
    make(path, statement)
    before = contents(path.parent)
    with pytest.raises(StoreFailed) as caught:
        schema.check(path)
    assert caught.value.id == "store.damaged"
    assert contents(path.parent) == before


def test_no_database_at_all(path: Path) -> None:
    """SQLite's own refusal is passed on."""
    path.write_bytes(b"\xffnot a database" * 1000)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        schema.check(path)


def test_the_ledger_only_grows(connection: sqlite3.Connection) -> None:
    """The file itself refuses to change or forget what was bound."""
    connection.execute("INSERT INTO ledger VALUES (1, 's', 'c', 'k', 'u', 'd', 'l', 't', 'g', 'o', 'p')")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute("UPDATE ledger SET device_id = 'other'")
    with pytest.raises(sqlite3.IntegrityError, match="never cut"):
        connection.execute("DELETE FROM ledger")
