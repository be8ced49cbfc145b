"""A text is judged by what will be sent, whichever way it came in: no way lets go what a scan of it would hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.intake.intake import Arrival, Stamp, edit_id, read_again, scan_again, take_list, take_scan
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Note, NoteReason, Row, Source
from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import Keyboard, ScannerRules, ScanRules
from bindtool.core.sheet.edits import UndoStack
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet.status import text_problem
from bindtool.core.store import Store
from tests.core.intake.taken import row_of
from tests.core.store.samples import Clock

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LABELS = Labeller(LabelTemplate.parse("{id:-6}"))
SCANNED = Stamp(Source.SCANNED, NOON, "", LABELS, saved=True)
LISTED = replace(SCANNED, source=Source.FILE)
OTHER = Row(1, "SPK26B1", "Hall", Source.FILE, NOON, arrived="SPK26B1", saved=True)

TEXTS = (
    *("https://dev.example.cn/b?sn=SPK26A1", "https://dev.example.cn/b/SPK26A1", "www.example.cn/SPK26A1"),
    *("SN:SPK26A1;MAC:001122334455", "SN:SPK26A1", "SN=SPK26A1", "SPK26A1 SPK26A2", "SPK26A1,SPK26A2"),
    *('{"sn":"SPK26A1"}', "{'sn':'SPK26A1'}", "(21)SPK26A1", "]C121SPK26A1", "]C1 SPK26A1", "SPK26A1\x1d"),
    *("]E06901234567892", "SPK26A1\\r", "%SN%", ":sn", "javascript:SPK26A1", "data:SPK26A1"),
    *("]Q1https://dev.example.cn/b/SPK26A1", "10LOT\x1d21SPK26A1", "SPK26A1SPK26A2", "SPK26A17-SPK26A20"),
    *("SPK26\u200bA1", "SPK26\u202eA1", "SPK26\u00a0A1", "\u673aSPK26A1", "SPK26\u00c41", "\ufffdSPK26A1"),
    *("SPK26A1*", "1.5E+10", "N/A", "\u65e0", "12.50", "1234567890123400", "@SPK26A1", "-SPK26A1", "+86138"),
    *("SPK26A1", "SPK26-A1", "00:11:22:AA:BB:CC", " SPK26A1 ", "SPK26A1\r\n", "\u200bSPK26A1", "\uff33\uff301", ""),
)
"""Ids, and texts that a scan holds for every reason that needs neither other rows nor a rule."""

MARKS = ("{}", "'{}", "''{}", "' {}", "'\u200b{}", "\u200b'{}", "'{}'", '="{}"', '="\'{}"', " '{} ", "\uff07{}")
"""How a spreadsheet, or its export, marks a text as one."""

PIECES = st.sampled_from(
    (
        *("SPK26A1", "SPK26A2", "https://dev.example.cn/", "?sn=", "SN:", ";MAC:", " ", ",", "-", "\r", "*", "{"),
        *("\u200b", "\u202e", "\u3000", "\u00c4", "(21)", "]C1", "]Q1", "\\000026", "\x1d", "<GS>", "01"),
    )
)


def by_list(text: str) -> Row:
    """Return the row of a list's line, which brings its label."""
    (row,) = take_list(Sheet(), [Arrival(text, "Hall")], LISTED)
    return row


def by_edit(text: str, source: Source) -> Row:
    """Return a row whose id was replaced by the text."""
    row = row_of(edit_id(OTHER, text, LABELS))
    return replace(row, source=source)


def by_undo(text: str) -> Row:
    """Return a list's row that was replaced by another id and brought back."""
    sheet = Sheet([by_list(text)])
    edits = UndoStack(sheet)
    edits.push(sheet.change([replace(OTHER, label="")]))
    edits.undo()
    sheet.mark_saved([1])
    return sheet[1]


DOORS: dict[str, Callable[[str], Row]] = {
    "list": by_list,
    "typed": lambda text: by_edit(text, Source.TYPED),
    "pasted over": lambda text: by_edit(text, Source.PASTED),
    "read again": lambda text: read_again(by_list(text), LABELS, ScanRules()),
    "undone": by_undo,
}


def is_ready(row: Row) -> bool:
    """Tell whether a row, alone in a sheet and with a label, would go with the next Bind."""
    return Sheet([replace(row, label="Hall", saved=True)]).status(row.number).state is State.READY


def scan_is_ready(text: str) -> bool:
    """Tell whether a scan of the text, which no spreadsheet has marked, would go with the next Bind."""
    row = take_scan(Sheet(), text, SCANNED)
    return isinstance(row, Row) and is_ready(row)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give an open database."""
    path: Path = tmp_path_factory.mktemp("disk") / "bindtool.db"
    with Store(path, Clock()) as store:
        yield store


def restored(store: Store, *rows: Row) -> list[Row]:
    """Return rows as the disk gives them back."""
    put = [replace(row, number=number) for number, row in enumerate(rows, 1)]
    return list(store.sheets.load(store.sheets.create(put=put).result().sheet_id))


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_marked_text_is_held_where_the_text_is(text: str, mark: str, disk: Store) -> None:
    """GIVEN a text that a scan holds WHEN a cell has it, with a spreadsheet's mark or without THEN it is held."""
    cell = mark.format(text)
    rows = [door(cell) for door in DOORS.values()]
    ready = [name for name, row in zip(DOORS, rows, strict=True) if is_ready(row)]
    ready += [name for name, row in zip(DOORS, restored(disk, *rows), strict=True) if is_ready(row)]
    assert not ready or scan_is_ready(text), (cell, ready)


@given(st.lists(PIECES, min_size=1, max_size=5).map("".join), st.sampled_from(MARKS))
def test_no_door_lets_go_what_a_scan_holds(text: str, mark: str) -> None:
    """WHEN a cell holds any text in a mark THEN it is ready only where scans of the text, and of the id, are."""
    cell = mark.format(text)
    for name, door in DOORS.items():
        row = door(cell)
        assert not is_ready(row) or (scan_is_ready(text) and scan_is_ready(row.device_id)), (name, cell)


@pytest.mark.parametrize("text", ["SPK26A1", "000123", "00:11:22:AA:BB:CC", "SPK26-A1"])
@pytest.mark.parametrize("mark", MARKS)
def test_an_id_in_marks_is_ready(text: str, mark: str) -> None:
    """An id is taken out of its marks, and sent without them."""
    row = by_list(mark.format(text))
    assert (row.device_id, is_ready(row)) == (text, True)


def test_a_ready_row_of_before_is_judged_by_what_it_sends(disk: Store) -> None:
    """GIVEN rows as earlier versions wrote them, ready and not held WHEN they are read THEN they are held again."""
    whole = "https://dev.example.cn/b?sn=SPK26A1"
    first, second = "SN:SPK2617A1;MAC:001122334455", "SN:SPK2617A2;MAC:001122334466"
    marked = Row(1, whole, "Hall", Source.FILE, NOON, arrived=f"'{whole}", note=Note.of(NoteReason.APOSTROPHE))
    mended = Note.of(NoteReason.MENDED, before=first + second)
    cut = [
        Row(1, one, "Hall", Source.SCANNED, NOON, arrived=first + second, note=mended) for one in (first, second)
    ]
    for row in (marked, *cut):
        assert not is_ready(*restored(disk, row)), row


def test_a_part_that_a_rule_chose_is_ready_from_any_cell(disk: Store) -> None:
    """Nobody takes it apart again, though it has a colon; nor where the code was marked as a text."""
    by_rule = replace(LISTED, rules=ScanRules(part=PartRule(PartKind.PAIRS, "SN")))
    for mark in MARKS:
        (row,) = take_list(Sheet(), [Arrival(mark.format("SN:AB:12-3;MAC:2"))], by_rule)
        assert (row.device_id, text_problem(row)) == ("AB:12-3", None)
        assert is_ready(row)
        assert is_ready(*restored(disk, row))


@pytest.mark.parametrize("keyboard", [Keyboard.FRENCH, Keyboard.GERMAN, Keyboard.ITALIAN])
def test_a_mark_that_came_through_another_keyboard(keyboard: Keyboard, disk: Store) -> None:
    """GIVEN a code with parts behind a scanner's mark WHEN its keys are put right THEN it is no part of itself."""
    text = "]Q1SN:SPK26A1;MAC:001122334455"
    by_rule = replace(SCANNED, rules=ScanRules(scanner=ScannerRules(keyboard=keyboard)))
    row = row_of(take_scan(Sheet(), mangled(text, keyboard), by_rule))
    assert row.device_id == text
    assert not is_ready(row)
    assert not is_ready(*restored(disk, row))
    again = scan_again(Sheet([OTHER]), OTHER, mangled(text, keyboard), by_rule)
    assert not isinstance(again, Row)


def test_a_thousand_marks_in_one_cell(disk: Store) -> None:
    """However many marks stand in one another, the cell is read, and held."""
    row = by_list("'\u200b" * 3000 + "SPK26A1")
    assert not is_ready(row)
    assert not is_ready(*restored(disk, row))


def test_foreign_letters_that_a_profile_allows() -> None:
    """GIVEN a profile whose ids have other letters than ASCII's THEN a marked text with parts is held."""
    allowed = replace(LISTED, rules=ScanRules(ids=IdRules(beyond_ascii=True)))
    (id_, parts) = take_list(Sheet(), [Arrival("'\u673aSPK26A1"), Arrival("'\u673a:SPK26\u200bA1")], allowed)
    assert is_ready(id_)
    assert not is_ready(parts)
