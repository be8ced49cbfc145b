"""Lines of one code come one by one: the first at once, the others into its row; none is to be bound meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.barcode.id_rules import PartRule
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.sheet.document import SheetDocument
from tests.gui.disks import refusing
from tests.gui.loop import PATIENCE, finish

FOUR = ["www.example.com", "C26113001", "ABCDEF", "CS-1"]
CODE = "\r".join(FOUR)
TOKEN = "pat_0123456789abcdef0123"


class Scanner:
    """Sends lines into a sheet."""

    def __init__(self, document: SheetDocument, qtbot: QtBot) -> None:
        self.document, self._qtbot = document, qtbot
        self.lines = CodeLines(document)
        self.lines.hand_to(self._take)
        self.taken: list[str] = []
        self.told = QSignalSpy(document.added)

    def _take(self, text: str, typed: bool, before: str) -> int | None:
        self.taken.append(text)
        if not self.document.takes_scans:
            return None
        return self.document.scan(text, typed=typed, before=before)

    def send(self, first: str, *others: str) -> Scanner:
        """Send a code."""
        self.lines.begin(first, typed=True, before="")
        for line in others:
            self.lines.begin_line()
            self.lines.add(line, typed=True)
        return self

    def rest(self) -> list[tuple[str, HoldReason | None]]:
        """Wait until no line can follow and the disk has all; return the ids of the rows, and why they are held."""
        self._qtbot.waitUntil(lambda: not self.lines.may_go_on, timeout=PATIENCE)
        self._qtbot.waitUntil(lambda: not self.document.saving, timeout=PATIENCE)
        return self.rows

    def wait_for_failure(self) -> None:
        """Wait until the disk has failed."""
        self._qtbot.waitUntil(lambda: self.document.failure is not None, timeout=PATIENCE)

    @property
    def rows(self) -> list[tuple[str, HoldReason | None]]:
        """The ids of the rows, and why they are held."""
        return [(row.device_id, row.held_for) for row in self.document.sheet]


@pytest.fixture
def scanner(document: SheetDocument, qtbot: QtBot) -> Scanner:
    """Give a scanner; an empty sheet is open."""
    finish(qtbot, document.open(None))
    return Scanner(document, qtbot)


def use(scanner: Scanner, part: PartRule) -> None:
    """Let the profile have a rule."""
    scanner.document.rules = ScanRules(part=part)


def test_one_line_is_a_row_at_once(scanner: Scanner) -> None:
    """GIVEN no rule WHEN a code has come THEN it is told as added while one more line might follow, and once."""
    scanner.send("C26113001")
    assert (scanner.rows, scanner.lines.may_go_on) == ([("C26113001", None)], True)
    assert scanner.rest() == [("C26113001", None)]
    assert (scanner.told.count(), scanner.lines.may_go_on) == (1, False)


def test_what_has_come_is_held_when_the_next_line_begins(scanner: Scanner) -> None:
    """GIVEN a row that is ready WHEN one more line begins THEN it can't be sent, before that line has come."""
    scanner.send("CS-1").rest()
    assert scanner.document.sheet.counts()[State.READY] == 1
    scanner.lines.begin_line()
    assert scanner.rows == [("CS-1", HoldReason.LINES)]
    assert scanner.document.sheet.jobs() == ()
    scanner.lines.add("C26113001", typed=True)
    assert scanner.rest() == [("CS-1\rC26113001", HoldReason.LINES)]


def test_all_lines_are_one_row(scanner: Scanner) -> None:
    """GIVEN a code of four lines THEN it is one row, told at its end, and one undo takes it back."""
    assert scanner.send(*FOUR).rest() == [(CODE, HoldReason.LINES)]
    assert scanner.told.at(scanner.told.count() - 1)[0].arrived == CODE
    assert len(scanner.taken) == 1
    scanner.document.undo()
    assert scanner.rest() == []
    assert not scanner.document.undo_stack.can_undo


def test_another_edit_meanwhile_is_another_undo(scanner: Scanner) -> None:
    """GIVEN a row that a person deletes between two lines THEN that is taken back by itself."""
    scanner.send(FOUR[0])
    scanner.document.scan("SPK1")
    scanner.lines.add(FOUR[1], typed=True)
    scanner.rest()
    scanner.document.undo()
    assert scanner.rest() == [(FOUR[0], None), ("SPK1", None)]


def test_a_code_that_comes_again(scanner: Scanner) -> None:
    """GIVEN a code that is in the sheet WHEN it is scanned again THEN it has no second row, and that is told."""
    repeated = QSignalSpy(scanner.document.repeated)
    scanner.send(*FOUR).rest()
    assert scanner.send(*FOUR).rest() == [(CODE, HoldReason.LINES)]
    assert repeated.count() == 1
    assert scanner.send(*FOUR, "more").rest() == [(CODE, HoldReason.LINES), (f"{CODE}\rmore", HoldReason.LINES)]


def test_a_first_line_that_is_in_the_sheet(scanner: Scanner) -> None:
    """GIVEN the row of a device WHEN a code begins with its id THEN that row stays, and the code has its own."""
    scanner.send(FOUR[0]).rest()
    assert scanner.send(*FOUR).rest() == [(FOUR[0], None), (CODE, HoldReason.LINES)]


def test_a_scanner_that_stutters(scanner: Scanner) -> None:
    """GIVEN the same line twice at once THEN the code has one line, and that it came again is told as ever."""
    assert scanner.send("C26113001", "C26113001").rest() == [("C26113001", None)]
    assert scanner.taken == ["C26113001"] * 2
    assert scanner.send(*FOUR, FOUR[-1]).rest()[1:] == [(CODE, HoldReason.LINES)]


def test_by_the_rule_a_row_comes_with_its_last_line(scanner: Scanner) -> None:
    """GIVEN a profile that knows the lines THEN nothing is told before all have come, and then what the id is."""
    use(scanner, PartRule(lines=4, line=2))
    scanner.send(*FOUR[:3])
    assert scanner.rows == []
    scanner.lines.begin_line()
    scanner.lines.add(FOUR[3], typed=True)
    assert scanner.rows == [("C26113001", None)]
    assert scanner.rest() == [("C26113001", None)]
    assert (scanner.taken, scanner.told.count()) == ([CODE], 1)


def test_fewer_lines_or_more_than_the_rule_says(scanner: Scanner) -> None:
    """GIVEN a profile that knows the lines WHEN others come THEN they are held, and none is lost."""
    use(scanner, PartRule(lines=2, line=1))
    assert scanner.send("CS-1").rest() == [("CS-1", HoldReason.PART_PLAIN)]
    scanner.send("C1", "V2", "C3")
    assert scanner.rest()[1:] == [("C1\rV2\rC3", HoldReason.LINES)]
    use(scanner, PartRule(lines=4, line=1))
    assert scanner.send("C1", "V2").rest()[2:] == [("C1\rV2", HoldReason.LINES)]


def test_the_next_pull_ends_a_code_that_waits(scanner: Scanner) -> None:
    """GIVEN a code with too few lines WHEN the next one begins THEN both have a row."""
    use(scanner, PartRule(lines=2, line=1))
    scanner.send("C1")
    assert scanner.send("C3", "V4").rest() == [("C1", HoldReason.PART_PLAIN), ("C3", None)]


def test_a_line_that_never_ends(scanner: Scanner) -> None:
    """GIVEN a port that is lost within a line THEN it is not waited for; what has come is held."""
    scanner.send(FOUR[0])
    scanner.lines.begin_line()
    assert scanner.rest() == [(FOUR[0], HoldReason.LINES)]


def test_a_token_in_a_line(scanner: Scanner) -> None:
    """GIVEN a code with an access token in it THEN that is kept nowhere, and what came before it is held."""
    rejected = QSignalSpy(scanner.document.rejected)
    assert scanner.send(FOUR[0], TOKEN).rest() == [(FOUR[0], HoldReason.LINES)]
    assert rejected.count() == 1


def test_a_disk_that_fails_meanwhile(scanner: Scanner, database: Path) -> None:
    """GIVEN a disk that takes nothing WHEN one more line comes THEN it is missed, and the row is held."""
    scanner.send("CS-1").rest()
    with refusing(database, "UPDATE ON sheet_row", "INSERT ON sheet_row"):
        scanner.lines.begin_line()
        scanner.wait_for_failure()
        scanner.lines.add("C26113001", typed=True)
        assert scanner.taken == ["CS-1", "C26113001"]
        assert scanner.rows == [("CS-1", HoldReason.LINES)]


def test_a_line_without_a_code(scanner: Scanner, qtbot: QtBot) -> None:
    """GIVEN another sheet, or no code at all WHEN a line comes THEN it is a code of its own; nothing is lost."""
    scanner.lines.begin_line()
    scanner.lines.add("C1", typed=False)
    assert scanner.rest() == [("C1", None)]
    finish(qtbot, scanner.document.renew())
    scanner.lines.begin_line()
    scanner.lines.add("C2", typed=False)
    assert scanner.rest() == [("C2", None)]


def test_a_thousand_lines_are_one_row(scanner: Scanner) -> None:
    """GIVEN a scanner that pours out what it had stored THEN it is one row with all of them, told at the end."""
    codes = [f"SPK26113F{n:04}" for n in range(1000)]
    ((text, held),) = scanner.send(*codes).rest()
    assert (text.split("\r"), held) == (codes, HoldReason.LINES)
    assert scanner.told.count() <= 2
